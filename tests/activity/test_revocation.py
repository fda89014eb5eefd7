"""Sessions ended by a deployment: of which roles, by which policy."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, aws_iam as iam

from least_privilege.activity import SessionRevocation
from least_privilege.errors import InvalidInputError
from least_privilege.permissions import S3List
from least_privilege.roles import PolicyType, ServiceRole
from least_privilege.validation import NagPack, check_with
from tests.conftest import ACCOUNT, OTHER_ACCOUNT, new_app, new_stack, only, resources

MOMENT = datetime(2026, 2, 3, 9, 30, tzinfo=UTC)
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-02-03T09:30:00Z"}},
        }
    ],
}
ARN = f"arn:aws:iam::{ACCOUNT}:role/team/Reader"
POLICY = "AWS::IAM::Policy"
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"


def revoke(stack: Stack, role: Any, construct_id: str = "Revocation") -> SessionRevocation:
    return SessionRevocation(stack, construct_id, role=role, issued_before=MOMENT)


def test_a_role_of_ours_keeps_its_policies_and_gets_one_beside_them(stack: Stack) -> None:
    role = ServiceRole(stack, "Role", service="lambda.amazonaws.com")
    role.allow(S3List(bucket_arn="arn:aws:s3:::pictures"))
    revoke(stack, role)
    policy = only(stack, POLICY)
    ((role_id, properties),) = resources(stack, "AWS::IAM::Role").items()
    assert [each["PolicyName"] for each in properties["Policies"]] == ["Permissions"]
    assert policy["PolicyDocument"] == DOCUMENT
    assert policy["Roles"] == [f"${{{role_id}}}"]


@pytest.mark.parametrize(
    "role",
    [
        "Reader",
        "team/Reader",
        "/team/Reader",
        ARN,
        f"arn:aws:iam::{ACCOUNT}:role/Reader",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/team/Reader",
        lambda stack: iam.Role.from_role_arn(stack, "Role", ARN),
        lambda stack: iam.Role.from_role_arn(stack, "Role", ARN, mutable=False),
        lambda stack: iam.Role.from_role_name(stack, "Role", "Reader"),
    ],
    ids=str,
)
def test_a_role_that_exists_in_the_account_can_be_named(stack: Stack, role: Any) -> None:
    revoke(stack, role(stack) if callable(role) else role)
    assert only(stack, POLICY)["Roles"] == ["Reader"]


@pytest.mark.parametrize(
    "role",
    [
        f"arn:aws:iam::{ACCOUNT}:role/AWSServiceRoleForX",
        "team/AWSServiceRoleForX",
        lambda stack: iam.Role.from_role_arn(
            stack, "Role", f"arn:aws:iam::{ACCOUNT}:role/team/AWSServiceRoleForX"
        ),
    ],
    ids=str,
)
def test_a_path_of_yours_tells_a_role_of_yours(stack: Stack, role: Any) -> None:
    """Where the path is not known, the name decides."""
    revoke(stack, role(stack) if callable(role) else role)
    assert only(stack, POLICY)["Roles"] == ["AWSServiceRoleForX"]


def test_a_role_of_another_stack_of_the_account_is_in_reach() -> None:
    app = new_app()
    role = ServiceRole(
        new_stack("Roles", app=app, region="us-east-1"),
        "Role",
        role_name="Writer",
        service="lambda.amazonaws.com",
    )
    stack = new_stack("Revocations", app=app)
    revoke(stack, role)
    assert only(stack, POLICY)["Roles"] == ["Writer"]


def test_a_stack_without_an_account_takes_what_it_is_given() -> None:
    stack = Stack(App(), "Anywhere")
    revoke(stack, ARN)
    assert only(stack, POLICY)["Roles"] == ["Reader"]


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (ARN.replace(ACCOUNT, OTHER_ACCOUNT), rf"account of the stack, {ACCOUNT}, got one of"),
        (
            lambda stack: iam.Role.from_role_arn(stack, "R", ARN.replace(ACCOUNT, OTHER_ACCOUNT)),
            rf"account of the stack, {ACCOUNT}, got one of {OTHER_ACCOUNT}",
        ),
        ("AWSServiceRoleForSupport", "service-linked role"),
        (
            lambda stack: iam.Role.from_role_name(stack, "R", "AWSServiceRoleForSupport"),
            "service-linked role",
        ),
        ("aws-service-role/x.amazonaws.com/X", "service-linked role"),
        (
            lambda stack: iam.Role.from_role_arn(
                stack, "R", f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/X"
            ),
            "service-linked role",
        ),
        ("AWSReservedSSO_Admin_0123456789abcdef", "permission set"),
        (f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/X", "permission set"),
        (f"arn:aws:iam::{ACCOUNT}:user/alice", "must be an ARN like"),
        (f"arn:aws:iam::{ACCOUNT}:role/*", "without wildcards"),
        ("a b", "must be letters, digits"),
        ("", "must be letters, digits"),
        ("x" * 65, "at most 64"),
        (None, "must be a role of the CDK, or the name or ARN of one, got None"),
        (["Reader"], "must be a role of the CDK"),
    ],
)
def test_a_role_that_no_policy_can_be_put_on_is_refused(stack: Stack, role: Any, said: str) -> None:
    with pytest.raises(InvalidInputError, match=rf"^Stack/Revocation: role .*{said}"):
        revoke(stack, role(stack) if callable(role) else role)
    assert not stack.node.try_find_child("Revocation")


def test_a_role_of_the_app_in_another_account_is_refused() -> None:
    app = new_app()
    role = ServiceRole(
        new_stack("There", app=app, account=OTHER_ACCOUNT),
        "Role",
        role_name="Reader",
        service="lambda.amazonaws.com",
    )
    with pytest.raises(InvalidInputError, match="put this into a stack of that account"):
        revoke(new_stack("Here", app=app), role)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"issued_before": datetime(2026, 1, 1)}, "issued_before must have a time zone"),
        (
            {"issued_before": datetime.now(UTC) + timedelta(days=1)},
            "issued_before must not be in the future",
        ),
        ({"policy_type": "managed"}, "policy_type must be one of 'inline', 'customer managed'"),
    ],
)
def test_nothing_is_left_of_what_is_refused(
    stack: Stack, arguments: dict[str, Any], said: str
) -> None:
    given: dict[str, Any] = {"role": "Reader", "issued_before": MOMENT, **arguments}
    with pytest.raises(InvalidInputError, match=f"^Stack/Revocation: {said}"):
        SessionRevocation(stack, "Revocation", **given)
    assert not stack.node.children


def test_two_revocations_of_one_role_do_not_replace_each_other(stack: Stack) -> None:
    """Nor that of the console and of the command, which has the plain name."""
    revoke(stack, "Reader", "First")
    revoke(stack, "Reader", "Second")
    names = {policy["PolicyName"] for policy in resources(stack, POLICY).values()}
    assert len(names) == 2
    assert all(name.startswith("AWSRevokeOlderSessions-") for name in names)


@pytest.mark.parametrize(
    ("packs", "policy_type", "findings"),
    [
        ([NagPack.AWS_SOLUTIONS], PolicyType.INLINE, set()),
        (NagPack, PolicyType.CUSTOMER_MANAGED, set()),
        (NagPack, PolicyType.INLINE, {"IAMNoInlinePolicy"}),
    ],
)
def test_the_packs_of_cdk_nag_find_nothing_but_inline_policies(
    packs: Iterable[NagPack], policy_type: PolicyType, findings: set[str], tmp_path: Path
) -> None:
    app = new_app(outdir=str(tmp_path))
    check_with(app, list(packs))
    SessionRevocation(
        new_stack(app=app),
        "Revocation",
        role="Reader",
        issued_before=MOMENT,
        policy_type=policy_type,
    )
    with suppress(RuntimeError):
        app.synth()
    report = json.loads((tmp_path / "validation-report.json").read_text("utf-8"))
    found = [each for one in report["pluginReports"] for each in one["violations"]]
    assert {each["ruleName"].rpartition("-")[2] for each in found} == findings


def test_where_inline_policies_are_refused_it_is_a_managed_one(stack: Stack) -> None:
    SessionRevocation(
        stack,
        "Revocation",
        role="Reader",
        issued_before=MOMENT,
        policy_type=PolicyType.CUSTOMER_MANAGED,
    )
    policy = only(stack, MANAGED_POLICY)
    assert policy["PolicyDocument"] == DOCUMENT
    assert policy["Roles"] == ["Reader"]
    assert not resources(stack, POLICY)
