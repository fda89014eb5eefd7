"""Who can be granted something: what the CDK would drop is an error, all else is in a policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import (
    Annotations as CdkAnnotations,
    Aws,
    CfnOutput,
    Stack,
    aws_codepipeline as codepipeline,
    aws_codepipeline_actions as actions,
    aws_iam as iam,
    aws_lambda as lambda_,
    aws_s3 as s3,
)
from aws_cdk.assertions import Annotations, Match

from least_privilege.errors import InvalidInputError
from least_privilege.permissions import ActionsOn, S3Read
from least_privilege.policy import Condition
from least_privilege.roles import ServiceRole, TrustedRole, grant_permissions
from least_privilege.trust import AwsAccount, AwsRoles, IamUsers, Mfa, NamedAs, Trust
from tests.conftest import ACCOUNT, OTHER_ACCOUNT, new_app, new_stack, only, resources

Grantee = Callable[[Stack], Any]
POLICY = "AWS::IAM::Policy"
READ = S3Read(bucket_arn="arn:aws:s3:::reports", prefix="2026/")
READ_SAID = {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::reports/2026/*",
}
FUNCTION = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:f"


def role_arn(account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:role/team/Auditor"


def own_role(stack: Stack, name: str = "Own") -> iam.Role:
    return iam.Role(stack, name, assumed_by=iam.AccountPrincipal(OTHER_ACCOUNT))


def imported_role(stack: Stack, account: str = ACCOUNT, **options: Any) -> iam.IRole:
    return iam.Role.from_role_arn(stack, "Imported", role_arn(account), **options)


def function(stack: Stack, **attributes: Any) -> lambda_.IFunction:
    return lambda_.Function.from_function_attributes(
        stack, "Imported", function_arn=FUNCTION, same_environment=True, **attributes
    )


DROPPED: dict[str, tuple[Grantee, str]] = {
    "a role of another account": (
        lambda stack: imported_role(stack, OTHER_ACCOUNT),
        f"Stack/.*Imported.* is imported from account {OTHER_ACCOUNT}, .* mutable=True in a stack",
    ),
    "a role of another account that is said to be mutable": (
        lambda stack: imported_role(stack, OTHER_ACCOUNT, mutable=True),
        f"is imported from account {OTHER_ACCOUNT}",
    ),
    "a role that is not mutable": (
        lambda stack: imported_role(stack, mutable=False),
        "takes no policy .* import it with mutable=True in its own account, or define both sides",
    ),
    "a role by its name that is not mutable": (
        lambda stack: iam.Role.from_role_name(stack, "Imported", "A", mutable=False),
        "takes no policy",
    ),
    "a role of the app that is not to be touched": (
        lambda stack: own_role(stack).without_policy_updates(),
        "takes no policy .*without_policy_updates",
    ),
    "a user of another account": (
        lambda stack: iam.User.from_user_arn(
            stack, "Imported", f"arn:aws:iam::{OTHER_ACCOUNT}:user/bob"
        ),
        "or give it to another of the same name",
    ),
    "a group of another account": (
        lambda stack: iam.Group.from_group_arn(
            stack, "Imported", f"arn:aws:iam::{OTHER_ACCOUNT}:group/ops"
        ),
        "or give it to another of the same name",
    ),
    "a function that is imported without its role": (
        lambda stack: lambda_.Function.from_function_arn(stack, "Imported", FUNCTION),
        "Stack/Imported is imported without its role",
    ),
    "a function with a role of another account": (
        lambda stack: function(
            stack, role=iam.Role.from_role_arn(stack, "Its", role_arn(OTHER_ACCOUNT))
        ),
        f"is imported from account {OTHER_ACCOUNT}",
    ),
    "a service": (
        lambda _: iam.ServicePrincipal("lambda.amazonaws.com"),
        "must hold a policy of its own, and ServicePrincipal does not",
    ),
    "an account": (
        lambda _: iam.AccountPrincipal(OTHER_ACCOUNT),
        "AccountPrincipal does not: .* in its trusted_by",
    ),
    "an ARN": (lambda _: iam.ArnPrincipal(role_arn()), "ArnPrincipal does not"),
    "an organization": (
        lambda _: iam.OrganizationPrincipal("o-exampleorgid"),
        "OrganizationPrincipal does not",
    ),
    "everybody": (lambda _: iam.AnyPrincipal(), "AnyPrincipal does not"),
    "several": (
        lambda _: iam.CompositePrincipal(iam.AccountPrincipal(OTHER_ACCOUNT)),
        "CompositePrincipal does not",
    ),
    "a role under conditions": (
        lambda stack: iam.PrincipalWithConditions(
            own_role(stack), {"Bool": {"aws:SecureTransport": "true"}}
        ),
        "would drop the conditions of PrincipalWithConditions",
    ),
    "no grantee": (lambda _: "Auditor", "must be something that the CDK can grant to"),
}

KEPT: dict[str, Grantee] = {
    "a role": own_role,
    "a role by its ARN": imported_role,
    "a role by its name": lambda stack: iam.Role.from_role_name(stack, "Imported", "A"),
    "a role of the account of deployment": lambda stack: imported_role(stack, Aws.ACCOUNT_ID),
    "a user": lambda stack: iam.User(stack, "User"),
    "a user by its name": lambda stack: iam.User.from_user_name(stack, "Imported", "bob"),
    "a group": lambda stack: iam.Group(stack, "Group"),
    "a policy": lambda stack: iam.Policy(stack, "Policy", roles=[own_role(stack)]),
    "a function with its role": lambda stack: function(
        stack, role=iam.Role.from_role_arn(stack, "Its", role_arn())
    ),
    "a managed policy": lambda stack: iam.ManagedPolicy(stack, "Policy"),
}


def trusted_role(stack: Stack, name: str = "Role") -> TrustedRole:
    return TrustedRole(stack, name, trusted_by=[AwsAccount(account_id=OTHER_ACCOUNT)])


def granted(stack: Stack) -> Any:
    """What the one policy of the stack says."""
    (policy,) = (resources(stack, POLICY) | resources(stack, "AWS::IAM::ManagedPolicy")).values()
    return policy["PolicyDocument"]["Statement"]


@pytest.mark.parametrize(("grantee", "says"), DROPPED.values(), ids=DROPPED)
def test_permissions_that_the_cdk_would_drop_are_an_error(
    stack: Stack, grantee: Grantee, says: str
) -> None:
    with pytest.raises(InvalidInputError, match=says):
        grant_permissions([READ], to=grantee(stack))
    assert not resources(stack, POLICY)


NOT_TOUCHED = {name: each[0] for name, each in DROPPED.items() if "takes no policy" in each[1]}
REFUSED = {name: each for name, each in DROPPED.items() if name not in NOT_TOUCHED}


@pytest.mark.parametrize("method", ["grant_pass_role", "grant_assume_role"])
@pytest.mark.parametrize(("grantee", "says"), REFUSED.values(), ids=REFUSED)
def test_a_grant_on_a_role_that_the_cdk_would_drop_is_an_error(
    stack: Stack, method: str, grantee: Grantee, says: str
) -> None:
    role = trusted_role(stack)
    with pytest.raises(InvalidInputError, match=f"^Stack/Role: .*{says}"):
        getattr(role, method)(grantee(stack))
    assert not resources(stack, POLICY)
    Annotations.from_stack(stack).has_no_warning(
        "/Stack/Role", Match.string_like_regexp("trusted_by")
    )


def warnings(stack: Stack) -> list[str]:
    """What the synth warns of, without the list of what can be acknowledged."""
    found = Annotations.from_stack(stack).find_warning("/Stack/Role", Match.any_value())
    return [str(each.entry.data) for each in found]


@pytest.mark.parametrize("method", ["grant_pass_role", "grant_assume_role"])
@pytest.mark.parametrize("grantee", NOT_TOUCHED.values(), ids=NOT_TOUCHED)
def test_a_grant_to_a_role_that_is_not_to_be_touched_is_a_warning(
    stack: Stack, method: str, grantee: Grantee
) -> None:
    role = trusted_role(stack)
    getattr(role, method)(grantee(stack))
    assert not resources(stack, POLICY)
    (said,) = [each for each in warnings(stack) if "least-privilege:grant-dropped" in each]
    assert "takes no policy (mutable=False, or without_policy_updates), and the CDK dropped" in said


def test_the_warning_of_a_dropped_grant_can_be_acknowledged(stack: Stack) -> None:
    role = trusted_role(stack)
    CdkAnnotations.of(role).acknowledge_warning("least-privilege:grant-dropped", "The owner does.")
    role.grant_pass_role(imported_role(stack, mutable=False))
    assert warnings(stack) == []


def test_a_pipeline_with_a_role_that_is_not_to_be_touched_can_be_made(stack: Stack) -> None:
    """It grants itself to assume the roles of its actions."""
    action_role = TrustedRole(stack, "Role", trusted_by=[AwsAccount(account_id=ACCOUNT)])
    pipeline = codepipeline.Pipeline(
        stack,
        "Pipeline",
        role=imported_role(stack, mutable=False),
        artifact_bucket=s3.Bucket(stack, "Artifacts"),
    )
    bucket = s3.Bucket(stack, "Source", versioned=True)
    fetch = actions.S3SourceAction(
        action_name="Fetch",
        bucket=bucket,
        bucket_key="source.zip",
        output=codepipeline.Artifact(),
        role=action_role.role,
        trigger=actions.S3Trigger.NONE,
    )
    approve = actions.ManualApprovalAction(action_name="Approve")
    pipeline.add_stage(stage_name="Source", actions=[fetch])
    pipeline.add_stage(stage_name="Approval", actions=[approve])
    (said,) = warnings(stack)
    assert "the CDK dropped sts:AssumeRole on this role" in said


def calling_side_only(stack: Stack) -> bool:
    return any("least-privilege:calling-side-only" in each for each in warnings(stack))


CALLERS: dict[str, Grantee] = {
    "imported by its ARN": imported_role,
    "imported by its name": lambda stack: iam.Role.from_role_name(stack, "Imported", "Auditor"),
    "named in the app": lambda stack: iam.Role(
        stack, "Own", role_name="Auditor", assumed_by=iam.AccountPrincipal(OTHER_ACCOUNT)
    ),
    "of this library": lambda stack: (
        ServiceRole(stack, "Own", role_name="Auditor", service="lambda.amazonaws.com").role
    ),
}
NAMING: dict[str, tuple[Trust, bool]] = {
    "its name": (AwsRoles(account_id=ACCOUNT, role_names=("team/Auditor",)), True),
    "its name as principal": (
        AwsRoles(account_id=ACCOUNT, role_names=("team/Auditor",), named_as=NamedAs.PRINCIPAL),
        True,
    ),
    "its account": (AwsAccount(account_id=ACCOUNT), True),
    "another name": (AwsRoles(account_id=ACCOUNT, role_names=("Auditor2",)), False),
    "that name elsewhere": (AwsRoles(account_id=OTHER_ACCOUNT, role_names=("Auditor",)), False),
    "a user of that name": (IamUsers(account_id=ACCOUNT, user_names=("Auditor",)), False),
    "another account": (AwsAccount(account_id=OTHER_ACCOUNT), False),
    "its account with MFA": (AwsAccount(account_id=ACCOUNT, mfa=Mfa()), False),
}


@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)
@pytest.mark.parametrize(("trust", "is_named"), NAMING.values(), ids=NAMING)
def test_a_caller_that_trusted_by_plainly_names_is_no_warning(
    stack: Stack, caller: Grantee, trust: Trust, is_named: bool
) -> None:
    role = TrustedRole(stack, "Role", trusted_by=[trust])
    role.grant_assume_role(caller(stack))
    assert calling_side_only(stack) is not is_named


def test_a_caller_that_is_named_by_its_token_is_no_warning(stack: Stack) -> None:
    caller = own_role(stack)
    role = TrustedRole(stack, "Role", trusted_by=[AwsRoles.of(caller)])
    role.grant_assume_role(caller)
    assert not calling_side_only(stack)
    role.grant_assume_role(own_role(stack, "Other"))
    assert calling_side_only(stack)


@pytest.mark.parametrize("grantee", KEPT.values(), ids=KEPT)
def test_permissions_are_in_the_policy_of_whoever_holds_one(stack: Stack, grantee: Grantee) -> None:
    grant_permissions([READ], to=grantee(stack))
    assert granted(stack) == [READ_SAID]


@pytest.mark.parametrize("grantee", KEPT.values(), ids=KEPT)
def test_a_role_can_be_passed_by_whoever_holds_a_policy(stack: Stack, grantee: Grantee) -> None:
    assert trusted_role(stack).grant_pass_role(grantee(stack)).success
    (statement,) = granted(stack)
    assert statement["Action"] == "iam:PassRole"


def test_a_role_that_is_made_when_it_is_needed_has_it_by_then(stack: Stack) -> None:
    role = iam.LazyRole(stack, "Lazy", assumed_by=iam.AccountPrincipal(OTHER_ACCOUNT))
    grant_permissions([READ], to=role)
    CfnOutput(stack, "Arn", value=role.role_arn)
    assert granted(stack) == [READ_SAID]


def test_a_role_of_this_library_gets_permissions_as_its_own(stack: Stack) -> None:
    role = ServiceRole(stack, "Role", service="lambda.amazonaws.com")
    grant_permissions([READ], to=role.role)
    assert role.permissions == (READ,)
    (policy,) = only(stack, "AWS::IAM::Role")["Policies"]
    assert policy["PolicyDocument"]["Statement"] == [READ_SAID]


def test_a_permission_keeps_its_conditions_and_the_account_of_deployment(stack: Stack) -> None:
    permission = ActionsOn(
        actions=("sqs:SendMessage",),
        resources=("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders",),
        conditions=(Condition.of("Bool", "aws:SecureTransport", "true"),),
    )
    grant_permissions([permission], to=own_role(stack))
    assert only(stack, POLICY)["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders",
            "Condition": {"Bool": {"aws:SecureTransport": "true"}},
        }
    ]


def test_a_role_of_another_stack_gets_its_policy_there() -> None:
    app = new_app()
    here, there = new_stack("Here", app=app), new_stack("There", app=app, account=OTHER_ACCOUNT)
    grant_permissions([READ], to=own_role(there))
    assert not resources(here, POLICY)
    assert only(there, POLICY)["PolicyDocument"]["Statement"] == [READ_SAID]


def test_an_account_that_is_known_at_deployment_only_is_not_guessed() -> None:
    stack = Stack(new_app(), "Stack")
    grant_permissions([READ], to=imported_role(stack, OTHER_ACCOUNT))
    assert only(stack, POLICY)["Roles"] == ["Auditor"]


def test_what_is_no_permission_is_refused(stack: Stack) -> None:
    with pytest.raises(InvalidInputError, match="permissions must be a list"):
        grant_permissions(["s3:GetObject"], to=own_role(stack))  # type: ignore[list-item]
