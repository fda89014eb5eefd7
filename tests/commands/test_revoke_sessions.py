"""`least-privilege revoke-sessions`, against what AWS may answer.

The embedded AWS runs the same command in tests/embedded/test_embedded_revocation.py.
"""

from __future__ import annotations

import builtins
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ProfileNotFound

from least_privilege import cli
from least_privilege.permissions import REVOCATION_POLICY_NAME, session_revocation

ACCOUNT, OTHER_ACCOUNT = "111122223333", "444455556666"
ARN = f"arn:aws:iam::{ACCOUNT}:role/team/Reader"
NOW = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)
"""What the clock of AWS shows; that of this machine shows another time."""


def client_error(code: str, message: str = "it says") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


class Aws:
    """STS and IAM of an account with one role."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.caller = f"arn:aws:iam::{ACCOUNT}:user/alice"
        self.headers = {"date": format_datetime(NOW, usegmt=True)}
        self.role: dict[str, Any] = {
            "Arn": ARN,
            "RoleName": "Reader",
            "Path": "/team/",
            "MaxSessionDuration": 7200,
        }
        self.policy: Any = None
        self.put: list[dict[str, str]] = []
        self.fails: dict[str, BaseException] = {}

    def session(self, **options: Any) -> Aws:
        self.options = options
        self.fail("Session")
        return self

    region_name = None

    def client(self, service: str, region_name: str) -> Aws:
        self.options["region"] = region_name
        return self

    def fail(self, operation: str) -> None:
        if operation in self.fails:
            raise self.fails[operation]

    def get_caller_identity(self) -> dict[str, Any]:
        self.fail("GetCallerIdentity")
        return {"Arn": self.caller, "ResponseMetadata": {"HTTPHeaders": self.headers}}

    def get_role(self, *, RoleName: str) -> dict[str, Any]:  # noqa: N803 - boto3 calls it so
        self.fail("GetRole")
        assert RoleName.lower() == self.role["RoleName"].lower()
        return {"Role": self.role}

    def get_role_policy(self, *, RoleName: str, PolicyName: str) -> dict[str, Any]:  # noqa: N803
        self.fail("GetRolePolicy")
        assert (RoleName, PolicyName) == (self.role["RoleName"], REVOCATION_POLICY_NAME)
        if self.policy is None:
            raise client_error("NoSuchEntity")
        return {"PolicyDocument": self.policy}

    def put_role_policy(self, **given: str) -> None:
        self.fail("PutRolePolicy")
        self.put.append(given)

    def revoked_before(self, moment: datetime) -> None:
        self.policy = session_revocation(issued_before=moment, now=moment).to_dict()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    fake = Aws()
    monkeypatch.setattr(boto3, "Session", fake.session)
    return fake


def run(*arguments: str) -> int:
    return cli.main(["revoke-sessions", *arguments])


def test_a_dry_run_shows_everything_and_changes_nothing(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.role["RoleLastUsed"] = {"LastUsedDate": NOW - timedelta(hours=5), "Region": "eu-north-1"}
    assert run("Reader") == 0
    shown = capsys.readouterr().out
    for line in (
        f"role             {ARN}",
        f"account          {ACCOUNT}",
        "last used        2026-11-24T04:30:15Z in eu-north-1",
        "longest session  2 h",
        "revoked already  nothing",
        "Nothing was changed. Say --apply to do it.",
    ):
        assert f"\n{line}" in f"\n{shown}"
    assert "What it does not end:" in shown
    assert "after twelve hours" in shown
    assert aws.put == []


def test_the_moment_is_by_the_clock_of_aws_and_counts_this_second(aws: Aws) -> None:
    assert run("Reader", "--apply", "--yes") == 0
    ((put),) = aws.put
    assert (put["RoleName"], put["PolicyName"]) == ("Reader", REVOCATION_POLICY_NAME)
    statement = json.loads(put["PolicyDocument"])["Statement"][0]
    assert statement["Condition"] == {
        "DateLessThan": {"aws:TokenIssueTime": "2026-11-24T09:30:16Z"}
    }


def test_without_a_clock_of_aws_that_of_this_machine_counts(aws: Aws) -> None:
    aws.headers = {}
    before = datetime.now(UTC)
    assert run("Reader", "--apply", "--yes") == 0
    put = aws.put[0]["PolicyDocument"]
    assert put >= session_revocation(issued_before=before).to_json()


@pytest.mark.parametrize(
    ("typed", "code"), [("Reader", 0), (" Reader ", 0), ("reader", 1), ("y", 1), ("", 1), (None, 1)]
)
def test_the_roles_name_must_be_typed(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, typed: str | None, code: int
) -> None:
    def answer(prompt: str) -> str:
        assert "(Reader)" in prompt
        if typed is None:
            raise EOFError
        return typed

    monkeypatch.setattr(builtins, "input", answer)
    assert run("Reader", "--apply") == code
    assert len(aws.put) == (code == 0)


def answering(
    monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Type the role's name, after what happens while it is asked for."""

    def answer(prompt: str) -> str:
        meanwhile()
        return "Reader"

    monkeypatch.setattr(builtins, "input", answer)


def test_without_a_moment_that_of_the_answer_counts(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wait() -> None:
        aws.headers["date"] = format_datetime(NOW + timedelta(minutes=5), usegmt=True)

    answering(monkeypatch, wait)
    assert run("Reader", "--apply") == 0
    assert "2026-11-24T09:35:16Z" in aws.put[0]["PolicyDocument"]
    shown = capsys.readouterr().out
    assert "Now is 2026-11-24T09:35:16Z, as you answered" in shown
    assert "issued before 2026-11-24T09:35:16Z are denied" in shown


def test_a_moment_that_is_given_stays_whatever_the_answer_takes(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait() -> None:
        aws.headers["date"] = format_datetime(NOW + timedelta(minutes=5), usegmt=True)

    answering(monkeypatch, wait)
    assert run("Reader", "--before", "2026-11-24T09:00:00z", "--apply") == 0
    assert "2026-11-24T09:00:00Z" in aws.put[0]["PolicyDocument"]


@pytest.mark.parametrize("older", [None, NOW - timedelta(days=1)])
@pytest.mark.parametrize("newer", [None, NOW - timedelta(hours=1), NOW + timedelta(minutes=5)])
def test_a_revocation_that_changes_while_it_asks_is_not_replaced(
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    older: datetime | None,
    newer: datetime | None,
) -> None:
    def change(moment: datetime | None) -> None:
        aws.policy = None
        if moment is not None:
            aws.revoked_before(moment)

    change(older)
    answering(monkeypatch, lambda: change(newer))
    assert run("Reader", "--apply") == (1 if older != newer else 0)
    assert len(aws.put) == (older == newer)
    said = "nothing was changed, as AWSRevokeOlderSessions of Reader changed while you answered"
    assert (said in capsys.readouterr().err) == (older != newer)


def test_another_policy_that_comes_while_it_asks_is_not_replaced(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def come() -> None:
        aws.policy = {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"},
        }

    answering(monkeypatch, come)
    assert run("Reader", "--apply") == 1
    assert aws.put == []
    assert "does something else than to end older sessions" in capsys.readouterr().err


def test_ctrl_c_says_whether_something_was_changed(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    answering(monkeypatch, stop)
    assert run("Reader", "--apply") == 130
    assert capsys.readouterr().err == "\nleast-privilege revoke-sessions: nothing was changed\n"
    aws.fails["PutRolePolicy"] = KeyboardInterrupt()
    assert run("Reader", "--apply", "--yes") == 130
    assert "it may be done or not; see what AWSRevokeOlderSessions says" in capsys.readouterr().err


def test_a_path_may_stand_before_the_name(aws: Aws) -> None:
    assert run("team/Reader", "--apply", "--yes") == 0
    assert run("/team/Reader", "--apply", "--yes") == 0
    assert [each["RoleName"] for each in aws.put] == ["Reader", "Reader"]


@pytest.mark.parametrize("name", ["AWSServiceRoleForX", "AWSReservedSSO_X"])
def test_a_role_of_yours_may_have_a_name_like_those_of_aws(aws: Aws, name: str) -> None:
    aws.role |= {"RoleName": name, "Path": "/", "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}"}
    assert run(name, "--apply", "--yes") == 0
    assert len(aws.put) == 1


def test_the_role_is_called_as_aws_has_it(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.caller = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/alice"
    assert run("reader", "--apply", "--yes") == 0
    assert "You are in a session of this role" in capsys.readouterr().out
    assert aws.put[0]["RoleName"] == "Reader"


def test_whoever_says_yes_is_not_asked(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "input", lambda prompt: pytest.fail("it asks"))
    assert run("Reader", "--apply", "--yes") == 0


@pytest.mark.parametrize("older", [NOW, NOW + timedelta(seconds=1), NOW + timedelta(days=2)])
def test_a_revocation_is_never_moved_back(
    aws: Aws, capsys: pytest.CaptureFixture[str], older: datetime
) -> None:
    aws.revoked_before(older)
    assert run("Reader", "--before", "2026-11-24T09:30:15Z", "--apply", "--yes") == 0
    assert "Nothing to do" in capsys.readouterr().out
    assert aws.put == []


def test_an_older_revocation_is_shown_and_moved_on(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.revoked_before(NOW - timedelta(days=1))
    assert run("Reader", "--apply", "--yes") == 0
    assert "revoked already  sessions issued before 2026-11-23T09:30:15Z" in capsys.readouterr().out
    assert len(aws.put) == 1


@pytest.mark.parametrize(
    "policy",
    [
        {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}},
        {"Version": "2012-10-17", "Statement": "what is this"},
    ],
)
def test_another_policy_of_that_name_is_not_replaced(
    aws: Aws, capsys: pytest.CaptureFixture[str], policy: Any
) -> None:
    aws.policy = policy
    assert run("Reader", "--apply", "--yes") == 1
    assert "does something else than to end older sessions" in capsys.readouterr().err
    assert aws.put == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a b"], "ROLE must be letters, digits"),
        (["te am/Reader"], "ROLE must"),
        (["other/Reader"], f"got other/Reader; Reader is {ARN}"),
        ([""], "ROLE must be letters, digits"),
        (["x" * 65], "ROLE must be at most 64"),
        (["arn:aws:iam::111122223333:user/alice"], "ROLE must be an ARN like"),
        (["arn:aws:iam::111122223333:role/"], "ROLE must be letters, digits"),
        (["arn:aws:iam"], "ROLE must be an ARN like"),
        (["arn:aws:sts::111122223333:assumed-role/Reader/s"], "end together, try Reader"),
        (["arn:aws:sts::1:assumed-role/"], "end together, try the name of the role"),
        ([ARN.replace(ACCOUNT, OTHER_ACCOUNT)], f"the caller's account, {ACCOUNT}"),
        ([ARN.replace("arn:aws:", "arn:aws-us-gov:")], "in the caller's partition, aws, got"),
        ([ARN.replace("/team/", "/")], f"Reader is {ARN}"),
        (["aws-service-role/x.amazonaws.com/X"], "service-linked role"),
        ([f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/X"], "identitystore:UserId"),
        (["Reader", "--yes"], "--yes says nothing without --apply"),
        (["Reader", "--before", "yesterday"], "--before must be a time like 2026-"),
        (["Reader", "--before", "2026-11-24T09:00"], "end it with Z for UTC or with an"),
        (["Reader", "--before", "2026-11-24"], "--before must have a time zone, got '2026-11-24'"),
        (["Reader", "--before", "2026-11-24T09:31:30Z"], "--before must not be in the future"),
    ],
)
def test_wrong_input_is_told_in_a_line(
    aws: Aws, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert run(*arguments) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)


@pytest.mark.parametrize("path", ["/aws-service-role/x.amazonaws.com/", "/aws-reserved/sso/"])
def test_a_role_that_turns_out_to_be_beyond_reach_is_refused(
    aws: Aws, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    aws.role["Path"] = path
    assert run("Reader", "--apply", "--yes") == 2
    assert aws.put == []
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("operation", "error", "said"),
    [
        ("Session", ProfileNotFound(profile="nope"), "The config profile (nope) could not be"),
        ("GetCallerIdentity", NoCredentialsError(), "who is calling: Unable to locate credentials"),
        ("GetCallerIdentity", EOFError(), "the code of an MFA device, and there is no terminal"),
        ("GetCallerIdentity", client_error("ExpiredToken"), "who is calling: ExpiredToken"),
        ("GetRole", client_error("NoSuchEntity"), "the role Reader: NoSuchEntity: it says; is it"),
        ("GetRole", client_error("AccessDenied", "not\nyou"), "Reader: AccessDenied: not you"),
        ("GetRolePolicy", client_error("AccessDenied"), "cannot look for an older revocation on"),
        ("PutRolePolicy", client_error("AccessDenied"), "cannot put AWSRevokeOlderSessions on Re"),
        ("PutRolePolicy", client_error("LimitExceeded"), "10,240 characters together: take one"),
        ("PutRolePolicy", client_error("UnmodifiableEntity"), "AWS protects this role"),
        ("PutRolePolicy", OSError("no network"), "no network"),
    ],
)
def test_what_aws_refuses_is_told_in_a_line(
    aws: Aws, capsys: pytest.CaptureFixture[str], operation: str, error: Exception, said: str
) -> None:
    aws.fails[operation] = error
    assert run("Reader", "--apply", "--yes") == 1
    told = capsys.readouterr()
    assert said in told.err
    assert told.err.count("\n") == 1
    assert "Done" not in told.out


def test_a_caller_in_a_session_of_the_role_is_warned(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.caller = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/alice"
    assert run("Reader") == 0
    assert "You are in a session of this role" in capsys.readouterr().out
    aws.caller = f"arn:aws:sts::{ACCOUNT}:assumed-role/ReaderOther/alice"
    assert run("Reader") == 0
    assert "You are in a session" not in capsys.readouterr().out


def test_profile_and_region_are_handed_on(aws: Aws) -> None:
    assert run("Reader", "--profile", "audit", "--region", "eu-north-1") == 0
    assert aws.options["profile_name"] == "audit"
    assert aws.options["region_name"] == "eu-north-1"


def test_without_boto3_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert run("Reader") == 1
    assert "pip install 'cdk-least-privilege[aws]'" in capsys.readouterr().err
