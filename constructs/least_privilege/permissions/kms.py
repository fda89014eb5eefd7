"""AWS KMS: a key, through one service, for one encryption context.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ..errors import InvalidPermissionError
from ..policy import Condition, Statement, check_arn
from ..policy.tokens import beside_tokens
from .base import Permission

_VIA_SERVICE = re.compile(r"[a-z0-9.-]+\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|x)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnKey(Permission):
    """`via_service` (`secretsmanager.eu-central-1.amazonaws.com`) and `encryption_context` limit
    what the key may be used for."""

    key_arn: str
    via_service: str = ""
    encryption_context: Mapping[str, str] = field(default_factory=dict)

    _actions: ClassVar[tuple[str, ...]]

    def __post_init__(self) -> None:
        check_arn(self.key_arn, service="kms", resource="key/", argument="key_arn")
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

    def statements(self) -> tuple[Statement, ...]:
        conditions = []
        if self.via_service:
            conditions.append(Condition.of("StringEquals", "kms:ViaService", self.via_service))
        for key, value in self.encryption_context.items():
            conditions.append(Condition.of("StringEquals", f"kms:EncryptionContext:{key}", value))
        return (
            Statement(
                actions=self._actions, resources=(self.key_arn,), conditions=tuple(conditions)
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KmsDecrypt(_OnKey):
    """Decrypt what was encrypted under a key.

    Example:
        >>> key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
        >>> KmsDecrypt(key_arn=key).statements()[0].actions
        ('kms:Decrypt',)

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
    """

    _actions = ("kms:Decrypt",)


@dataclass(frozen=True, slots=True, kw_only=True)
class KmsEncrypt(_OnKey):
    """Encrypt under a key, directly or with a data key; not decrypt.

    Example:
        >>> key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
        >>> KmsEncrypt(key_arn=key).statements()[0].actions
        ('kms:Encrypt', 'kms:GenerateDataKey')

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
    """

    _actions = ("kms:Encrypt", "kms:GenerateDataKey")
