"""Where the keys of data perimeters are in a request at all: global keys are documented one by one,
and not in the lists of the services.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from ..errors import InvalidArnError
from ..policy import Arn
from ..policy.service_reference import action_details, expand_actions
from .perimeter import PerimeterKind

_WITHOUT_OWNER = (
    "auditmanager:updateassessmentframeworkshare",
    "detective:acceptinvitation",
    "ds:acceptshareddirectory",
    "ebs:*",
    "ec2:accepttransitgatewaypeeringattachment",
    "ec2:acceptvpcendpointconnections",
    "ec2:acceptvpcpeeringconnection",
    "ec2:createtransitgatewaypeeringattachment",
    "ec2:createvpcendpoint",
    "ec2:createvpcpeeringconnection",
    "es:acceptinboundconnection",
    "guardduty:acceptadministratorinvitation",
    "macie2:acceptinvitation",
    "route53:associatevpcwithhostedzone",
    "route53:createvpcassociationauthorization",
    "securityhub:acceptadministratorinvitation",
)
"""Actions whose requests do not say whose the resource is.

`events:PutEvents` lacks it for buses of other accounts that were made targets before March 2023
alone, which a perimeter shuts out anyway.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
"""

_WITHOUT_NETWORK = (
    "dax:*",
    "elasticfilesystem:client*",
    "es:es*",
    "kafka-cluster:*",
    "neptune-db:*",
    "rds-db:connect",
)
"""Actions inside a VPC, whose requests pass no VPC endpoint.

Source: https://github.com/aws-samples/data-perimeter-policy-examples/blob/main/service_control_policies/network_perimeter_sourcevpc_scp.json
"""

_IN_NO_ACCOUNT = {
    "bedrock": ("foundation-model/",),
    "ssm": ("automation-definition/", "document/", "parameter/"),
}
"""Resources whose ARN has no account where they are AWS's own, by the service of the ARN.

Source: https://github.com/aws-samples/data-perimeter-policy-examples/blob/main/service_owned_resources.md
"""


def lacks_key(action: str, kind: PerimeterKind) -> str | None:
    """The action, or one that a pattern stands for, with which AWS does not send the key of a
    perimeter of this kind."""
    patterns = {
        PerimeterKind.RESOURCE: _WITHOUT_OWNER,
        PerimeterKind.NETWORK: _WITHOUT_NETWORK,
        PerimeterKind.REQUEST: (),
    }[kind]
    for each in expand_actions(action) or (action,):
        if any(fnmatchcase(each.lower(), pattern) for pattern in patterns):
            return each
    return None


def acts_on_resources(action: str) -> bool:
    """Whether an action names a resource; one that is not known is taken to."""
    found = [action_details(each) for each in expand_actions(action)]
    return not found or any(
        each is None or each.supports_resource_level_permissions for each in found
    )


def is_of_aws(resource: str) -> bool:
    """Whether an ARN says that AWS owns the resource, so that no other account's can be meant."""
    try:
        arn = Arn.parse(resource)
    except InvalidArnError:
        return False
    if arn.account == "aws":
        return True
    return not arn.account and arn.resource.startswith(_IN_NO_ACCOUNT.get(arn.service, ("\0",)))
