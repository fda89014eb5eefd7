"""Taking on other roles, and what is no question at all."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.access.escalation import EscalationVerdict, Target, escalations
from least_privilege.errors import InvalidRequestError
from tests.access.escalation.scenes import (
    ACCOUNT,
    ADMIN,
    ADMINISTRATOR,
    DEPLOY,
    LAMBDA,
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
FUNCTION = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:report"


@pytest.mark.parametrize(
    ("trust", "expected"),
    [
        (trusting(ACCOUNT), FOUND),
        (trusting(DEPLOY), FOUND),
        (trusting("444455556666"), NONE),
        (trusting(LAMBDA), NONE),
        (trusting(ACCOUNT, Condition={"StringEquals": {"sts:ExternalId": "a1"}}), FOUND),
        (trusting(ACCOUNT, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), UNKNOWN),
        (None, UNKNOWN),
    ],
    ids=["the account", "the role", "another account", "a service", "external ID", "MFA",
         "not known"],
)  # fmt: skip
def test_a_role_is_taken_on_if_it_trusts_the_caller(
    trust: Any, expected: EscalationVerdict
) -> None:
    report = ask(allow("sts:AssumeRole", ADMIN), targets=[role(trust=trust)])
    assert verdict(report, "sts-001") is expected


def test_a_role_that_names_the_caller_needs_no_policy_of_it() -> None:
    report = ask(targets=[role(trust=trusting(DEPLOY))])
    assert verdict(report, "sts-001") is FOUND
    report = ask(deny("sts:*"), targets=[role(trust=trusting(DEPLOY))])
    assert report.verdict is NONE


def test_a_role_of_another_account_can_be_taken_on() -> None:
    other = "arn:aws:iam::444455556666:role/Admin"
    statement = allow("sts:AssumeRole", other)
    target = Target(arn=other, trust=trusting(ACCOUNT), policies=ADMINISTRATOR)
    assert verdict(ask(statement, targets=[target]), "sts-001") is FOUND
    report = ask(statement, targets=[])
    found = way(report, "sts-001")
    assert found is not None
    assert found.verdict is UNKNOWN
    assert other in found.reasons[0]


def test_making_a_role_trust_itself_is_stopped_by_a_deny_of_taking_it_on() -> None:
    statement = allow("iam:UpdateAssumeRolePolicy", ADMIN)
    target = role(trust=trusting(LAMBDA))
    assert verdict(ask(statement, targets=[target]), "iam-012") is FOUND
    assert ask(statement, deny("sts:AssumeRole"), targets=[target]).verdict is NONE


def test_a_boundary_of_a_target_limits_what_raising_it_brings() -> None:
    statement = allow(["iam:PutRolePolicy", "sts:AssumeRole"], ADMIN)
    held = role(
        trust=trusting(ACCOUNT),
        policies=policies(boundary=[allow(["iam:PutRolePolicy", "sts:AssumeRole"], ADMIN)]),
    )
    assert verdict(ask(statement, targets=[held]), "iam-017") is NONE
    free = role(trust=trusting(ACCOUNT), policies=policies())
    assert verdict(ask(statement, targets=[free]), "iam-017") is FOUND


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"arn": "arn:aws:s3:::pictures"}, "target must be the ARN of a role, user or group"),
        ({"arn": f"arn:aws:iam::{ACCOUNT}:role/app-*"}, "target must be the ARN of a role"),
        ({"arn": "Admin"}, "target must be an ARN"),
        ({"arn": ADMIN, "trust": {}}, "trust must be a PolicyDocument"),
        ({"arn": ADMIN, "policies": []}, "policies must be a PolicySet"),
        ({"arn": ADMIN, "workloads": FUNCTION}, "workloads must be a sequence of ARNs"),
        ({"arn": ADMIN, "attached_policies": ["Team"]}, "attached_policies must hold ARNs"),
    ],
)
def test_what_is_no_target_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        Target(**given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"targets": [7]}, "targets must hold Targets or ARNs"),
        ({"targets": ADMIN}, "targets must be a sequence of Targets"),
        ({"principal": LAMBDA}, "principal must be a user or a role"),
        ({"groups": "Admins"}, "groups must be a sequence of ARNs"),
        ({"attached_policies": [1]}, "attached_policies must hold ARNs"),
    ],
)
def test_what_cannot_be_searched_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        escalations(policies(), **given)


def test_policies_must_be_a_policy_set() -> None:
    with pytest.raises(InvalidRequestError, match="policies must be a PolicySet"):
        escalations([])  # type: ignore[arg-type]


def test_a_target_of_which_only_the_arn_is_known_leaves_the_answer_open() -> None:
    report = escalations(
        policies(allow("sts:AssumeRole", ADMIN)), principal=DEPLOY, targets=[ADMIN]
    )
    assert report
    assert [each.verdict for each in report] == [EscalationVerdict.UNKNOWN] * len(report)
