"""Both sides of a role of another account from one definition, proven from the templates."""

from __future__ import annotations

import configparser
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template

from least_privilege import cli
from least_privilege.access import AccessRequest, Evaluation, PolicySet, evaluate
from least_privilege.errors import (
    InvalidAccountIdError,
    InvalidDurationError,
    InvalidExternalIdError,
    InvalidInputError,
    InvalidNameError,
    InvalidTrustError,
)
from least_privilege.permissions import S3Read
from least_privilege.roles import (
    CallerPolicy,
    CrossAccountAccess,
    CrossAccountRole,
    MfaRole,
    ServiceRole,
)
from least_privilege.template import Reading, Role, read_assembly
from least_privilege.trust import (
    AwsAccount,
    AwsRoles,
    AwsService,
    IamUsers,
    Organization,
    PermissionSets,
    SessionTag,
    SourceIdentity,
)
from tests.conftest import ACCOUNT, OTHER_ACCOUNT, new_app, new_stack, only

THIRD_ACCOUNT = "777788889999"
AUDITOR = AwsRoles(account_id=OTHER_ACCOUNT, role_names=("Auditor",))


def access(**more: Any) -> CrossAccountAccess:
    given: dict[str, Any] = {
        "account_id": ACCOUNT,
        "role_name": "ReportReader",
        "trusted_by": [AUDITOR],
    }
    return CrossAccountAccess(**given | more)


def synthesized(folder: Path, *apps: App) -> Reading:
    """What is read of these apps together, as of one that holds all their stacks."""
    readings = [read_assembly(Path(app.synth().directory)) for app in apps]
    return Reading(
        stacks=tuple(each for reading in readings for each in reading.stacks),
        roles=tuple(each for reading in readings for each in reading.roles),
        managed_policies=tuple(each for reading in readings for each in reading.managed_policies),
    )


def app_in(folder: Path) -> App:
    return new_app(outdir=str(folder))


def assumes(
    caller: Role, target: Role, context: Mapping[str, Any], actions: Sequence[str] = ()
) -> Evaluation:
    """Whether a session of one role gets a session of the other."""
    for action in ("sts:AssumeRole", *actions):
        request = AccessRequest(
            principal=caller.session(), action=action, resource=target.arn, context=context
        )
        evaluation = evaluate(request, caller.policy_set(resource=target.trust))
        if not evaluation.is_allowed:
            break
    return evaluation


def test_two_apps_that_share_a_definition_agree(tmp_path: Path) -> None:
    shared = access(
        trusted_by=[
            AwsRoles(
                account_id=OTHER_ACCOUNT, role_names=("Auditor",), external_ids=("customer-4711",)
            )
        ],
        path="/team/",
    )
    trusting, calling = app_in(tmp_path / "trusting"), app_in(tmp_path / "calling")
    CrossAccountRole.of(
        new_stack("Trusting", app=trusting),
        "Reader",
        access=shared,
        permissions=[S3Read(bucket_arn="arn:aws:s3:::reports")],
    )
    stack = new_stack("Calling", app=calling, account=OTHER_ACCOUNT)
    for name, permissions in (("Auditor", [shared.caller_permission()]), ("Other", [])):
        ServiceRole(
            stack,
            name,
            role_name=name,
            service="ecs-tasks.amazonaws.com",
            permissions=permissions,
        )
    reading = synthesized(tmp_path, trusting, calling)
    reader, auditor, other = (reading.role(n) for n in ("ReportReader", "Auditor", "Other"))
    assert reader.arn == f"arn:aws:iam::{ACCOUNT}:role/team/ReportReader"
    right = {"sts:ExternalId": "customer-4711"}
    assert assumes(auditor, reader, right).is_allowed
    assert not assumes(auditor, reader, {}).is_allowed
    assert not assumes(auditor, reader, {"sts:ExternalId": "customer-4712"}).is_allowed
    assert not assumes(other, reader, right).is_allowed


def test_two_stacks_of_one_app_do_not_depend_on_each_other(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    trusting = new_stack("Trusting", app=app)
    calling = new_stack("Calling", app=app, account=OTHER_ACCOUNT)
    role = CrossAccountRole.of(trusting, "Reader", access=access())
    ServiceRole(
        calling,
        "Auditor",
        role_name="Auditor",
        service="ecs-tasks.amazonaws.com",
        permissions=[role.caller_permission()],
    )
    reading = synthesized(tmp_path, app)
    assert not trusting.dependencies
    assert not calling.dependencies
    assert assumes(reading.role("Auditor"), reading.role("ReportReader"), {}).is_allowed


def test_a_chain_of_roles_reaches_its_end_step_by_step(tmp_path: Path) -> None:
    hub = access(role_name="Hub")
    spoke = CrossAccountAccess(account_id=THIRD_ACCOUNT, role_name="Spoke", trusted_by=[hub])
    app = app_in(tmp_path)
    CrossAccountRole.of(
        new_stack("Hubs", app=app), "Hub", access=hub, permissions=[spoke.caller_permission()]
    )
    CrossAccountRole.of(new_stack("Spokes", app=app, account=THIRD_ACCOUNT), "Spoke", access=spoke)
    ServiceRole(
        new_stack("Callers", app=app, account=OTHER_ACCOUNT),
        "Auditor",
        role_name="Auditor",
        service="ecs-tasks.amazonaws.com",
        permissions=[hub.caller_permission(), spoke.caller_permission()],
    )
    reading = synthesized(tmp_path, app)
    auditor, hub_role, spoke_role = (reading.role(n) for n in ("Auditor", "Hub", "Spoke"))
    assert assumes(auditor, hub_role, {}).is_allowed
    assert assumes(hub_role, spoke_role, {}).is_allowed
    assert not assumes(auditor, spoke_role, {}).is_allowed
    assert spoke.is_chained
    assert "one hour at most" in str(spoke.profiles()[0])
    assert spoke.profiles()[0].source_profile == hub.profiles()[0].name


@pytest.mark.parametrize("chained", [AUDITOR, access(role_name="Hub")])
def test_a_chained_role_cannot_have_more_than_an_hour(chained: Any) -> None:
    with pytest.raises(InvalidDurationError, match=r"at most 1:00:00 .*role chaining"):
        access(trusted_by=[chained], session_duration=timedelta(hours=2))


def test_a_role_that_users_assume_as_well_can_have_more_than_an_hour() -> None:
    users = IamUsers(user_names=("alice",), account_id=OTHER_ACCOUNT)
    longer = access(trusted_by=[AUDITOR, users], session_duration=timedelta(hours=2))
    assert not longer.is_chained
    assert {each.name: each.duration for each in longer.profiles()} == {
        "ReportReader-Auditor": timedelta(hours=1),
        "ReportReader-alice": timedelta(hours=2),
    }


def test_the_calling_side_may_pass_what_the_trusting_side_asks_for(tmp_path: Path) -> None:
    shared = access(
        trusted_by=[
            AwsRoles(
                account_id=OTHER_ACCOUNT,
                role_names=("Auditor",),
                session_tags=(SessionTag(key="team", values=("red",)),),
                source_identity=SourceIdentity(),
            )
        ]
    )
    app = app_in(tmp_path)
    CrossAccountRole.of(new_stack("Trusting", app=app), "Reader", access=shared)
    ServiceRole(
        new_stack("Calling", app=app, account=OTHER_ACCOUNT),
        "Auditor",
        role_name="Auditor",
        service="ecs-tasks.amazonaws.com",
        permissions=[shared.caller_permission()],
    )
    reading = synthesized(tmp_path, app)
    both = ("sts:TagSession", "sts:SetSourceIdentity")
    for team, allowed in (("red", True), ("blue", False)):
        context = {
            "aws:RequestTag/team": team,
            "aws:TagKeys": ["team"],
            "sts:SourceIdentity": "alice",
        }
        auditor, reader = reading.role("Auditor"), reading.role("ReportReader")
        assert assumes(auditor, reader, context, both).is_allowed is allowed


def test_a_chain_carries_the_source_identity_and_the_transitive_tags(tmp_path: Path) -> None:
    """STS asks for both actions again, on both sides, in the chained call."""
    hub = access(
        role_name="Hub",
        trusted_by=[
            AwsRoles(
                account_id=OTHER_ACCOUNT,
                role_names=("Auditor",),
                source_identity=SourceIdentity(values=("*@example.com",)),
                session_tags=(
                    SessionTag(key="team", values=("red",), transitive=True),
                    SessionTag(key="ticket", required=False),
                ),
            )
        ],
    )
    spoke = CrossAccountAccess(account_id=THIRD_ACCOUNT, role_name="Spoke", trusted_by=[hub])
    app = app_in(tmp_path)
    CrossAccountRole.of(
        new_stack("Hubs", app=app), "Hub", access=hub, permissions=[spoke.caller_permission()]
    )
    CrossAccountRole.of(new_stack("Spokes", app=app, account=THIRD_ACCOUNT), "Spoke", access=spoke)
    reading = synthesized(tmp_path, app)
    hub_role, spoke_role = reading.role("Hub"), reading.role("Spoke")
    both = ("sts:TagSession", "sts:SetSourceIdentity")
    alice = {"sts:SourceIdentity": "alice@example.com"}
    # The documentation does not say whether inherited tags stand in the request once more.
    for tags in ({}, {"aws:RequestTag/team": "red", "aws:TagKeys": ["team"]}):
        assert assumes(hub_role, spoke_role, alice | tags, both).is_allowed
    assert not assumes(hub_role, spoke_role, {}, ()).is_allowed
    assert not assumes(hub_role, spoke_role, {"sts:SourceIdentity": "eve@x.org"}, both).is_allowed
    other = {"aws:RequestTag/ticket": "7", "aws:TagKeys": ["ticket"]}
    assert not assumes(hub_role, spoke_role, alice | other, both).is_allowed


def test_callers_that_exist_already_get_a_policy(tmp_path: Path) -> None:
    shared = access(
        trusted_by=[
            AwsRoles(account_id=OTHER_ACCOUNT, role_names=("audit/Auditor",)),
            IamUsers(account_id=OTHER_ACCOUNT, user_names=("ops/alice",)),
            AwsRoles(account_id=THIRD_ACCOUNT, role_names=("Elsewhere",)),
        ]
    )
    app = app_in(tmp_path)
    CrossAccountRole.of(new_stack("Trusting", app=app), "Reader", access=shared)
    calling = new_stack("Calling", app=app, account=OTHER_ACCOUNT)
    policy = CallerPolicy(calling, "MayRead", access=shared)
    assert only(calling, "AWS::IAM::ManagedPolicy")["Roles"] == ["Auditor"]
    assert only(calling, "AWS::IAM::ManagedPolicy")["Users"] == ["alice"]
    assert calling.resolve(policy.managed_policy_arn)
    reading = synthesized(tmp_path, app)
    (managed,) = reading.managed_policies
    assert managed.document is not None
    reader = reading.role("ReportReader")
    for caller, allowed in (("audit/Auditor", True), ("Auditor", False), ("Else", False)):
        request = AccessRequest(
            principal=f"arn:aws:iam::{OTHER_ACCOUNT}:role/{caller}",
            action="sts:AssumeRole",
            resource=reader.arn,
        )
        policies = PolicySet(identity=[managed.document], resource=reader.trust)
        assert evaluate(request, policies).is_allowed is allowed


def test_a_policy_for_others_than_those_whom_the_definition_names() -> None:
    calling = new_stack("Calling", account=OTHER_ACCOUNT)
    shared = access(trusted_by=[AwsAccount(account_id=OTHER_ACCOUNT)])
    CallerPolicy(
        calling, "MayRead", access=shared, group_names=["auditors"], managed_policy_name="MayRead"
    )
    policy = only(calling, "AWS::IAM::ManagedPolicy")
    assert (policy["Groups"], policy["ManagedPolicyName"]) == (["auditors"], "MayRead")
    assert "Roles" not in policy


@pytest.mark.parametrize(
    ("trust", "roles"),
    [
        (
            AwsRoles(
                account_id=OTHER_ACCOUNT,
                role_arns=(f"arn:aws:iam::{OTHER_ACCOUNT}:role/team/Auditor",),
            ),
            ["Auditor"],
        ),
        (
            Organization(organization_id="o-exampleorgid", role_names=("x/Inventory",)),
            ["Inventory"],
        ),
    ],
)
def test_whoever_the_definition_names_gets_the_policy(trust: Any, roles: list[str]) -> None:
    calling = new_stack("Calling", account=OTHER_ACCOUNT)
    CallerPolicy(calling, "MayRead", access=access(trusted_by=[trust]))
    assert only(calling, "AWS::IAM::ManagedPolicy")["Roles"] == roles


@pytest.mark.parametrize(
    "trust",
    [
        AwsAccount(account_id=OTHER_ACCOUNT),
        PermissionSets(account_id=OTHER_ACCOUNT, names=("Admin",)),
        Organization(organization_id="o-exampleorgid"),
    ],
)
def test_a_policy_that_would_be_for_nobody_needs_a_name(trust: Any) -> None:
    calling = new_stack("Calling", account=OTHER_ACCOUNT)
    with pytest.raises(InvalidTrustError, match="the policy would be for nobody; give role_names"):
        CallerPolicy(calling, "MayRead", access=access(trusted_by=[trust]))
    CallerPolicy(
        calling, "MayRead", access=access(trusted_by=[trust]), managed_policy_name="MayRead"
    )


@pytest.mark.parametrize(
    ("account", "more", "error", "says"),
    [
        (OTHER_ACCOUNT, {"role_names": ["a b"]}, InvalidNameError, "role_names must be letters"),
        (OTHER_ACCOUNT, {"group_names": ["x" * 65]}, InvalidNameError, "64"),
        (
            OTHER_ACCOUNT,
            {"role_names": [f"arn:aws:iam::{ACCOUNT}:role/X"]},
            InvalidNameError,
            "must be names, got the ARN",
        ),
        (THIRD_ACCOUNT, {}, InvalidTrustError, r"Calling/MayRead: account_id must be one that"),
        (None, {}, InvalidTrustError, r"Calling/MayRead: the stack must have an account"),
        (OTHER_ACCOUNT, {"role_names": ["*"]}, InvalidTrustError, "no wildcard"),
        (OTHER_ACCOUNT, {"managed_policy_name": "a b"}, InvalidNameError, "managed_policy_name"),
    ],
)
def test_a_policy_for_nobody_who_is_trusted_is_refused(
    account: str | None, more: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    app = new_app()
    calling = new_stack("Calling", app=app, account=account) if account else Stack(app, "Calling")
    with pytest.raises(error, match=says):
        CallerPolicy(calling, "MayRead", access=access(), **more)
    assert not calling.node.children


@pytest.mark.parametrize(
    ("more", "error", "says"),
    [
        ({"account_id": "123"}, InvalidAccountIdError, "12 digits"),
        ({"account_id": "${Token[X.1]}"}, InvalidTrustError, "must be written down"),
        ({"role_name": ""}, InvalidNameError, "role_name must be letters"),
        ({"role_name": "x" * 65}, InvalidNameError, "64"),
        ({"path": "team"}, InvalidInputError, "begin and end with '/'"),
        ({"trusted_by": []}, InvalidTrustError, "at least one"),
        ({"trusted_by": AUDITOR}, InvalidTrustError, "put it in brackets"),
        ({"trusted_by": [AwsService(principal="ec2.amazonaws.com")]}, InvalidTrustError,
         "got AwsService; for other principals say TrustedRole"),
        ({"trusted_by": [AwsAccount(account_id=ACCOUNT, external_ids=("abc",))]},
         InvalidExternalIdError, "role's own account"),
        ({"trusted_by": [AwsAccount(account_id=OTHER_ACCOUNT)],
          "session_duration": timedelta(hours=13)}, InvalidDurationError, "from 1 to 12 hours"),
    ],
)  # fmt: skip
def test_a_definition_that_would_not_hold_is_refused(
    more: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        access(**more)


@pytest.mark.parametrize(
    ("account", "says"),
    [(OTHER_ACCOUNT, f"the stack is in {OTHER_ACCOUNT}"), (None, "the stack has none")],
)
def test_the_trusting_side_is_made_in_its_own_account(account: str | None, says: str) -> None:
    app = new_app()
    stack = new_stack("Trusting", app=app, account=account) if account else Stack(app, "Trusting")
    with pytest.raises(InvalidTrustError, match=f"^Trusting/Reader: access is to .* {says}"):
        CrossAccountRole.of(stack, "Reader", access=access())
    assert not stack.node.children


@pytest.mark.parametrize(
    ("account_id", "error", "says"),
    [
        ("garbage", InvalidAccountIdError, "12 digits"),
        (ACCOUNT, InvalidTrustError, "must be one that the role ReportReader trusts"),
    ],
)
def test_an_organization_trusts_other_accounts_than_the_role_s_own(
    account_id: str, error: type[InvalidInputError], says: str
) -> None:
    shared = access(trusted_by=[Organization(organization_id="o-exampleorgid")])
    assert shared.caller_permission(OTHER_ACCOUNT).role_arn == shared.role_arn
    with pytest.raises(error, match=says):
        shared.caller_permission(account_id)


def test_one_caller_without_an_external_id_is_enough_to_need_none() -> None:
    shared = access(
        trusted_by=[
            AUDITOR,
            AwsRoles(account_id=OTHER_ACCOUNT, role_names=("Other",), external_ids=("one",)),
        ]
    )
    assert shared.caller_permission().external_ids == ()


def test_a_role_that_is_written_without_a_definition_gives_one(stack: Stack) -> None:
    role = CrossAccountRole(stack, "Reader", role_name="ReportReader", trusted_by=[AUDITOR])
    assert role.access == access(trusted_by=(AUDITOR,))


# What people need -----------------------------------------------------------------------------


def sections(text: str) -> dict[str, dict[str, str]]:
    """As the AWS CLI reads it."""
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser.sections()}


def test_people_get_a_profile_and_a_link_as_outputs() -> None:
    stack = new_stack()
    role = MfaRole(stack, "Operator", user_names=["ops/alice"], role_name="Operator")
    outputs = Template.from_stack(stack).find_outputs("*").values()
    (profile,) = [each for each in outputs if "~/.aws/config" in each["Description"]]
    assert "[profile Operator]" in str(profile["Value"])
    (link,) = [each for each in outputs if "console" in each["Description"]]
    assert link["Value"] == role.access.switch_role_link()


@pytest.mark.parametrize("trust", [AUDITOR, AwsAccount(account_id=OTHER_ACCOUNT)])
def test_programs_get_no_outputs(trust: AwsAccount | AwsRoles, stack: Stack) -> None:
    CrossAccountRole(stack, "Reader", role_name="ReportReader", trusted_by=[trust])
    assert not Template.from_stack(stack).find_outputs("*")


def test_the_outputs_and_the_command_say_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = app_in(tmp_path)
    stack = new_stack(app=app)
    role = MfaRole(
        stack,
        "Operator",
        user_names=["ops/alice"],
        role_name="Operator",
        session_duration=timedelta(hours=4),
    )
    profile = role.access.profiles(region="eu-central-1")[0]
    app.synth()
    assert cli.main(["profiles", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert (
        sections(printed)
        == sections(str(profile))
        == {
            "profile Operator": {
                "role_arn": f"arn:aws:iam::{ACCOUNT}:role/Operator",
                "source_profile": "default",
                "mfa_serial": f"arn:aws:iam::{ACCOUNT}:mfa/alice",
                "duration_seconds": "14400",
                "region": "eu-central-1",
            }
        }
    )
    assert role.access.switch_role_link() in printed


@pytest.mark.parametrize(
    ("trust", "path", "link"),
    [
        (AwsAccount(account_id=OTHER_ACCOUNT), "/", "roleName=ReportReader"),
        (AwsAccount(account_id=OTHER_ACCOUNT), "/team/", "roleName=team/ReportReader"),
        (AwsAccount(account_id=OTHER_ACCOUNT), f"/{'x' * 51}/", f"roleName={'x' * 51}/Report"),
        (AwsAccount(account_id=OTHER_ACCOUNT), f"/{'x' * 52}/", ""),
        (AwsAccount(account_id=OTHER_ACCOUNT, external_ids=("abc",)), "/", ""),
        (AwsAccount(account_id=OTHER_ACCOUNT, source_identity=SourceIdentity()), "/", ""),
        (
            AwsAccount(account_id=OTHER_ACCOUNT, session_tags=(SessionTag(key="team"),)),
            "/",
            "",
        ),
        (
            AwsAccount(
                account_id=OTHER_ACCOUNT, session_tags=(SessionTag(key="team", required=False),)
            ),
            "/",
            "roleName=ReportReader",
        ),
        (PermissionSets(account_id=OTHER_ACCOUNT, names=("Admin",)), "/", "roleName=ReportReader"),
    ],
)
def test_there_is_a_link_where_the_console_can_switch(trust: Any, path: str, link: str) -> None:
    found = access(trusted_by=[trust], path=path).switch_role_link()
    assert link in found
    assert bool(found) is bool(link)


@pytest.mark.parametrize(
    ("partition", "console"),
    [("aws-cn", "signin.amazonaws.cn"), ("aws-us-gov", "signin.amazonaws-us-gov.com")],
)
def test_other_partitions_have_consoles_of_their_own(partition: str, console: str) -> None:
    plain = access(trusted_by=[IamUsers(user_names=("alice",))])
    assert plain.switch_role_link(partition).startswith(f"https://{console}/switchrole?")
    assert plain.profiles(partition=partition)[0].mfa_serial == (
        f"arn:{partition}:iam::{ACCOUNT}:mfa/alice"
    )


@pytest.mark.parametrize(
    ("trust", "expected"),
    [
        (AwsAccount(account_id=OTHER_ACCOUNT), {"source_profile": "default"}),
        (
            AwsAccount(account_id=OTHER_ACCOUNT, external_ids=("abc", "def")),
            {"external_id": "abc", "remarks": ("external_id is one of 2; take your own",)},
        ),
        (AUDITOR, {"source_profile": "Auditor", "duration": timedelta(hours=1)}),
        (
            PermissionSets(account_id=OTHER_ACCOUNT, names=("Admin",)),
            {"source_profile": "Admin", "name": "ReportReader"},
        ),
        (Organization(organization_id="o-exampleorgid"), {"source_profile": "default"}),
    ],
)
def test_a_profile_says_what_its_caller_needs(trust: Any, expected: dict[str, Any]) -> None:
    (profile,) = access(trusted_by=[trust]).profiles()
    assert {key: getattr(profile, key) for key in expected} == expected


@pytest.mark.parametrize(
    "trusted_by",
    [
        [AUDITOR, AwsRoles(account_id=THIRD_ACCOUNT, role_names=("Auditor",))],
        [
            PermissionSets(account_id=OTHER_ACCOUNT, names=("Admin",)),
            PermissionSets(account_id=THIRD_ACCOUNT, names=("Admin",)),
        ],
        [
            AwsAccount(account_id=OTHER_ACCOUNT, source_identity=SourceIdentity()),
            AwsAccount(account_id=OTHER_ACCOUNT, external_ids=("abc",)),
        ],
    ],
)
def test_no_two_profiles_have_one_name(trusted_by: list[Any]) -> None:
    """The AWS CLI reads nothing of a file in which a section stands twice."""
    found = access(trusted_by=trusted_by).profiles()
    assert len(sections("\n".join(map(str, found)))) == len(found)


def test_a_profile_tells_what_it_cannot_pass() -> None:
    trust = AwsAccount(
        account_id=OTHER_ACCOUNT,
        session_tags=(SessionTag(key="team"),),
        source_identity=SourceIdentity(),
    )
    (profile,) = access(trusted_by=[trust]).profiles()
    assert "cannot pass --source-identity and --tags for team" in profile.remarks[0]
