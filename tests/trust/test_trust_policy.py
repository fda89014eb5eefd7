"""Several trust values in one policy: what is merged admits the same, in fewer characters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from least_privilege.access import Verdict, compare
from least_privilege.policy import Condition, PolicyDocument, PolicyKind
from least_privilege.trust import (
    AwsAccount,
    AwsRoles,
    AwsService,
    IamUsers,
    Mfa,
    NamedAs,
    Organization,
    PermissionSets,
    SourceNetwork,
    Trust,
    trust_policy,
)

from .kit import OTHER, OWN, deployed

THIRD = "777788889999"
ROLE_Y = f"arn:aws:iam::{THIRD}:role/y"


def parsed(document: PolicyDocument) -> PolicyDocument:
    return PolicyDocument.parse(deployed(document.to_dict()), PolicyKind.TRUST)


def one_by_one(trusted_by: Sequence[Trust]) -> PolicyDocument:
    statements = tuple(each for trust in trusted_by for each in trust.statements())
    return parsed(PolicyDocument(statements=statements))


def by_arn(account: str, pattern: str) -> AwsAccount:
    return AwsAccount(
        account_id=account, conditions=(Condition.of("ArnLike", "aws:PrincipalArn", pattern),)
    )


@pytest.mark.parametrize(
    ("trusted_by", "statements"),
    [
        ([AwsAccount(account_id=OTHER), AwsAccount(account_id=THIRD)], 1),
        (
            [
                AwsAccount(account_id=OTHER, external_ids=("one",)),
                AwsAccount(account_id=THIRD, external_ids=("two",)),
            ],
            2,
        ),
        (
            [
                AwsService(principal="lambda.amazonaws.com"),
                AwsService(principal="ec2.amazonaws.com"),
            ],
            1,
        ),
        (
            [
                AwsRoles(account_id=OTHER, role_names=("A",)),
                AwsRoles(account_id=OTHER, role_names=("B",)),
                AwsRoles(account_id=THIRD, role_names=("C",)),
            ],
            1,
        ),
        (
            [
                AwsRoles(account_id=OTHER, role_names=("A",), named_as=NamedAs.PRINCIPAL),
                AwsRoles(account_id=THIRD, role_names=("B",), named_as=NamedAs.PRINCIPAL),
            ],
            1,
        ),
        (
            [
                AwsRoles(account_id=OTHER, role_names=("A",), external_ids=("one",)),
                AwsRoles(account_id=OTHER, role_names=("B",)),
            ],
            2,
        ),
        (
            [
                AwsRoles(account_id=OTHER, role_names=("A",)),
                PermissionSets(account_id=OTHER, names=("B",)),
            ],
            2,
        ),
        ([AwsAccount(account_id=OTHER), AwsRoles(account_id=THIRD, role_names=("A",))], 2),
        # Together, they would admit the role of the one in the account of the other.
        (
            [by_arn(OTHER, "arn:aws:iam::*:role/x"), by_arn(THIRD, f"arn:aws:iam::{THIRD}:role/y")],
            2,
        ),
        (
            [
                Organization(organization_id="o-exampleorgid", role_names=("A",)),
                Organization(organization_id="o-exampleorgid", role_names=("B",)),
            ],
            1,
        ),
    ],
)
def test_principals_that_share_conditions_share_a_statement(
    trusted_by: list[Trust], statements: int
) -> None:
    document = trust_policy(trusted_by)
    assert len(document.statements) == statements
    assert parsed(document).size <= one_by_one(trusted_by).size
    for one, other in (
        (one_by_one(trusted_by), parsed(document)),
        (parsed(document), one_by_one(trusted_by)),
    ):
        assert compare(one, other).verdict is Verdict.NO_NEW_ACCESS


def test_forty_roles_of_two_accounts_need_one_statement() -> None:
    trusted = [
        AwsRoles(account_id=account, role_names=(f"Role{number}",))
        for account in (OTHER, THIRD)
        for number in range(20)
    ]
    (statement,) = trust_policy(trusted).statements
    assert len(statement.principals) == 2
    assert len(statement.conditions[0].values) == 40


ACCOUNTS = st.sampled_from((OWN, OTHER, THIRD))
EXTERNAL_IDS = st.sampled_from(((), ("one",), ("two", "one")))
TRUSTS: st.SearchStrategy[Trust] = st.one_of(
    st.builds(lambda a: AwsAccount(account_id=a), ACCOUNTS),
    st.builds(
        lambda a, n, e, as_: AwsRoles(account_id=a, role_names=n, external_ids=e, named_as=as_),
        ACCOUNTS,
        st.sampled_from((("A",), ("B", "x/C"))),
        EXTERNAL_IDS,
        st.sampled_from(NamedAs),
    ),
    st.builds(
        lambda a, h: IamUsers(account_id=a, user_names=("u",), mfa=Mfa(max_age=timedelta(hours=h))),
        ACCOUNTS,
        st.sampled_from((1, 2)),
    ),
    st.builds(lambda a: PermissionSets(account_id=a, names=("P",)), ACCOUNTS),
    st.builds(
        lambda a, p: by_arn(a, p),
        ACCOUNTS,
        st.sampled_from(("arn:aws:iam::*:role/x", ROLE_Y)),
    ),
    st.builds(
        lambda a, ip: AwsAccount(account_id=a, source_network=SourceNetwork(ip_ranges=ip)),
        ACCOUNTS,
        st.sampled_from((("203.0.113.0/24",), ("198.51.100.0/24",))),
    ),
    st.builds(
        lambda a: AwsAccount(
            account_id=a,
            conditions=(Condition.of("StringEquals", "aws:PrincipalTag/t", "x"),),
        ),
        ACCOUNTS,
    ),
)


@pytest.mark.thorough
@given(st.lists(TRUSTS, min_size=1, max_size=6))
def test_a_merged_policy_admits_whom_the_statements_admit_and_nobody_else(
    trusted_by: list[Trust],
) -> None:
    apart, together = one_by_one(trusted_by), parsed(trust_policy(trusted_by))
    for one, other in ((apart, together), (together, apart)):
        comparison = compare(one, other)
        assert comparison.verdict is Verdict.NO_NEW_ACCESS, comparison
