"""Who may do everything."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.access import PolicySet
from least_privilege.access.escalation import (
    Administration,
    administration,
    is_administrator,
)
from least_privilege.policy import PolicyKind
from tests.access.escalation.scenes import Statement, allow, deny, document, policies

FULL, NEARLY, NO = Administration.FULL, Administration.NEARLY, Administration.NO
EVERYTHING = allow("*")
WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def all_but(*actions: str) -> Statement:
    return {"Effect": "Allow", "NotAction": list(actions), "Resource": "*"}


@pytest.mark.parametrize(
    ("statements", "boundary", "expected"),
    [
        ([EVERYTHING], [], FULL),
        ([allow(["s3:*", "*"])], [], FULL),
        ([all_but("iam:*"), allow("iam:*")], [], FULL),
        ([all_but("iam:Put*"), allow("iam:P*")], [], FULL),
        ([EVERYTHING], [EVERYTHING], FULL),
        ([EVERYTHING, deny("iam:*", Condition=WITH_MFA)], [], FULL),
        ([allow("*", Condition=WITH_MFA)], [], NEARLY),
        ([EVERYTHING, deny("account:CloseAccount")], [], NEARLY),
        ([EVERYTHING, deny("*", "arn:aws:s3:::payroll/*")], [], NEARLY),
        ([EVERYTHING], [all_but("organizations:*")], NEARLY),
        ([EVERYTHING], [EVERYTHING, deny("organizations:*")], NEARLY),
        ([EVERYTHING], [allow("s3:*")], NO),
        ([allow("*", "arn:aws:s3:::*")], [], NO),
        ([allow(["iam:*", "s3:*", "ec2:*"])], [], NO),
        ([all_but("iam:*")], [], NO),
        ([all_but("iam:*"), allow("iam:Get*")], [], NO),
        ([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::a"}], [], NO),
        ([], [EVERYTHING], NO),
    ],
)
def test_everything_on_everything_makes_an_administrator(
    statements: list[Statement], boundary: list[Statement], expected: Administration
) -> None:
    given = policies(*statements, boundary=boundary)
    assert administration(given) is expected
    assert is_administrator(given) is (expected is FULL)


@pytest.mark.parametrize(
    "limit",
    [
        {"session": [document(allow("s3:*"), kind=PolicyKind.SESSION)]},
        {"service_control": [[document(allow("s3:*"), kind=PolicyKind.SERVICE_CONTROL)]]},
        {"service_control": [[document(EVERYTHING, kind=PolicyKind.SERVICE_CONTROL)], []]},
    ],
    ids=["session policy", "service control policy", "a level that allows nothing"],
)
def test_limits_of_all_kinds_count(limit: dict[str, Any]) -> None:
    assert administration(PolicySet(identity=[document(EVERYTHING)], **limit)) is NO


def test_an_organization_that_allows_everything_takes_nothing_away() -> None:
    levels = [[document(EVERYTHING, kind=PolicyKind.SERVICE_CONTROL)]] * 3
    assert is_administrator(PolicySet(identity=[document(EVERYTHING)], service_control=levels))


def test_policies_of_several_documents_make_one_administrator() -> None:
    given = PolicySet(identity=[document(all_but("iam:*")), document(allow("iam:*"))])
    assert is_administrator(given)
