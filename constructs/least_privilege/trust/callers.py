"""Who may call AssumeRole by a trust policy, and what they must bring, read from its statements.

Any trust policy, not only what this library writes: what is not understood is told as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ..errors import InvalidArnError
from ..policy import Arn, Condition, Effect, PrincipalType, Statement
from ..policy.tokens import TOKEN

_PERMISSION_SET = re.compile(r"AWSReservedSSO_(.+)_[^_]{16}")
_IS = ("stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike", "bool")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody whom a trust policy names."""

    name: str
    source_profile: str = "default"
    account: str = ""
    is_user: bool = False
    is_role: bool = False

    @property
    def is_pattern(self) -> bool:
        """Whether several may be meant."""
        return any(sign in self.name for sign in "*?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What the conditions of a statement ask a caller to bring."""

    external_id: str = ""
    external_ids: int = 0
    mfa: bool = False
    source_identity: bool = False
    tags: tuple[str, ...] = ()

    @property
    def more_than_the_console_sends(self) -> bool:
        """Whether the console cannot meet them; MFA is used when signing in to it."""
        return bool(self.external_ids or self.source_identity or self.tags)


def assuming_statements(
    statements: Iterable[Statement],
) -> Iterator[tuple[tuple[Caller, ...], Demands]]:
    """The statements that let principals of accounts assume the role."""
    for statement in statements:
        if statement.effect is Effect.ALLOW and any(map(_is_assume_role, statement.actions)):
            yield tuple(dict.fromkeys(_callers(statement))), _demands(statement)


def _is_assume_role(action: str) -> bool:
    return fnmatchcase("sts:assumerole", action.lower())


def _callers(statement: Statement) -> Iterator[Caller]:
    identifiers = [
        each.identifier for each in statement.principals if each.type is PrincipalType.AWS
    ]
    names = _values(statement, "aws:PrincipalArn")
    for identifier in identifiers:
        if names and (identifier == "*" or identifier.endswith(":root")):
            continue
        yield _caller(identifier)
    if identifiers:
        for arn in names:
            yield _caller(arn)


def _caller(identifier: str) -> Caller:
    if TOKEN.fullmatch(identifier):
        # The ARN of a role that is made in the same app.
        return Caller(name="a role", is_role=True)
    try:
        arn = Arn.parse(identifier)
    except InvalidArnError:
        return Caller(name=identifier.replace("*", "others"), account=identifier)
    kind, *path = arn.resource.split("/")
    if not path or kind not in ("user", "role", "assumed-role"):
        return Caller(name=arn.account.replace("*", "others"), account=arn.account)
    name = path[0] if kind == "assumed-role" else path[-1]
    if kind == "user":
        return Caller(name=name, account=arn.account, is_user=True)
    permission_set = _PERMISSION_SET.fullmatch(name)
    if permission_set:
        name = permission_set[1]
    profile = "default" if any(sign in name for sign in "*?") else name
    return Caller(name=name, source_profile=profile, account=arn.account, is_role=True)


def _demands(statement: Statement) -> Demands:
    external_ids = _values(statement, "sts:ExternalId")
    plain = [each for each in external_ids if not any(sign in each for sign in "*?")]
    return Demands(
        external_id=plain[0] if plain else "",
        external_ids=len(external_ids) or int(_is_demanded(statement, "sts:ExternalId")),
        mfa="true" in [each.lower() for each in _values(statement, "aws:MultiFactorAuthPresent")],
        source_identity=_is_demanded(statement, "sts:SourceIdentity"),
        tags=tuple(
            condition.key.partition("/")[2]
            for condition in statement.conditions
            if condition.key.lower().startswith("aws:requesttag/") and _demands_key(condition)
        ),
    )


def _values(statement: Statement, key: str) -> tuple[str, ...]:
    """What the statement wants a key to be; what it must not be says nothing of whom it means."""
    return tuple(
        value
        for condition in statement.conditions
        if condition.key.lower() == key.lower()
        and condition.operator.lower().rpartition(":")[2] in _IS
        for value in condition.values
    )


def _is_demanded(statement: Statement, key: str) -> bool:
    return any(
        condition.key.lower() == key.lower() and _demands_key(condition)
        for condition in statement.conditions
    )


def _demands_key(condition: Condition) -> bool:
    """Whether a request without the key does not pass."""
    operator = condition.operator.lower()
    if operator == "null":
        return "false" in [each.lower() for each in condition.values]
    return operator.rpartition(":")[2] in _IS and not operator.startswith("forallvalues")
