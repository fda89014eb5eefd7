"""Ending the sessions of a role: a policy that denies them everything.

Credentials of a session cannot be taken back, but what they may do is looked up with every request.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from ..errors import InvalidInputError
from ..policy import Condition, Effect, PolicyDocument, Statement
from ..policy.values import instant

REVOCATION_POLICY_NAME: Final = "AWSRevokeOlderSessions"
"""The name that the IAM console gives it; the console replaces a policy of this name."""

CLOCK_SKEW: Final = timedelta(minutes=1)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_OPERATOR, _KEY = "DateLessThan", "aws:TokenIssueTime"


def session_revocation(
    *, issued_before: datetime, now: datetime | None = None, argument: str = "issued_before"
) -> PolicyDocument:
    """The policy that ends every session of a role which was issued before a moment.

    `issued_before` has a time zone, and is at most a minute in the future: a later moment would
    shut out new sessions too. It is rounded up to a whole second: an issue time may have lost its
    fraction, and no session from before the moment is to be left out. `now` is the time by another
    clock than this machine's, and `argument` is what an error calls the moment.

    Long-term credentials have no issue time, and the deny does not match them: nobody is hit but
    sessions of the role that the policy is attached to. Raises `InvalidInputError`.

    Example:
        >>> moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
        >>> policy = session_revocation(issued_before=moment, now=moment)
        >>> policy.to_dict()["Statement"][0]["Condition"]
        {'DateLessThan': {'aws:TokenIssueTime': '2026-11-24T09:30:00Z'}}

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
    """
    moment = _whole_second(_checked(issued_before, now or datetime.now(UTC), argument))
    return PolicyDocument.of(
        Statement(
            effect=Effect.DENY,
            actions=("*",),
            resources=("*",),
            conditions=(Condition.of(_OPERATOR, _KEY, iso(moment)),),
        )
    )


def revoked_before(policy: PolicyDocument) -> datetime | None:
    """The moment of a policy that ends older sessions and does nothing else, or None.

    Example:
        >>> moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
        >>> revoked_before(session_revocation(issued_before=moment, now=moment)) == moment
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
    """
    if len(policy.statements) != 1:
        return None
    (statement,) = policy.statements
    denies_all = (
        statement.effect is Effect.DENY
        and "*" in statement.actions
        and "*" in statement.resources
        and len(statement.conditions) == 1
    )
    if not denies_all:
        return None
    (condition,) = statement.conditions
    if condition.operator != _OPERATOR or condition.key.lower() != _KEY.lower():
        return None
    # Several values are OR-ed: a session is denied if it is older than any of them.
    moments = [moment for moment in map(instant, condition.values) if moment is not None]
    return max(moments, default=None)


def why_beyond_reach(*, role_name: str, path: str = "/", path_is_known: bool = False) -> str:
    """Why nobody can attach a policy to this role, and what to do instead; empty if one can.

    The path decides, as nobody but AWS can use theirs. Where it is not known, the name decides too,
    though a role of yours could have such a name.

    Example:
        >>> why_beyond_reach(role_name="Reader", path="/team/")
        ''

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html
    """
    name = "" if path_is_known else role_name
    if path.startswith("/aws-service-role/") or name.startswith("AWSServiceRoleFor"):
        return (
            f"{role_name} is a service-linked role: only its AWS service can change it, and its "
            "sessions cannot be ended; take away what the service acts for instead"
        )
    if path.startswith("/aws-reserved/") or name.startswith("AWSReservedSSO_"):
        return (
            f"{role_name} is the role of a permission set of IAM Identity Center, which alone can "
            "change it; there, take away the assignment, and deny the user (identitystore:UserId) "
            "in the permission set's inline policy or in a service control policy"
        )
    return ""


def iso(moment: datetime) -> str:
    """A moment as policies have it: `2026-11-24T09:30:00Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _checked(moment: datetime, now: datetime, argument: str) -> datetime:
    if not isinstance(moment, datetime):
        raise InvalidInputError(
            f"{argument} must be a datetime.datetime with a time zone, got {moment!r}"
        )
    if moment.utcoffset() is None:
        raise InvalidInputError(
            f"{argument} must have a time zone, got {moment.isoformat()}; add Z or +00:00 in text, "
            "or tzinfo=UTC in Python, if it is meant in UTC"
        )
    if moment > now + CLOCK_SKEW:
        raise InvalidInputError(
            f"{argument} must not be in the future, got {moment.isoformat()} where it is "
            f"{iso(now.replace(microsecond=0))} now; new sessions would be shut out until then"
        )
    if moment < _EARLIEST:
        raise InvalidInputError(
            f"{argument} must not be before 1970, got {moment.isoformat()}; no session is that old"
        )
    return moment.astimezone(UTC)


def _whole_second(moment: datetime) -> datetime:
    down = moment.replace(microsecond=0)
    return down if down == moment else down + timedelta(seconds=1)
