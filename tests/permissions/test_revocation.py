"""What the policy that ends sessions denies, and whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from least_privilege.access import AccessRequest, Decision, PolicySet, evaluate
from least_privilege.errors import InvalidInputError
from least_privilege.permissions import REVOCATION_POLICY_NAME, session_revocation
from least_privilege.permissions.revocation import revoked_before, why_beyond_reach
from least_privilege.policy import PolicyDocument, PolicyKind, quotas

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SESSION = "arn:aws:sts::111122223333:assumed-role/Reader/alice"
ALL = PolicyDocument.parse(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
    }
)


def decided(principal: str, context: dict[str, Any], **policies: Any) -> Decision:
    request = AccessRequest(
        principal=principal,
        action="s3:GetObject",
        resource="arn:aws:s3:::pictures/a",
        context=context,
    )
    revocation = session_revocation(issued_before=NOW, now=NOW)
    return evaluate(request, PolicySet(identity=[ALL, revocation], **policies)).decision


@pytest.mark.parametrize(
    ("issued", "decision"),
    [
        (NOW - timedelta(hours=12), Decision.EXPLICITLY_DENIED),
        (NOW - timedelta(seconds=1), Decision.EXPLICITLY_DENIED),
        (NOW, Decision.ALLOWED),
        (NOW + timedelta(seconds=1), Decision.ALLOWED),
    ],
)
def test_sessions_issued_before_the_moment_are_denied_and_others_not(
    issued: datetime, decision: Decision
) -> None:
    assert decided(SESSION, {"aws:TokenIssueTime": issued}) is decision


def test_long_term_credentials_have_no_issue_time_and_are_not_denied() -> None:
    assert decided("arn:aws:iam::111122223333:user/alice", {}) is Decision.ALLOWED


def test_the_policy_of_a_resource_cannot_let_an_ended_session_in() -> None:
    policy = PolicyDocument.parse(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": SESSION},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::pictures/*",
            },
        },
        PolicyKind.RESOURCE,
    )
    old = {"aws:TokenIssueTime": NOW - timedelta(minutes=1)}
    assert decided(SESSION, old, resource=policy) is Decision.EXPLICITLY_DENIED


def test_it_is_what_the_console_would_put() -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html"""
    policy = session_revocation(issued_before=NOW, now=NOW)
    assert policy.to_dict() == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-11-24T09:30:00Z"}},
            }
        ],
    }
    assert REVOCATION_POLICY_NAME == "AWSRevokeOlderSessions"
    assert policy.size < quotas.INLINE_POLICIES_OF_A_ROLE / 50


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 11, 24, 9, 0, 0, 1, tzinfo=UTC), "2026-11-24T09:00:01Z"),
        (datetime(2026, 11, 24, 9, 0, 0, 999_999, tzinfo=UTC), "2026-11-24T09:00:01Z"),
        (datetime(2025, 12, 31, 23, 59, 59, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"),
        (datetime(2026, 11, 24, 9, tzinfo=timezone(timedelta(hours=2))), "2026-11-24T07:00:00Z"),
        (datetime(2026, 11, 24, 2, tzinfo=timezone(timedelta(hours=-5))), "2026-11-24T07:00:00Z"),
        (datetime(1970, 1, 1, tzinfo=UTC), "1970-01-01T00:00:00Z"),
        (NOW + timedelta(seconds=60), "2026-11-24T09:31:00Z"),
    ],
)
def test_the_moment_is_written_in_utc_and_never_too_early(moment: datetime, written: str) -> None:
    """Rounded down, the sessions issued in the last fraction of a second would stay."""
    condition = session_revocation(issued_before=moment, now=NOW).statements[0].conditions[0]
    assert condition.values == (written,)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 24, 9), r"^issued_before must have a time zone, .*tzinfo=UTC"),
        (NOW + timedelta(seconds=61), r"not be in the future, .* new sessions would be shut out"),
        (datetime.max.replace(tzinfo=UTC), "not be in the future"),
        (datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), "not be before 1970"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), "not be before 1970"),
        ("2026-11-24T09:00:00Z", r"must be a datetime\.datetime with a time zone, got '2026"),
        (1_764_000_000, "must be a datetime"),
        (NOW.date(), "must be a datetime"),
        (None, "must be a datetime"),
    ],
)
def test_a_moment_that_would_do_harm_or_nothing_is_refused(moment: Any, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        session_revocation(issued_before=moment, now=NOW)


def test_the_clock_is_that_of_this_machine_unless_another_is_given() -> None:
    session_revocation(issued_before=datetime.now(UTC))
    with pytest.raises(InvalidInputError, match="in the future"):
        session_revocation(issued_before=datetime.now(UTC) + timedelta(minutes=2))


def test_an_error_calls_the_moment_as_the_caller_does() -> None:
    with pytest.raises(InvalidInputError, match=r"^--before must have a time zone"):
        session_revocation(issued_before=datetime(2026, 1, 1), argument="--before")


def revoking(**changes: Any) -> PolicyDocument:
    statement = {
        "Effect": "Deny",
        "Action": ["*"],
        "Resource": ["*"],
        "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-11-24T09:30:00.000Z"}},
        **changes,
    }
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    ("changes", "moment"),
    [
        ({}, NOW),
        ({"Condition": {"DateLessThan": {"AWS:tokenissuetime": "1764000000"}}}, 1_764_000_000),
        (
            {
                "Condition": {
                    "DateLessThan": {
                        "aws:TokenIssueTime": ["2026-11-24T09:30:00Z", "2026-11-23T00:00:00Z"]
                    }
                }
            },
            NOW,
        ),
        ({"Effect": "Allow"}, None),
        ({"Action": "s3:*"}, None),
        ({"Resource": "arn:aws:s3:::pictures/*"}, None),
        ({"Condition": {"DateLessThan": {"aws:CurrentTime": "2026-11-24T09:30:00Z"}}}, None),
        ({"Condition": {"DateGreaterThan": {"aws:TokenIssueTime": "2026-11-24"}}}, None),
        (
            {
                "Condition": {
                    "DateLessThan": {"aws:TokenIssueTime": "2026-11-24T09:30:00Z"},
                    "StringEquals": {"aws:username": "alice"},
                }
            },
            None,
        ),
    ],
)
def test_a_revocation_is_read_as_what_it_ends(
    changes: dict[str, Any], moment: datetime | float | None
) -> None:
    wanted = datetime.fromtimestamp(moment, UTC) if isinstance(moment, int) else moment
    assert revoked_before(revoking(**changes)) == wanted


def test_a_policy_that_does_more_is_no_revocation() -> None:
    two = (*revoking().statements, *ALL.statements)
    assert revoked_before(PolicyDocument(statements=two)) is None


@pytest.mark.parametrize(
    ("role_name", "path", "said"),
    [
        ("AWSServiceRoleForEC2Spot", "/", "service-linked role"),
        ("X", "/aws-service-role/spot.amazonaws.com/", "service-linked role"),
        ("AWSReservedSSO_Admin_0123456789abcdef", "/", "identitystore:UserId"),
        ("X", "/aws-reserved/sso.amazonaws.com/eu-west-1/", "permission set"),
    ],
)
def test_roles_that_nobody_can_change_are_beyond_reach(
    role_name: str, path: str, said: str
) -> None:
    assert said in why_beyond_reach(role_name=role_name, path=path)


@pytest.mark.parametrize("path", ["/", "/team/", "/service-role/", "/team/aws-reserved/"])
def test_other_roles_are_in_reach(path: str) -> None:
    assert why_beyond_reach(role_name="Reader", path=path) == ""
