"""Credentials of an instance through IMDSv2 alone.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""

from __future__ import annotations

from typing import cast

from aws_cdk import CfnResource, aws_ec2 as ec2
from constructs import Construct

from ..acknowledgements import Acknowledgement, acknowledge
from ..errors import InvalidInputError


def require_imdsv2(
    target: ec2.Instance | ec2.LaunchTemplate | ec2.CfnInstance | ec2.CfnLaunchTemplate,
    *,
    hop_limit: int = 1,
) -> None:
    """Let an instance, or those of a launch template, give metadata to IMDSv2 sessions alone.

    A request forged through a web application can then not read the role's credentials. A
    `hop_limit` of 1 keeps them on the instance; containers on it need 2. From 1 to 64.

    Example:
        >>> from aws_cdk import App, Stack, aws_ec2 as ec2
        >>> template = ec2.CfnLaunchTemplate(Stack(App(), "Web"), "Host", launch_template_data={})
        >>> require_imdsv2(template)

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html
    """
    kinds = (ec2.Instance, ec2.LaunchTemplate, ec2.CfnInstance, ec2.CfnLaunchTemplate)
    if not isinstance(target, kinds):
        error = InvalidInputError(
            f"target must be an instance or a launch template, got {target!r}"
        )
        raise error.at(target.node.path) if isinstance(target, Construct) else error
    if not isinstance(hop_limit, int) or not 1 <= hop_limit <= 64:
        raise InvalidInputError(f"hop_limit must be from 1 to 64, got {hop_limit!r}").at(
            target.node.path
        )
    resource = target if isinstance(target, CfnResource) else target.node.default_child
    resource = cast(CfnResource, resource)
    options = {"HttpEndpoint": "enabled", "HttpTokens": "required"}
    place = "MetadataOptions"
    if resource.cfn_resource_type == ec2.CfnLaunchTemplate.CFN_RESOURCE_TYPE_NAME:
        place = "LaunchTemplateData.MetadataOptions"
    else:
        acknowledge(
            target,
            *(
                Acknowledgement(
                    rule=f"{pack}-EC2IMDSv2Enabled",
                    reason="The instance's own MetadataOptions require IMDSv2; the rule looks for "
                    "a launch template alone.",
                )
                for pack in ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")
            ),
        )
    resource.add_property_override(place, options | {"HttpPutResponseHopLimit": hop_limit})
