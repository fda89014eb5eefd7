"""Running code with a role: what is known of it decides between found, unknown and none."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.access.escalation import EscalationVerdict, Target
from tests.access.escalation.scenes import (
    ACCOUNT,
    ADMIN,
    ADMINISTRATOR,
    DEPLOY,
    LAMBDA,
    Statement,
    allow,
    ask,
    deny,
    policies,
    role,
    trusting,
    verdict,
    way,
)

FOUND, UNKNOWN, NONE = EscalationVerdict.FOUND, EscalationVerdict.UNKNOWN, EscalationVerdict.NONE
RUN = allow(["lambda:CreateFunction", "lambda:InvokeFunction"])
FUNCTION = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:report"
TO_LAMBDA = {"StringEquals": {"iam:PassedToService": LAMBDA}}
READ = policies(allow("s3:GetObject", "arn:aws:s3:::pictures/*"))


def test_a_role_may_be_passed_to_a_service_that_it_trusts() -> None:
    report = ask(allow("iam:PassRole", ADMIN), RUN, targets=[role()])
    found = way(report, "lambda-001")
    assert found is not None
    assert (found.verdict, found.target, found.gain) == (FOUND, ADMIN, "everything")
    assert [each.id for each in report.paths] == ["lambda-001"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (role(trust=trusting("ec2.amazonaws.com")), NONE),
        (role(trust=None), UNKNOWN),
        (role(policies=None), UNKNOWN),
        (role(policies=policies()), NONE),
        (role(policies=policies(allow("lambda:CreateFunction"))), NONE),
        (role(policies=READ), FOUND),
        (role(policies=policies(allow("*"), boundary=[RUN])), NONE),
    ],
    ids=["trusts another service", "trust not known", "policies not known", "may do nothing",
         "may do less", "may read a bucket", "held by its boundary"],
)  # fmt: skip
def test_the_target_must_trust_the_service_and_have_more(
    target: Target, expected: EscalationVerdict
) -> None:
    report = ask(allow("iam:PassRole", ADMIN), RUN, targets=[target])
    assert verdict(report, "lambda-001") is expected


def test_what_is_gained_is_shown() -> None:
    report = ask(allow("iam:PassRole", ADMIN), RUN, targets=[role(policies=READ)])
    found = way(report, "lambda-001")
    assert found is not None
    assert found.gain == "s3:GetObject on arn:aws:s3:::pictures/*"


def test_a_trust_under_a_condition_of_the_account_is_met() -> None:
    own = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    other = {"StringEquals": {"aws:SourceAccount": "444455556666"}}
    for condition, expected in ((own, FOUND), (other, NONE)):
        target = role(trust=trusting(LAMBDA, Condition=condition))
        report = ask(allow("iam:PassRole", ADMIN), RUN, targets=[target])
        assert verdict(report, "lambda-001") is expected


@pytest.mark.parametrize("pattern", ["*", f"arn:aws:iam::{ACCOUNT}:role/cdk-*",
                                     f"arn:aws:iam::{ACCOUNT}:role/cdk-exec"])  # fmt: skip
def test_roles_beside_the_targets_make_it_unknown_by_their_pattern(pattern: str) -> None:
    nothing = role(policies=policies())
    report = ask(allow("iam:PassRole", pattern), RUN, targets=[nothing])
    found = way(report, "lambda-001")
    assert found is not None
    assert found.verdict is UNKNOWN
    assert found.reasons == (
        f"whether a role with more permissions and trust in {LAMBDA} that is none of the targets "
        f"is among {pattern}",
    )


def test_a_role_that_is_named_and_known_leaves_nothing_open() -> None:
    report = ask(allow("iam:PassRole", ADMIN), RUN, targets=[role(policies=policies())])
    assert report.verdict is NONE


def test_roles_of_other_accounts_cannot_be_passed() -> None:
    other = "arn:aws:iam::444455556666:role/Admin"
    target = Target(arn=other, trust=trusting(LAMBDA), policies=ADMINISTRATOR)
    assert ask(allow("iam:PassRole", other), RUN, targets=[target]).verdict is NONE


def test_passing_its_own_role_brings_nothing() -> None:
    own = Target(arn=DEPLOY, trust=trusting(LAMBDA), policies=ADMINISTRATOR)
    assert ask(allow("iam:PassRole", DEPLOY), RUN, targets=[own]).verdict is NONE


def test_a_role_that_it_may_raise_first_brings_more() -> None:
    nothing = role(policies=policies())
    statement = allow(["iam:PassRole", "iam:PutRolePolicy"], ADMIN)
    found = way(ask(statement, RUN, targets=[nothing]), "lambda-001")
    assert found is not None
    assert found.verdict is FOUND
    assert found.steps[-1].action == "iam:PutRolePolicy"


@pytest.mark.parametrize(
    ("service", "paths"),
    [
        (LAMBDA, {"lambda-001"}),
        ("ec2.amazonaws.com", {"ec2-001"}),
        ("states.amazonaws.com", set()),
    ],
)
def test_the_service_that_a_role_may_be_passed_to_counts(service: str, paths: set[str]) -> None:
    to_service = {"StringEquals": {"iam:PassedToService": service}}
    statements = (allow("iam:PassRole", Condition=to_service), RUN, allow("ec2:RunInstances"))
    trusts = {"Service": [LAMBDA, "ec2.amazonaws.com"]}
    report = ask(*statements, targets=[role(trust=trusting(trusts))])  # type: ignore[arg-type]
    assert {each.id for each in report.found} == paths


@pytest.mark.parametrize(
    ("create", "invoke", "expected"),
    [
        ("function:app-*", "function:app-*", FOUND),
        ("function:app-*", "function:*-reader", FOUND),
        ("function:app-*", "function:web-*", NONE),
        ("function:app", "function:app", FOUND),
        ("function:app", "function:web", NONE),
    ],
)
def test_all_steps_must_be_allowed_on_one_function(
    create: str, invoke: str, expected: EscalationVerdict
) -> None:
    where = "arn:aws:lambda:*:*:"
    report = ask(
        allow("iam:PassRole", ADMIN),
        allow("lambda:CreateFunction", where + create),
        allow("lambda:InvokeFunction", where + invoke),
        targets=[role()],
    )
    assert verdict(report, "lambda-001") is expected


@pytest.mark.parametrize(
    "limit",
    [
        allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}),
        allow("lambda:*", "arn:aws:lambda:eu-central-1:*:function:*"),
        allow("*", Condition={"StringLike": {"aws:RequestedRegion": "ap-*"}}),
        allow("lambda:*", "arn:aws:lambda:ap-southeast-4:*:function:*"),
        allow("lambda:*", "arn:aws:lambda:sa-*:*:function:*"),
    ],
)
def test_a_region_is_no_hindrance(limit: Statement) -> None:
    report = ask(allow("iam:PassRole", ADMIN), limit, targets=[role()])
    assert verdict(report, "lambda-001") is FOUND


@pytest.mark.parametrize(
    "denied",
    [
        deny("lambda:*", Condition={"StringEquals": {"aws:RequestedRegion": ["us-east-1",
                                                                             "eu-west-1"]}}),
        deny("lambda:*", "arn:aws:lambda:us-*:*:*"),
        deny("lambda:*", "arn:aws:lambda:*:*:function:s*"),
        deny("lambda:*", "arn:aws:lambda:*:*:function:x*"),
        {"Effect": "Deny", "Action": "lambda:*", "NotResource": "arn:aws:lambda:*:*:function:app"},
    ],
    ids=["two regions", "many regions", "names with s", "names with x", "all names but one"],
)  # fmt: skip
def test_what_is_denied_on_some_functions_is_no_hindrance(denied: Statement) -> None:
    report = ask(allow("iam:PassRole", ADMIN), RUN, denied, targets=[role()])
    assert verdict(report, "lambda-001") is FOUND


def test_a_denied_region_leaves_the_others() -> None:
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}
    report = ask(
        allow("iam:PassRole", ADMIN),
        RUN,
        {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*", "Condition": elsewhere},
        targets=[role()],
    )
    found = way(report, "lambda-001")
    assert found is not None
    assert found.verdict is FOUND
    assert "eu-central-1" in found.steps[1].resources[0]


def test_launching_an_instance_takes_more_than_its_subnet() -> None:
    statements = [allow("iam:PassRole", ADMIN)]
    target = role(trust=trusting("ec2.amazonaws.com"))
    alone = allow("ec2:RunInstances", "arn:aws:ec2:*:*:subnet/subnet-1")
    assert ask(*statements, alone, targets=[target]).verdict is NONE
    rest = [f"arn:aws:ec2:*::{kind}/*" if kind == "image" else f"arn:aws:ec2:*:*:{kind}/*"
            for kind in ("instance", "image", "network-interface", "security-group")]  # fmt: skip
    report = ask(*statements, alone, allow("ec2:RunInstances", rest), targets=[target])
    assert verdict(report, "ec2-001") is FOUND


@pytest.mark.parametrize(
    ("workloads", "gains", "pattern", "expected"),
    [
        ([FUNCTION], ADMINISTRATOR, FUNCTION, FOUND),
        ([FUNCTION], policies(), FUNCTION, NONE),
        ([FUNCTION], None, FUNCTION, UNKNOWN),
        ([FUNCTION], policies(), "*", UNKNOWN),
        ([], ADMINISTRATOR, FUNCTION, UNKNOWN),
        (None, ADMINISTRATOR, FUNCTION, UNKNOWN),
    ],
)
def test_an_existing_function_counts_where_its_role_is_known(
    workloads: list[str] | None, gains: Any, pattern: str, expected: EscalationVerdict
) -> None:
    target = role(workloads=workloads, policies=gains)
    report = ask(allow("lambda:UpdateFunctionCode", pattern), targets=[target])
    assert verdict(report, "lambda-003") is expected
    if expected is UNKNOWN and gains is not None:
        found = way(report, "lambda-003")
        assert found is not None
        assert found.reasons == (
            f"whether a lambda function that runs with a role of more permissions is among "
            f"{pattern}",
        )


def test_its_own_function_brings_nothing() -> None:
    own = Target(arn=DEPLOY, workloads=[FUNCTION])
    assert ask(allow("lambda:UpdateFunctionCode", FUNCTION), targets=[own]).verdict is NONE


def test_commands_on_instances_need_a_document_that_runs_commands() -> None:
    instance = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/i-0123456789abcdef0"
    target = role(workloads=[instance])
    own = "arn:aws:ssm:*:*:document/Restart"
    statement = allow("ssm:SendCommand", [instance, own])
    assert ask(statement, targets=[target]).verdict is NONE
    shell = "arn:aws:ssm:*::document/AWS-RunShellScript"
    report = ask(allow("ssm:SendCommand", [instance, shell]), targets=[target])
    assert verdict(report, "ssm-002") is FOUND


def test_more_patterns_than_can_be_gone_through_are_unknown() -> None:
    patterns = [f"arn:aws:lambda:*:*:function:{number}-*" for number in range(20)]
    others = [f"arn:aws:lambda:*:*:function:*-{number}" for number in range(20)]
    blocked = deny(["lambda:CreateFunction"], "arn:aws:lambda:*:*:function:*")
    report = ask(
        allow("iam:PassRole", ADMIN),
        allow("lambda:CreateFunction", patterns),
        allow("lambda:InvokeFunction", others),
        blocked,
        targets=[role()],
    )
    found = way(report, "lambda-001")
    assert found is not None
    assert found.reasons == ("the policies name more patterns than can be gone through",)
