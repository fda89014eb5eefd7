"""References to other stacks, answered from the stacks that are read together.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html
"""

from __future__ import annotations

from typing import Any

from .scope import Scope, kind_by_name
from .source import Place
from .world import is_sure_output

_MEND = "read the template that has it as well (with its account and region), or give its value"


def import_value(scope: Scope, argument: Any, place: Place) -> Any:
    """What another stack of this account and region exports."""
    name = scope.resolve(argument, place)
    if not isinstance(name, str):
        scope.source.refuse(place, "must be the name of an export")
    found = scope.world.export(scope.environment, name)
    if found is not None:
        return _value(found, f"export {name}", place)
    where = f"{scope.environment.account}/{scope.environment.region}"
    is_twice = _is_twice(scope, name)
    why = "which two stacks have" if is_twice else "which no template here has for certain"
    return scope.world.symbols.open(
        f"export/{where}/{name}",
        label=f"import.{name}",
        kind=kind_by_name(name),
        meaning=f"the export {name}, {why}",
        mend=_MEND,
    )


def get_stack_output(scope: Scope, argument: Any, place: Place) -> Any:
    """An output of another stack, perhaps of another account or region.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
    """
    if not isinstance(argument, dict) or not {"StackName", "OutputName"} <= set(argument):
        scope.source.refuse(place, "must be a mapping with StackName and OutputName")
    given = {key: scope.resolve(each, (*place, key)) for key, each in argument.items()}
    stack, output = str(given["StackName"]), str(given["OutputName"])
    region = str(given.get("Region", scope.environment.region))
    # The role to read the output with is in the account of the stack.
    role = str(given.get("RoleArn", "")).split(":")
    account = role[4] if len(role) > 5 else scope.environment.account
    found = scope.world.stack(stack, account=account, region=region)
    outputs = found.section("Outputs") if found is not None else {}
    if found is not None and output in outputs and is_sure_output(found, output):
        value = outputs[output].get("Value")
        return _value((found, value, ("Outputs", output, "Value")), f"output {output}", place)
    return scope.world.symbols.open(
        f"output/{account}/{region}/{stack}/{output}",
        label=f"output.{stack}.{output}",
        kind=kind_by_name(output),
        meaning=f"the output {output} of stack {stack}, which no template here has for certain",
        mend=_MEND,
    )


def cross_region(scope: Scope, name: str, place: Place) -> Any:
    """What the CDK's custom resources carry over from a stack in another region."""
    found = scope.world.written(scope.environment, name)
    if found is not None:
        return _value(found, f"cross-region export {name}", place)
    return scope.dynamic("ssm", name)


def _value(found: tuple[Scope, Any, Place], what: str, place: Place) -> Any:
    owner, value, where = found
    return owner.world.once(owner, what, place, lambda: owner.resolve(value, where))


def _is_twice(scope: Scope, name: str) -> bool:
    return (scope.environment.account, scope.environment.region, name) in scope.world.twice
