"""A request: who asks to do what, to which resource, in which context.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/intro-structure.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NoReturn

from ..errors import InvalidRequestError
from ..policy.values import instant
from .context_keys import account_of, of_principal, of_request
from .matching import Value
from .principal import Principal

_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9_-]+")
_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", re.DOTALL)
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequest:
    """One request to AWS.

    `principal` is a `Principal` or an ARN. `resource` is an ARN, or `*` for an action that cannot
    be limited to resources. A value of `context` is a string, a number, a bool, a datetime, or
    bytes; a list of them makes the key multivalued. Names of keys are the same in upper and lower
    case. `resource_account` is the account that owns the resource: by default that of the ARN, and
    for an ARN without one (a bucket) that of the principal.

    Keys that follow from the request are filled in as AWS does; a value that is given wins.

    Raises `InvalidRequestError`.

    Example:
        >>> AccessRequest(
        ...     principal="arn:aws:iam::111122223333:user/alice",
        ...     action="s3:GetObject",
        ...     resource="arn:aws:s3:::pictures/a.png",
        ... ).context_values["aws:principalaccount"]
        '111122223333'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """

    principal: Principal | str
    action: str
    resource: str = "*"
    context: Mapping[str, Any] = field(default_factory=dict, hash=False)
    resource_account: str | None = None
    _values: dict[str, Value] | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        if isinstance(self.principal, str):
            object.__setattr__(self, "principal", _principal(self.principal))
        elif not isinstance(self.principal, Principal):
            _refuse(f"principal must be a Principal or an ARN, got {self.principal!r}")
        if not isinstance(self.action, str) or not _ACTION.fullmatch(self.action):
            _refuse(f"action must be one action like 's3:GetObject', got {self.action!r}")
        if self.resource != "*" and (
            not isinstance(self.resource, str) or not _ARN.fullmatch(self.resource)
        ):
            _refuse(f"resource must be '*' or an ARN, got {self.resource!r}")
        if self.resource_account is not None and (
            not isinstance(self.resource_account, str)
            or not _ACCOUNT.fullmatch(self.resource_account)
        ):
            _refuse(f"resource_account must be 12 digits, got {self.resource_account!r}")
        if self.context is None:
            object.__setattr__(self, "context", {})
        if not isinstance(self.context, Mapping):
            _refuse(f"context must be a mapping, got {self.context!r}")
        if self.context:
            object.__setattr__(self, "_values", _read(self))

    @property
    def caller(self) -> Principal:
        """The principal, also where its ARN was given."""
        assert isinstance(self.principal, Principal)
        return self.principal

    @property
    def owner(self) -> str:
        """The account that owns the resource; empty where nothing tells."""
        return self.resource_account or account_of(self.resource) or self.caller.account

    @property
    def service(self) -> str:
        """The prefix of the action, in lower case."""
        return self.action.partition(":")[0].lower()

    @property
    def context_values(self) -> dict[str, Value]:
        """What was given and what follows from the request, under keys in lower case."""
        if self._values is None:
            object.__setattr__(self, "_values", _read(self))
        assert self._values is not None
        return self._values


_principal = lru_cache(maxsize=1_024)(Principal.parse)


def _iso(value: datetime) -> str:
    """A time as AWS writes it, in UTC."""
    in_utc = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return in_utc.isoformat().replace("+00:00", "Z")


def _read(request: AccessRequest) -> dict[str, Value]:
    values: dict[str, Value] = {
        **of_principal(request.caller),
        **of_request(request.caller, request.action, request.resource, request.owner),
    }
    given: dict[str, Value] = {}
    for key, value in request.context.items():
        if not isinstance(key, str) or not key:
            _refuse(f"context must have names of condition keys, got {key!r}")
        lowered = key.lower()
        if lowered in given:
            _refuse(f"context has {key!r} twice; keys are the same in upper and lower case")
        if isinstance(value, str):
            given[lowered] = value
        elif lowered == "aws:epochtime" and isinstance(value, datetime):
            given[lowered] = _epoch(value)
        elif isinstance(value, (list, tuple, set, frozenset)):
            given[lowered] = tuple(_text(key, each) for each in value)
        else:
            given[lowered] = _text(key, value)
    _add_time(given)
    _add_way(given)
    values |= given
    return values


def _add_time(given: dict[str, Value]) -> None:
    """AWS sends the time in two forms; one follows from the other."""
    for known, other in (
        ("aws:currenttime", "aws:epochtime"),
        ("aws:epochtime", "aws:currenttime"),
    ):
        value = given.get(known)
        if isinstance(value, str) and other not in given:
            time = instant(value)
            if time is not None:
                given[other] = _epoch(time) if other == "aws:epochtime" else _iso(time)


def _epoch(value: datetime) -> str:
    return str(int((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()))


def _add_way(given: dict[str, Value]) -> None:
    """Who is called through services is called via them.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-calledvia
    """
    services = given.get("aws:calledvia")
    if services:
        listed = (services,) if isinstance(services, str) else services
        given.setdefault("aws:viaawsservice", "true")
        given.setdefault("aws:calledviafirst", listed[0])
        given.setdefault("aws:calledvialast", listed[-1])


def _text(key: str, value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() | Decimal():
            return format(Decimal(str(value)), "f")
        case datetime():
            return _iso(value)
        case date():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case _:
            raise InvalidRequestError(
                f"context[{key!r}] must be a string, a number, a bool, a datetime, bytes or a "
                f"list of them, got {value!r}"
            )


def _refuse(what: str) -> NoReturn:
    raise InvalidRequestError(what)
