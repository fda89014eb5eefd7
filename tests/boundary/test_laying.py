"""One boundary over every role and user of a scope, whoever wrote them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsii
import pytest
from aws_cdk import (
    App,
    Aspects,
    CfnResource,
    CustomResourceProvider,
    CustomResourceProviderRuntime,
    IAspect,
    NestedStack,
    PermissionsBoundary,
    RemovalPolicy,
    Stack,
    Stage,
    aws_iam as iam,
    aws_s3 as s3,
    cloudformation_include as include,
    custom_resources as custom,
)
from aws_cdk.assertions import Annotations, Match, Template

from least_privilege.boundary import RoleBoundary
from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidNameError
from least_privilege.roles import ServiceRole
from tests.conftest import new_app, new_stack, resources

ARN = "arn:aws:iam::111122223333:policy/Ceiling"
OTHER = "arn:aws:iam::111122223333:policy/Other"
LAMBDA = iam.ServicePrincipal("lambda.amazonaws.com")
TRUST = {"Version": "2012-10-17", "Statement": []}
TYPES = ("AWS::IAM::Role", "AWS::IAM::User")


def ceiling(scope: Any, arn: str = ARN, name: str = "Ceiling") -> RoleBoundary:
    return RoleBoundary.from_existing(scope, name, policy=arn)


def boundaries(stack: Stack) -> dict[str, Any]:
    return {
        name: properties.get("PermissionsBoundary")
        for kind in TYPES
        for name, properties in resources(stack, kind).items()
    }


def included(tmp_path: Path) -> str:
    template = {
        "Resources": {
            "Included": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}
        }
    }
    file = tmp_path / "old.template.json"
    file.write_text(json.dumps(template), "utf-8")
    return str(file)


def add_everything(stack: Stack, tmp_path: Path) -> int:
    """Roles and users of every origin; gives how many there are, those of a nested stack apart."""
    ServiceRole(stack, "Ours", service="lambda.amazonaws.com")
    iam.Role(stack, "Role", assumed_by=LAMBDA)
    lazy = iam.LazyRole(stack, "LazyRole", assumed_by=LAMBDA)
    assert lazy.role_arn, "made once it is used"
    iam.CfnRole(stack, "CfnRole", assume_role_policy_document=TRUST)
    iam.User(stack, "User")
    iam.CfnUser(stack, "CfnUser")
    CfnResource(stack, "Raw", type="AWS::IAM::Role", properties={"AssumeRolePolicyDocument": TRUST})
    include.CfnInclude(stack, "Old", template_file=included(tmp_path))
    s3.Bucket(stack, "Bucket", auto_delete_objects=True, removal_policy=RemovalPolicy.DESTROY)
    code = tmp_path / "provider"
    code.mkdir()
    (code / "index.js").write_text("exports.handler = async () => ({});\n", "utf-8")
    CustomResourceProvider.get_or_create(
        stack, "Custom::Mine", code_directory=str(code),
        runtime=CustomResourceProviderRuntime.NODEJS_22_X,
    )  # fmt: skip
    custom.AwsCustomResource(
        stack, "Call",
        on_create=custom.AwsSdkCall(
            service="S3", action="listBuckets",
            physical_resource_id=custom.PhysicalResourceId.of("call"),
        ),
        policy=custom.AwsCustomResourcePolicy.from_sdk_calls(resources=["*"]),
    )  # fmt: skip
    return 11


@pytest.mark.parametrize("new", [new_app, App], ids=["flags of cdk.json", "no flags"])
def test_every_role_and_user_is_under_it(new: Any, tmp_path: Path) -> None:
    stack = new_stack(app=new())
    ceiling(stack).lay_over(stack)
    count = add_everything(stack, tmp_path)
    nested = NestedStack(stack, "Nested")
    iam.Role(nested, "Role", assumed_by=LAMBDA)
    found = boundaries(stack)
    assert len(found) == count
    assert set(found.values()) == {ARN}
    assert list(boundaries(nested).values()) == [ARN]


def test_what_is_no_role_or_user_stays_as_it_is(stack: Stack) -> None:
    ceiling(stack).lay_over(stack)
    s3.Bucket(stack, "Bucket")
    iam.Group(stack, "Group")
    assert "Ceiling" not in json.dumps(Template.from_stack(stack).to_json())


def test_a_boundary_that_is_built_is_laid_over_other_stacks_too() -> None:
    app = new_app()
    built = RoleBoundary(new_stack("Ceilings", app=app), "Ceiling", allowed_services=["s3"])
    built.lay_over(app)
    stack = new_stack("Roles", app=app)
    iam.User(stack, "User")
    (arn,) = boundaries(stack).values()
    assert arn.startswith("${import Ceilings:ExportsOutputRefCeiling")


def test_a_name_means_the_policy_of_each_stacks_own_account() -> None:
    app = new_app()
    ceiling(app, "team/Ceiling").lay_over(app)
    stack = new_stack(app=app)
    iam.User(stack, "User")
    (arn,) = boundaries(stack).values()
    assert arn == "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/team/Ceiling"


def roles_with_their_own(stack: Stack) -> None:
    own = iam.ManagedPolicy.from_managed_policy_arn(stack, "Own", OTHER)
    iam.Role(stack, "Role", assumed_by=LAMBDA, permissions_boundary=own)
    iam.User(stack, "User", permissions_boundary=own)
    CfnResource(stack, "Raw", type="AWS::IAM::Role", properties={"PermissionsBoundary": OTHER})


def test_a_boundary_that_was_given_stays_and_synth_says_so(stack: Stack) -> None:
    ceiling(stack).lay_over(stack)
    roles_with_their_own(stack)
    assert set(boundaries(stack).values()) == {OTHER}
    said = Annotations.from_stack(stack).find_info("*", Match.any_value())
    assert {each.id for each in said} == {
        "/Stack/Role/Resource",
        "/Stack/User/Resource",
        "/Stack/Raw",
    }


def test_a_boundary_that_was_given_is_replaced_if_asked(stack: Stack) -> None:
    ceiling(stack).lay_over(stack, replace=True)
    roles_with_their_own(stack)
    assert set(boundaries(stack).values()) == {ARN}
    assert Annotations.from_stack(stack).find_info("*", Match.any_value()) == []


def test_the_same_boundary_given_and_laid_is_nothing_to_tell(stack: Stack) -> None:
    built = RoleBoundary(stack, "Ceiling", allowed_services=["s3"])
    built.lay_over(stack)
    ServiceRole(stack, "Role", service="lambda.amazonaws.com", boundary=built)
    (arn,) = boundaries(stack).values()
    assert arn.startswith("${Ceiling")
    assert Annotations.from_stack(stack).find_info("*", Match.any_value()) == []


def test_the_innermost_scope_counts() -> None:
    app = new_app()
    inner, outer = new_stack("Inner", app=app), new_stack("Outer", app=app)
    ceiling(inner, OTHER).lay_over(inner)
    ceiling(app).lay_over(app)
    iam.User(inner, "User")
    iam.User(outer, "User")
    assert [*boundaries(inner).values(), *boundaries(outer).values()] == [OTHER, ARN]


def test_what_the_cdk_lays_itself_is_replaced() -> None:
    """It is an override, which would win over what a role is given."""
    stack = new_stack(permissions_boundary=PermissionsBoundary.from_name("Theirs"))
    iam.Role(stack, "Role", assumed_by=LAMBDA)
    iam.CfnRole(stack, "Own", assume_role_policy_document=TRUST, permissions_boundary=OTHER)
    iam.PermissionsBoundary.of(stack).clear()
    ceiling(stack).lay_over(stack)
    assert sorted(boundaries(stack).values()) == [ARN, OTHER]


def test_stages_that_are_there_are_reached_which_the_cdk_does_not() -> None:
    app = new_app()
    user = iam.CfnUser(Stack(Stage(app, "Stage"), "Stack"), "User")
    theirs = iam.ManagedPolicy.from_managed_policy_arn(app, "Theirs", OTHER)
    iam.PermissionsBoundary.of(app).apply(theirs)
    stack = Stack.of(user)
    assert list(boundaries(stack).values()) == [None]

    app = new_app()
    user = iam.CfnUser(Stack(Stage(app, "Stage"), "Stack"), "User")
    ceiling(app).lay_over(app)
    assert list(boundaries(Stack.of(user)).values()) == [ARN]


def test_a_role_without_a_boundary_fails_the_synth_by_its_path() -> None:
    app = new_app()
    ceiling(app).lay_over(app)
    iam.CfnUser(new_stack(app=app), "Fine")
    stack = Stack(Stage(app, "Late"), "Stack")
    iam.CfnUser(stack, "User")
    CfnResource(stack, "Raw", type="AWS::IAM::Role", properties={})
    with pytest.raises(RuntimeError) as failure:
        app.synth()
    said = str(failure.value)
    assert "Late/Stack/User has no permissions boundary, although one was laid over the app" in said
    assert "Late/Stack/Raw has no permissions boundary" in said
    assert "Fine" not in said


def test_a_role_that_an_aspect_adds_is_under_it_too(stack: Stack) -> None:
    @jsii.implements(IAspect)
    class Adding:
        def visit(self, node: Any) -> None:
            if isinstance(node, s3.CfnBucket) and not stack.node.try_find_child("Late"):
                iam.CfnUser(stack, "Late")

    ceiling(stack).lay_over(stack)
    s3.CfnBucket(stack, "Bucket")
    Aspects.of(stack).add(Adding())
    assert list(boundaries(stack).values()) == [ARN]


@pytest.mark.parametrize(
    ("policy", "error"),
    [("", InvalidNameError), ("two words", InvalidNameError), (None, InvalidNameError),
     ("arn:aws:iam::111122223333:role/Reader", InvalidArnError),
     ("arn:aws:iam::111122223333:policy/*", InvalidArnError)],
)  # fmt: skip
def test_a_boundary_that_exists_is_named_or_given_by_its_arn(
    policy: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"^Stack/Ceiling: policy must"):
        RoleBoundary.from_existing(new_stack(), "Ceiling", policy=policy)


def test_a_boundary_that_exists_adds_nothing_and_goes_to_roles(stack: Stack) -> None:
    exists = ceiling(stack, "arn:aws:iam::aws:policy/PowerUserAccess")
    ServiceRole(stack, "Role", service="lambda.amazonaws.com", boundary=exists)
    assert list(boundaries(stack).values()) == ["arn:aws:iam::aws:policy/PowerUserAccess"]
    assert resources(stack, "AWS::IAM::ManagedPolicy") == {}


def test_a_boundary_is_laid_over_constructs(stack: Stack) -> None:
    scope: Any = "Payments"
    with pytest.raises(InvalidInputError, match="scope must be an app, stage, stack or construct"):
        ceiling(stack).lay_over(scope)
