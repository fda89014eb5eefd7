"""The ceiling over roles: what it lets through, and what it never does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Stack

from least_privilege.boundary import ALWAYS_DENIED, RoleBoundary
from least_privilege.errors import InvalidPermissionError, QuotaExceededError
from least_privilege.policy import service_reference
from least_privilege.roles import ServiceRole
from least_privilege.validation import NagPack, check_with
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
        "config:StopConfigurationRecorder",
        "ec2:DeleteFlowLogs",
        "guardduty:DeleteDetector",
        "organizations:LeaveOrganization",
        "securityhub:DisableSecurityHub",
        "sts:AssumeRoot",
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


def test_what_is_always_denied_are_actions_of_aws() -> None:
    known = {
        action
        for service in {each.partition(":")[0] for each in ALWAYS_DENIED}
        for action in service_reference.expand_actions(f"{service}:*")
    }
    assert set(ALWAYS_DENIED) <= known


@pytest.mark.parametrize("service", ["sso", "sso-directory", "identitystore"])
def test_people_of_the_identity_center_are_beyond_a_boundary(stack: Stack, service: str) -> None:
    with pytest.raises(InvalidPermissionError, match=f"must not hold '{service}'"):
        RoleBoundary(stack, "Ceiling", allowed_services=["s3", service])


@pytest.mark.parametrize("services", ["s3", [], ["S3"], ["s3:GetObject"], ["*"], [3]])
def test_what_is_no_list_of_services_is_refused(stack: Stack, services: Any) -> None:
    with pytest.raises(InvalidPermissionError, match=r"^Stack/Ceiling: allowed_services must"):
        RoleBoundary(stack, "Ceiling", allowed_services=services)
    assert stack.node.children == []


def test_more_services_than_a_managed_policy_holds_are_refused(stack: Stack) -> None:
    barred = {"iam", "identitystore", "sso", "sso-directory"}
    services = [each for each in service_reference.services() if each not in barred]
    with pytest.raises(QuotaExceededError, match="the quota is 6,144"):
        RoleBoundary(stack, "Ceiling", allowed_services=services)


def test_a_boundary_has_no_findings_of_its_own(tmp_path: Path) -> None:
    app = new_app(outdir=str(tmp_path))
    check_with(app, [NagPack.AWS_SOLUTIONS])
    RoleBoundary(
        new_stack(app=app),
        "Ceiling",
        allowed_services=["s3", "route53"],
        allowed_regions=["eu-central-1"],
        allow_role_creation="/orders/",
        policy_name="Ceiling",
    )
    app.synth()
