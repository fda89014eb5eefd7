"""Credentials of an instance, given to IMDSv2 sessions alone."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack, aws_ec2 as ec2, aws_s3 as s3

from least_privilege.errors import InvalidInputError
from least_privilege.roles import require_imdsv2
from tests.conftest import only

REQUIRED = {"HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 1}
TEMPLATE = "AWS::EC2::LaunchTemplate"


def instance(stack: Stack) -> ec2.Instance:
    return ec2.Instance(
        stack,
        "Instance",
        vpc=ec2.Vpc(stack, "Vpc", max_azs=1, restrict_default_security_group=False),
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.generic_linux({"eu-central-1": "ami-1"}),
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
    )


def test_an_instance_requires_sessions(stack: Stack) -> None:
    require_imdsv2(instance(stack))
    assert only(stack, "AWS::EC2::Instance")["MetadataOptions"] == REQUIRED


def test_a_plain_instance_requires_sessions(stack: Stack) -> None:
    require_imdsv2(ec2.CfnInstance(stack, "Instance", image_id="ami-1"))
    assert only(stack, "AWS::EC2::Instance")["MetadataOptions"] == REQUIRED


def test_a_launch_template_requires_sessions(stack: Stack) -> None:
    require_imdsv2(ec2.LaunchTemplate(stack, "Template"))
    assert only(stack, TEMPLATE)["LaunchTemplateData"]["MetadataOptions"] == REQUIRED


@pytest.mark.parametrize("hop_limit", [1, 2, 64])
def test_a_plain_launch_template_keeps_what_else_it_says(stack: Stack, hop_limit: int) -> None:
    template = ec2.CfnLaunchTemplate(
        stack,
        "Template",
        launch_template_data={
            "imageId": "ami-1",
            "metadataOptions": {"httpTokens": "optional", "instanceMetadataTags": "enabled"},
        },
    )
    require_imdsv2(template, hop_limit=hop_limit)
    data = only(stack, TEMPLATE)["LaunchTemplateData"]
    assert data["ImageId"] == "ami-1"
    assert data["MetadataOptions"] == REQUIRED | {
        "HttpPutResponseHopLimit": hop_limit,
        "InstanceMetadataTags": "enabled",
    }


@pytest.mark.parametrize("hop_limit", [0, 65, -1])
def test_a_hop_limit_that_ec2_refuses_is_refused(stack: Stack, hop_limit: int) -> None:
    template = ec2.LaunchTemplate(stack, "Template")
    with pytest.raises(InvalidInputError, match=r"^Stack/Template: hop_limit must be from 1 to 64"):
        require_imdsv2(template, hop_limit=hop_limit)
    assert "MetadataOptions" not in str(only(stack, TEMPLATE))


def test_what_has_no_instance_metadata_is_refused(stack: Stack) -> None:
    bucket: Any = s3.Bucket(stack, "Bucket")
    with pytest.raises(InvalidInputError, match=r"^Stack/Bucket: "):
        require_imdsv2(bucket)
