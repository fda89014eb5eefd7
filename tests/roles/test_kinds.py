"""What each kind of role adds to a `TrustedRole`."""

from __future__ import annotations

from datetime import timedelta

from aws_cdk import Stack

from least_privilege.permissions import CloudWatchAgent, S3List
from least_privilege.roles import (
    CrossAccountRole,
    InstanceRole,
    MfaRole,
    PolicyType,
    ServiceRole,
    TrustedRole,
)
from least_privilege.trust import (
    AwsAccount,
    AwsRoles,
    AwsService,
    IamUsers,
    Organization,
)
from tests.conftest import ACCOUNT, OTHER_ACCOUNT, only, resources

ROLE = "AWS::IAM::Role"


def trust(stack: Stack) -> list[dict[str, object]]:
    statements: list[dict[str, object]] = only(stack, ROLE)["AssumeRolePolicyDocument"]["Statement"]
    return statements


def test_an_instance_role_is_for_ec2_alone_and_has_its_profile(stack: Stack) -> None:
    InstanceRole(stack, "Host")
    assert trust(stack) == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
    ((role_id, role),) = resources(stack, ROLE).items()
    assert set(role) == {"AssumeRolePolicyDocument"}
    assert only(stack, "AWS::IAM::InstanceProfile")["Roles"] == [f"${{{role_id}}}"]


def test_an_instance_role_gives_agents_what_they_need_and_no_more(stack: Stack) -> None:
    agent = CloudWatchAgent(namespace="Web", log_group_names=("/host",))
    role = InstanceRole(
        stack,
        "Host",
        permissions=[S3List(bucket_arn="arn:aws:s3:::pictures")],
        session_manager=True,
        cloudwatch_agent=agent,
    )
    (policy,) = only(stack, ROLE)["Policies"]
    actions = [statement["Action"] for statement in policy["PolicyDocument"]["Statement"]]
    assert actions == [
        "s3:ListBucket",
        "ssm:UpdateInstanceInformation",
        [
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ],
        "cloudwatch:PutMetricData",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
    ]
    assert agent in role.permissions


def test_a_service_role_is_for_one_service(stack: Stack) -> None:
    ServiceRole(stack, "Function", service="lambda.amazonaws.com")
    (statement,) = trust(stack)
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert "Condition" not in statement


def test_a_service_role_takes_conditions_with_its_service(stack: Stack) -> None:
    group = f"arn:aws:scheduler:eu-central-1:{ACCOUNT}:schedule-group/nightly"
    ServiceRole(
        stack,
        "Schedule",
        service=AwsService(principal="scheduler.amazonaws.com", source_arns=(group,)),
    )
    (statement,) = trust(stack)
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
        "ArnLike": {"aws:SourceArn": group},
    }


def test_a_cross_account_role_has_a_statement_for_each_whom_it_trusts(stack: Stack) -> None:
    trusted: list[AwsAccount | AwsRoles | IamUsers | Organization] = [
        AwsAccount(account_id=OTHER_ACCOUNT, external_ids=("one",)),
        AwsRoles(account_id="777788889999", role_names=("Auditor",)),
        IamUsers(user_names=("alice",), account_id="777788889999"),
        Organization(organization_id="o-exampleorgid"),
    ]
    CrossAccountRole(stack, "Role", trusted_by=trusted, session_duration=timedelta(hours=2))
    assert len(trust(stack)) == 4
    assert only(stack, ROLE)["MaxSessionDuration"] == 7_200


def test_an_mfa_role_is_for_users_of_its_own_account_within_the_hour(stack: Stack) -> None:
    MfaRole(stack, "Operator", user_names=["alice", "ops/bob"])
    user = "arn:${AWS::Partition}:iam::${AWS::AccountId}:user"
    assert trust(stack) == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "ArnEquals": {"aws:PrincipalArn": [f"{user}/alice", f"{user}/ops/bob"]},
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "NumericLessThanEquals": {"aws:MultiFactorAuthAge": "3600"},
            },
        }
    ]


def test_an_mfa_role_takes_users_of_another_account_and_another_age(stack: Stack) -> None:
    MfaRole(
        stack,
        "Operator",
        user_names=["alice"],
        account_id=OTHER_ACCOUNT,
        max_mfa_age=timedelta(minutes=15),
    )
    (statement,) = trust(stack)
    assert OTHER_ACCOUNT in str(statement["Principal"])
    assert "'aws:MultiFactorAuthAge': '900'" in str(statement["Condition"])


def test_every_kind_can_have_customer_managed_policies(stack: Stack) -> None:
    may = {
        "permissions": [S3List(bucket_arn="arn:aws:s3:::pictures")],
        "policy_type": PolicyType.CUSTOMER_MANAGED,
    }
    other = AwsAccount(account_id=OTHER_ACCOUNT)
    made: list[TrustedRole] = [
        TrustedRole(stack, "Trusted", trusted_by=[other], **may),  # type: ignore[arg-type]
        InstanceRole(stack, "Instance", **may),  # type: ignore[arg-type]
        ServiceRole(stack, "Service", service="lambda.amazonaws.com", **may),  # type: ignore[arg-type]
        CrossAccountRole(stack, "Account", trusted_by=[other], **may),  # type: ignore[arg-type]
        MfaRole(stack, "Mfa", user_names=["alice"], **may),  # type: ignore[arg-type]
    ]
    assert len(resources(stack, "AWS::IAM::ManagedPolicy")) == len(made)
    assert not any("Policies" in role for role in resources(stack, ROLE).values())
