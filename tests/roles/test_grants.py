"""Grants of the CDK, constructs of the CDK that take a role, and roles of other stacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import (
    CfnOutput,
    PhysicalName,
    Stack,
    aws_dynamodb as dynamodb,
    aws_ec2 as ec2,
    aws_iam as iam,
    aws_kms as kms,
    aws_lambda as lambda_,
    aws_s3 as s3,
)
from aws_cdk.assertions import Annotations, Match, Template

from least_privilege.errors import InvalidTrustError
from least_privilege.permissions import S3Read
from least_privilege.roles import (
    CrossAccountRole,
    InstanceRole,
    PolicyType,
    ServiceRole,
    TrustedRole,
)
from least_privilege.trust import AwsAccount, AwsRoles
from tests.conftest import ACCOUNT, OTHER_ACCOUNT, new_app, new_stack, only, resources

ROLE = "AWS::IAM::Role"
INLINE, MANAGED = PolicyType.INLINE, PolicyType.CUSTOMER_MANAGED
GRANTED = {INLINE: "AWS::IAM::Policy", MANAGED: "AWS::IAM::ManagedPolicy"}
POLICY_TYPES = pytest.mark.parametrize("policy_type", PolicyType, ids=str)


def service_role(stack: Stack, policy_type: PolicyType = INLINE, **more: Any) -> ServiceRole:
    return ServiceRole(
        stack, "Role", service="lambda.amazonaws.com", policy_type=policy_type, **more
    )


def granted(stack: Stack, policy_type: PolicyType = INLINE) -> Iterator[tuple[Any, Any]]:
    """Actions and resources of the policy that grants of the CDK go to."""
    policy = only(stack, GRANTED[policy_type])
    ((role_id, _),) = resources(stack, ROLE).items()
    assert policy["Roles"] == [f"${{{role_id}}}"]
    for statement in policy["PolicyDocument"]["Statement"]:
        yield statement["Action"], statement["Resource"]


@POLICY_TYPES
def test_a_bucket_with_a_key_can_be_granted(stack: Stack, policy_type: PolicyType) -> None:
    """The bucket's key names the role in its policy: a cycle, if the role held the grant itself."""
    role = service_role(stack, policy_type)
    bucket = s3.Bucket(stack, "Bucket", encryption_key=kms.Key(stack, "Key"))
    bucket.grant_read(role.role)
    actions = [action for action, _ in granted(stack, policy_type)]
    assert ["s3:GetBucket*", "s3:GetObject*", "s3:List*"] in actions
    assert ["kms:Decrypt", "kms:DescribeKey"] in actions


@POLICY_TYPES
def test_a_table_can_be_granted(stack: Stack, policy_type: PolicyType) -> None:
    role = service_role(stack, policy_type)
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    dynamodb.Table(stack, "Table", partition_key=key).grant_read_data(role.role)
    ((actions, _),) = granted(stack, policy_type)
    assert "dynamodb:GetItem" in actions


@POLICY_TYPES
def test_a_key_can_be_granted(stack: Stack, policy_type: PolicyType) -> None:
    role = service_role(stack, policy_type)
    kms.Key(stack, "Key").grant_decrypt(role.role)
    ((key_id, _),) = resources(stack, "AWS::KMS::Key").items()
    assert list(granted(stack, policy_type)) == [("kms:Decrypt", f"${{{key_id}.Arn}}")]


def test_a_resource_policy_that_names_the_role_makes_no_cycle(stack: Stack) -> None:
    role = service_role(stack)
    key = kms.Key(stack, "Key")
    key.add_to_resource_policy(
        iam.PolicyStatement(actions=["kms:Decrypt"], principals=[role.role], resources=["*"])
    )
    key.grant_decrypt(role.role)
    statements = only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    ((role_id, _),) = resources(stack, ROLE).items()
    assert statements[-1]["Principal"] == {"AWS": f"${{{role_id}.Arn}}"}


def test_a_grant_that_may_be_too_long_is_divided(stack: Stack) -> None:
    """A name can become as long as S3 allows."""
    bucket = s3.Bucket(stack, "Bucket")
    resources_of_it = [f"{bucket.bucket_arn}/{number}" for number in range(180)]
    statement = iam.PolicyStatement(actions=["s3:GetObject"], resources=resources_of_it)
    service_role(stack).add_to_policy(statement)
    found = [
        each["PolicyDocument"]["Statement"][0]["Resource"]
        for kind in GRANTED.values()
        for each in resources(stack, kind).values()
    ]
    assert len(found) > 1
    assert sum(map(len, found)) == 180
    assert all(len(each) * (83 + 6) < 10_240 for each in found)


def test_grants_and_permissions_of_the_role_stay_apart(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    role = service_role(stack, permissions=[S3Read.of(bucket)])
    bucket.grant_put(role.role)
    (own,) = only(stack, ROLE)["Policies"]
    assert [each["Action"] for each in own["PolicyDocument"]["Statement"]] == ["s3:GetObject"]
    ((actions, _),) = granted(stack)
    assert "s3:PutObject" in actions
    assert len(role.permissions) == 1


def test_an_inline_policy_of_the_cdk_can_be_attached(stack: Stack) -> None:
    statement = iam.PolicyStatement(actions=["s3:GetObject"], resources=["arn:aws:s3:::a/b"])
    service_role(stack).attach_inline_policy(iam.Policy(stack, "More", statements=[statement]))
    assert list(granted(stack)) == [("s3:GetObject", "arn:aws:s3:::a/b")]


def test_a_resource_waits_for_the_grant_that_it_needs(stack: Stack) -> None:
    role = service_role(stack)
    grant = s3.Bucket(stack, "Bucket").grant_put(role.role)
    assert grant.success
    grant.apply_before(kms.Key(stack, "Key"))
    (policy_id,) = resources(stack, GRANTED[INLINE])
    (key,) = Template.from_stack(stack).find_resources("AWS::KMS::Key").values()
    assert policy_id in key["DependsOn"]


def test_the_role_itself_can_be_passed_by_somebody(stack: Stack) -> None:
    role = service_role(stack)
    deployer = iam.Role(stack, "Deployer", assumed_by=iam.AccountPrincipal(OTHER_ACCOUNT))
    role.grant_pass_role(deployer)
    policy = only(stack, GRANTED[INLINE])
    ours = next(name for name in resources(stack, ROLE) if name.startswith("Role"))
    assert policy["PolicyDocument"]["Statement"] == [
        {"Action": "iam:PassRole", "Effect": "Allow", "Resource": f"${{{ours}.Arn}}"}
    ]


def test_a_grant_to_assume_the_role_warns_that_it_is_one_side_alone(stack: Stack) -> None:
    """The CDK's own says yes in silence; constructs of the CDK call it, so it is no error."""
    role = service_role(stack)
    caller = iam.Role(stack, "Caller", assumed_by=iam.AccountPrincipal(OTHER_ACCOUNT))
    role.grant_assume_role(caller)
    Annotations.from_stack(stack).has_warning(
        "/Stack/Role", Match.string_like_regexp("name the caller in trusted_by")
    )
    (policy,) = resources(stack, GRANTED[INLINE]).values()
    assert policy["PolicyDocument"]["Statement"][0]["Action"] == "sts:AssumeRole"


# Constructs of the CDK that take a role --------------------------------------------------------


def test_a_function_takes_the_role_and_adds_nothing_to_it(stack: Stack) -> None:
    lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        role=service_role(stack).role,
    )
    ((role_id, role),) = resources(stack, ROLE).items()
    assert only(stack, "AWS::Lambda::Function")["Role"] == f"${{{role_id}.Arn}}"
    assert set(role) == {"AssumeRolePolicyDocument"}


def test_an_instance_takes_the_role_by_its_profile(stack: Stack) -> None:
    role = InstanceRole(stack, "Role", instance_profile_name="Hosts", path="/web/")
    ec2.Instance(
        stack,
        "Instance",
        vpc=ec2.Vpc(stack, "Vpc", max_azs=1, restrict_default_security_group=False),
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.generic_linux({"eu-central-1": "ami-1"}),
        instance_profile=role.instance_profile,
    )
    ((profile_id, profile),) = resources(stack, "AWS::IAM::InstanceProfile").items()
    ((role_id, _),) = resources(stack, ROLE).items()
    assert profile == {
        "InstanceProfileName": "Hosts",
        "Path": "/web/",
        "Roles": [f"${{{role_id}}}"],
    }
    assert only(stack, "AWS::EC2::Instance")["IamInstanceProfile"] == f"${{{profile_id}}}"


# Other stacks ----------------------------------------------------------------------------------


@POLICY_TYPES
def test_a_bucket_of_another_stack_can_be_read(policy_type: PolicyType) -> None:
    app = new_app()
    storage, access = new_stack("Storage", app=app), new_stack("Access", app=app)
    bucket = s3.Bucket(storage, "Bucket", encryption_key=kms.Key(storage, "Key"))
    role = service_role(access, policy_type, permissions=[S3Read.of(bucket, "in/")])
    bucket.grant_put(role.role)
    document = (
        only(access, ROLE)["Policies"][0]["PolicyDocument"]
        if policy_type is INLINE
        else next(
            policy["PolicyDocument"]
            for name, policy in resources(access, GRANTED[MANAGED]).items()
            if "Permissions" in name
        )
    )
    resource = document["Statement"][0]["Resource"]
    assert resource.startswith("${import Storage:ExportsOutputFnGetAttBucket")
    assert resource.endswith("/in/*")


def test_a_named_role_is_known_by_its_name_in_another_account() -> None:
    app = new_app()
    here, there = new_stack("Here", app=app), new_stack("There", app=app, account=OTHER_ACCOUNT)
    role = CrossAccountRole(
        here,
        "Role",
        role_name="Reader",
        path="/team/",
        trusted_by=[AwsAccount(account_id=OTHER_ACCOUNT)],
    )
    CfnOutput(there, "Arn", value=role.role_arn)
    bucket = s3.Bucket(there, "Bucket", bucket_name="pictures")
    bucket.grant_read(role.role)
    arn = f"arn:aws:iam::{ACCOUNT}:role/team/Reader"
    policy = only(there, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    assert policy[-1]["Principal"] == {"AWS": arn}


def test_a_role_gets_a_name_when_another_account_needs_one() -> None:
    app = new_app()
    here, there = new_stack("Here", app=app), new_stack("There", app=app, account=OTHER_ACCOUNT)
    role = TrustedRole(
        here,
        "Role",
        role_name=PhysicalName.GENERATE_IF_NEEDED,
        trusted_by=[AwsAccount(account_id=OTHER_ACCOUNT)],
    )
    CfnOutput(there, "Arn", value=role.role_arn)
    assert only(here, ROLE)["RoleName"].startswith("here")


# The calling side ------------------------------------------------------------------------------


def cross_account_role(stack: Stack, **more: Any) -> CrossAccountRole:
    trusted = AwsRoles(
        account_id=OTHER_ACCOUNT, role_names=("Auditor",), external_ids=("one", "two")
    )
    return CrossAccountRole(stack, "Role", trusted_by=[trusted], **more)


def test_the_caller_gets_the_other_half() -> None:
    app = new_app()
    here, there = new_stack("Here", app=app), new_stack("There", app=app, account=OTHER_ACCOUNT)
    role = cross_account_role(here, role_name="Reader", path="/team/")
    service_role(there, permissions=[role.caller_permission()])
    (policy,) = only(there, ROLE)["Policies"]
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": f"arn:${{AWS::Partition}}:iam::{ACCOUNT}:role/team/Reader",
            "Condition": {"StringEquals": {"sts:ExternalId": ["one", "two"]}},
        }
    ]


def test_there_is_no_other_half_for_a_role_without_a_name(stack: Stack) -> None:
    role = cross_account_role(stack)
    with pytest.raises(InvalidTrustError, match=r"^Stack/Role: role_name must be given"):
        role.caller_permission()


def test_there_is_no_other_half_for_a_role_whose_account_is_unknown() -> None:
    """The token would become the account of the calling stack, which is the wrong one."""
    role = cross_account_role(Stack(new_app(), "Stack"), role_name="Reader")
    with pytest.raises(InvalidTrustError, match="account"):
        role.caller_permission()


def test_a_caller_of_a_role_for_many_learns_nothing_of_the_others(stack: Stack) -> None:
    """Each third party has its own external ID; `caller_permission` is for one of them."""
    trusted = [
        AwsAccount(account_id=account, external_ids=(external_id,))
        for account, external_id in ((OTHER_ACCOUNT, "for-one"), ("777788889999", "for-two"))
    ]
    role = CrossAccountRole(stack, "Role", role_name="Reader", trusted_by=trusted)
    with pytest.raises(InvalidTrustError, match="account_id must say for which of"):
        role.caller_permission()
    assert role.caller_permission(OTHER_ACCOUNT).external_ids == ("for-one",)
    with pytest.raises(
        InvalidTrustError, match="account_id must be one that the role Reader trusts"
    ):
        role.caller_permission("123412341234")
