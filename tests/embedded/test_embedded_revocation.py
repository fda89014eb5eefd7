"""Sessions that end: by the command, by the construct, and by nothing else."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_cdk import assertions

from least_privilege.activity import SessionRevocation
from least_privilege.embedded import EmbeddedAws
from least_privilege.permissions import REVOCATION_POLICY_NAME, session_revocation
from least_privilege.roles import PolicyType
from tests.conftest import new_stack
from tests.embedded.kit import (
    ACCOUNT,
    OTHER_ACCOUNT,
    Clients,
    Stack,
    allow,
    error_code,
    make_role,
    make_user,
    trust,
)

# IAM counts sessions by whole seconds, so that these wait.
pytestmark = pytest.mark.thorough

Revoke = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A name that no other test uses."""
    return f"t-{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:20]}"


@pytest.fixture
def revoke(aws: EmbeddedAws) -> Revoke:
    """The command, as the root of the account or as a session."""

    def run(
        *arguments: str, typed: str = "", environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "least_privilege.cli", "revoke-sessions", *arguments],
            env=environment or aws.environment(ACCOUNT),
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def session_of(clients: Clients, arn: str) -> Any:
    """A client with a session that a caller of STS got."""
    given = clients.root("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return clients.with_keys(
        "s3", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
    )


def reader(clients: Clients, name: str, **options: Any) -> str:
    return make_role(clients, name, trust(AWS=ACCOUNT), allow("s3:ListAllMyBuckets"), **options)


def answer(session: Any) -> str:
    return error_code(session.list_buckets)


def wait_for_the_next_second() -> None:
    """AWS writes issue times in whole seconds, and the command rounds up."""
    time.sleep(2.1)


def test_the_command_ends_the_sessions_that_there_are_and_no_others(
    clients: Clients, name: str, revoke: Revoke
) -> None:
    arn, other_arn = reader(clients, name), reader(clients, f"{name}-other")
    old, other = session_of(clients, arn), session_of(clients, other_arn)
    user = clients.with_keys("s3", *make_user(clients, name, allow("s3:ListAllMyBuckets")), None)
    assert answer(old) == "allowed"

    shown = revoke(name)
    assert shown.returncode == 0, shown.stderr
    assert "Nothing was changed." in shown.stdout
    assert answer(old) == "allowed"

    done = revoke(name, "--apply", typed=f"{name}\n")
    assert done.returncode == 0, done.stderr
    assert answer(old) == "AccessDenied"
    assert answer(other) == "allowed"
    assert answer(user) == "allowed"
    wait_for_the_next_second()
    new = session_of(clients, arn)
    assert answer(new) == "allowed"
    assert answer(old) == "AccessDenied"


def test_what_the_command_shows_is_what_it_puts(
    clients: Clients, name: str, revoke: Revoke
) -> None:
    reader(clients, name, Path="/team/")
    done = revoke(f"arn:aws:iam::{ACCOUNT}:role/team/{name}", "--apply", "--yes")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout[done.stdout.index("{") : done.stdout.rindex("}") + 1])
    put = clients.root("iam").get_role_policy(RoleName=name, PolicyName=REVOCATION_POLICY_NAME)
    assert put["PolicyDocument"] == shown
    assert "revoked already  sessions issued before" in revoke(name).stdout


def test_a_revocation_moves_on_and_never_back(clients: Clients, name: str, revoke: Revoke) -> None:
    reader(clients, name)

    def put_with(*options: str) -> str:
        done = revoke(name, "--apply", "--yes", *options)
        assert done.returncode == 0, done.stderr
        policy = clients.root("iam").get_role_policy(
            RoleName=name, PolicyName=REVOCATION_POLICY_NAME
        )["PolicyDocument"]
        return str(policy["Statement"][0]["Condition"]["DateLessThan"]["aws:TokenIssueTime"])

    assert put_with("--before", "2026-03-01T12:00:00+02:00") == "2026-03-01T10:00:00Z"
    assert put_with("--before", "2026-02-01T00:00:00Z") == "2026-03-01T10:00:00Z"
    assert put_with("--before", "2026-03-01T10:00:00.5Z") == "2026-03-01T10:00:01Z"
    assert put_with() > "2026-03-02"


def test_nothing_happens_unless_the_name_is_typed(
    clients: Clients, name: str, revoke: Revoke
) -> None:
    session = session_of(clients, reader(clients, name))
    for typed in ("yes\n", "\n", ""):
        refused = revoke(name, "--apply", typed=typed)
        assert refused.returncode == 1
        assert refused.stderr.endswith("nothing was changed, as the role's name was not typed\n")
    assert answer(session) == "allowed"


@pytest.mark.parametrize(
    ("role", "code", "said"),
    [
        ("no-such-role", 1, r"cannot look at the role no-such-role: NoSuchEntity"),
        (f"arn:aws:iam::{OTHER_ACCOUNT}:role/Reader", 2, f"the caller's account, {ACCOUNT}"),
        (f"arn:aws-cn:iam::{ACCOUNT}:role/Reader", 2, "the caller's partition, aws, got"),
    ],
)
def test_a_role_that_is_not_there_is_told_in_a_line(
    revoke: Revoke, role: str, code: int, said: str
) -> None:
    refused = revoke(role, "--apply", "--yes")
    assert (refused.returncode, refused.stdout) == (code, "")
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_an_arn_with_another_path_is_another_role(
    clients: Clients, name: str, revoke: Revoke
) -> None:
    arn = reader(clients, name, Path="/team/")
    for other in (f"arn:aws:iam::{ACCOUNT}:role/{name}", f"other/{name}"):
        refused = revoke(other)
        assert refused.returncode == 2
        assert arn in refused.stderr
    assert revoke(f"team/{name}").returncode == 0


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/aws-service-role/x.amazonaws.com/", "is a service-linked role"),
        ("/aws-reserved/sso.amazonaws.com/", "is the role of a permission set"),
    ],
)
def test_a_role_whose_path_is_beyond_reach_is_refused(
    clients: Clients, name: str, revoke: Revoke, path: str, said: str
) -> None:
    reader(clients, name, Path=path)
    refused = revoke(name, "--apply", "--yes")
    assert refused.returncode == 2
    assert said in refused.stderr
    assert clients.root("iam").list_role_policies(RoleName=name)["PolicyNames"] == ["p"]


def test_a_caller_who_may_only_look_can_look(
    aws: EmbeddedAws, clients: Clients, name: str, revoke: Revoke
) -> None:
    arn = make_role(
        clients,
        name,
        trust(Service="lambda.amazonaws.com"),
        allow(["iam:GetRole", "iam:GetRolePolicy"]),
    )
    environment = aws.environment_with(aws.service_session(arn))
    shown = revoke(name, environment=environment)
    assert shown.returncode == 0, shown.stderr
    assert "You are in a session of this role" in shown.stdout
    refused = revoke(name, "--apply", "--yes", environment=environment)
    assert refused.returncode == 1
    assert f"cannot put {REVOCATION_POLICY_NAME} on {name}: AccessDenied" in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("policy_type", PolicyType, ids=lambda each: each.name.lower())
def test_the_construct_ends_sessions_when_it_is_deployed(
    clients: Clients, name: str, stack: Stack, policy_type: PolicyType
) -> None:
    arn = reader(clients, name)
    old = session_of(clients, arn)
    wait_for_the_next_second()
    moment = datetime.now(UTC).replace(microsecond=0)
    new = session_of(clients, arn)
    defined = new_stack()
    SessionRevocation(
        defined, "Revocation", role=name, issued_before=moment, policy_type=policy_type
    )
    resources = assertions.Template.from_stack(defined).to_json()["Resources"]
    stack.deploy(resources)
    assert answer(old) == "AccessDenied"
    assert answer(new) == "allowed"
    # And the command does not take the construct's policy for its own.
    policies = clients.root("iam").list_role_policies(RoleName=name)["PolicyNames"]
    assert REVOCATION_POLICY_NAME not in policies
    stack.delete()
    assert answer(old) == "allowed"


def test_an_instance_gets_new_credentials_by_itself(
    aws: EmbeddedAws, clients: Clients, name: str
) -> None:
    """A service that assumes the role again is not stopped."""
    arn = make_role(clients, name, trust(Service="ec2.amazonaws.com"), allow("s3:ListAllMyBuckets"))
    old = clients.session("s3", aws.service_session(arn, "ec2.amazonaws.com"))
    wait_for_the_next_second()
    moment = datetime.now(UTC).replace(microsecond=0)
    clients.root("iam").put_role_policy(
        RoleName=name,
        PolicyName=REVOCATION_POLICY_NAME,
        PolicyDocument=session_revocation(issued_before=moment).to_json(),
    )
    assert answer(old) == "AccessDenied"
    new = clients.session("s3", aws.service_session(arn, "ec2.amazonaws.com"))
    assert answer(new) == "allowed"
