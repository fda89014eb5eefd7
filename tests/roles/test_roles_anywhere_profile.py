"""The profile by which workloads outside of AWS get roles."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import Aws, CfnCondition, CfnParameter, Fn, Stack, Token, aws_iam as iam
from constructs import Construct

from least_privilege import errors
from least_privilege.permissions import S3List, S3Read
from least_privilege.roles import RolesAnywhereProfile, ServiceRole, TrustedRole
from least_privilege.trust import AwsService, CertificateAttribute, RolesAnywhere
from tests.conftest import ACCOUNT, OTHER_ACCOUNT, new_app, new_stack, only, readable

PROFILE = "AWS::RolesAnywhere::Profile"
ANCHOR = f"arn:aws:rolesanywhere:eu-central-1:{ACCOUNT}:trust-anchor/1a2b-3c4d"
LIST = S3List(bucket_arn="arn:aws:s3:::reports")
CEILING = f"arn:aws:iam::{ACCOUNT}:policy/Ceiling"


def trusting(anchor: str = ANCHOR) -> RolesAnywhere:
    return RolesAnywhere(trust_anchor_arn=anchor, common_names=("backup",))


def a_role(stack: Stack, name: str = "Backup", anchor: str = ANCHOR, **rest: Any) -> TrustedRole:
    return TrustedRole(stack, name, trusted_by=[trusting(anchor)], **rest)


def test_a_profile_is_its_roles_and_one_hour_unless_more_is_said(stack: Stack) -> None:
    role = a_role(stack)
    profile = RolesAnywhereProfile(stack, "Profile", roles=[role])
    properties = only(stack, PROFILE)
    assert properties.pop("Name").startswith("StackProfile")
    (arn,) = properties.pop("RoleArns")
    assert arn == readable(stack.resolve(role.role_arn))
    assert properties == {
        "DurationSeconds": 3_600,
        "Enabled": True,
        "AcceptRoleSessionName": False,
    }
    assert readable(stack.resolve(profile.profile_arn)).endswith(".ProfileArn}")


def test_a_profile_has_everything_that_it_is_given(stack: Stack) -> None:
    roles = [
        a_role(stack, "Backup", session_duration=timedelta(hours=12)),
        a_role(stack, "Restore", session_duration=timedelta(hours=4)),
    ]
    RolesAnywhereProfile(
        stack,
        "Profile",
        roles=roles,
        session_duration=timedelta(hours=4),
        profile_name="on premises_1",
        enabled=False,
        accept_session_name=True,
        session_permissions=[LIST],
        managed_policy_arns=[CEILING, "arn:aws:iam::aws:policy/ReadOnlyAccess"],
        tags={"team": "backup"},
    )
    properties = only(stack, PROFILE)
    policy = json.loads(properties.pop("SessionPolicy"))
    assert policy["Statement"] == [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports"}
    ]
    assert len(properties.pop("RoleArns")) == 2
    assert properties == {
        "Name": "on premises_1",
        "DurationSeconds": 14_400,
        "Enabled": False,
        "AcceptRoleSessionName": True,
        "ManagedPolicyArns": [CEILING, "arn:aws:iam::aws:policy/ReadOnlyAccess"],
        "Tags": [{"Key": "team", "Value": "backup"}],
    }


def test_a_session_policy_may_hold_what_is_known_at_deployment(stack: Stack) -> None:
    RolesAnywhereProfile(
        stack,
        "Profile",
        roles=[a_role(stack)],
        session_permissions=[S3Read(bucket_arn="arn:${AWS::Partition}:s3:::a"), LIST],
        managed_policy_arns=["arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/Ceiling"],
    )
    properties = only(stack, PROFILE)
    assert "arn:${AWS::Partition}:s3:::a/*" in properties["SessionPolicy"]
    assert json.loads(properties["SessionPolicy"].replace("${AWS::Partition}", "aws"))
    assert properties["ManagedPolicyArns"] == [
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/Ceiling"
    ]


@pytest.mark.parametrize("minutes", [15, 60, 720])
def test_sessions_last_from_15_minutes_to_12_hours(stack: Stack, minutes: int) -> None:
    role = a_role(stack, session_duration=timedelta(hours=12))
    RolesAnywhereProfile(
        stack, "Profile", roles=[role], session_duration=timedelta(minutes=minutes)
    )
    assert only(stack, PROFILE)["DurationSeconds"] == minutes * 60


def test_a_role_may_trust_others_besides(stack: Stack) -> None:
    role = TrustedRole(
        stack,
        "Backup",
        trusted_by=[AwsService(principal="lambda.amazonaws.com"), trusting()],
    )
    RolesAnywhereProfile(stack, "Profile", roles=[role])
    assert only(stack, PROFILE)


def test_a_role_may_trust_anchors_of_several_regions(stack: Stack) -> None:
    anchors = [ANCHOR.replace("eu-central-1", "eu-west-1"), ANCHOR]
    role = TrustedRole(stack, "Backup", trusted_by=[trusting(each) for each in anchors])
    RolesAnywhereProfile(stack, "Profile", roles=[role])
    assert only(stack, PROFILE)


@pytest.mark.parametrize(
    "anchor",
    [Fn.import_value("Anchor"), ANCHOR.replace("eu-central-1", Aws.REGION)],
    ids=["imported", "own region"],  # Tokens differ from one process to the next.
)
def test_an_anchor_whose_region_is_known_later_passes(stack: Stack, anchor: str) -> None:
    RolesAnywhereProfile(stack, "Profile", roles=[a_role(stack, anchor=anchor)])
    assert only(stack, PROFILE)


def test_a_role_that_does_not_trust_roles_anywhere_is_refused(stack: Stack) -> None:
    role = ServiceRole(stack, "Function", service="lambda.amazonaws.com")
    with pytest.raises(
        errors.InvalidTrustError,
        match="Stack/Profile: roles must each trust Roles Anywhere, got Stack/Function",
    ):
        RolesAnywhereProfile(stack, "Profile", roles=[a_role(stack), role])
    assert stack.node.try_find_child("Profile") is None


def test_a_role_of_another_account_is_refused() -> None:
    app = new_app()
    theirs = new_stack("Theirs", app=app, account=OTHER_ACCOUNT)
    role = a_role(theirs, anchor=ANCHOR.replace(ACCOUNT, OTHER_ACCOUNT), role_name="Backup")
    with pytest.raises(errors.InvalidTrustError, match=f"own account {ACCOUNT}, got Theirs/Backup"):
        RolesAnywhereProfile(new_stack("Ours", app=app), "Profile", roles=[role])


def test_a_role_whose_anchors_are_of_other_regions_is_refused(stack: Stack) -> None:
    role = a_role(stack, anchor=ANCHOR.replace("eu-central-1", "eu-west-1"))
    with pytest.raises(
        errors.InvalidTrustError, match=r"region eu-central-1, got Stack/Backup.* eu-west-1"
    ):
        RolesAnywhereProfile(stack, "Profile", roles=[role])


def test_sessions_are_not_longer_than_those_of_any_role(stack: Stack) -> None:
    """AWS would refuse every request for credentials of that role."""
    long = a_role(stack, "Long", session_duration=timedelta(hours=8))
    with pytest.raises(
        errors.InvalidDurationError, match=r"at most 1:00:00, the session_duration of Stack/Backup"
    ):
        RolesAnywhereProfile(
            stack, "Profile", roles=[long, a_role(stack)], session_duration=timedelta(hours=8)
        )


REFUSED: list[tuple[dict[str, Any], type[errors.InvalidInputError], str]] = [
    ({"roles": []}, errors.InvalidTrustError, "roles must hold at least one role"),
    ({"roles": "Backup"}, errors.InvalidTrustError, "roles must be a list"),
    ({"roles": None}, errors.InvalidTrustError, "roles must be a list"),
    ({"roles": ["Backup"]}, errors.InvalidTrustError, "got str; the trust of others"),
    ({"session_duration": timedelta(minutes=14)}, errors.InvalidDurationError, "15 minutes to 12"),
    ({"session_duration": timedelta(hours=13)}, errors.InvalidDurationError, "15 minutes to 12"),
    ({"session_duration": timedelta(minutes=16, microseconds=1)}, errors.InvalidDurationError,
     "whole seconds"),
    ({"session_duration": 3_600}, errors.InvalidDurationError, "must be a datetime.timedelta"),
    ({"profile_name": ""}, errors.InvalidNameError, "1 to 255 letters"),
    ({"profile_name": "a/b"}, errors.InvalidNameError, "got 'a/b'"),
    ({"profile_name": "x" * 256}, errors.InvalidNameError, "1 to 255"),
    ({"session_permissions": LIST}, errors.InvalidPermissionError, "session_permissions must be"),
    ({"session_permissions": ["s3:*"]}, errors.InvalidPermissionError, "session_permissions must"),
    ({"session_permissions": [S3List(bucket_arn=f"arn:aws:s3:::{'b' * 50}{n}") for n in range(40)]},
     errors.QuotaExceededError, "at most 2,048 characters together"),
    ({"managed_policy_arns": CEILING}, errors.InvalidArnError, "got the string"),
    ({"managed_policy_arns": ["Ceiling"]}, errors.InvalidArnError, "managed_policy_arns must be"),
    ({"managed_policy_arns": [f"arn:aws:iam::{ACCOUNT}:role/A"]}, errors.InvalidArnError, "policy"),
    ({"managed_policy_arns": [f"{CEILING}{n}" for n in range(11)]}, errors.QuotaExceededError,
     "at most 10 for one session, got 11"),
    ({"managed_policy_arns": [f"{CEILING}{'x' * 155}{n}" for n in range(10)],
      "session_permissions": [LIST]},
     errors.QuotaExceededError, "at most 2,048 characters together"),
    ({"managed_policy_arns": [f"{CEILING}{'x' * 170}"]}, errors.QuotaExceededError,
     "each be at most 200 characters, got 210"),
    ({"managed_policy_arns": [CEILING, CEILING]}, errors.InvalidArnError, "each be named once"),
    *(
        ({flag: value}, errors.InvalidTrustError, f"{flag} must be True or False, got {value!r}")
        for flag in ("enabled", "accept_session_name")
        for value in ("no", 1, 0, None)
    ),
    ({"tags": {"équipe": "x"}}, errors.InvalidTagError, "ASCII, got 'équipe'"),
    ({"tags": {"team": "é"}}, errors.InvalidTagError, "ASCII"),
    ({"tags": []}, errors.InvalidTagError, "tags must be a mapping"),
    ({"attribute_mappings": ["CN"]}, errors.InvalidTrustError, "must be a mapping of fields"),
    ({"attribute_mappings": {}}, errors.InvalidTrustError, "leave it out for all"),
    ({"attribute_mappings": {"Subject": ["CN"]}}, errors.InvalidTrustError,
     "fields x509Subject, x509Issuer, x509SAN, got 'Subject'"),
    ({"attribute_mappings": {"x509Subject": "CN"}}, errors.InvalidTrustError, "got the string"),
    ({"attribute_mappings": {"x509Subject": []}}, errors.InvalidTrustError, "each be named once"),
    ({"attribute_mappings": {"x509Subject": ["CN", "CN"]}}, errors.InvalidTrustError, "once"),
    ({"attribute_mappings": {"x509Subject": ["DNS/1"]}}, errors.InvalidTrustError, r"'\*' or 'CN'"),
    ({"attribute_mappings": {"x509SAN": ["*"]}}, errors.InvalidTrustError, "'DNS', 'URI'"),
    ({"attribute_mappings": {"x509Subject": ["C" * 61]}}, errors.InvalidTrustError, "'CN'"),
    ({"attribute_mappings": {"x509Subject": ["OU"], "x509SAN": ["Name/CN"]}},
     errors.InvalidTrustError, "must hold x509Subject/CN, which Stack/Backup asks for"),
    ({"attribute_mappings": {"x509Issuer": ["*"]}}, errors.InvalidTrustError, "x509Subject/CN"),
    ({"tags": {"aws:a": "b"}}, errors.InvalidTagError, "must not begin with 'aws:'"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "error", "says"), REFUSED)
def test_what_aws_would_refuse_is_refused_before_anything_joins_the_tree(
    stack: Stack, changed: dict[str, Any], error: type[errors.InvalidInputError], says: str
) -> None:
    sound: dict[str, Any] = {"roles": [a_role(stack)]}
    with pytest.raises(error, match=f"Stack/Profile: .*{says}"):
        RolesAnywhereProfile(stack, "Profile", **sound | changed)
    assert stack.node.try_find_child("Profile") is None


def test_a_profile_has_at_most_250_roles(stack: Stack) -> None:
    with pytest.raises(errors.QuotaExceededError, match="roles must be at most 250, got 251"):
        RolesAnywhereProfile(stack, "Profile", roles=[a_role(stack)] * 251)


def test_a_name_that_is_made_up_fits_however_deep_the_profile_stands(stack: Stack) -> None:
    scope: Construct = stack
    for letter in "abcd":
        scope = Construct(scope, letter * 100)
    RolesAnywhereProfile(scope, "Profile", roles=[a_role(stack)])
    assert len(only(stack, PROFILE)["Name"]) <= 255


def test_a_role_is_named_once(stack: Stack) -> None:
    with pytest.raises(errors.InvalidTrustError, match="roles must each be named once"):
        RolesAnywhereProfile(stack, "Profile", roles=[a_role(stack)] * 2)


def test_attributes_that_roles_ask_for_are_mapped(stack: Stack) -> None:
    spiffe = RolesAnywhere(trust_anchor_arn=ANCHOR, uris=("spiffe://example.com/a",))
    by_name = RolesAnywhere(
        trust_anchor_arn=ANCHOR,
        attributes=(CertificateAttribute(name="x509SAN/Name/CN", values=("a",)),),
    )
    roles = [a_role(stack), TrustedRole(stack, "Pod", trusted_by=[spiffe, by_name])]
    RolesAnywhereProfile(
        stack,
        "Profile",
        roles=roles,
        attribute_mappings={"x509Subject": ["cn", "OU"], "x509SAN": ["URI", "Name/*"]},
    )
    assert only(stack, PROFILE)["AttributeMappings"] == [
        {
            "CertificateField": "x509Subject",
            "MappingRules": [{"Specifier": "cn"}, {"Specifier": "OU"}],
        },
        {
            "CertificateField": "x509SAN",
            "MappingRules": [{"Specifier": "URI"}, {"Specifier": "Name/*"}],
        },
    ]


def test_a_profile_may_be_switched_off_at_deployment(stack: Stack) -> None:
    condition = CfnCondition(stack, "Off", expression=Fn.condition_equals(Aws.REGION, "eu-west-1"))
    enabled = Token.as_any(Fn.condition_if(condition.logical_id, False, True))
    RolesAnywhereProfile(stack, "Profile", roles=[a_role(stack)], enabled=enabled)
    assert only(stack, PROFILE)["Enabled"] == {"Fn::If": ["Off", False, True]}


def test_a_role_whose_sessions_are_as_long_as_the_deployment_says_passes(stack: Stack) -> None:
    role = a_role(stack)
    longest = CfnParameter(stack, "Longest", type="Number").value_as_number
    role.node.default_child.max_session_duration = longest  # type: ignore[union-attr]
    RolesAnywhereProfile(stack, "Profile", roles=[role], session_duration=timedelta(hours=2))
    assert only(stack, PROFILE)["DurationSeconds"] == 7_200


def test_a_role_of_the_cdk_is_refused(stack: Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("rolesanywhere.amazonaws.com"))
    with pytest.raises(errors.InvalidTrustError, match="got Role; the trust of others"):
        RolesAnywhereProfile(stack, "Profile", roles=[role])  # type: ignore[list-item]
