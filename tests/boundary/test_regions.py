"""A limit of regions, and the services that answer from one region for all."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.access import Decision
from least_privilege.boundary import RoleBoundary
from least_privilege.boundary.global_services import GLOBAL_ACTIONS, GLOBAL_SERVICES
from least_privilege.errors import InvalidPermissionError
from least_privilege.policy import service_reference
from tests.boundary.test_ceiling import statements
from tests.boundary.under import account_with, decision
from tests.conftest import ACCOUNT, REGION, new_stack

SERVICES = ("s3", "ec2", "kms", "route53", "cloudfront", "sts")
RETIRED = {"aws-portal", "importexport"}


@pytest.mark.parametrize(
    ("action", "region", "expected"),
    [
        ("ec2:RunInstances", REGION, Decision.ALLOWED),
        ("ec2:RunInstances", "us-east-1", Decision.EXPLICITLY_DENIED),
        ("s3:CreateBucket", "us-east-1", Decision.EXPLICITLY_DENIED),
        ("kms:CreateKey", "us-east-1", Decision.EXPLICITLY_DENIED),
        ("route53:CreateHostedZone", "us-east-1", Decision.ALLOWED),
        ("cloudfront:CreateDistribution", "us-east-1", Decision.ALLOWED),
        ("sts:GetCallerIdentity", "us-east-1", Decision.ALLOWED),
        ("s3:ListAllMyBuckets", "us-east-1", Decision.ALLOWED),
        ("ec2:DescribeRegions", "us-east-1", Decision.ALLOWED),
        # Global, and not among the allowed services.
        ("shield:CreateProtection", "us-east-1", Decision.EXPLICITLY_DENIED),
        ("iam:GetRole", "us-east-1", Decision.EXPLICITLY_DENIED),
    ],
)
def test_the_region_counts_for_what_is_regional(
    action: str, region: str, expected: Decision
) -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-requested-region.html"""
    reading = account_with(SERVICES, regions=(REGION,), creation=None)
    assert decision(reading, action, aws__RequestedRegion=region) is expected


def test_roles_are_created_wherever_iam_answers_from() -> None:
    reading = account_with(("s3",), regions=(REGION,), creation="/orders/")
    role = f"arn:aws:iam::{ACCOUNT}:role/orders/Worker2"
    context = {"iam__PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/Ceiling"}
    answer = decision(reading, "iam:CreateRole", role, aws__RequestedRegion="us-east-1", **context)
    assert answer is Decision.ALLOWED


def test_without_regions_any_will_do() -> None:
    reading = account_with(SERVICES, creation=None)
    assert decision(reading, "kms:CreateKey", aws__RequestedRegion="sa-east-1") is Decision.ALLOWED


def test_only_what_is_allowed_is_left_out_of_the_limit() -> None:
    stack = new_stack()
    RoleBoundary(stack, "Ceiling", allowed_services=["s3", "route53"], allowed_regions=[REGION])
    limit = statements(stack)["NeverInOtherRegions"]
    assert limit == {
        "Sid": "NeverInOtherRegions",
        "Effect": "Deny",
        "NotAction": [*GLOBAL_ACTIONS["s3"], "route53:*"],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": REGION}},
    }


def test_with_regional_services_alone_everything_is_limited() -> None:
    stack = new_stack()
    RoleBoundary(stack, "Ceiling", allowed_services=["sqs"], allowed_regions=[REGION, "eu-west-1"])
    limit = statements(stack)["NeverInOtherRegions"]
    assert limit["Action"] == "*"
    assert "NotAction" not in limit
    assert limit["Condition"]["StringNotEquals"]["aws:RequestedRegion"] == [REGION, "eu-west-1"]


def test_the_region_of_the_stack_can_be_meant() -> None:
    stack = new_stack()
    RoleBoundary(stack, "Ceiling", allowed_services=["sqs"], allowed_regions=["${AWS::Region}"])
    keys = statements(stack)["NeverInOtherRegions"]["Condition"]["StringNotEquals"]
    assert keys == {"aws:RequestedRegion": "${AWS::Region}"}


@pytest.mark.parametrize("regions", ["eu-central-1", ["Frankfurt"], ["eu-central-1a"], ["*"], None])
def test_what_is_no_list_of_regions_is_refused(regions: Any) -> None:
    with pytest.raises(InvalidPermissionError, match=r"^Stack/Ceiling: allowed_regions must"):
        RoleBoundary(new_stack(), "Ceiling", allowed_services=["s3"], allowed_regions=regions)


def test_the_global_services_and_actions_exist() -> None:
    assert {each for each in GLOBAL_SERVICES if not service_reference.service_exists(each)} <= (
        RETIRED
    )
    for service, actions in GLOBAL_ACTIONS.items():
        assert {*actions} <= {*service_reference.expand_actions(f"{service}:*")}
