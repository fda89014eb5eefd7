"""AWS Secrets Manager: the value of one secret, and its KMS key with it.

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidArnError, InvalidPermissionError
from ..policy import ACCOUNT, PARTITION, REGION, Condition, Statement, check_account_id
from ..policy.names import check_strings
from ..policy.tokens import TOKEN, URL_SUFFIX, beside_tokens
from ._regional import (
    Environment,
    Key,
    check_construct,
    check_key_arn,
    check_region,
    check_resource_arn,
    key_arn_of,
    region_of,
)
from .base import Permission

_NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]{1,512}")
_SECRET = re.compile(r"secret:[A-Za-z0-9/_+=.@!-]{1,512}-[A-Za-z0-9]{6}")
_ANY_SUFFIX = "-??????"
"""What Secrets Manager appends to the name of a secret: a hyphen and six characters."""
_STAND_IN = "-AbCdEf"
_STAGE = re.compile(r"[^*?\s]{1,256}")
_EXAMPLE = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db/password-AbCdEf"


class _Secret(Protocol):
    """What `of` reads of a CDK secret."""

    @property
    def secret_full_arn(self) -> str | None: ...
    @property
    def secret_arn(self) -> str: ...
    @property
    def encryption_key(self) -> Key | None: ...
    @property
    def env(self) -> Environment: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRead(Permission):
    """Read the value of one secret: `secretsmanager:GetSecretValue`, and `kms:Decrypt` for a secret
    with a key of its own; neither its description, nor its history, nor other secrets.

    `secret_arn` is the whole ARN, with the hyphen and the six characters at its end. Where the name
    alone is known, `SecretRead.named` puts exactly six `?` there. `kms_key_arn` is the secret's own
    key, which may then be used through Secrets Manager and for this secret alone; the AWS managed
    key needs none. `version_stages` limits which versions are read, `("AWSCURRENT",)` to the
    current one. `region` counts where the ARN is known at deployment only.

    Raises `InvalidArnError` for an ARN without its six characters, which would match no secret.

    Example:
        >>> secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db/password-AbCdEf"
        >>> SecretRead(secret_arn=secret).statements()[0].actions
        ('secretsmanager:GetSecretValue',)
        >>> SecretRead.named("db/password").secret_arn.rpartition(":")[2]
        'db/password-??????'

    Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
    """

    secret_arn: str
    kms_key_arn: str | None = None
    version_stages: tuple[str, ...] = ()
    region: str = REGION

    def __post_init__(self) -> None:
        known = self.secret_arn
        if isinstance(known, str) and not TOKEN.match(known) and known.endswith(_ANY_SUFFIX):
            known = known.removesuffix(_ANY_SUFFIX) + _STAND_IN
        try:
            check_resource_arn(
                known,
                service="secretsmanager",
                form=_SECRET,
                argument="secret_arn",
                example=_EXAMPLE,
            )
        except InvalidArnError as error:
            raise InvalidArnError(
                f"{error}; for a name without the six characters say SecretRead.named(name)"
            ) from None
        check_key_arn(self.kms_key_arn)
        check_region(self.region)
        stages = check_strings(
            self.version_stages, argument="version_stages", error=InvalidPermissionError
        )
        for stage in stages:
            if not _STAGE.fullmatch(beside_tokens(stage, "x")):
                raise InvalidPermissionError(
                    "version_stages must be names of staging labels like 'AWSCURRENT', without "
                    f"wildcards or blanks, got {stage!r}"
                )
        object.__setattr__(self, "version_stages", stages)

    @classmethod
    def of(
        cls,
        secret: _Secret,
        *,
        kms_key_arn: str | None = None,
        version_stages: tuple[str, ...] = (),
    ) -> Self:
        """For a secret of the CDK, with its key if it has one of its own.

        One imported by its name or by a part of its ARN is limited to that name and any six
        characters. The CDK does not know the key of an imported secret: give `kms_key_arn` then.
        """
        check_construct(
            secret,
            attributes=("secret_full_arn", "secret_arn", "encryption_key"),
            kind="a secret",
            argument="secret_arn",
        )
        return cls(
            secret_arn=secret.secret_full_arn or secret.secret_arn + _ANY_SUFFIX,
            kms_key_arn=kms_key_arn or key_arn_of(secret.encryption_key),
            version_stages=version_stages,
            region=secret.env.region,
        )

    @classmethod
    def named(
        cls,
        secret_name: str,
        *,
        kms_key_arn: str | None = None,
        version_stages: tuple[str, ...] = (),
        region: str = REGION,
        account_id: str = ACCOUNT,
    ) -> Self:
        """For the name of a secret, where the six characters at the end of its ARN are not known.

        A secret of the same name that is made later is meant as well; one whose name goes on is
        not.
        """
        known = secret_name if isinstance(secret_name, str) else "*"
        if not _NAME.fullmatch(beside_tokens(known, "x")):
            raise InvalidPermissionError(
                "secret_name must be 1 to 512 letters, digits or any of /_+=.@!-, "
                f"got {secret_name!r}"
            )
        check_region(region)
        check_account_id(account_id)
        return cls(
            secret_arn=(
                f"arn:{PARTITION}:secretsmanager:{region}:{account_id}:"
                f"secret:{secret_name}{_ANY_SUFFIX}"
            ),
            kms_key_arn=kms_key_arn,
            version_stages=version_stages,
            region=region,
        )

    @property
    def _suffix_is_unknown(self) -> bool:
        return self.secret_arn.endswith(_ANY_SUFFIX)

    def statements(self) -> tuple[Statement, ...]:
        # A version can have several labels, so that AWS compares them as a list.
        stages = (
            (
                Condition.of(
                    "ForAnyValue:StringEquals", "secretsmanager:VersionStage", *self.version_stages
                ),
            )
            if self.version_stages
            else ()
        )
        read = Statement(
            actions=("secretsmanager:GetSecretValue",),
            resources=(self.secret_arn,),
            conditions=stages,
        )
        if self.kms_key_arn is None:
            return (read,)
        region = region_of(self.secret_arn, self.region)
        same = "StringLike" if self._suffix_is_unknown else "StringEquals"
        return read, Statement(
            actions=("kms:Decrypt",),
            resources=(self.kms_key_arn,),
            conditions=(
                Condition.of(
                    "StringEquals", "kms:ViaService", f"secretsmanager.{region}.{URL_SUFFIX}"
                ),
                Condition.of(same, "kms:EncryptionContext:SecretARN", self.secret_arn),
            ),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        if not self._suffix_is_unknown:
            return {}
        return {
            self.secret_arn: "Secrets Manager puts six random characters at the end of a secret's "
            "ARN; where its name alone is known, six ? stand for exactly those."
        }
