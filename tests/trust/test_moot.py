"""Statements of a trust policy are OR-ed: a wide one makes the conditions of a narrow one moot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aws_cdk import Aws, Stack

from least_privilege.errors import InvalidExternalIdError, InvalidTrustError
from least_privilege.policy import Condition
from least_privilege.roles import TrustedRole
from least_privilege.trust import (
    AwsAccount,
    AwsRoles,
    IamUsers,
    Mfa,
    NamedAs,
    Organization,
    SessionTag,
    SourceIdentity,
    SourceNetwork,
    Trust,
)

OTHER = "444455556666"
OWN = "111122223333"  # The account of the stack.
ORGANIZATION = "o-exampleorgid"
UNIT = f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/"
TEAM = SessionTag(key="team", values=("red",))
ANYBODY = SourceIdentity()


def network(ip_range: str) -> SourceNetwork:
    return SourceNetwork(ip_ranges=(ip_range,))


def level(most: str) -> Condition:
    return Condition.of("NumericLessThanEquals", "aws:PrincipalTag/level", most)


def in_team(*teams: str) -> Condition:
    return Condition.of("StringEquals", "aws:PrincipalTag/team", *teams)


@pytest.mark.parametrize(
    "trusted_by",
    [
        [AwsAccount(account_id=OTHER), AwsAccount(account_id=OTHER, external_ids=("one",))],
        [AwsAccount(account_id=OTHER), AwsRoles(account_id=OTHER, role_names=("Auditor",))],
        [
            AwsRoles(account_id=OTHER, role_names=("A",), external_ids=("one",)),
            AwsRoles(account_id=OTHER, role_names=("A", "B")),
        ],
        [
            IamUsers(user_names=("alice",), mfa=Mfa(max_age=timedelta(hours=1))),
            IamUsers(user_names=("alice", "bob"), mfa=Mfa(max_age=timedelta(hours=36))),
        ],
        [AwsAccount(account_id=OWN), IamUsers(user_names=("alice",))],
        [AwsAccount(account_id=OTHER), AwsAccount(account_id=OTHER, session_tags=(TEAM,))],
        [AwsAccount(account_id=OTHER), AwsAccount(account_id=OTHER, source_identity=ANYBODY)],
        [
            AwsAccount(account_id=OTHER, session_tags=(SessionTag(key="team", required=False),)),
            AwsAccount(account_id=OTHER, session_tags=(TEAM,)),
        ],
        [
            AwsAccount(account_id=OTHER),
            AwsRoles(
                account_id=OTHER,
                role_names=("A",),
                named_as=NamedAs.PRINCIPAL,
                external_ids=("one",),
            ),
        ],
        [
            AwsRoles(account_id=OTHER, role_names=("A",)),
            AwsRoles(
                account_id=OTHER,
                role_names=("A",),
                named_as=NamedAs.PRINCIPAL,
                external_ids=("one",),
            ),
        ],
        [
            IamUsers(user_names=("a",), mfa=Mfa(max_age=timedelta(minutes=15))),
            IamUsers(user_names=("a",), account_id=OWN, mfa=Mfa(max_age=timedelta(hours=36))),
        ],
        [
            AwsRoles(account_id=OTHER, role_names=("A", "B"), external_ids=("one",)),
            AwsRoles(account_id=OTHER, role_names=("A", "C")),
        ],
        [
            AwsAccount(account_id=OTHER, source_network=network("203.0.113.0/24")),
            AwsAccount(
                account_id=OTHER,
                source_network=network("203.0.113.128/25"),
                external_ids=("one",),
            ),
        ],
        [
            Organization(organization_id=ORGANIZATION, unit_paths=(UNIT,)),
            Organization(
                organization_id=ORGANIZATION,
                unit_paths=(f"{UNIT}ou-ab12-22222222/",),
                role_names=("A",),
            ),
        ],
        [
            AwsAccount(account_id=OTHER, conditions=(level("9"),)),
            AwsAccount(account_id=OTHER, conditions=(level("5"),), external_ids=("one",)),
        ],
        [
            AwsAccount(account_id=OTHER, conditions=(in_team("red", "blue"),)),
            AwsRoles(account_id=OTHER, role_names=("A",), conditions=(in_team("red"),)),
        ],
    ],
)
def test_a_condition_that_another_trust_makes_moot_is_refused(
    stack: Stack, trusted_by: list[Trust]
) -> None:
    with pytest.raises(InvalidTrustError, match="names one principal twice"):
        TrustedRole(stack, "Role", trusted_by=trusted_by)
    assert not stack.node.children


@pytest.mark.parametrize(
    "trusted_by",
    [
        [AwsAccount(account_id=OTHER), AwsAccount(account_id="777788889999", external_ids=("x1",))],
        [
            AwsRoles(account_id=OTHER, role_names=("A",), external_ids=("one",)),
            AwsRoles(account_id=OTHER, role_names=("B",)),
        ],
        [IamUsers(user_names=("alice",)), IamUsers(user_names=("bob",))],
        [
            Organization(organization_id="o-exampleorgid"),
            AwsRoles(account_id=OWN, role_names=("A",)),
        ],
        [
            AwsAccount(account_id=OTHER, source_network=network("203.0.113.0/24")),
            AwsAccount(account_id=OTHER, source_network=network("198.51.100.0/24")),
        ],
        [
            AwsAccount(account_id=OTHER, source_network=network("203.0.113.0/24")),
            AwsAccount(
                account_id=OTHER,
                source_network=SourceNetwork(vpc_ids=("vpc-0a1b2c3d4e5f67890",)),
            ),
        ],
        [
            AwsAccount(account_id=OTHER, conditions=(level("5"),)),
            AwsAccount(account_id=OTHER, conditions=(level("9"),), external_ids=("one",)),
        ],
        [
            AwsAccount(account_id=OTHER, conditions=(level("${Token[TOKEN.1]}"),)),
            AwsAccount(account_id=OTHER, conditions=(level("5"),), external_ids=("one",)),
        ],
        [AwsAccount(account_id=OTHER, conditions=(level("${Token[TOKEN.1]}"),))],
        [
            AwsAccount(account_id=OTHER, conditions=(in_team("red"),)),
            AwsRoles(account_id=OTHER, role_names=("A",), conditions=(in_team("blue"),)),
        ],
        [
            AwsAccount(account_id=OTHER),
            AwsAccount(account_id=OTHER, session_tags=(SessionTag(key="team", required=False),)),
        ],
        [
            AwsAccount(account_id=OTHER),
            AwsAccount(account_id=OTHER, source_identity=SourceIdentity(required=False)),
        ],
    ],
)
def test_trusts_of_different_principals_stand_side_by_side(
    stack: Stack, trusted_by: list[Trust]
) -> None:
    role = TrustedRole(stack, "Role", trusted_by=trusted_by)
    assert role.trusted_by == tuple(trusted_by)


def test_what_may_be_left_out_can_be_said_so(stack: Stack) -> None:
    trusted = [AwsAccount(account_id=OTHER), AwsAccount(account_id=OTHER, source_identity=ANYBODY)]
    with pytest.raises(InvalidTrustError, match="say required=False if it may be left out"):
        TrustedRole(stack, "Role", trusted_by=trusted)


def test_the_role_s_own_account_is_known_by_the_cdk_s_token_too(stack: Stack) -> None:
    by_token = AwsAccount(account_id=Aws.ACCOUNT_ID, conditions=(in_team("red"),))
    with pytest.raises(InvalidTrustError, match="aws:PrincipalTag/team does not count"):
        TrustedRole(stack, "Role", trusted_by=[AwsAccount(account_id=OWN), by_token])
    with pytest.raises(InvalidExternalIdError, match="role's own account"):
        AwsAccount(account_id=Aws.ACCOUNT_ID, external_ids=("one",))
