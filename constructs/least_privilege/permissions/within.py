"""A permission inside data perimeters: the same actions on the same resources, under more
conditions.

Conditions of one statement all have to hold, and one statement that allows is enough. So an
exception that AWS documents, such as for what a service does on the role's behalf, becomes a
statement of its own.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import InvalidArnError, InvalidPermissionError
from ..policy import Arn, Condition, Effect, Statement
from .base import Permission
from .perimeter import Perimeter, PerimeterKind, SameAccount
from .perimeter_support import acts_on_resources, is_of_aws, lacks_key

_BY_A_SERVICE = Condition.of("Bool", "aws:ViaAWSService", "true")
"""A request that a service makes with the role's own credentials.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
"""

_ACCOUNT = re.compile(r"[0-9]{12}")
_MUST_EQUAL = ("Bool", "StringEquals")
_SAID_OUTRIGHT = (
    "ForAnyValue:StringEquals",
    "ForAnyValue:StringLike",
    "StringEquals",
    "StringLike",
)


@dataclass(frozen=True, slots=True)
class Within(Permission):
    """What `Permission.within` gives; see there."""

    permission: Permission
    perimeters: tuple[Perimeter, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.permission, Permission):
            raise InvalidPermissionError(
                f"permission must be a value of least_privilege.permissions, got "
                f"{self.permission!r}"
            )
        if not self.perimeters:
            raise InvalidPermissionError("within() must have at least one perimeter, like Tls()")
        for each in self.perimeters:
            if not isinstance(each, Perimeter):
                raise InvalidPermissionError(
                    f"within() takes perimeters like Tls() or SameAccount(), got {each!r}"
                )
        held: set[int] = set()
        for statement in self.permission.statements():
            tuple(self._narrowed(statement, held))
        for number, each in enumerate(self.perimeters):
            if number not in held:
                raise InvalidPermissionError(
                    f"{_name(each)} would hold for nothing in {type(self.permission).__name__}: "
                    f"{_WHY_NOT[each.kind]}; leave it out"
                )

    def statements(self) -> tuple[Statement, ...]:
        return tuple(
            narrowed
            for statement in self.permission.statements()
            for narrowed in self._narrowed(statement, set())
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return self.permission.wildcard_reasons()

    def _narrowed(self, statement: Statement, held: set[int]) -> Iterable[Statement]:
        """The statements that stand for one; `held` gets the numbers of the perimeters in them."""
        if statement.effect is Effect.DENY:
            # More conditions would make it deny less.
            return (statement,)
        if not statement.actions or not statement.resources:
            raise InvalidPermissionError(
                "within() takes permissions that name their actions and resources, got a statement "
                "with NotAction or NotResource"
            )
        found: list[Statement] = []
        for part, is_of_somebody in _parts(statement, self._of(PerimeterKind.RESOURCE)):
            kinds = {PerimeterKind.REQUEST}
            if is_of_somebody:
                kinds.add(PerimeterKind.RESOURCE)
            if not _is_by_a_service(part):
                kinds.add(PerimeterKind.NETWORK)
            found += self._within_these(part, kinds, held)
        return tuple(found)

    def _of(self, *kinds: PerimeterKind) -> list[Perimeter]:
        return [each for each in self.perimeters if each.kind in kinds]

    def _within_these(
        self, part: Statement, kinds: set[PerimeterKind], held: set[int]
    ) -> list[Statement]:
        held |= {number for number, each in enumerate(self.perimeters) if each.kind in kinds}
        of_network = self._of(PerimeterKind.NETWORK) if PerimeterKind.NETWORK in kinds else []
        others = [each for each in self._of(*kinds) if each not in of_network]
        for each in (*others, *of_network):
            _check_it_can_match(part, each)
        narrowed = part
        for each in others:
            narrowed = _with(narrowed, each.conditions(), _name(each))
        if not of_network:
            return [narrowed]
        direct = narrowed
        for each in of_network:
            direct = _with(direct, each.conditions(), _name(each))
        if any(_contradicts(each, _BY_A_SERVICE) for each in narrowed.conditions):
            return [direct]
        return [direct, _with(narrowed, (_BY_A_SERVICE,), "aws:ViaAWSService")]


_WHY_NOT = {
    PerimeterKind.RESOURCE: "it names no resource that an account could own",
    PerimeterKind.NETWORK: "it allows nothing but what AWS services do on the role's behalf",
    PerimeterKind.REQUEST: "it allows nothing",
}


def _name(perimeter: Perimeter) -> str:
    return type(perimeter).__name__


def _parts(
    statement: Statement, perimeters: Sequence[Perimeter]
) -> Iterable[tuple[Statement, bool]]:
    """The statement, in parts where needed, and whether somebody owns what a part names."""
    if not perimeters:
        return ((statement, False),)
    acting = tuple(action for action in statement.actions if acts_on_resources(action))
    others = tuple(action for action in statement.actions if action not in acting)
    of_aws = tuple(each for each in statement.resources if is_of_aws(each))
    of_somebody = tuple(each for each in statement.resources if each not in of_aws)
    parts = (
        (acting, of_somebody, True),
        (acting, of_aws, False),
        (others, statement.resources, False),
    )
    return tuple(
        (replace(statement, actions=actions, resources=resources), is_of_somebody)
        for actions, resources, is_of_somebody in parts
        if actions and resources
    )


def _is_by_a_service(statement: Statement) -> bool:
    """Whether a statement is about requests of AWS services alone: the network that the role's own
    request came from is not in them."""
    for condition in statement.conditions:
        key = condition.key.lower()
        if key == "kms:viaservice" and condition.operator in _SAID_OUTRIGHT:
            return True
        if key == "aws:viaawsservice" and _says_the_same(condition, _BY_A_SERVICE):
            return True
    return False


def _check_it_can_match(statement: Statement, perimeter: Perimeter) -> None:
    for action in statement.actions:
        lacking = lacks_key(action, perimeter.kind)
        if lacking is not None:
            raise InvalidPermissionError(
                f"{_name(perimeter)} would never match {lacking}: AWS does not send "
                f"{perimeter.conditions()[0].key} with it; make it a permission of its own"
            )
    if isinstance(perimeter, SameAccount):
        _check_accounts(statement, perimeter)


def _check_accounts(statement: Statement, perimeter: SameAccount) -> None:
    """Of several accounts, one at most is the role's own."""
    named = {account for each in statement.resources if (account := _account_in(each))}
    others = sorted(named - set(perimeter.also))
    if len(others) > 1:
        raise InvalidPermissionError(
            f"SameAccount would never match for some of the accounts {', '.join(others)}, whose "
            "resources the permission names, as one at most is the role's own; give the others as "
            "also=(...)"
        )


def _account_in(resource: str) -> str:
    try:
        account = Arn.parse(resource).account
    except InvalidArnError:
        return ""
    return account if _ACCOUNT.fullmatch(account) else ""


# Conditions put together ----------------------------------------------------------------------


def _with(statement: Statement, conditions: Iterable[Condition], name: str) -> Statement:
    """The statement under these conditions too; raises where it could never apply."""
    found = list(statement.conditions)
    for condition in conditions:
        twin = next((each for each in found if _is_about_the_same(each, condition)), None)
        if twin is None:
            found.append(condition)
        elif not _says_the_same(twin, condition):
            found[found.index(twin)] = _both(twin, condition, name)
    return replace(statement, conditions=tuple(found))


def _is_about_the_same(one: Condition, other: Condition) -> bool:
    return (one.operator, one.key.lower()) == (other.operator, other.key.lower())


def _values(condition: Condition) -> set[str]:
    fold = condition.operator == "Bool"
    return {value.lower() if fold else value for value in condition.values}


def _says_the_same(one: Condition, other: Condition) -> bool:
    return _is_about_the_same(one, other) and _values(one) == _values(other)


def _contradicts(one: Condition, other: Condition) -> bool:
    return (
        _is_about_the_same(one, other)
        and one.operator in _MUST_EQUAL
        and not _values(one) & _values(other)
    )


def _both(one: Condition, other: Condition, name: str) -> Condition:
    """One line for two of the same operator and key: the values that both accept."""
    if one.operator not in _MUST_EQUAL or "${" in "".join((*one.values, *other.values)):
        raise InvalidPermissionError(
            f"{name} says {other.operator} {other.key} {list(other.values)}, and the permission "
            f"has {list(one.values)} for it already; say it once"
        )
    if _contradicts(one, other):
        raise InvalidPermissionError(
            f"{name} would never match: {other.key} cannot be one of {list(one.values)} and one of "
            f"{list(other.values)}"
        )
    fold = one.operator == "Bool"
    accepted = _values(other)
    return replace(
        other,
        values=tuple(
            value for value in one.values if (value.lower() if fold else value) in accepted
        ),
    )
