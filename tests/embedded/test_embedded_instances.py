"""An EC2 instance: its instance profile, and its metadata service."""

from __future__ import annotations

import json
from typing import Any

import pytest

from least_privilege.embedded import EmbeddedAws
from tests.embedded.kit import ACCOUNT, Clients, RunAws, Stack, allow, fetch, trust

INSTANCE = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.20.0.0/16"}},
    "Subnet": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "CidrBlock": "10.20.1.0/24",
            "AvailabilityZone": "eu-central-1b",
        },
    },
    "Role": {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": trust(Service="ec2.amazonaws.com"),
            "Path": "/app/",
            "Policies": [{"PolicyName": "list", "PolicyDocument": allow("s3:ListAllMyBuckets")}],
        },
    },
    "Profile": {
        "Type": "AWS::IAM::InstanceProfile",
        "Properties": {"Roles": [{"Ref": "Role"}]},
    },
    "Instance": {
        "Type": "AWS::EC2::Instance",
        "Properties": {
            "ImageId": "ami-0c2023a1b2c3d4e5f",
            "InstanceType": "t4g.nano",
            "SubnetId": {"Ref": "Subnet"},
        },
    },
}


def deployed(stack: Stack) -> dict[str, str]:
    return stack.deploy(
        INSTANCE,
        Instance={"Ref": "Instance"},
        Address={"Fn::GetAtt": ["Instance", "PrivateIp"]},
        Profile={"Ref": "Profile"},
        Role={"Ref": "Role"},
    )


@pytest.fixture
def metadata(aws: EmbeddedAws, stack: Stack) -> Any:
    outputs = deployed(stack)
    base = aws.instance_environment(outputs["Instance"])["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
    _, token = fetch(f"{base}latest/api/token", "PUT", x_aws_ec2_metadata_token_ttl_seconds="60")

    def get(path: str, token: str = token) -> tuple[int, str]:
        return fetch(f"{base}latest/{path}", x_aws_ec2_metadata_token=token)

    get.base, get.outputs = base, outputs  # type: ignore[attr-defined]
    return get


def test_the_cli_on_an_instance_has_the_role_that_is_attached_at_that_moment(
    aws: EmbeddedAws, clients: Clients, stack: Stack, run_aws: RunAws
) -> None:
    outputs = deployed(stack)
    environment = aws.instance_environment(outputs["Instance"])
    assert not {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} & environment.keys()
    ec2 = clients.root("ec2")

    refused = run_aws(environment, "s3", "ls")
    assert refused.returncode != 0
    assert "Unable to locate credentials" in refused.stderr

    ec2.associate_iam_instance_profile(
        InstanceId=outputs["Instance"], IamInstanceProfile={"Name": outputs["Profile"]}
    )
    identity = json.loads(run_aws(environment, "sts", "get-caller-identity").stdout)
    assert identity["Arn"] == (
        f"arn:aws:sts::{ACCOUNT}:assumed-role/{outputs['Role']}/{outputs['Instance']}"
    )
    assert run_aws(environment, "s3", "ls").returncode == 0
    denied = run_aws(environment, "iam", "list-users")
    assert "AccessDenied" in denied.stderr

    found = ec2.describe_iam_instance_profile_associations(
        Filters=[{"Name": "instance-id", "Values": [outputs["Instance"]]}]
    )["IamInstanceProfileAssociations"]
    active = [item for item in found if item["State"] == "associated"]
    ec2.disassociate_iam_instance_profile(AssociationId=active[0]["AssociationId"])
    assert "Unable to locate credentials" in run_aws(environment, "s3", "ls").stderr


def test_metadata_takes_no_request_without_a_token_of_this_instance(metadata: Any) -> None:
    assert fetch(f"{metadata.base}latest/meta-data/instance-id")[0] == 401
    assert metadata("meta-data/instance-id", token="made-up")[0] == 401
    assert metadata("meta-data/instance-id") == (200, metadata.outputs["Instance"])
    assert metadata("meta-data/local-ipv4") == (200, metadata.outputs["Address"])
    assert metadata("meta-data/placement/availability-zone") == (200, "eu-central-1b")


def test_metadata_has_no_credentials_without_an_instance_profile(metadata: Any) -> None:
    assert metadata("meta-data/iam/security-credentials/")[0] == 404
    assert metadata("meta-data/iam/info")[0] == 404


def test_metadata_says_so_when_the_role_does_not_trust_ec2(metadata: Any, clients: Clients) -> None:
    outputs = metadata.outputs
    clients.root("ec2").associate_iam_instance_profile(
        InstanceId=outputs["Instance"], IamInstanceProfile={"Name": outputs["Profile"]}
    )
    clients.root("iam").update_assume_role_policy(
        RoleName=outputs["Role"],
        PolicyDocument=json.dumps(trust(Service="lambda.amazonaws.com")),
    )
    status, text = metadata(f"meta-data/iam/security-credentials/{outputs['Role']}")
    assert status == 200
    assert json.loads(text)["Code"] == "AssumeRoleUnauthorizedAccess"


def test_metadata_of_an_instance_that_is_not_there_is_not_found(aws: EmbeddedAws) -> None:
    base = aws.instance_environment("i-0123")["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
    assert fetch(f"{base}latest/meta-data/instance-id")[0] == 404
