"""Conditions of one trust that another trust of the same role makes moot.

Statements of a trust policy are OR-ed: who is trusted with an external ID, and once more without
it, comes in without it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from ..errors import InvalidArnError
from ..policy import ACCOUNT, Arn, Condition, NamedPrincipal, Statement, holds_token
from ..policy.tokens import is_own_account

_ASSUMING = ("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML")
_AT_MOST = "NumericLessThanEquals"
_OPTIONAL = ("sts:sourceidentity", "aws:requesttag/", "aws:tagkeys", "sts:transitivetagkeys")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One way to assume the role: whom a statement names, and what it asks of them."""

    action: str
    principals: frozenset[str]
    conditions: tuple[Condition, ...]


def moot_conditions(statements: Iterable[Statement], account: str) -> str:
    """Which conditions ask for nothing, in words; empty if each counts. `account` is the role's."""
    ways = [way for each in statements if (way := _way(each, account)) is not None]
    for narrow in ways:
        for wide in ways:
            left = _left_over(wide, narrow) if wide is not narrow else ()
            if left:
                keys = " and ".join(dict.fromkeys(left))
                optional = all(key.lower().startswith(_OPTIONAL) for key in left)
                mend = "; say required=False if it may be left out" if optional else ""
                return (
                    f"for {', '.join(sorted(narrow.principals))}, the condition on {keys} does not "
                    f"count beside the same principal without it{mend}"
                )
    return ""


def _way(statement: Statement, account: str) -> _Way | None:
    action = next((each for each in statement.actions if each in _ASSUMING), None)
    if action is None:
        return None

    def known(text: str) -> str:
        return account if is_own_account(text) else text.replace(ACCOUNT, account)

    conditions = tuple(
        replace(each, values=tuple(map(known, each.values))) for each in statement.conditions
    )
    named = [_named(each, known) for each in statement.principals]
    if named and all(arn for _, arn in named):
        # A role or user that is the principal itself is one of its account, by its ARN.
        by_arn = Condition.of("ArnEquals", "aws:PrincipalArn", *(arn for _, arn in named))
        conditions = (by_arn, *conditions)
    return _Way(
        action=action,
        principals=frozenset(identifier for identifier, _ in named),
        conditions=conditions,
    )


def _named(principal: NamedPrincipal, known: Callable[[str], str]) -> tuple[str, str]:
    """The account (or whoever it is), and the ARN of one in it if one is named."""
    try:
        arn = Arn.parse(principal.identifier)
    except InvalidArnError:
        return known(principal.identifier), ""
    whole = f"arn:{arn.partition}:iam::{known(arn.account)}:root"
    if arn.service != "iam" or not arn.resource.startswith(("role/", "user/", "root")):
        return known(principal.identifier), ""
    if arn.resource == "root":
        return whole, ""
    return whole, f"arn:{arn.partition}:iam::{known(arn.account)}:{arn.resource}"


def _left_over(wide: _Way, narrow: _Way) -> tuple[str, ...]:
    """The keys that `narrow` asks for in vain, as `wide` lets in some whom it names without."""
    if wide.action != narrow.action or not narrow.principals <= wide.principals:
        return ()
    asked = {_kind(each): each for each in narrow.conditions}
    stricter = []
    for condition in wide.conditions:
        other = asked.pop(_kind(condition), None)
        if other is None or not _meet(condition, other):
            return ()
        if condition.operator == _AT_MOST and condition.values != other.values:
            stricter.append(other.key)
    return (*(each.key for each in asked.values()), *stricter)


def _kind(condition: Condition) -> tuple[str, str]:
    """Alike for operators that compare alike."""
    operator = condition.operator.replace("Like", "Equals")
    return operator, condition.key.lower()


def _meet(wide: Condition, narrow: Condition) -> bool:
    """Whether some request meets both, so that it needs no more than what `wide` asks."""
    if any(map(holds_token, (*wide.values, *narrow.values))):
        return bool(set(wide.values) & set(narrow.values))
    if wide.operator == _AT_MOST:
        try:
            return max(map(float, narrow.values)) <= max(map(float, wide.values))
        except ValueError:
            return False
    if wide.operator == "IpAddress":
        return any(_overlap(one, other) for one in wide.values for other in narrow.values)
    if wide.operator.endswith(("Equals", "Like")) and "Not" not in wide.operator:
        return any(
            fnmatchcase(one, other) or fnmatchcase(other, one)
            for one in wide.values
            for other in narrow.values
        )
    return wide.values == narrow.values


def _overlap(one: str, other: str) -> bool:
    first, second = ipaddress.ip_network(one), ipaddress.ip_network(other)
    return first.version == second.version and first.overlaps(second)
