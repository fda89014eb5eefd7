"""`least-privilege revoke-sessions ROLE`: end the sessions of a role, after a look at it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from ..errors import InvalidInputError, InvalidPolicyError, LeastPrivilegeError
from ..permissions.revocation import (
    REVOCATION_POLICY_NAME,
    iso,
    revoked_before,
    session_revocation,
    why_beyond_reach,
)
from ..policy import (
    Arn,
    PolicyDocument,
    check_arn,
    check_path,
    check_role_name,
    quotas,
    split_name_and_path,
)

NAME = "revoke-sessions"
HELP = "end every session of a role that was issued before a moment"

_EXAMPLES = """\
examples:
  least-privilege revoke-sessions Reader
      show what would be done
  least-privilege revoke-sessions Reader --apply
      do it, after a question
  least-privilege revoke-sessions Reader --before 2026-11-24T09:30:00Z --apply --yes
      do it for sessions issued before a moment, without a question

It needs iam:GetRole, iam:GetRolePolicy and, with --apply, iam:PutRolePolicy on the role.
"""

_LIMITS = """\
What it does not end:
- sessions issued later: whoever may assume the role still can. First mend its trust, or take away
  the credentials that were used to assume it
- sessions of other roles that these sessions assumed, and what they made, such as access keys
Programs that are denied by it need new credentials. Instances get them by themselves, within six
hours; sooner when they are stopped and started, or their profile is detached and attached again.
Functions of Lambda that are warm get them with the next change of their configuration.
The policy can stay. It is safe to take it away after twelve hours: a session lasts no longer, so
that all that it denies have expired."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of `revoke-sessions`."""
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "role",
        metavar="ROLE",
        help="name (a path may stand before it) or ARN, in the account of the caller",
    )
    parser.add_argument(
        "--before",
        metavar="TIME",
        help="end sessions issued before this, like 2026-11-24T09:30:00Z; now by default",
    )
    parser.add_argument("--apply", action="store_true", help="do it, and do not only show it")
    parser.add_argument("--yes", action="store_true", help="do not ask before it is done")
    parser.add_argument("--profile", metavar="P", help="profile of the AWS configuration")
    parser.add_argument("--region", metavar="R", help="region; it decides the partition alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Caller:
    arn: str
    now: datetime
    """By the clock of AWS: that of this machine may go wrong."""

    @property
    def account(self) -> str:
        return Arn.parse(self.arn).account


def run(arguments: argparse.Namespace) -> int:
    """Show what would be done, or do it."""
    with _if_stopped("nothing was changed"):
        return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.yes and not arguments.apply:
        raise InvalidInputError("--yes says nothing without --apply")
    before = _moment(arguments.before) if arguments.before is not None else None
    asked_for = _named(arguments.role)
    sts, iam = _clients(arguments.profile, arguments.region)
    caller = _caller(sts)
    _check_own(asked_for.arn, caller)
    policy = session_revocation(
        issued_before=before or caller.now, now=caller.now, argument="--before"
    )
    role = _role(iam, asked_for)
    name = role["RoleName"]
    older = _older_revocation(iam, name)
    _show(role, caller, older)
    moment = _moment_of(policy)
    if older is not None and older >= moment:
        print(
            f"\nNothing to do: sessions issued before {iso(moment)} are ended already, and a "
            "revocation is never moved back in time."
        )
        return 0
    print(f"\nPolicy to put on the role, as {REVOCATION_POLICY_NAME}:")
    print(json.dumps(policy.to_dict(), indent=2))
    print(f"\n{_LIMITS}")
    if f":assumed-role/{name}/" in caller.arn:
        print("\nYou are in a session of this role: it will be denied everything, too.")
    if not arguments.apply:
        print("\nNothing was changed. Say --apply to do it.")
        return 0
    if not arguments.yes:
        _ask(name)
        # The answer may have taken minutes.
        _check_unchanged(name, older, _older_revocation(iam, name))
        if before is None:
            now = _caller(sts).now
            policy = session_revocation(issued_before=now, now=now)
            moment = _moment_of(policy)
            print(f"\nNow is {iso(moment)}, as you answered; that is the moment of the policy.")
    with (
        _if_stopped(
            f"it may be done or not; see what {REVOCATION_POLICY_NAME} says on {name} by this "
            "command without --apply"
        ),
        _reporting(f"cannot put {REVOCATION_POLICY_NAME} on {name}"),
    ):
        iam.put_role_policy(
            RoleName=name, PolicyName=REVOCATION_POLICY_NAME, PolicyDocument=policy.to_json()
        )
    print(
        f"\nDone: sessions of {name} issued before {iso(moment)} are denied everything. It can "
        "take some minutes until all of AWS knows."
    )
    return 0


def _moment(text: str) -> datetime:
    written = f"{text[:-1]}Z" if text.endswith("z") else text
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise InvalidInputError(
            f"--before must be a time like 2026-11-24T09:30:00Z, got {text!r}"
        ) from None
    if moment.utcoffset() is None:
        raise InvalidInputError(
            f"--before must have a time zone, got {text!r}; end it with Z for UTC or with an "
            "offset, like 2026-11-24T09:30:00Z or 2026-11-24T10:30:00+01:00"
        )
    return moment


def _moment_of(policy: PolicyDocument) -> datetime:
    moment = revoked_before(policy)
    assert moment is not None
    return moment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """The role as it was asked for: by its name, with its path, or by its ARN."""

    text: str
    name: str
    path: str | None = None
    arn: Arn | None = None


def _named(role: str) -> _Named:
    if not role.startswith("arn:"):
        name, path = split_name_and_path(role) if "/" in role else (role, None)
        check_role_name(name, argument="ROLE")
        if path is not None:
            _check_reach(name, check_path(path, argument="ROLE"))
        return _Named(text=role, name=name, path=path)
    if ":assumed-role/" in role:
        name = role.partition(":assumed-role/")[2].partition("/")[0]
        raise InvalidInputError(
            f"ROLE must be the name or ARN of a role, got that of one session, {role}; all "
            f"sessions of a role end together, try {name or 'the name of the role'}"
        )
    check_arn(
        role,
        service="iam",
        resource="role/",
        argument="ROLE",
        example="arn:aws:iam::111122223333:role/Reader",
    )
    arn = Arn.parse(role, argument="ROLE")
    name = check_role_name(arn.resource.rpartition("/")[2], argument="ROLE")
    path = arn.resource.removeprefix("role").rpartition("/")[0] + "/"
    _check_reach(name, path)
    return _Named(text=role, name=name, path=path, arn=arn)


def _check_own(arn: Arn | None, caller: _Caller) -> None:
    if arn is None:
        return
    partition = Arn.parse(caller.arn).partition
    if arn.partition != partition:
        raise InvalidInputError(
            f"ROLE must be in the caller's partition, {partition}, got {arn}; use credentials of "
            f"{arn.partition}, or write arn:{partition}:"
        )
    if arn.account != caller.account:
        raise InvalidInputError(
            f"ROLE must be one of the caller's account, {caller.account}, got {arn}; use "
            "credentials of its own account"
        )


def _check_reach(name: str, path: str) -> None:
    if why := why_beyond_reach(role_name=name, path=path, path_is_known=True):
        raise InvalidInputError(why)


def _check_unchanged(name: str, older: datetime | None, newer: datetime | None) -> None:
    if newer != older:
        said = f"now it ends sessions issued before {iso(newer)}" if newer else "now it is gone"
        raise LeastPrivilegeError(
            f"nothing was changed, as {REVOCATION_POLICY_NAME} of {name} changed while you "
            f"answered: {said}; start again"
        )


def _clients(profile: str | None, region: str | None) -> tuple[Any, Any]:
    try:
        import boto3
    except ImportError:
        raise LeastPrivilegeError(
            "boto3 is not installed; it comes with the extra `aws`: "
            "pip install 'cdk-least-privilege[aws]'"
        ) from None
    with _reporting("cannot reach AWS"):
        session = boto3.Session(profile_name=profile, region_name=region)
        # IAM is global, but STS wants to know a region.
        name = session.region_name or "us-east-1"
        return session.client("sts", region_name=name), session.client("iam", region_name=name)


def _caller(sts: Any) -> _Caller:
    with _reporting("cannot ask AWS who is calling"):
        answer = sts.get_caller_identity()
    sent = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
    try:
        # It is rounded down: a session that was issued in this very second is to end too.
        now = parsedate_to_datetime(sent).astimezone(UTC) + timedelta(seconds=1)
    except ValueError:
        now = datetime.now(UTC)
    return _Caller(arn=answer["Arn"], now=now)


def _role(iam: Any, asked_for: _Named) -> dict[str, Any]:
    with _reporting(f"cannot look at the role {asked_for.name}"):
        role: dict[str, Any] = iam.get_role(RoleName=asked_for.name)["Role"]
    if asked_for.path is not None and role["Path"] != asked_for.path:
        raise InvalidInputError(
            f"ROLE must be a role that exists, got {asked_for.text}; {role['RoleName']} is "
            f"{role['Arn']}"
        )
    _check_reach(role["RoleName"], role["Path"])
    return role


def _older_revocation(iam: Any, name: str) -> datetime | None:
    from botocore.exceptions import ClientError

    with _reporting(f"cannot look for an older revocation on {name}"):
        try:
            answer = iam.get_role_policy(RoleName=name, PolicyName=REVOCATION_POLICY_NAME)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchEntity":
                return None
            raise
    try:
        older = revoked_before(PolicyDocument.parse(answer["PolicyDocument"]))
    except InvalidPolicyError:
        older = None
    if older is None:
        raise LeastPrivilegeError(
            f"{name} has a policy {REVOCATION_POLICY_NAME} that does something else than to end "
            "older sessions, and it would be replaced; look at it, and delete or rename it first"
        )
    return older


def _show(role: dict[str, Any], caller: _Caller, older: datetime | None) -> None:
    used = role.get("RoleLastUsed") or {}
    last = "not in the last 400 days, as far as IAM knows"
    if "LastUsedDate" in used:
        last = f"{iso(used['LastUsedDate'])} in {used.get('Region', 'an unknown region')}"
    hours = role.get("MaxSessionDuration", quotas.SESSION_MINIMUM.seconds) / 3600
    for title, text in (
        ("role", role["Arn"]),
        ("account", caller.account),
        ("last used", f"{last} (IAM may lag behind by four hours)"),
        ("longest session", f"{hours:g} h for callers of STS; AWS services choose their own"),
        ("revoked already", f"sessions issued before {iso(older)}" if older else "nothing"),
    ):
        print(f"{title:17}{text}")


def _ask(name: str) -> None:
    try:
        answer = input(f"\nType the role's name ({name}) to end these sessions: ")
    except EOFError:
        answer = ""
    if answer.strip() != name:
        raise LeastPrivilegeError("nothing was changed, as the role's name was not typed")


_MENDS = {
    "LimitExceeded": "; the inline policies of a role have "
    f"{quotas.INLINE_POLICIES_OF_A_ROLE:,} characters together: take one away first",
    "UnmodifiableEntity": "; AWS protects this role",
    "NoSuchEntity": "; is it in this account?",
}


@contextmanager
def _if_stopped(said: str) -> Iterator[None]:
    """With Ctrl-C, say what became of the role; what is nearest knows best."""
    try:
        yield
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(str(stop) or said) from None


@contextmanager
def _reporting(failed: str) -> Iterator[None]:
    """What AWS or boto3 says, in one line."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code, text = (error.response["Error"].get(part, "") for part in ("Code", "Message"))
        raise LeastPrivilegeError(f"{failed}: {code}: {text}{_MENDS.get(code, '')}") from None
    except EOFError:
        raise LeastPrivilegeError(
            f"{failed}: the profile asks for the code of an MFA device, and there is no terminal "
            "to type it; run it in one, or get a session first and use its credentials"
        ) from None
    except (BotoCoreError, OSError) as error:
        raise LeastPrivilegeError(f"{failed}: {error}") from None
