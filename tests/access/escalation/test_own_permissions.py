"""Ways up through a principal's own policies: whose they are, and what limits them."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.access import PolicySet
from least_privilege.access.escalation import (
    Escalation,
    EscalationReport,
    EscalationVerdict,
    escalations,
)
from least_privilege.policy import PolicyKind
from tests.access.escalation.scenes import (
    ACCOUNT,
    ALICE,
    DEPLOY,
    GROUP,
    POLICY,
    Statement,
    allow,
    deny,
    document,
    policies,
)

FOUND, UNKNOWN, NONE = EscalationVerdict.FOUND, EscalationVerdict.UNKNOWN, EscalationVerdict.NONE
S3_ALONE = (allow(["s3:*", "iam:PutRolePolicy"]),)


def ask(*statements: Statement, **more: Any) -> EscalationReport:
    limits = {name: more.pop(name) for name in ("boundary", "session", "service_control")
              if name in more}  # fmt: skip
    known: dict[str, Any] = {"principal": DEPLOY, "targets": [], "attached_policies": [],
                             "groups": []}  # fmt: skip
    return escalations(policies(*statements, **limits), **known | more)


def only(report: EscalationReport, path: str) -> Escalation:
    (way,) = [each for each in report.paths if each.id == path]
    return way


def ids(report: EscalationReport) -> set[str]:
    return {each.id for each in report.paths}


@pytest.mark.parametrize(
    ("pattern", "verdict"),
    [
        ("*", FOUND),
        (DEPLOY, FOUND),
        (f"arn:aws:iam::{ACCOUNT}:role/De*", FOUND),
        (f"arn:aws:iam::{ACCOUNT}:role/app-*", NONE),
        (f"arn:aws:iam::{ACCOUNT}:role/Other", NONE),
        ("arn:aws:iam::444455556666:role/Deploy", NONE),
    ],
)
def test_its_own_role_must_be_among_the_resources(pattern: str, verdict: str) -> None:
    assert ask(allow("iam:PutRolePolicy", pattern)).verdict == verdict


@pytest.mark.parametrize(
    ("pattern", "verdict"), [("*", FOUND), (f"arn:aws:iam::{ACCOUNT}:role/app-*", UNKNOWN)]
)
def test_a_role_that_is_not_given_may_be_any_role(pattern: str, verdict: str) -> None:
    report = ask(allow("iam:PutRolePolicy", pattern), principal=None)
    assert report.verdict == verdict
    if report.unknown:
        assert report.unknown[0].reasons == (
            f"whether its own role is among {pattern}, as long as the role is not given",
        )


def test_a_user_who_may_only_look_after_itself_has_no_way_up() -> None:
    own = "arn:aws:iam::*:user/${aws:username}"
    report = ask(
        allow(["iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:UpdateLoginProfile"], own),
        principal=ALICE,
    )
    assert report.verdict is NONE


def test_a_user_who_may_attach_policies_to_itself_has_a_way_up() -> None:
    report = ask(
        allow("iam:AttachUserPolicy", "arn:aws:iam::*:user/${aws:username}"), principal=ALICE
    )
    assert only(report, "iam-008").verdict is FOUND


def test_a_role_that_raises_users_may_raise_who_uses_it() -> None:
    way = only(ask(allow("iam:PutUserPolicy")), "iam-007")
    assert way.verdict is UNKNOWN
    assert "whether who acts here can also act as that user" in way.reasons[0]


def test_attaching_harmless_policies_alone_is_not_found_for_certain() -> None:
    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    report = ask(
        allow(
            "iam:AttachRolePolicy",
            DEPLOY,
            Condition={"ArnEquals": {"iam:PolicyARN": read_only}},
        )
    )
    way = only(report, "iam-009")
    assert way.verdict is UNKNOWN
    assert read_only in way.reasons[0]


def test_the_policies_that_are_attached_settle_who_rewrites_what() -> None:
    statement = allow("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/Te*")
    assert only(ask(statement, attached_policies=[POLICY]), "iam-001").verdict is FOUND
    other = f"arn:aws:iam::{ACCOUNT}:policy/Other"
    assert "iam-001" not in ids(ask(statement, attached_policies=[other]))
    assert "iam-001" not in ids(ask(statement, attached_policies=[]))
    way = only(ask(statement, attached_policies=None), "iam-001")
    assert way.verdict is UNKNOWN
    assert way.reasons == (
        "whether a customer managed policy is attached to it among "
        f"arn:aws:iam::{ACCOUNT}:policy/Te*",
    )


def test_a_user_s_groups_settle_which_group_counts() -> None:
    statement = allow("iam:PutGroupPolicy", GROUP)
    assert only(ask(statement, principal=ALICE, groups=[GROUP]), "iam-011").verdict is FOUND
    assert ask(statement, principal=ALICE, groups=[]).verdict is NONE
    assert ask(statement, principal=ALICE, groups=None).verdict is UNKNOWN


def test_a_boundary_that_stops_all_gain_leaves_no_way_up() -> None:
    statements = (allow(["s3:*", "iam:PutRolePolicy"]),)
    assert ask(*statements).verdict is FOUND
    assert ask(*statements, boundary=S3_ALONE).verdict is NONE


def test_a_boundary_limits_what_is_gained() -> None:
    report = ask(allow("iam:PutRolePolicy"), boundary=S3_ALONE)
    way = only(report, "iam-005")
    assert way.verdict is FOUND
    assert way.gain.startswith("s3:")


@pytest.mark.parametrize("lifting", ["iam:DeleteRolePermissionsBoundary",
                                     "iam:PutRolePermissionsBoundary"])  # fmt: skip
def test_a_boundary_that_it_may_lift_does_not_stop_it(lifting: str) -> None:
    actions = ["s3:*", "iam:PutRolePolicy", lifting]
    way = only(ask(allow(actions), boundary=(allow(actions),)), "iam-005")
    assert way.verdict is FOUND
    assert [step.action for step in way.steps] == ["iam:PutRolePolicy", lifting]
    assert way.gain == "everything"


def test_a_boundary_that_it_may_rewrite_perhaps_makes_a_way_up_unknown() -> None:
    actions = ["iam:PutRolePolicy", "iam:CreatePolicyVersion"]
    way = only(ask(allow(actions), boundary=(allow(actions),)), "iam-005")
    assert way.verdict is UNKNOWN
    assert way.reasons == ("whether its permissions boundary is among *",)


def test_a_boundary_that_hides_nothing_is_not_worth_lifting() -> None:
    actions = ["s3:GetObject", "iam:DeleteRolePermissionsBoundary"]
    assert ask(allow(actions), boundary=(allow(actions),)).verdict is NONE


def test_session_policies_and_those_of_the_organization_limit_too() -> None:
    statement = allow("iam:PutRolePolicy")
    session = [document(allow("s3:*"), kind=PolicyKind.SESSION)]
    assert ask(statement, session=session).verdict is NONE
    everything_but = {"Effect": "Allow", "NotAction": "iam:Put*", "Resource": "*"}
    assert ask(statement, service_control=[
        [document(everything_but, kind=PolicyKind.SERVICE_CONTROL)]
    ]).verdict is NONE  # fmt: skip


def test_what_is_denied_to_it_can_perhaps_be_rewritten() -> None:
    report = ask(allow("*"), deny("organizations:*"))
    way = only(report, "iam-005")
    assert way.verdict is UNKNOWN
    assert way.reasons == (
        "whether it can also rewrite the policies of its own that deny the rest",
    )


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, UNKNOWN),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, UNKNOWN),
        ({"StringEquals": {"aws:PrincipalTag/team": "platform"}}, UNKNOWN),
        ({"Bool": {"aws:SecureTransport": "true"}}, FOUND),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, FOUND),
        ({"StringEquals": {"aws:PrincipalAccount": "444455556666"}}, NONE),
        ({"StringEquals": {"aws:username": "alice"}}, NONE),
    ],
)
def test_a_condition_leaves_it_open_where_the_caller_cannot_bring_it_about(
    condition: dict[str, Any], verdict: str
) -> None:
    report = ask(allow("iam:PutRolePolicy", Condition=condition))
    assert report.verdict == verdict
    if verdict == UNKNOWN:
        (key,) = next(iter(condition.values()))
        assert key in only(report, "iam-005").reasons[0]


def test_a_deny_under_a_condition_leaves_it_open() -> None:
    without_mfa = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    report = ask(allow("iam:PutRolePolicy"), deny("iam:*", Condition=without_mfa))
    assert only(report, "iam-005").verdict is UNKNOWN


def test_a_new_role_is_a_way_up_unless_it_must_have_a_boundary() -> None:
    actions = ["iam:CreateRole", "iam:AttachRolePolicy"]
    apps = f"arn:aws:iam::{ACCOUNT}:role/app/*"
    way = only(ask(allow(actions, apps)), "iam-CreateRole-AttachRolePolicy")
    assert way.verdict is FOUND
    assert [step.action for step in way.steps] == [*actions, "sts:AssumeRole"]
    ceiling = {"ArnEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/Ceiling"}}
    way = only(ask(allow(actions, apps, Condition=ceiling)), "iam-CreateRole-AttachRolePolicy")
    assert way.verdict is UNKNOWN
    assert "policy/Ceiling" in way.reasons[0]
    assert ask(allow(actions, apps), deny("sts:AssumeRole")).verdict is NONE


def test_the_statement_of_each_step_is_named() -> None:
    way = only(ask(allow("s3:*"), allow("iam:Put*", DEPLOY, Sid="OwnPolicies")), "iam-005")
    assert way.steps[0].allowed_by == (f"identity policy, OwnPolicies: iam:Put* on {DEPLOY}",)
    assert way.explain().splitlines() == [
        "found: iam-005, Write an inline policy on its own role",
        f"  1. iam:PutRolePolicy on {DEPLOY}: write an inline policy that allows everything on the "
        "role",
        f"     allowed by identity policy, OwnPolicies: iam:Put* on {DEPLOY}",
        "  gains: everything",
        "  source: https://pathfinding.cloud/paths/iam-005",
    ]


def test_policies_of_several_documents_count_together() -> None:
    together = PolicySet(
        identity=[
            document(allow("iam:CreatePolicyVersion")),
            document(allow("sts:AssumeRole")),
            document(deny("iam:CreatePolicyVersion", POLICY)),
        ]
    )
    report = escalations(together, principal=DEPLOY, targets=[], attached_policies=[POLICY])
    assert "iam-001" not in ids(report)
    assert only(report, "iam-016").verdict is UNKNOWN
