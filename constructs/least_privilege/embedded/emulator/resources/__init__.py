"""CloudFormation resource types that the emulator lacks or gets wrong, one file a service.

Each is a few lines over the emulator's own service functions, so that a resource made by a stack
is the one that the service's API shows.
"""

from least_privilege.embedded.emulator.resources import (
    access_analyzer,
    attributes,
    cloudtrail,
    ec2_instance,
    flow_log,
    iam_group,
    iam_inline_policy,
    iam_instance_profile,
    iam_providers,
    iam_role,
    security_group_rule,
)
from least_privilege.embedded.emulator.resources.handler import ResourceType, register

_TYPES: tuple[ResourceType, ...] = (
    ec2_instance.Instance(),
    security_group_rule.SecurityGroupIngress(),
    security_group_rule.SecurityGroupEgress(),
    flow_log.FlowLog(),
    iam_inline_policy.RolePolicy(),
    iam_inline_policy.UserPolicy(),
    iam_inline_policy.GroupPolicy(),
    iam_group.Group(),
    iam_group.UserToGroupAddition(),
    iam_providers.OidcProvider(),
    iam_providers.SamlProvider(),
    iam_role.Role(),
    iam_role.ServiceLinkedRole(),
    iam_instance_profile.InstanceProfile(),
    cloudtrail.Trail(),
    access_analyzer.Analyzer(),
)


def install() -> None:
    """Make the emulator's CloudFormation know these types."""
    for resource_type in _TYPES:
        register(resource_type)
    attributes.install()
