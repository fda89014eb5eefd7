"""What the permissions on a service's own resources share: the ARN of one resource of a region,
the key that protects it, and what `of` reads of a CDK construct.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from ..errors import InvalidArnError, InvalidPermissionError
from ..policy import REGION, Arn, Condition, Statement, check_account_id, check_arn
from ..policy.tokens import TOKEN, URL_SUFFIX, beside_tokens

_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+")


class Key(Protocol):
    """What `of` reads of a CDK key."""

    @property
    def key_arn(self) -> str: ...


class Environment(Protocol):
    """Where a CDK resource lives."""

    @property
    def region(self) -> str: ...
    @property
    def account(self) -> str: ...


def check_region(region: str) -> str:
    """One region; it stands in ARNs and in `kms:ViaService`."""
    if not isinstance(region, str) or not _REGION.fullmatch(beside_tokens(region, "xx-1")):
        raise InvalidPermissionError(
            f"region must name one region like 'eu-central-1', got {region!r}"
        )
    return region


def check_resource_arn(
    text: str, *, service: str, form: re.Pattern[str], argument: str, example: str
) -> str:
    """The ARN of one resource with a region and an account, of this form, or a token."""
    check_arn(text, service=service, argument=argument, example=example)
    if not TOKEN.match(text):
        arn = Arn.parse(text)
        known = beside_tokens(arn.resource, "x")
        if not arn.region or not arn.account or not form.fullmatch(known):
            raise InvalidArnError(f"{argument} must be an ARN like {example}, got {text!r}")
        check_region(arn.region)
        check_account_id(arn.account, argument=f"the account of {argument}")
    return text


def check_key_arn(kms_key_arn: str | None, *, argument: str = "kms_key_arn") -> str | None:
    """The ARN of one key, not of an alias, which a policy cannot name as a resource."""
    if kms_key_arn is not None:
        check_arn(kms_key_arn, service="kms", resource="key/", argument=argument)
    return kms_key_arn


_AWS_MANAGED = re.compile(r":alias/aws/[a-z0-9-]+$")


def check_flag(value: bool, *, argument: str) -> bool:
    """True or False: any other text would count as True."""
    if not isinstance(value, bool):
        raise InvalidPermissionError(f"{argument} must be True or False, got {value!r}")
    return value


def key_arn_of(key: Key | None) -> str | None:
    """The ARN of a CDK key; of an alias, that of the key behind it."""
    if key is None:
        return None
    try:
        behind: Key = getattr(key, "alias_target_key", None) or key
    except RuntimeError:
        # The CDK raises for an imported alias, whose key it does not know.
        if _AWS_MANAGED.search(key.key_arn):
            return None  # Such a key needs no permission of the caller.
        alias = key.key_arn.rpartition(":")[2]
        raise InvalidPermissionError(
            f"of() cannot tell the key behind the imported {alias}; import the key itself "
            "(kms.Key.from_key_arn), or give the ARNs, with kms_key_arn= that of the key"
        ) from None
    return behind.key_arn


def region_of(arn: str, otherwise: str = REGION) -> str:
    """The region in an ARN, or this one where the ARN is known at deployment only."""
    return otherwise if TOKEN.match(arn) else Arn.parse(arn).region


def check_construct(
    thing: object, *, attributes: Sequence[str], kind: str, argument: str = ""
) -> None:
    """Refuse to read what is no such construct."""
    if not all(hasattr(thing, name) for name in attributes):
        hint = f"; for an ARN say {argument}=" if argument else ""
        raise InvalidPermissionError(f"of() takes {kind} of the CDK, got {thing!r}{hint}")


def use_of_key(
    key_arn: str,
    *actions: str,
    service: str,
    region: str,
    context: tuple[str, str] | None = None,
) -> Statement:
    """A key, used by a service of this region for the caller alone, and for this encryption context
    where AWS documents one."""
    conditions = [
        Condition.of("StringEquals", "kms:ViaService", f"{service}.{region}.{URL_SUFFIX}")
    ]
    if context is not None:
        name, value = context
        conditions.append(Condition.of("StringEquals", f"kms:EncryptionContext:{name}", value))
    return Statement(actions=actions, resources=(key_arn,), conditions=tuple(conditions))
