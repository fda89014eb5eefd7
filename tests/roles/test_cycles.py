"""A role that names what needs the role: refused at synth, before CloudFormation does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import jsii
import pytest
from aws_cdk import (
    App,
    CfnResource,
    Fn,
    IStableStringProducer,
    Lazy,
    NestedStack,
    Stack,
    aws_iam as iam,
    aws_kms as kms,
    aws_lambda as lambda_,
    aws_s3 as s3,
    aws_stepfunctions as sfn,
)

from least_privilege.permissions import ActionsOn, S3Read
from least_privilege.roles import PolicyType, ServiceRole, cycles
from least_privilege.trust import AwsService
from tests.conftest import ACCOUNT, REGION, new_app, new_stack

LAMBDA = "lambda.amazonaws.com"


def function(stack: Stack, role: ServiceRole, name: str | None = None) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Function",
        function_name=name,
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        role=role.role,
    )


def later(produce: Callable[[], str]) -> str:
    """A token for what is made after the role."""

    @jsii.implements(IStableStringProducer)
    class Later:
        def produce(self) -> str:
            return produce()

    return Lazy.string(Later())


def trusting(stack: Stack, arn: str, principal: str = LAMBDA, name: str = "Role") -> ServiceRole:
    return ServiceRole(stack, name, service=AwsService(principal=principal, source_arns=(arn,)))


def refusal(app: App) -> str:
    with pytest.raises(RuntimeError) as caught:
        app.synth()
    return str(caught.value)


def test_the_arn_of_the_functions_own_role_is_a_circle() -> None:
    stack = new_stack(app=(app := new_app()))
    made: list[lambda_.Function] = []
    role = trusting(stack, later(lambda: made[0].function_arn))
    made.append(function(stack, role))
    said = refusal(app)
    assert (
        "Stack/Role: trusted_by names Stack/Function (AWS::Lambda::Function), which needs this "
        "role itself; CloudFormation refuses such a circle"
    ) in said
    assert "stack.format_arn(" in said


def test_the_arn_by_its_name_is_no_circle() -> None:
    stack = new_stack(app=(app := new_app()))
    arn = f"arn:{stack.partition}:lambda:{REGION}:{ACCOUNT}:function:thumbnails"
    function(stack, trusting(stack, arn), "thumbnails")
    assert app.synth().get_stack_by_name("Stack").template


def test_a_circle_is_found_through_what_lies_between() -> None:
    """An alias needs a version, which needs the function, which needs the role."""
    stack = new_stack(app=(app := new_app()))
    made: list[CfnResource] = []
    role = trusting(stack, later(lambda: Fn.get_att(made[0].logical_id, "Arn").to_string()))
    alias = function(stack, role).add_alias("live")
    made.append(cast(CfnResource, alias.node.default_child))
    said = refusal(app)
    assert "trusted_by names Stack/Function/Aliaslive (AWS::Lambda::Alias), which needs" in said
    assert "Stack/Function, which needs this role itself" in said


@pytest.mark.parametrize("way", ["DependsOn", "Fn::Sub", "Fn::GetAtt", "Fn::If"])
def test_every_way_to_need_the_role_is_seen(way: str) -> None:
    stack = new_stack(app=(app := new_app()))
    role = trusting(stack, Fn.get_att("Thing", "Arn").to_string(), principal="sns.amazonaws.com")
    role_resource = cast(CfnResource, role.node.default_child)
    role_id = stack.resolve(role_resource.logical_id)
    needs: dict[str, dict[str, Any]] = {
        "DependsOn": {},
        "Fn::Sub": {"Role": {"Fn::Sub": [f"${{A}}/${{{role_id}.Arn}}", {"A": "a"}]}},
        "Fn::GetAtt": {"Role": {"Fn::GetAtt": f"{role_id}.Arn"}},
        "Fn::If": {"Role": {"Fn::If": ["Always", {"Ref": role_id}, "x"]}},
    }
    thing = CfnResource(stack, "Thing", type="AWS::Some::Thing", properties=needs[way])
    if way == "DependsOn":
        thing.add_dependency(role_resource)
    assert "trusted_by names Stack/Thing (AWS::Some::Thing), which needs this" in refusal(app)


def test_a_resource_that_does_not_need_the_role_may_be_named() -> None:
    stack = new_stack(app=(app := new_app()))
    machine = sfn.StateMachine(
        stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "P"))
    )
    trusting(stack, machine.state_machine_arn, "states.amazonaws.com")
    trusting(stack, machine.state_machine_arn, "states.amazonaws.com", "Second")
    assert app.synth().get_stack_by_name("Stack").template


def test_each_of_several_roles_is_judged_by_itself() -> None:
    stack = new_stack(app=(app := new_app()))
    arn = Fn.get_att("Thing", "Arn").to_string()
    first, second = (trusting(stack, arn, "sns.amazonaws.com", name) for name in ("A", "B"))
    CfnResource(stack, "Thing", type="AWS::Some::Thing", properties={"Role": second.role_arn})
    said = refusal(app)
    assert "Stack/B: trusted_by names Stack/Thing" in said
    assert first.node.path not in said


def test_a_resource_of_another_stack_is_the_business_of_the_cdk() -> None:
    app = new_app()
    here, there = new_stack("Here", app=app), new_stack("There", app=app)
    machine = sfn.StateMachine(
        there, "Machine", definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(there, "P"))
    )
    trusting(here, machine.state_machine_arn, "states.amazonaws.com")
    assert app.synth().get_stack_by_name("Here").template


def test_a_nested_stack_that_gets_the_role_is_followed() -> None:
    stack = new_stack(app=(app := new_app()))
    nested = NestedStack(stack, "Nested")
    made: list[lambda_.Function] = []
    role = trusting(stack, later(lambda: made[0].function_arn))
    made.append(function(nested, role))
    assert "which needs this role itself" in refusal(app)


def thing(stack: Stack, name: str = "Thing", **properties: Any) -> CfnResource:
    return CfnResource(stack, name, type="AWS::Some::Thing", properties=properties)


def lambda_role(stack: Stack, name: str = "Role", **options: Any) -> ServiceRole:
    return ServiceRole(stack, name, service=LAMBDA, **options)


def invoke(arn: str) -> ActionsOn:
    return ActionsOn(actions=("lambda:InvokeFunction",), resources=(arn,))


def test_the_same_logical_ids_in_a_nested_stack_are_other_resources() -> None:
    """Nested stacks count their IDs from their own root."""
    stack = new_stack(app=(app := new_app()))
    other = function(stack, lambda_role(stack, "Other"))
    role = trusting(stack, other.function_arn)
    nested = NestedStack(stack, "Nested")
    function(nested, nested_role := lambda_role(nested))
    ids = {
        stack.resolve(cast(CfnResource, each.node.default_child).logical_id)
        for each in (role, nested_role)
    }
    assert len(ids) == 1
    assert app.synth().get_stack_by_name("Stack").template


def test_the_same_logical_ids_in_a_nested_stack_hide_no_circle() -> None:
    stack = new_stack(app=(app := new_app()))
    role = trusting(stack, Fn.get_att("Thing", "Arn").to_string())
    thing(stack, Role=role.role_arn)
    thing(NestedStack(stack, "Nested"))
    assert "trusted_by names Stack/Thing (AWS::Some::Thing), which needs this role" in refusal(app)


@pytest.mark.parametrize("policy_type", PolicyType)
@pytest.mark.parametrize("later_on", [True, False])
def test_a_role_whose_permissions_name_its_own_function_is_a_circle(
    policy_type: PolicyType, later_on: bool
) -> None:
    """A managed policy of its own mends nothing: the role names that."""
    stack = new_stack(app=(app := new_app()))
    if later_on:
        role = lambda_role(stack, policy_type=policy_type)
        role.allow(invoke(function(stack, role).function_arn))
    else:
        made: list[lambda_.Function] = []
        permission = invoke(later(lambda: made[0].function_arn))
        role = lambda_role(stack, policy_type=policy_type, permissions=[permission])
        made.append(function(stack, role))
    said = refusal(app)
    assert (
        "Stack/Role: its permissions name Stack/Function (AWS::Lambda::Function), which needs this "
        "role itself; CloudFormation refuses such a circle; give that resource a name"
    ) in said
    assert "iam.Policy(stack, ..., roles=[role], statements=[...])" in said


def test_a_policy_beside_the_role_makes_no_circle() -> None:
    """As the error says."""
    stack = new_stack(app=(app := new_app()))
    role = lambda_role(stack)
    arn = function(stack, role).function_arn
    statement = iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[arn])
    iam.Policy(stack, "Invoke", roles=[role.role], statements=[statement])
    template = app.synth().get_stack_by_name("Stack").template["Resources"]
    (policy,) = (name for name, each in template.items() if each["Type"] == "AWS::IAM::Policy")
    (made,) = (each for each in template.values() if each["Type"] == "AWS::Lambda::Function")
    assert policy not in made["DependsOn"]


def test_a_key_whose_policy_names_the_role_is_a_circle_unless_it_is_granted() -> None:
    stack = new_stack(app=(app := new_app()))
    key = kms.Key(stack, "Key")
    decrypt = ActionsOn(actions=("kms:Decrypt",), resources=(key.key_arn,))
    inline, granted = lambda_role(stack, permissions=[decrypt]), lambda_role(stack, "Granted")
    key.grant_decrypt(granted.role)
    said = iam.PolicyStatement(actions=["kms:Decrypt"], resources=["*"])
    said.add_arn_principal(inline.role_arn)
    said.add_arn_principal(granted.role_arn)
    key.add_to_resource_policy(said)
    told = refusal(app)
    assert "Stack/Role: its permissions name Stack/Key (AWS::KMS::Key), which needs this" in told
    assert "Stack/Granted" not in told


@pytest.mark.parametrize(
    ("options", "waits", "said"),
    [
        ({"tags": {"for": Fn.ref("Thing")}}, False, "its tags name Stack/Thing"),
        ({"boundary": Fn.ref("Thing")}, False, "its boundary is Stack/Thing"),
        ({}, True, "it waits for Stack/Thing"),
    ],
    ids=["tags", "boundary", "DependsOn"],
)
def test_all_else_that_a_role_needs_is_followed(
    options: dict[str, Any], waits: bool, said: str
) -> None:
    stack = new_stack(app=(app := new_app()))
    role = lambda_role(stack, **options)
    made = thing(stack, Role=role.role_name)
    if waits:
        role.node.add_dependency(made)
    assert f"{said} (AWS::Some::Thing), which needs this role itself" in refusal(app)


def test_an_l1_that_takes_the_role_itself_uses_it() -> None:
    stack = new_stack(app=(app := new_app()))
    role = lambda_role(stack, permissions=[invoke(Fn.get_att("Thing", "Arn").to_string())])
    thing(stack, Role=role.role_ref.role_arn)
    assert "its permissions name Stack/Thing" in refusal(app)


def test_a_role_in_a_nested_stack_and_what_uses_it_around_it_are_a_circle() -> None:
    stack = new_stack(app=(app := new_app()))
    nested = NestedStack(stack, "Nested")
    made: list[lambda_.Function] = []
    role = trusting(nested, later(lambda: made[0].function_arn))
    made.append(function(stack, role))
    assert (
        "Stack/Nested/Role: trusted_by names Stack/Function (AWS::Lambda::Function), which needs "
        "the nested stack of this role"
    ) in refusal(app)


def test_a_role_in_a_nested_stack_may_name_what_does_not_use_it() -> None:
    stack = new_stack(app=(app := new_app()))
    free = function(stack, lambda_role(stack))
    nested = NestedStack(stack, "Nested")
    function(nested, trusting(nested, free.function_arn))
    assert app.synth().get_stack_by_name("Stack").template


def test_two_nested_stacks_that_need_each_other_are_a_circle() -> None:
    stack = new_stack(app=(app := new_app()))
    here, there = NestedStack(stack, "Here"), NestedStack(stack, "There")
    made: list[lambda_.Function] = []
    role = trusting(here, later(lambda: made[0].function_arn))
    made.append(function(there, role))
    assert "which needs the nested stack of this role" in refusal(app)


def looks(monkeypatch: pytest.MonkeyPatch) -> list[Stack]:
    """Each stack whose resources are looked at."""
    looked: list[Stack] = []

    class Counted(cycles._Graph):
        def __init__(self, top: Stack) -> None:
            looked.append(top)
            super().__init__(top)

    monkeypatch.setattr(cycles, "_Graph", Counted)
    return looked


def test_roles_without_references_cost_no_look_at_the_stack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = looks(monkeypatch)
    stack = new_stack(app=(app := new_app()))
    arn = f"arn:{stack.partition}:lambda:*:{stack.account}:function:a"
    function(stack, trusting(stack, arn))
    bucket = s3.Bucket(stack, "Bucket")
    lambda_role(stack, "Unused", permissions=[S3Read.of(bucket)])
    app.synth()
    assert not looked


def test_a_stack_and_those_nested_in_it_are_looked_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = looks(monkeypatch)
    stack = new_stack(app=(app := new_app()))
    for name, place in (("A", stack), ("B", stack), ("C", NestedStack(stack, "Nested"))):
        thing(place, f"Thing{name}")
        trusting(place, Fn.get_att(f"Thing{name}", "Arn").to_string(), name=name)
    app.synth()
    assert looked == [stack]
