"""AWS KMS: a key, through one service, for one encryption context.

Permissions of a role count for a key only where its key policy lets IAM policies decide, as the
keys of the CDK do.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from ..errors import InvalidPermissionError, InvalidPolicyError
from ..policy import Condition, Statement, check_arn, holds_token
from ..policy.grammar import check_condition
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens
from ._regional import Key, check_construct, key_arn_of
from .base import Permission, check_flags

_VIA_SERVICE = re.compile(r"[a-z0-9.-]+\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|x)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnKey(Permission):
    """One key, by the ARN of the key itself: a policy on an alias would allow nothing."""

    key_arn: str

    @property
    @abstractmethod
    def _actions(self) -> tuple[str, ...]: ...

    @property
    def _conditions(self) -> tuple[Condition, ...]:
        return ()

    def __post_init__(self) -> None:
        check_flags(self)
        check_arn(self.key_arn, service="kms", resource="key/", argument="key_arn")

    @classmethod
    def of(cls, key: Key) -> Self:
        """For a key of the CDK; for an alias, the key behind it."""
        return cls(key_arn=_read(key))

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=self._actions, resources=(self.key_arn,), conditions=self._conditions
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnSymmetricKey(_OnKey):
    """`via_service` (`secretsmanager.eu-central-1.amazonaws.com`) and `encryption_context` limit
    what the key may be used for."""

    via_service: str = ""
    encryption_context: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        # The short super() does not know the class that slots=True makes.
        _OnKey.__post_init__(self)
        if not isinstance(self.via_service, str):
            raise InvalidPermissionError(f"via_service must be a string, got {self.via_service!r}")
        known = beside_tokens(self.via_service, "x")
        if self.via_service and not _VIA_SERVICE.fullmatch(known):
            raise InvalidPermissionError(
                "via_service must be SERVICE.REGION.amazonaws.com, like "
                f"sqs.eu-central-1.amazonaws.com, got {self.via_service!r}"
            )
        if not isinstance(self.encryption_context, Mapping):
            raise InvalidPermissionError(
                f"encryption_context must be a mapping, got {self.encryption_context!r}"
            )
        for pair in self.encryption_context.items():
            _check_pair(*pair)
        object.__setattr__(self, "encryption_context", dict(self.encryption_context))

    @classmethod
    def of(
        cls,
        key: Key,
        *,
        via_service: str = "",
        encryption_context: Mapping[str, str] | None = None,
    ) -> Self:
        """For a key of the CDK; for an alias, the key behind it."""
        return cls(
            key_arn=_read(key),
            via_service=via_service,
            encryption_context={} if encryption_context is None else encryption_context,
        )

    @property
    def _conditions(self) -> tuple[Condition, ...]:
        through = (
            (Condition.of("StringEquals", "kms:ViaService", self.via_service),)
            if self.via_service
            else ()
        )
        return (
            *through,
            *(
                Condition.of("StringEquals", f"kms:EncryptionContext:{key}", value)
                for key, value in self.encryption_context.items()
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KmsDecrypt(_OnSymmetricKey):
    """Decrypt what was encrypted under a key, and data keys with it.

    Example:
        >>> key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
        >>> KmsDecrypt(key_arn=key).statements()[0].actions
        ('kms:Decrypt',)

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("kms:Decrypt",)


@dataclass(frozen=True, slots=True, kw_only=True)
class KmsEncrypt(_OnSymmetricKey):
    """Encrypt under a key, in KMS itself, up to 4,096 bytes; neither decrypt, nor data keys.

    Example:
        >>> key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
        >>> KmsEncrypt(key_arn=key).statements()[0].actions
        ('kms:Encrypt',)

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("kms:Encrypt",)


@dataclass(frozen=True, slots=True, kw_only=True)
class KmsGenerateDataKey(_OnSymmetricKey):
    """Make new data keys, with which to encrypt outside of KMS; not decrypt older ones.

    That is what services and the AWS Encryption SDK write with. `plaintext=False` gives encrypted
    copies alone, for what prepares keys that others will use.

    Example:
        >>> key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
        >>> KmsGenerateDataKey(key_arn=key).statements()[0].actions
        ('kms:GenerateDataKey',)

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
    """

    plaintext: bool = True

    @property
    def _actions(self) -> tuple[str, ...]:
        return (
            ("kms:GenerateDataKey",) if self.plaintext else ("kms:GenerateDataKeyWithoutPlaintext",)
        )


class SigningAlgorithm(StrEnum):
    """How KMS signs; which of them a key can, its key spec says.

    Example:
        >>> SigningAlgorithm("ECDSA_SHA_256").name
        'ECDSA_SHA_256'

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
    """

    RSASSA_PSS_SHA_256 = "RSASSA_PSS_SHA_256"
    RSASSA_PSS_SHA_384 = "RSASSA_PSS_SHA_384"
    RSASSA_PSS_SHA_512 = "RSASSA_PSS_SHA_512"
    RSASSA_PKCS1_V1_5_SHA_256 = "RSASSA_PKCS1_V1_5_SHA_256"
    RSASSA_PKCS1_V1_5_SHA_384 = "RSASSA_PKCS1_V1_5_SHA_384"
    RSASSA_PKCS1_V1_5_SHA_512 = "RSASSA_PKCS1_V1_5_SHA_512"
    ECDSA_SHA_256 = "ECDSA_SHA_256"
    ECDSA_SHA_384 = "ECDSA_SHA_384"
    ECDSA_SHA_512 = "ECDSA_SHA_512"
    ED25519_SHA_512 = "ED25519_SHA_512"
    ED25519_PH_SHA_512 = "ED25519_PH_SHA_512"
    SM2DSA = "SM2DSA"
    ML_DSA_SHAKE_256 = "ML_DSA_SHAKE_256"


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnSigningKey(_OnKey):
    """`algorithms` limits how; none given means any that the key can."""

    algorithms: tuple[SigningAlgorithm, ...] = ()

    def __post_init__(self) -> None:
        _OnKey.__post_init__(self)
        names = check_strings(self.algorithms, argument="algorithms", error=InvalidPermissionError)
        try:
            algorithms = tuple(map(SigningAlgorithm, names))
        except ValueError:
            raise InvalidPermissionError(
                f"algorithms must be of {', '.join(SigningAlgorithm)}, got {self.algorithms!r}"
            ) from None
        object.__setattr__(self, "algorithms", algorithms)

    @classmethod
    def of(cls, key: Key, *, algorithms: tuple[SigningAlgorithm, ...] = ()) -> Self:
        """For a key of the CDK; for an alias, the key behind it."""
        return cls(key_arn=_read(key), algorithms=algorithms)

    @property
    def _conditions(self) -> tuple[Condition, ...]:
        if not self.algorithms:
            return ()
        values = [each.value for each in self.algorithms]
        return (Condition.of("StringEquals", "kms:SigningAlgorithm", *values),)


@dataclass(frozen=True, slots=True, kw_only=True)
class KmsSign(_OnSigningKey):
    """Sign with an asymmetric key; not verify.

    Example:
        >>> key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
        >>> KmsSign(key_arn=key).statements()[0].actions
        ('kms:Sign',)

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("kms:Sign",)


@dataclass(frozen=True, slots=True, kw_only=True)
class KmsVerify(_OnSigningKey):
    """Verify signatures of an asymmetric key in KMS; not sign.

    To verify outside of KMS it takes `KmsGetPublicKey` instead.

    Example:
        >>> key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
        >>> KmsVerify(key_arn=key).statements()[0].actions
        ('kms:Verify',)

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("kms:Verify",)


@dataclass(frozen=True, slots=True, kw_only=True)
class KmsGetPublicKey(_OnKey):
    """Download the public key of an asymmetric key, to verify or encrypt outside of KMS.

    Example:
        >>> key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
        >>> KmsGetPublicKey(key_arn=key).statements()[0].actions
        ('kms:GetPublicKey',)

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/download-public-key.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("kms:GetPublicKey",)


def _read(key: Key) -> str:
    check_construct(key, attributes=("key_arn",), kind="a key", argument="key_arn")
    return key_arn_of(key) or ""


def _check_pair(key: object, value: object) -> None:
    if not isinstance(key, str) or not key or not isinstance(value, str) or not value:
        raise InvalidPermissionError(
            f"encryption_context must be strings, none of them empty, got {key!r}: {value!r}"
        )
    if holds_token(key):
        raise InvalidPermissionError(
            f"encryption_context must have keys that are known at synthesis, got {key!r}; they "
            "stand in the name of a condition key"
        )
    if not holds_token(value):
        try:
            check_condition(
                "encryption_context",
                Condition.of("StringEquals", f"kms:EncryptionContext:{key}", value),
            )
        except InvalidPolicyError as error:
            raise InvalidPermissionError(str(error)) from None
