"""Who of AWS accounts can assume a role, and who comes near and cannot: asked of the evaluator."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from least_privilege.access import AccessRequest, PolicySet, Principal, evaluate
from least_privilege.policy import Condition, PolicyDocument, PolicyKind
from least_privilege.trust import (
    AwsAccount,
    AwsRoles,
    IamUsers,
    Mfa,
    NamedAs,
    Organization,
    PermissionSets,
    SessionTag,
    SourceIdentity,
    SourceNetwork,
    Trust,
)

from .kit import ALL_OF_STS, OTHER, OWN, ROLE_ARN, assuming, trust_policy

STRANGER = "777788889999"
ORGANIZATION = "o-exampleorgid"
UNIT = f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/"


def role(name: str, account: str = OTHER, unique_id: str = "") -> Principal:
    return Principal.role_session(f"arn:aws:iam::{account}:role/{name}", "session", unique_id)


def user(name: str, account: str = OTHER) -> Principal:
    return Principal.user(f"arn:aws:iam::{account}:user/{name}")


def permission_set(name: str, suffix: str = "0123456789abcdef", region: str = "") -> Principal:
    path = f"aws-reserved/sso.amazonaws.com/{region}"
    return role(f"{path}AWSReservedSSO_{name}_{suffix}")


WITH_MFA = {"aws:MultiFactorAuthPresent": True, "aws:MultiFactorAuthAge": 60}
IN_ORGANIZATION = {"aws:PrincipalOrgID": ORGANIZATION, "aws:PrincipalOrgPaths": [UNIT]}
THIRD_PARTY = AwsAccount(account_id=OTHER, external_ids=("customer-4711",))
WITH_TAGS = ("sts:AssumeRole", "sts:TagSession")
WITH_SOURCE_IDENTITY = ("sts:AssumeRole", "sts:SetSourceIdentity")
AUDITORS = PermissionSets(account_id=OTHER, names=("Auditor",), identity_center_region="us-east-1")
ANYWHERE = PermissionSets(account_id=OTHER, names=("Auditor",))
IN_FRANKFURT = PermissionSets(
    account_id=OTHER, names=("Auditor",), identity_center_region="eu-central-1"
)
TEAMS = AwsAccount(
    account_id=OTHER,
    session_tags=(
        SessionTag(key="team", values=("red", "blue")),
        SessionTag(key="ticket", required=False, transitive=True),
    ),
)
MAY_TAG = AwsAccount(
    account_id=OTHER, session_tags=(SessionTag(key="team", values=("red",), required=False),)
)
MAY_TAG_TWO = AwsAccount(
    account_id=OTHER,
    session_tags=(
        SessionTag(key="team", values=("red",), required=False),
        SessionTag(key="stage", values=("dev",), required=False),
    ),
)
IN_UNIT = (Condition.of("StringEquals", "aws:PrincipalTag/unit", "a"),)
MAY_TAG_IN_TEAM = AwsAccount(
    account_id=OTHER, session_tags=(SessionTag(key="team", required=False),), conditions=IN_UNIT
)
MAY_SAY_WHO = AwsAccount(
    account_id=OTHER, source_identity=SourceIdentity(values=("alice", "a*c"), required=False)
)
ALICE_OR_BOB = AwsAccount(account_id=OTHER, source_identity=SourceIdentity(values=("alice",)))
NAMED_PEOPLE = AwsAccount(
    account_id=OTHER, source_identity=SourceIdentity(values=("*@example.com",))
)

ASKED: list[tuple[Trust, Principal, Mapping[str, Any], Sequence[str], bool]] = [
    # An account, and a third party's.
    (AwsAccount(account_id=OTHER), role("Any"), {}, (), True),
    (AwsAccount(account_id=OTHER), role("Any", STRANGER), {}, (), False),
    (AwsAccount(account_id=OTHER), role("Any", OWN), {}, (), False),
    (THIRD_PARTY, role("Program"), {"sts:ExternalId": "customer-4711"}, (), True),
    (THIRD_PARTY, role("Program"), {"sts:ExternalId": "customer-4712"}, (), False),
    (THIRD_PARTY, role("Program"), {"sts:ExternalId": "Customer-4711"}, (), False),
    (THIRD_PARTY, role("Program"), {}, (), False),
    (THIRD_PARTY, role("Program", STRANGER), {"sts:ExternalId": "customer-4711"}, (), False),
    # Multi-factor authentication.
    (AwsAccount(account_id=OTHER, mfa=Mfa()), user("alice"), WITH_MFA, (), True),
    (AwsAccount(account_id=OTHER, mfa=Mfa()), user("alice"), {}, (), False),
    (
        AwsAccount(account_id=OTHER, mfa=Mfa()),
        user("alice"),
        {"aws:MultiFactorAuthPresent": False},
        (),
        False,
    ),
    (AwsAccount(account_id=OTHER, mfa=Mfa()), role("Any"), {}, (), False),
    (IamUsers(user_names=("alice",)), user("alice", OWN), WITH_MFA, (), True),
    (
        IamUsers(user_names=("alice",)),
        user("alice", OWN),
        WITH_MFA | {"aws:MultiFactorAuthAge": 3601},
        (),
        False,
    ),
    (IamUsers(user_names=("alice",)), user("alice", OWN), {}, (), False),
    (IamUsers(user_names=("alice",)), user("bob", OWN), WITH_MFA, (), False),
    (IamUsers(user_names=("alice",)), user("alice", OTHER), WITH_MFA, (), False),
    (IamUsers(user_names=("alice",)), user("ops/alice", OWN), WITH_MFA, (), False),
    (IamUsers(user_names=("alice",)), role("alice", OWN), WITH_MFA, (), False),
    # Named roles, in both ways.
    (AwsRoles(account_id=OTHER, role_names=("Auditor",)), role("Auditor"), {}, (), True),
    (AwsRoles(account_id=OTHER, role_names=("Auditor",)), role("Auditor2"), {}, (), False),
    (AwsRoles(account_id=OTHER, role_names=("Auditor",)), role("x/Auditor"), {}, (), False),
    (AwsRoles(account_id=OTHER, role_names=("Auditor",)), role("Auditor", STRANGER), {}, (), False),
    (AwsRoles(account_id=OTHER, role_names=("Auditor",)), user("Auditor"), {}, (), False),
    (
        AwsRoles(account_id=OTHER, role_arns=(f"arn:aws:iam::{OTHER}:role/team/Auditor",)),
        role("team/Auditor"),
        {},
        (),
        True,
    ),
    (
        AwsRoles(account_id=OTHER, role_names=("Auditor",), named_as=NamedAs.PRINCIPAL),
        role("Auditor"),
        {},
        (),
        True,
    ),
    (
        AwsRoles(account_id=OTHER, role_names=("Auditor",), named_as=NamedAs.PRINCIPAL),
        role("Other"),
        {},
        (),
        False,
    ),
    # People of IAM Identity Center.
    (AUDITORS, permission_set("Auditor"), {}, (), True),
    (AUDITORS, permission_set("Auditor", "fedcba9876543210"), {}, (), True),
    (AUDITORS, permission_set("AuditorAdmin"), {}, (), False),
    (AUDITORS, permission_set("Auditor_Admin"), {}, (), False),
    (AUDITORS, permission_set("Auditor", region="eu-central-1/"), {}, (), False),
    (AUDITORS, role("AWSReservedSSO_Auditor_0123456789abcdef"), {}, (), False),
    (AUDITORS, role("x/AWSReservedSSO_Auditor_0123456789abcdef"), {}, (), False),
    (IN_FRANKFURT, permission_set("Auditor", region="eu-central-1/"), {}, (), True),
    (IN_FRANKFURT, permission_set("Auditor"), {}, (), False),
    (ANYWHERE, permission_set("Auditor"), {}, (), True),
    (ANYWHERE, permission_set("Auditor", region="eu-central-1/"), {}, (), True),
    (ANYWHERE, permission_set("Admin"), {}, (), False),
    # An organization, and units of it.
    (Organization(organization_id=ORGANIZATION), role("Any"), IN_ORGANIZATION, (), True),
    (Organization(organization_id=ORGANIZATION), role("Any", STRANGER), {}, (), False),
    (Organization(organization_id=ORGANIZATION), role("Any", OWN), IN_ORGANIZATION, (), False),
    (
        Organization(organization_id=ORGANIZATION, unit_paths=(UNIT,)),
        role("Any"),
        IN_ORGANIZATION,
        (),
        True,
    ),
    (
        Organization(organization_id=ORGANIZATION, unit_paths=(UNIT,)),
        role("Any"),
        IN_ORGANIZATION | {"aws:PrincipalOrgPaths": [f"{UNIT}ou-ab12-22222222/"]},
        (),
        True,
    ),
    (
        Organization(organization_id=ORGANIZATION, unit_paths=(UNIT,)),
        role("Any"),
        IN_ORGANIZATION | {"aws:PrincipalOrgPaths": [f"{ORGANIZATION}/r-ab12/ou-ab12-111111112/"]},
        (),
        False,
    ),
    (
        Organization(organization_id=ORGANIZATION, role_names=("Inventory",)),
        role("Inventory"),
        IN_ORGANIZATION,
        (),
        True,
    ),
    (
        Organization(organization_id=ORGANIZATION, role_names=("Inventory",)),
        role("Inventory2"),
        IN_ORGANIZATION,
        (),
        False,
    ),
    # Where the call comes from.
    *(
        (
            AwsAccount(account_id=OTHER, source_network=network),
            role("Any"),
            context,
            (),
            allowed,
        )
        for network, context, allowed in (
            (SourceNetwork(ip_ranges=("203.0.113.0/24",)), {"aws:SourceIp": "203.0.113.7"}, True),
            (SourceNetwork(ip_ranges=("203.0.113.0/24",)), {"aws:SourceIp": "203.0.114.7"}, False),
            (SourceNetwork(ip_ranges=("203.0.113.0/24",)), {"aws:SourceVpce": "vpce-1"}, False),
            (
                SourceNetwork(vpc_endpoint_ids=("vpce-0a1b2c3d4e5f67890",)),
                {"aws:SourceVpce": "vpce-0a1b2c3d4e5f67890"},
                True,
            ),
            (
                SourceNetwork(vpc_endpoint_ids=("vpce-0a1b2c3d4e5f67890",)),
                {"aws:SourceVpce": "vpce-0a1b2c3d4e5f67891"},
                False,
            ),
            (
                SourceNetwork(vpc_ids=("vpc-0a1b2c3d4e5f67890",)),
                {"aws:SourceVpc": "vpc-0a1b2c3d4e5f67890"},
                True,
            ),
            (SourceNetwork(vpc_ids=("vpc-0a1b2c3d4e5f67890",)), {}, False),
        )
    ),
    # Source identity.
    (
        NAMED_PEOPLE,
        role("Any"),
        {"sts:SourceIdentity": "alice@example.com"},
        WITH_SOURCE_IDENTITY,
        True,
    ),
    (
        NAMED_PEOPLE,
        role("Any"),
        {"sts:SourceIdentity": "alice@example.org"},
        WITH_SOURCE_IDENTITY,
        False,
    ),
    (NAMED_PEOPLE, role("Any"), {}, (), False),
    (ALICE_OR_BOB, role("Any"), {"sts:SourceIdentity": "alice"}, WITH_SOURCE_IDENTITY, True),
    (ALICE_OR_BOB, role("Any"), {"sts:SourceIdentity": "bob"}, WITH_SOURCE_IDENTITY, False),
    (MAY_SAY_WHO, role("Any"), {}, (), True),
    (MAY_SAY_WHO, role("Any"), {"sts:SourceIdentity": "alice"}, WITH_SOURCE_IDENTITY, True),
    (MAY_SAY_WHO, role("Any"), {"sts:SourceIdentity": "eve"}, WITH_SOURCE_IDENTITY, False),
    (
        AwsAccount(account_id=OTHER),
        role("Any"),
        {"sts:SourceIdentity": "alice@example.com"},
        WITH_SOURCE_IDENTITY,
        False,
    ),
    # Session tags: required ones, and those that may be left out.
    *(
        (trust, role("Any"), context, actions, allowed)
        for trust, context, actions, allowed in (
            (TEAMS, {"aws:RequestTag/team": "red", "aws:TagKeys": ["team"]}, WITH_TAGS, True),
            (TEAMS, {"aws:RequestTag/team": "green", "aws:TagKeys": ["team"]}, WITH_TAGS, False),
            (TEAMS, {}, (), False),
            (
                TEAMS,
                {
                    "aws:RequestTag/team": "red",
                    "aws:RequestTag/admin": "yes",
                    "aws:TagKeys": ["team", "admin"],
                },
                WITH_TAGS,
                False,
            ),
            (
                TEAMS,
                {
                    "aws:RequestTag/team": "red",
                    "aws:RequestTag/ticket": "7",
                    "aws:TagKeys": ["team", "ticket"],
                    "sts:TransitiveTagKeys": ["ticket"],
                },
                WITH_TAGS,
                True,
            ),
            (
                TEAMS,
                {
                    "aws:RequestTag/team": "red",
                    "aws:TagKeys": ["team"],
                    "sts:TransitiveTagKeys": ["team"],
                },
                WITH_TAGS,
                False,
            ),
            (MAY_TAG, {}, (), True),
            (MAY_TAG_TWO, {"aws:RequestTag/team": "red", "aws:TagKeys": ["team"]}, WITH_TAGS, True),
            (
                MAY_TAG_IN_TEAM,
                {"aws:RequestTag/team": "red", "aws:TagKeys": ["team"]},
                WITH_TAGS,
                False,
            ),
            (
                MAY_TAG_IN_TEAM,
                {
                    "aws:PrincipalTag/unit": "a",
                    "aws:RequestTag/team": "red",
                    "aws:TagKeys": ["team"],
                },
                WITH_TAGS,
                True,
            ),
            (MAY_TAG, {"aws:RequestTag/team": "red", "aws:TagKeys": ["team"]}, WITH_TAGS, True),
            (MAY_TAG, {"aws:RequestTag/team": "blue", "aws:TagKeys": ["team"]}, WITH_TAGS, False),
            (MAY_TAG, {"aws:RequestTag/x": "red", "aws:TagKeys": ["x"]}, WITH_TAGS, False),
            (
                MAY_TAG,
                {
                    "aws:RequestTag/team": "red",
                    "aws:TagKeys": ["team"],
                    "sts:TransitiveTagKeys": ["team"],
                },
                WITH_TAGS,
                False,
            ),
            (
                AwsAccount(account_id=OTHER),
                {"aws:RequestTag/team": "red", "aws:TagKeys": ["team"]},
                WITH_TAGS,
                False,
            ),
        )
    ),
    # Further conditions.
    *(
        (
            AwsAccount(
                account_id=OTHER,
                conditions=(Condition.of("StringEquals", "aws:PrincipalTag/team", "red"),),
            ),
            role("Any"),
            context,
            (),
            allowed,
        )
        for context, allowed in (
            ({"aws:PrincipalTag/team": "red"}, True),
            ({"aws:PrincipalTag/team": "blue"}, False),
            ({}, False),
        )
    ),
]


@pytest.mark.parametrize(("trust", "principal", "context", "actions", "allowed"), ASKED)
def test_who_is_trusted_can_assume_the_role_and_who_comes_near_cannot(
    trust: Trust,
    principal: Principal,
    context: Mapping[str, Any],
    actions: Sequence[str],
    allowed: bool,
) -> None:
    evaluation = assuming(trust, principal, context, actions=actions or ("sts:AssumeRole",))
    assert evaluation.is_allowed is allowed, evaluation.explain()


@pytest.mark.parametrize(
    ("trust", "principal"),
    [
        (AwsAccount(account_id=OTHER), role("Any")),
        (AwsRoles(account_id=OTHER, role_names=("Auditor",)), role("Auditor")),
        (
            AwsRoles(account_id=OTHER, role_names=("Auditor",), named_as=NamedAs.PRINCIPAL),
            role("Auditor"),
        ),
        (AwsRoles(account_id=OWN, role_names=("Auditor",)), role("Auditor", OWN)),
    ],
)
def test_the_callers_own_policies_have_to_allow_it_too(trust: Trust, principal: Principal) -> None:
    assert assuming(trust, principal).is_allowed
    assert not assuming(trust, principal, permitted=False).is_allowed


def test_a_principal_of_the_own_account_that_is_named_itself_needs_nothing_else() -> None:
    named = AwsRoles(account_id=OWN, role_names=("Auditor",), named_as=NamedAs.PRINCIPAL)
    assert assuming(named, role("Auditor", OWN), permitted=False).is_allowed


@pytest.mark.parametrize(
    ("named_as", "trusted_again"), [(NamedAs.CONDITION, True), (NamedAs.PRINCIPAL, False)]
)
def test_a_role_that_is_made_again_is_trusted_again_only_by_its_name(
    named_as: NamedAs, trusted_again: bool
) -> None:
    """AWS keeps the unique ID of a principal that is named itself, not its ARN."""
    first, second = "AROAEXAMPLEFIRST00000", "AROAEXAMPLESECOND0000"
    trust = AwsRoles(account_id=OTHER, role_names=("Auditor",), named_as=named_as)
    arn = f"arn:aws:iam::{OTHER}:role/Auditor"
    as_said = trust_policy(trust).to_dict()
    stored = {
        **as_said,
        "Statement": [
            each | {"Principal": json.loads(json.dumps(each["Principal"]).replace(arn, first))}
            for each in as_said["Statement"]
        ],
    }
    for unique_id, trusted in ((first, True), (second, trusted_again)):
        request = AccessRequest(
            principal=role("Auditor", unique_id=unique_id),
            action="sts:AssumeRole",
            resource=ROLE_ARN,
        )
        policies = PolicySet(
            identity=[ALL_OF_STS], resource=PolicyDocument.parse(stored, PolicyKind.TRUST)
        )
        evaluation = evaluate(request, policies)
        assert evaluation.is_allowed is trusted, evaluation.explain()


def test_conditions_of_one_do_not_reach_another_in_one_role() -> None:
    """Not even where all are of one account and nearly the same."""
    trusted = (
        AwsAccount(account_id=OTHER, external_ids=("customer-4711",)),
        AwsRoles(account_id=OTHER, role_names=("Auditor",)),
        IamUsers(account_id=OTHER, user_names=("alice",), mfa=Mfa(max_age=timedelta(hours=1))),
        PermissionSets(account_id=STRANGER, names=("Operator",)),
    )
    assert assuming(trusted, role("Auditor")).is_allowed
    assert not assuming(trusted, role("Else")).is_allowed
    assert assuming(trusted, role("Else"), {"sts:ExternalId": "customer-4711"}).is_allowed
    assert not assuming(trusted, user("alice")).is_allowed
    assert assuming(trusted, user("alice"), WITH_MFA).is_allowed
    assert not assuming(trusted, user("bob"), WITH_MFA).is_allowed
    assert not assuming(trusted, role("Auditor", STRANGER)).is_allowed
