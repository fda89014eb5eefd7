"""The ceiling over roles: what it lets through, and what it never does."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack

from least_privilege.boundary import ALWAYS_DENIED, RoleBoundary
from least_privilege.errors import InvalidPermissionError
from least_privilege.roles import ServiceRole
from tests.conftest import new_app, new_stack, only

MANAGED_POLICY = "AWS::IAM::ManagedPolicy"


def statements(stack: Stack) -> dict[str, dict[str, Any]]:
    document = only(stack, MANAGED_POLICY)["PolicyDocument"]
    assert document["Version"] == "2012-10-17"
    return {each["Sid"]: each for each in document["Statement"]}


def test_a_boundary_allows_services_and_denies_what_would_lift_it(stack: Stack) -> None:
    RoleBoundary(stack, "Ceiling", allowed_services=["s3", "kms"])
    said = statements(stack)
    assert said["Ceiling"] == {
        "Sid": "Ceiling",
        "Effect": "Allow",
        "Action": ["s3:*", "kms:*"],
        "Resource": "*",
    }
    assert said["NeverAllowed"] == {
        "Sid": "NeverAllowed",
        "Effect": "Deny",
        "Action": list(ALWAYS_DENIED),
        "Resource": "*",
    }


@pytest.mark.parametrize(
    "action",
    [
        "iam:CreateAccessKey",
        "iam:CreatePolicyVersion",
        "iam:CreateServiceSpecificCredential",
        "iam:DeleteRolePermissionsBoundary",
        "iam:PutRolePermissionsBoundary",
        "iam:SetDefaultPolicyVersion",
        "cloudtrail:StopLogging",
        "organizations:LeaveOrganization",
    ],
)
def test_what_outlives_or_lifts_the_boundary_is_always_denied(action: str) -> None:
    assert action in ALWAYS_DENIED


def test_a_role_under_the_boundary_cannot_make_one_that_is_not(stack: Stack) -> None:
    """With `iam` allowed, `iam:CreateRole` without a boundary would be a way around it.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    with pytest.raises(InvalidPermissionError, match="must not hold 'iam'"):
        RoleBoundary(stack, "Ceiling", allowed_services=["iam", "sts"])


def test_a_boundary_has_everything_that_it_is_given(stack: Stack) -> None:
    RoleBoundary(
        stack,
        "Ceiling",
        allowed_services=["s3"],
        policy_name="Ceiling",
        path="/team/",
        description="As high as this",
    )
    properties = only(stack, MANAGED_POLICY)
    assert properties["ManagedPolicyName"] == "Ceiling"
    assert properties["Path"] == "/team/"
    assert properties["Description"] == "As high as this"


def test_a_boundary_of_another_stack_can_be_laid_over_a_role() -> None:
    app = new_app()
    ceiling = RoleBoundary(new_stack("Ceilings", app=app), "Ceiling", allowed_services=["s3"])
    stack = new_stack("Roles", app=app)
    ServiceRole(stack, "Role", service="lambda.amazonaws.com", boundary=ceiling)
    arn = only(stack, "AWS::IAM::Role")["PermissionsBoundary"]
    assert arn.startswith("${import Ceilings:ExportsOutputRefCeiling")


def test_a_service_named_twice_is_allowed_once(stack: Stack) -> None:
    RoleBoundary(stack, "Ceiling", allowed_services=["s3", "s3"])
    assert statements(stack)["Ceiling"]["Action"] == "s3:*"
