"""A team's own app, before and after it moves to our constructs (`-c moved=true`)."""

from __future__ import annotations

from typing import Any

from aws_cdk import App, CfnResource, Stack, aws_ec2 as ec2, aws_iam as iam
from constructs import Construct, IConstruct

from least_privilege.permissions import ActionsOn
from least_privilege.roles import InstanceRole, ServiceRole

QUEUE = "arn:aws:sqs:eu-central-1:111122223333:orders"


class Before(Stack):
    """A plain role, and an instance for which the CDK made role and profile."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(self, "Worker", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        role.add_to_policy(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[QUEUE]))
        vpc = ec2.Vpc(self, "Vpc", nat_gateways=0, max_azs=1)
        ec2.Instance(self, "Host", **instance(vpc))


class After(Stack):
    """The same with our constructs, under the same logical IDs."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        ServiceRole(
            self,
            "Worker",
            service="lambda.amazonaws.com",
            permissions=[ActionsOn(actions=("sqs:SendMessage",), resources=(QUEUE,))],
        )
        vpc = ec2.Vpc(self, "Vpc", nat_gateways=0, max_azs=1)
        role = InstanceRole(self, "HostRole")
        # The CDK had named them after the instance; the names stand in the deployed template.
        keep(role, self.node.get_context("role_id"))
        keep(role.instance_profile, self.node.get_context("profile_id"))
        ec2.Instance(self, "Host", instance_profile=role.instance_profile, **instance(vpc))


def keep(construct: IConstruct, logical_id: str) -> None:
    """Let a construct's resource have the logical ID that is deployed."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)
    resource.override_logical_id(logical_id)


def instance(vpc: ec2.Vpc) -> dict[str, Any]:
    """What does not change."""
    return {
        "vpc": vpc,
        "instance_type": ec2.InstanceType("t3.micro"),
        "machine_image": ec2.MachineImage.generic_linux({"eu-central-1": "ami-12345678"}),
        "vpc_subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
    }


app = App()
(After if app.node.try_get_context("moved") else Before)(app, "Team")
app.synth()
