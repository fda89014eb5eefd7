"""A role that may create roles, and stays below its own ceiling whatever it does with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from least_privilege.access import (
    AccessRequest,
    Decision,
    Escalation,
    EscalationReport,
    Verdict,
    compare,
    escalations,
    evaluate,
    is_administrator,
    published_paths,
)
from least_privilege.boundary import RoleBoundary
from least_privilege.boundary.role_creation import BOUNDARY_KEY, ONLY_UNDER_THE_BOUNDARY
from least_privilege.errors import InvalidNameError, InvalidPermissionError
from least_privilege.policy import service_reference
from tests.boundary.under import BOUNDARY_ARN, SERVICES, account_with, decision, deployer
from tests.conftest import ACCOUNT, OTHER_ACCOUNT, new_stack

ALLOWED, DENIED, NOT_ALLOWED = (
    Decision.ALLOWED,
    Decision.EXPLICITLY_DENIED,
    Decision.IMPLICITLY_DENIED,
)
IAM = f"arn:aws:iam::{ACCOUNT}"
IN_THE_PATH = f"{IAM}:role/orders/Worker2"
THIS = {"iam__PermissionsBoundary": BOUNDARY_ARN}
ANOTHER = {"iam__PermissionsBoundary": f"{IAM}:policy/Wider"}

EVERY_SERVICE = tuple(
    sorted(
        {
            action.name.split(":")[0]
            for path in published_paths().values()
            for action in path.actions
        }
        - {"iam", "sso"}
    )
)


def ways_up(services: tuple[str, ...], creation: str | None) -> EscalationReport:
    reading = account_with(services, creation=creation)
    role = deployer(reading)
    return escalations(
        role.policy_set(),
        principal=role.session(),
        targets=reading.targets(),
        attached_policies=[],
        groups=[],
    )


@pytest.mark.parametrize(
    ("action", "resource", "context", "expected"),
    [
        # What delegation is for.
        ("iam:CreateRole", IN_THE_PATH, THIS, ALLOWED),
        ("iam:PutRolePolicy", IN_THE_PATH, THIS, ALLOWED),
        ("iam:AttachRolePolicy", IN_THE_PATH, THIS, ALLOWED),
        ("iam:UpdateAssumeRolePolicy", IN_THE_PATH, THIS, ALLOWED),
        ("iam:PutRolePermissionsBoundary", IN_THE_PATH, THIS, ALLOWED),
        ("iam:DeleteRole", IN_THE_PATH, {}, ALLOWED),
        ("iam:PassRole", IN_THE_PATH, {"iam__PassedToService": "lambda.amazonaws.com"}, ALLOWED),
        ("sts:AssumeRole", f"{IAM}:role/orders/Worker", {}, ALLOWED),
        ("iam:CreatePolicy", f"{IAM}:policy/orders/Reading", {}, ALLOWED),
        ("iam:CreatePolicyVersion", f"{IAM}:policy/orders/Reading", {}, ALLOWED),
        ("iam:CreateInstanceProfile", f"{IAM}:instance-profile/orders/Web", {}, ALLOWED),
        ("iam:GetRole", f"{IAM}:role/Admin", {}, ALLOWED),
        # Another boundary, or none.
        ("iam:CreateRole", IN_THE_PATH, {}, DENIED),
        ("iam:CreateRole", IN_THE_PATH, ANOTHER, DENIED),
        ("iam:PutRolePermissionsBoundary", IN_THE_PATH, ANOTHER, DENIED),
        ("iam:DeleteRolePermissionsBoundary", IN_THE_PATH, THIS, DENIED),
        ("iam:PutRolePolicy", IN_THE_PATH, ANOTHER, NOT_ALLOWED),
        ("iam:PutRolePolicy", IN_THE_PATH, {}, NOT_ALLOWED),
        ("iam:AttachRolePolicy", IN_THE_PATH, {}, NOT_ALLOWED),
        ("iam:UpdateAssumeRolePolicy", IN_THE_PATH, {}, NOT_ALLOWED),
        # Another path.
        ("iam:CreateRole", f"{IAM}:role/Worker2", THIS, NOT_ALLOWED),
        ("iam:CreateRole", f"{IAM}:role/orders-of-others/Worker2", THIS, NOT_ALLOWED),
        ("iam:PutRolePermissionsBoundary", f"{IAM}:role/Admin", THIS, DENIED),
        ("iam:UpdateAssumeRolePolicy", f"{IAM}:role/Admin", THIS, NOT_ALLOWED),
        ("iam:PassRole", f"{IAM}:role/Admin", {}, NOT_ALLOWED),
        ("sts:AssumeRole", f"{IAM}:role/Admin", {}, DENIED),
        ("iam:AddRoleToInstanceProfile", f"{IAM}:instance-profile/Web", {}, NOT_ALLOWED),
        # The boundary itself.
        ("iam:CreatePolicyVersion", BOUNDARY_ARN, {}, DENIED),
        ("iam:SetDefaultPolicyVersion", BOUNDARY_ARN, {}, DENIED),
        ("iam:DeletePolicyVersion", BOUNDARY_ARN, {}, DENIED),
        ("iam:DeletePolicy", BOUNDARY_ARN, {}, NOT_ALLOWED),
        # Users, and what comes without a boundary.
        ("iam:CreateUser", f"{IAM}:user/orders/eve", THIS, DENIED),
        ("iam:CreateAccessKey", f"{IAM}:user/root", {}, DENIED),
        ("iam:AddUserToGroup", f"{IAM}:group/Admins", {}, NOT_ALLOWED),
        ("iam:CreateServiceLinkedRole", f"{IAM}:role/aws-service-role/ecs/x", {}, NOT_ALLOWED),
        ("iam:CreateOpenIDConnectProvider", f"{IAM}:oidc-provider/example.com", {}, NOT_ALLOWED),
        ("sts:AssumeRoot", "arn:aws:iam::444455556666:root", {}, DENIED),
    ],
)  # fmt: skip
def test_roles_are_created_in_the_path_and_under_this_boundary_alone(
    action: str, resource: str, context: dict[str, Any], expected: Decision
) -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"""
    assert decision(account_with(), action, resource, **context) is expected


def test_roles_of_other_accounts_are_for_those_to_give() -> None:
    """Across accounts the other side must trust it too; only the account's own are held back."""
    arn = f"arn:aws:iam::{OTHER_ACCOUNT}:role/Audit"
    role = deployer(account_with())
    allowing = account_with().resource_policy(f"{IAM}:role/Admin")
    assert allowing is not None
    request = AccessRequest(principal=role.session(), action="sts:AssumeRole", resource=arn)
    assert evaluate(request, role.policy_set(resource=allowing)).is_allowed


@pytest.mark.parametrize(
    ("services", "creation"),
    [
        (("s3",), None),
        (("s3",), "/orders/"),
        (SERVICES, "/orders/"),
        (EVERY_SERVICE, "/orders/"),
        (tuple(each for each in EVERY_SERVICE if each != "sts"), None),
    ],
)
def test_no_published_way_up_is_open(services: tuple[str, ...], creation: str | None) -> None:
    """Its own policies allow everything, and an administrator is there who trusts the account."""
    assert not is_administrator(deployer(account_with(services, creation=creation)).policy_set())
    report = ways_up(services, creation)
    assert report.found == ()
    unexplained = [each.explain() for each in report.unknown if not _explained(each)]
    assert unexplained == []


def _explained(way: Escalation) -> bool:
    """Why a way that is not ruled out leads nowhere, or is not for a boundary to bar."""
    if way.id.startswith("iam-CreateRole-"):
        # What it makes has this boundary; see the test below.
        return all("iam:PermissionsBoundary to be" in reason for reason in way.reasons)
    on_iam = [
        resource for step in way.steps for resource in step.resources if resource.startswith(IAM)
    ]
    if on_iam:
        # The roles, policies and profiles of the path, where none is that has more.
        return all("/orders/" in resource for resource in on_iam)
    # A workload that an administrator runs in the same account: for docs to tell.
    return any("runs with a role of more permissions" in reason for reason in way.reasons)


def test_where_nothing_runs_code_delegation_leaves_one_way_to_look_at() -> None:
    """An instance profile of the path, whose instances take on a role of the path."""
    report = ways_up(("s3", "logs"), "/orders/")
    assert {each.id for each in report.unknown} == {"iam-AddRoleToInstanceProfile"}


def test_without_delegation_a_role_that_trusts_the_account_is_a_way_up() -> None:
    """The near miss: `sts` in a boundary alone does not say which roles."""
    report = ways_up(SERVICES, None)
    assert {(each.id, each.target) for each in report.found} == {("sts-001", f"{IAM}:role/Admin")}


def test_a_role_that_it_creates_may_do_nothing_that_it_may_not_do_itself() -> None:
    """The most that it can write on a new role is everything; the boundary comes along."""
    reading = account_with()
    creator, created = deployer(reading).policy_set(), reading.role("Worker").policy_set()
    assert created.boundary == creator.boundary is not None
    assert compare(creator, created).verdict is Verdict.NO_NEW_ACCESS
    without = replace(created, boundary=None)
    assert compare(creator, without).verdict is Verdict.NEW_ACCESS


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PassRole", "iam:GetRole"])
def test_without_delegation_roles_are_not_to_be_touched(action: str) -> None:
    reading = account_with(creation=None)
    assert decision(reading, action, IN_THE_PATH, **THIS) is NOT_ALLOWED


def test_reading_is_all_that_is_allowed_of_roles_elsewhere() -> None:
    """`iam:Get*` and `iam:List*` are wildcards: what AWS adds must be reading, too."""
    levels = {
        str(level)
        for pattern in ("iam:Get*", "iam:List*")
        for action in service_reference.expand_actions(pattern)
        if (details := service_reference.action_details(action))
        for level in details.access_levels
    }
    assert levels == {"Read", "List"}


def test_the_boundary_is_a_condition_of_whatever_aws_sends_it_with() -> None:
    """What has no such key has to be limited by name."""
    supporting = {
        action
        for action in service_reference.expand_actions("iam:*")
        if "Role" in action and service_reference.supports_condition_key(action, BOUNDARY_KEY)
    }
    # Reading or deleting a role lifts nobody; deleting its boundary is always denied.
    left_out = {"iam:DeleteRole", "iam:DeleteRolePermissionsBoundary", "iam:GetRole"}
    assert supporting - left_out == set(ONLY_UNDER_THE_BOUNDARY)
    assert not service_reference.supports_condition_key("iam:PassRole", BOUNDARY_KEY)


@pytest.mark.parametrize("beginning", ["", "/", "orders", "Ord*-", "a//", "${aws:username}/", 7])
def test_what_is_created_must_have_names_of_its_own(beginning: Any) -> None:
    with pytest.raises(InvalidNameError, match=r"^Stack/Ceiling: allow_role_creation must be how"):
        RoleBoundary(
            new_stack(), "Ceiling", allowed_services=["s3"], policy_name="Ceiling",
            allow_role_creation=beginning,
        )  # fmt: skip


@pytest.mark.parametrize(
    "beginning", ["cdk-", "/aws-service-role/", "aws-reserved/sso.amazonaws.com/"]
)
def test_names_that_others_have_are_not_for_delegation(beginning: str) -> None:
    """The role that the CDK deploys with may do everything, and its name begins with `cdk-`."""
    with pytest.raises(InvalidNameError, match="must not begin with any of"):
        RoleBoundary(
            new_stack(), "Ceiling", allowed_services=["s3"], policy_name="Ceiling",
            allow_role_creation=beginning,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("beginning", "path", "policy_name"),
    [("/orders/", "/orders/boundaries/", "Ceiling"), ("Orders-", "/", "Orders-Ceiling"),
     ("Orders-", "/", "${Token[Name.1]}")],
)  # fmt: skip
def test_the_boundary_must_not_be_among_the_policies_that_can_be_rewritten(
    beginning: str, path: str, policy_name: str
) -> None:
    with pytest.raises(InvalidNameError, match="policy_name must not begin with"):
        RoleBoundary(
            new_stack(), "Ceiling", allowed_services=["s3"], policy_name=policy_name, path=path,
            allow_role_creation=beginning,
        )  # fmt: skip


def test_roles_that_cloudformation_names_can_be_delegated_too() -> None:
    """Those of custom resource providers have no path."""
    reading = account_with(creation="Orders-")
    named = f"{IAM}:role/Orders-Test-CustomS3AutoDeleteObjects-1A2B3C"
    assert decision(reading, "iam:CreateRole", named, **THIS) is ALLOWED
    assert decision(reading, "iam:CreateRole", IN_THE_PATH, **THIS) is NOT_ALLOWED
    assert decision(reading, "iam:PassRole", f"{IAM}:role/OrdersAdmin") is NOT_ALLOWED


def test_a_boundary_that_names_itself_must_have_a_name() -> None:
    with pytest.raises(InvalidPermissionError, match=r"^Stack/Ceiling: policy_name must be given"):
        RoleBoundary(
            new_stack(), "Ceiling", allowed_services=["s3"], allow_role_creation="/orders/"
        )
