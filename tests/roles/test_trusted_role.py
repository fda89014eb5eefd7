"""Every property of a role: what it is given, and what it is without."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import Stack, Tags, aws_iam as iam

from least_privilege.boundary import RoleBoundary
from least_privilege.errors import QuotaExceededError
from least_privilege.permissions import S3List, S3Read
from least_privilege.roles import (
    CrossAccountRole,
    InstanceRole,
    MfaRole,
    PolicyType,
    ServiceRole,
    TrustedRole,
)
from least_privilege.trust import AwsAccount, AwsService, IdentityPool
from tests.conftest import ACCOUNT, OTHER_ACCOUNT, new_stack, only, resources

ROLE = "AWS::IAM::Role"
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
TRUST = [AwsAccount(account_id=OTHER_ACCOUNT)]
LIST = S3List(bucket_arn="arn:aws:s3:::pictures")
READ = S3Read(bucket_arn="arn:aws:s3:::pictures", prefix="in/")
LIST_SAID = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::pictures"}
READ_SAID = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pictures/in/*"}
POLICY_TYPES = pytest.mark.parametrize("policy_type", PolicyType, ids=str)


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def own_policy(stack: Stack, policy_type: PolicyType) -> Any:
    """The document of the role's own policy, wherever it lives."""
    role = only(stack, ROLE)
    if policy_type is PolicyType.INLINE:
        assert not resources(stack, MANAGED_POLICY)
        (policy,) = role["Policies"]
        assert policy["PolicyName"] == "Permissions"
        return policy["PolicyDocument"]
    ((name, policy),) = resources(stack, MANAGED_POLICY).items()
    assert "Policies" not in role
    assert role["ManagedPolicyArns"] == [f"${{{name}}}"]
    return policy["PolicyDocument"]


def test_a_role_is_no_more_than_its_trust_unless_more_is_said(stack: Stack) -> None:
    TrustedRole(stack, "Role", trusted_by=TRUST)
    assert only(stack, ROLE) == {
        "AssumeRolePolicyDocument": document(
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:${{AWS::Partition}}:iam::{OTHER_ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
            }
        ),
        "MaxSessionDuration": 3600,
    }
    assert not resources(stack, MANAGED_POLICY)
    assert not resources(stack, "AWS::IAM::Policy")


def test_a_role_has_everything_that_it_is_given(stack: Stack) -> None:
    TrustedRole(
        stack,
        "Role",
        trusted_by=TRUST,
        description="Liest Bücher",
        role_name="Reader",
        path="/team/",
        session_duration=timedelta(hours=12),
        tags={"team": "a", "cost center": "4711"},
        boundary="team/Ceiling",
    )
    properties = only(stack, ROLE)
    del properties["AssumeRolePolicyDocument"]
    assert properties == {
        "Description": "Liest Bücher",
        "RoleName": "Reader",
        "Path": "/team/",
        "MaxSessionDuration": 43_200,
        "Tags": [{"Key": "cost center", "Value": "4711"}, {"Key": "team", "Value": "a"}],
        "PermissionsBoundary": ("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/team/Ceiling"),
    }


@pytest.mark.parametrize("kind", [iam.Role, TrustedRole, InstanceRole, ServiceRole])
def test_the_logical_id_is_that_of_a_plain_role_of_the_same_id(kind: Any) -> None:
    """So that a team can move to this library without replacing its roles."""
    arguments: dict[Any, dict[str, Any]] = {
        iam.Role: {"assumed_by": iam.ServicePrincipal("lambda.amazonaws.com")},
        TrustedRole: {"trusted_by": TRUST},
        InstanceRole: {},
        ServiceRole: {"service": "lambda.amazonaws.com"},
    }

    def logical_ids(build: Any, given: dict[str, Any]) -> list[str]:
        stack = new_stack()
        role = build(stack, "Reader", **given)
        role.add_to_principal_policy(
            iam.PolicyStatement(actions=["s3:GetObject"], resources=["arn:aws:s3:::a/b"])
        )
        return [*resources(stack, ROLE), *resources(stack, "AWS::IAM::Policy")]

    assert logical_ids(kind, arguments[kind]) == logical_ids(iam.Role, arguments[iam.Role])


# Sessions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trusted",
    [
        AwsService(principal="lambda.amazonaws.com"),
        IdentityPool(identity_pool_id="eu-central-1:11111111-2222-3333-4444-555555555555"),
    ],
)
def test_services_choose_the_length_of_their_sessions(stack: Stack, trusted: Any) -> None:
    TrustedRole(stack, "Role", trusted_by=[trusted])
    assert "MaxSessionDuration" not in only(stack, ROLE)


def test_a_length_of_sessions_is_for_those_who_ask_for_one(stack: Stack) -> None:
    trusted = [AwsService(principal="lambda.amazonaws.com"), *TRUST]
    TrustedRole(stack, "Role", trusted_by=trusted, session_duration=timedelta(hours=2))
    assert only(stack, ROLE)["MaxSessionDuration"] == 7_200


# Permissions -----------------------------------------------------------------------------------


@POLICY_TYPES
def test_the_permissions_are_one_policy(stack: Stack, policy_type: PolicyType) -> None:
    TrustedRole(stack, "Role", trusted_by=TRUST, permissions=[LIST, READ], policy_type=policy_type)
    assert own_policy(stack, policy_type) == document(LIST_SAID, READ_SAID)


@POLICY_TYPES
@pytest.mark.parametrize("at_first", [(), (LIST,)], ids=["nothing", "something"])
def test_a_role_can_be_allowed_more_later(
    stack: Stack, policy_type: PolicyType, at_first: tuple[S3List, ...]
) -> None:
    role = TrustedRole(
        stack, "Role", trusted_by=TRUST, permissions=at_first, policy_type=policy_type
    )
    role.allow(READ)
    assert role.permissions == (*at_first, READ)
    expected = [LIST_SAID, READ_SAID] if at_first else [READ_SAID]
    assert own_policy(stack, policy_type) == document(*expected)


def test_what_is_too_much_is_not_allowed_later_either(stack: Stack) -> None:
    role = TrustedRole(stack, "Role", trusted_by=TRUST, permissions=[LIST])
    many = [S3List(bucket_arn=f"arn:aws:s3:::{'b' * 50}{number}") for number in range(700)]
    with pytest.raises(QuotaExceededError, match=r"^Stack/Role: permissions need 1\d managed "):
        role.allow(*many)
    assert role.permissions == (LIST,)
    assert own_policy(stack, PolicyType.INLINE) == document(LIST_SAID)


@pytest.mark.parametrize("given", ["inline", "customer managed"])
def test_a_policy_type_as_text_is_that_policy_type(stack: Stack, given: Any) -> None:
    """Never a role that silently lacks its permissions."""
    TrustedRole(stack, "Role", trusted_by=TRUST, permissions=[LIST], policy_type=given)
    assert own_policy(stack, PolicyType(given)) == document(LIST_SAID)


# Managed policies ------------------------------------------------------------------------------


@POLICY_TYPES
def test_managed_policies_are_added_beside_the_own_one(
    stack: Stack, policy_type: PolicyType
) -> None:
    role = TrustedRole(stack, "Role", trusted_by=TRUST, permissions=[LIST], policy_type=policy_type)
    role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name("ReadOnlyAccess"))
    arns = only(stack, ROLE)["ManagedPolicyArns"]
    assert arns[-1] == "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"
    assert len(arns) == (1 if policy_type is PolicyType.INLINE else 2)


@POLICY_TYPES
def test_an_eleventh_managed_policy_is_refused(stack: Stack, policy_type: PolicyType) -> None:
    role = TrustedRole(stack, "Role", trusted_by=TRUST, permissions=[LIST], policy_type=policy_type)
    more = 10 if policy_type is PolicyType.INLINE else 9
    for number in range(more):
        role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name(f"P{number}"))
    eleventh = iam.ManagedPolicy.from_aws_managed_policy_name("Last")
    with pytest.raises(QuotaExceededError, match=r"^Stack/Role: managed policies .* at most 10"):
        role.add_managed_policy(eleventh)
    assert len(only(stack, ROLE)["ManagedPolicyArns"]) == 10


def grant_objects(role: TrustedRole, number: int) -> None:
    """So many grants on an object each, and a synthesis."""
    for each in range(number):
        arn = f"arn:aws:s3:::{'b' * 60}/{each}"
        role.add_to_principal_policy(iam.PolicyStatement(actions=["s3:Get"], resources=[arn]))
    only(Stack.of(role), ROLE)


# Through jsii, the error of an override can arrive as a RuntimeError, and a check may as well wait
# until everything is known: at synthesis.
REFUSED = (QuotaExceededError, RuntimeError)


def test_the_policy_of_grants_counts_as_one_of_the_ten(stack: Stack) -> None:
    role = TrustedRole(stack, "Role", trusted_by=TRUST, policy_type=PolicyType.CUSTOMER_MANAGED)
    for number in range(10):
        role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name(f"P{number}"))
    with pytest.raises(REFUSED, match="at most 10"):
        grant_objects(role, 1)


# Boundaries ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "arn"),
    [
        ("Ceiling", "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/Ceiling"),
        ("a/b/Ceiling", "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/a/b/Ceiling"),
        (f"arn:aws:iam::{ACCOUNT}:policy/Ceiling", f"arn:aws:iam::{ACCOUNT}:policy/Ceiling"),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (TrustedRole, {"trusted_by": TRUST}),
        (CrossAccountRole, {"trusted_by": TRUST}),
        (InstanceRole, {}),
        (ServiceRole, {"service": "lambda.amazonaws.com"}),
        (MfaRole, {"user_names": ["alice"]}),
    ],
)
def test_a_boundary_is_laid_over_a_role_by_name_or_arn(
    stack: Stack, kind: Any, arguments: dict[str, Any], given: str, arn: str
) -> None:
    kind(stack, "Role", boundary=given, **arguments)
    assert only(stack, ROLE)["PermissionsBoundary"] == arn


def test_a_boundary_of_ours_is_laid_over_a_role(stack: Stack) -> None:
    ceiling = RoleBoundary(stack, "Ceiling", allowed_services=["s3"])
    TrustedRole(stack, "Role", trusted_by=TRUST, boundary=ceiling)
    ((name, _),) = resources(stack, MANAGED_POLICY).items()
    assert only(stack, ROLE)["PermissionsBoundary"] == f"${{{name}}}"


def test_a_boundary_of_the_cdk_reaches_every_role(stack: Stack) -> None:
    TrustedRole(stack, "Role", trusted_by=TRUST)
    iam.PermissionsBoundary.of(stack).apply(
        iam.ManagedPolicy.from_aws_managed_policy_name("ReadOnlyAccess")
    )
    boundary = only(stack, ROLE)["PermissionsBoundary"]
    assert boundary == "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"


# What the CDK does to every construct ----------------------------------------------------------


def test_tags_of_the_cdk_join_those_of_the_role(stack: Stack) -> None:
    TrustedRole(stack, "Role", trusted_by=TRUST, tags={"team": "a"})
    Tags.of(stack).add("app", "pictures")
    assert only(stack, ROLE)["Tags"] == [
        {"Key": "app", "Value": "pictures"},
        {"Key": "team", "Value": "a"},
    ]


def test_a_role_is_a_role_to_the_cdk(stack: Stack) -> None:
    role = TrustedRole(stack, "Role", trusted_by=TRUST)
    assert role.role is role
    assert role.grant_principal is role
    assert role.assume_role_action == "sts:AssumeRole"
    assert role.principal_account == ACCOUNT
    assert role.trusted_by == tuple(TRUST)
    assert role.role_arn == role.role_arn
    assert role.role_name == role.role_name
