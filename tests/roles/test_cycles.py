"""A trust policy that names what needs the role: refused at synth, before CloudFormation does."""

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
    aws_lambda as lambda_,
    aws_stepfunctions as sfn,
)

from least_privilege.roles import ServiceRole
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


def test_a_trust_without_references_costs_no_look_at_the_stack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []

    def look(_: object) -> list[str]:
        looked.append("once")
        return []

    monkeypatch.setattr("least_privilege.roles.cycles._Watch.validate", look)
    stack = new_stack(app=(app := new_app()))
    trusting(stack, f"arn:{stack.partition}:lambda:*:{stack.account}:function:a")
    app.synth()
    assert not looked
    trusting(stack, Fn.get_att("Thing", "Arn").to_string(), "sns.amazonaws.com", "Second")
    CfnResource(stack, "Thing", type="AWS::Some::Thing")
    app.synth(force=True)
    assert looked == ["once"]
