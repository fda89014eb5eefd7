"""Which actions of a service belong to some levels of access, and which of them fit the resources.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from ..errors import InvalidPermissionError
from ..policy.names import check_strings
from ..policy.service_reference import (
    AccessLevel,
    ActionDetails,
    action_details,
    actions_of,
    reference_date,
    services,
    supports_condition_key_on,
)
from .nearest import did_you_mean, listed

_REMEMBERED = 2_048
_LEVELS = {level.value: level for level in AccessLevel}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionsOfTypes:
    """The actions that accept the same ones of the given types."""

    actions: tuple[str, ...]
    types: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """What the actions of some levels come to, for resources of some types."""

    groups: tuple[ActionsOfTypes, ...]
    """Those that can be limited to the resources."""
    without_resource: tuple[str, ...]
    """Those that take no resource but `*`."""
    left_out: Mapping[str, str]
    """Those that accept one of the types and still do not fit: why."""
    types: frozenset[str]
    """The types that an action is limited to."""


def check_service(given: str) -> str:
    """The prefix of a service that AWS's list knows."""
    if given not in services():
        raise InvalidPermissionError(
            f"service must be the prefix of a service's actions, got {given!r}; "
            f"{did_you_mean(str(given), services())} (AWS's list of {reference_date()}; for a "
            "service that it does not know there is ActionsOn)"
        )
    return given


def check_levels(given: Sequence[AccessLevel]) -> tuple[AccessLevel, ...]:
    """At least one level of access, each of them once."""
    values = check_strings(given, argument="levels", error=InvalidPermissionError)
    if not values:
        raise InvalidPermissionError(f"levels must name at least one, of {listed(_LEVELS)}")
    for value in values:
        if value not in _LEVELS:
            raise InvalidPermissionError(
                f"levels must be of AccessLevel, got {value!r}; {did_you_mean(value, _LEVELS)}"
            )
    return tuple(dict.fromkeys(_LEVELS[value] for value in values))


@lru_cache(maxsize=_REMEMBERED)
def actions_at(service: str, levels: frozenset[AccessLevel]) -> tuple[ActionDetails, ...]:
    """The actions whose level is one of these, in order.

    An action has one level here, the most telling: what manages permissions or tags is a write in
    AWS's data as well, and must not come with it.
    """
    found = (action_details(action) for action in actions_of(service))
    return tuple(each for each in found if each is not None and each.access_level in levels)


@lru_cache(maxsize=_REMEMBERED)
def fitting(
    service: str, levels: frozenset[AccessLevel], types: frozenset[str], keys: tuple[str, ...]
) -> Fitting:
    """The actions that fit resources of these types, under conditions with these keys."""
    by_types: dict[frozenset[str], list[str]] = {}
    without_resource = []
    left_out = {}
    for details in actions_at(service, levels):
        accepted = {each.name for each in details.resource_types}
        given = accepted & types
        if accepted and not given:
            continue
        # AWS's list has a few types twice for one action.
        required = dict.fromkeys(each.name for each in details.required_resource_types)
        missing = [name for name in required if name not in types]
        unknown = [
            key for key in keys if supports_condition_key_on(details.name, key, given) is False
        ]
        if missing:
            left_out[details.name] = f"needs a resource of type {' and '.join(missing)} too"
        elif unknown:
            left_out[details.name] = f"takes no condition key {' and '.join(unknown)}"
        elif given:
            by_types.setdefault(frozenset(given), []).append(details.name)
        else:
            without_resource.append(details.name)
    return Fitting(
        groups=tuple(
            ActionsOfTypes(actions=tuple(actions), types=given)
            for given, actions in sorted(by_types.items(), key=lambda item: sorted(item[0]))
        ),
        without_resource=tuple(without_resource),
        left_out=MappingProxyType(left_out),
        types=frozenset().union(*by_types),
    )


def levels_of_type(service: str, name: str) -> tuple[AccessLevel, ...]:
    """The levels that have an action which accepts a type."""
    return tuple(
        level
        for level in AccessLevel
        if any(
            each.name == name
            for details in actions_at(service, frozenset({level}))
            for each in details.resource_types
        )
    )


def types_at(service: str, levels: frozenset[AccessLevel]) -> tuple[str, ...]:
    """The types that an action of these levels accepts."""
    return tuple(
        sorted(
            {
                each.name
                for details in actions_at(service, levels)
                for each in details.resource_types
            }
        )
    )
