"""What a newcomer gets wrong ends in an error of ours that tells the mend, not in Python's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Stack, aws_cognito as cognito, aws_iam as iam, aws_s3 as s3, aws_sqs as sqs

from least_privilege.acknowledgements import Acknowledgement, acknowledge
from least_privilege.errors import InvalidInputError, QuotaExceededError
from least_privilege.identity_pool import IdentityPoolRoles, UserPoolClient
from least_privilege.permissions import (
    ActionsOn,
    CloudWatchAgent,
    KmsDecrypt,
    LogsWrite,
    S3List,
    S3Read,
)
from least_privilege.policy import Condition
from least_privilege.roles import PolicyType, ServiceRole, require_imdsv2
from least_privilege.trust import AwsAccount, AwsRoles
from least_privilege.validation import NagPack, check_with

KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
QUEUE = "arn:aws:sqs:eu-central-1:111122223333:orders"
ACCEPTED = Acknowledgement(rule="AwsSolutions-S1", reason="the bucket holds access logs itself")
wrong: Any = lambda value: value  # noqa: E731 - hides from mypy what is wrong on purpose

POOL = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x"


def _send(**more: Any) -> ActionsOn:
    return ActionsOn(**{"actions": ["sqs:SendMessage"], "resources": [QUEUE]} | more)


MISTAKES: dict[str, tuple[Callable[[Stack], object], str]] = {
    "mfa as a flag": (
        lambda _: AwsAccount(account_id="111122223333", mfa=wrong(True)),
        "mfa must be an Mfa",
    ),
    "conditions as IAM writes them": (
        lambda _: _send(conditions=wrong({"StringEquals": {"a": "b"}})),
        "conditions must be a list of values of least_privilege.policy.Condition",
    ),
    "one condition without a list": (
        lambda _: _send(conditions=wrong(Condition.of("Bool", "a", "true"))),
        "conditions must be a list",
    ),
    "a queue for its ARN": (
        lambda stack: _send(resources=wrong(sqs.Queue(stack, "Queue"))),
        "resources must be a list of strings",
    ),
    "an ARN for a bucket": (
        lambda _: S3Read.of(wrong("arn:aws:s3:::pictures")),
        "for an ARN say bucket_arn=",
    ),
    "a CfnBucket for a bucket": (
        lambda stack: S3List.of(wrong(s3.CfnBucket(stack, "Bucket"))),
        "takes a bucket of the CDK",
    ),
    "a name for a log group": (
        lambda _: LogsWrite.of(wrong("/app")),
        "for a name say log_group_name=",
    ),
    "one log group without a list": (
        lambda _: CloudWatchAgent(log_group_names=wrong("/host/messages")),
        "log_group_names must be a list, got the string",
    ),
    "a service's name for where it is": (
        lambda _: KmsDecrypt(key_arn=KEY, via_service="sqs"),
        "via_service must be SERVICE.REGION.amazonaws.com",
    ),
    "no role names": (
        lambda _: AwsRoles(account_id="111122223333", role_names=wrong(None)),
        "role_names must be a list of strings",
    ),
    "a client of the CDK": (
        lambda stack: IdentityPoolRoles(
            stack,
            "Users",
            user_pool_clients=wrong([cognito.UserPool(stack, "Pool").add_client("App")]),
        ),
        "like UserPoolClient.of(user_pool, client)",
    ),
    "a client object for its ID": (
        lambda stack: UserPoolClient(
            client_id=wrong(cognito.UserPool(stack, "Pool").add_client("App")),
            user_pool_provider_name="cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x",
        ),
        "client_id must be a string",
    ),
    "one client without a list": (
        lambda stack: IdentityPoolRoles(
            stack,
            "Users",
            user_pool_clients=wrong(
                UserPoolClient(
                    client_id="a",
                    user_pool_provider_name="cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x",
                )
            ),
        ),
        "user_pool_clients must be a list",
    ),
    "an ARN for a managed policy": (
        lambda stack: ServiceRole(stack, "Role", service="lambda.amazonaws.com").add_managed_policy(
            wrong("arn:aws:iam::aws:policy/ReadOnlyAccess")
        ),
        "from_managed_policy_arn",
    ),
    "one pack without a list": (
        lambda stack: check_with(wrong(stack.node.root), wrong(NagPack.AWS_SOLUTIONS)),
        "packs must be a list of some of AwsSolutions",
    ),
    "acknowledgements in a list": (
        lambda stack: acknowledge(s3.Bucket(stack, "Bucket"), wrong([ACCEPTED])),
        "takes values of Acknowledgement, one after the other",
    ),
    "metadata options of a role": (
        lambda stack: require_imdsv2(
            wrong(iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com")))
        ),
        "must be an instance or a launch template",
    ),
    "a rule of no pack": (
        lambda _: Acknowledgement(rule="IAM5", reason="it is accepted for a good reason"),
        "like 'AwsSolutions-IAM5'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_mend(mistake: str, stack: Stack) -> None:
    make, message = MISTAKES[mistake]
    with pytest.raises(InvalidInputError) as caught:
        make(stack)
    assert message in str(caught.value)


def test_a_permission_that_found_no_room_is_not_taken_the_second_time_either(stack: Stack) -> None:
    role = ServiceRole(
        stack, "Role", service="lambda.amazonaws.com", policy_type=PolicyType.CUSTOMER_MANAGED
    )
    for number in range(10):
        name = f"Existing{number}"
        role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name(name))
    for _ in range(2):
        with pytest.raises(
            QuotaExceededError, match="permissions need 11 managed policies, the quota is 10"
        ):
            role.allow(_send())
    assert role.permissions == ()
