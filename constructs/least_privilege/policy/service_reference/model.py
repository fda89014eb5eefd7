"""What AWS says about an action, and about the resources that it acts on.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AccessLevel(StrEnum):
    """How AWS classifies what an action does.

    Example:
        >>> AccessLevel("Permissions management").name
        'PERMISSIONS_MANAGEMENT'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
    """

    LIST = "List"
    READ = "Read"
    TAGGING = "Tagging"
    WRITE = "Write"
    PERMISSIONS_MANAGEMENT = "Permissions management"


_MOST_TELLING = (
    AccessLevel.PERMISSIONS_MANAGEMENT,
    AccessLevel.TAGGING,
    AccessLevel.WRITE,
    AccessLevel.READ,
    AccessLevel.LIST,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """A type of resource that a service has, and how its ARNs look.

    Example:
        >>> ResourceType(
        ...     service="s3", name="bucket", arn_patterns=("arn:${Partition}:s3:::${BucketName}",)
        ... ).condition_keys
        ()

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#resources_table
    """

    service: str
    """The prefix of the service, like `s3`; the ARN may name another one."""
    name: str
    """AWS's name for it, like `bucket`; unique within the service."""
    arn_patterns: tuple[str, ...]
    """How its ARNs look, with `${BucketName}` where they differ."""
    condition_keys: tuple[str, ...] = ()
    """Keys about resources of this type, for every action on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionResource:
    """A type of resource that an action acts on.

    Example:
        >>> ActionResource(name="role", required=True).required
        True

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#actions_table
    """

    name: str
    """The name of a `ResourceType` of the action's service."""
    required: bool
    """Whether AWS marks it so: a policy that names resources has to name one of this type. For some
    actions, such as `ec2:RunInstances`, it depends on the call which of them are used."""
    arn_patterns: tuple[str, ...] = ()
    """How its ARNs look, with `${RoleName}` where they differ."""
    condition_keys: tuple[str, ...] = ()
    """Keys that the action takes for this type, besides those of the action itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDetails:
    """What AWS says about one action.

    Example:
        >>> ActionDetails(
        ...     name="s3:PutObjectAcl",
        ...     access_levels=(AccessLevel.WRITE, AccessLevel.PERMISSIONS_MANAGEMENT),
        ... ).access_level.value
        'Permissions management'

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#actions_table
    """

    name: str
    """In AWS's spelling, with its service: `s3:GetObject`."""
    access_levels: tuple[AccessLevel, ...]
    """All of them: what manages permissions or tags is a write as well. Empty where AWS names none
    that is known here."""
    description: str = ""
    """AWS's sentence about it."""
    resource_types: tuple[ActionResource, ...] = ()
    """Empty for an action that takes `*` as its resource alone."""
    condition_keys: tuple[str, ...] = ()
    """Keys of the action itself, `${TagKey}` or `<key>` where they differ. `condition_keys_of`
    has those of its resources, and the global ones, as well."""

    @property
    def service(self) -> str:
        """The prefix of its service, like `s3`."""
        return self.name.partition(":")[0]

    @property
    def access_level(self) -> AccessLevel | None:
        """The level that AWS shows where it shows one alone; None where it is not known."""
        return next((each for each in _MOST_TELLING if each in self.access_levels), None)

    @property
    def supports_resource_level_permissions(self) -> bool:
        """Whether a policy can name the resources; if not, it has to say `*`."""
        return bool(self.resource_types)

    @property
    def required_resource_types(self) -> tuple[ActionResource, ...]:
        """Those that AWS marks as required."""
        return tuple(each for each in self.resource_types if each.required)
