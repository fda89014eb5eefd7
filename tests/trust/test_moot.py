"""Statements of a trust policy are OR-ed: a wide one makes the conditions of a narrow one moot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aws_cdk import Stack

from least_privilege.errors import InvalidTrustError
from least_privilege.roles import TrustedRole
from least_privilege.trust import AwsAccount, AwsRoles, IamUsers, Mfa, Organization, Trust

OTHER = "444455556666"
OWN = "111122223333"  # The account of the stack.


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
    ],
)
def test_trusts_of_different_principals_stand_side_by_side(
    stack: Stack, trusted_by: list[Trust]
) -> None:
    role = TrustedRole(stack, "Role", trusted_by=trusted_by)
    assert role.trusted_by == tuple(trusted_by)
