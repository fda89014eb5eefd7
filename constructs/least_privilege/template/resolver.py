"""A value of a template without its intrinsic functions.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from typing import Any

from .functions import FUNCTIONS, not_run
from .scope import NO_VALUE, Scope
from .source import MARKS_REFUSED, Place, has_marks, near

ELSEWHERE = frozenset({
    "Fn::And", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn", "Fn::Equals",
    "Fn::Not", "Fn::Or", "Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll",
})  # fmt: skip
"""Functions of conditions and rules, which stand nowhere else."""


def resolve(scope: Scope, value: Any, place: Place) -> Any:
    """The value, with marks for what is not known; `NO_VALUE` where it is not there."""
    steps = scope.world.steps
    steps.taken += 1
    if steps.taken > steps.allowed:
        steps.take(0, scope, place)
    match value:
        case str():
            return _text(scope, value, place)
        case dict():
            return _mapping(scope, value, place)
        case list():
            each = (resolve(scope, inner, (*place, index)) for index, inner in enumerate(value))
            return [inner for inner in each if inner is not NO_VALUE]
        case _:
            return value


def _text(scope: Scope, text: str, place: Place) -> str:
    if has_marks(text):
        scope.source.refuse(place, MARKS_REFUSED)
    return scope.dynamics(text)


def _mapping(scope: Scope, value: dict[str, Any], place: Place) -> Any:
    if len(value) == 1:
        ((name, argument),) = value.items()
        function = FUNCTIONS.get(name)
        if function is not None and (name != "Ref" or isinstance(argument, str)):
            return function(scope, argument, (*place, name))
    found: dict[str, Any] = {}
    for key, inner in value.items():
        where = (*place, key)
        if key.startswith("Fn::"):
            if key == "Fn::Transform" or key.startswith("Fn::ForEach::"):
                return not_run(scope, key, inner, where)
            _refuse(scope, key, where)
        resolved = resolve(scope, inner, where)
        if resolved is not NO_VALUE:
            found[_text(scope, key, where)] = resolved
    return found


def _refuse(scope: Scope, name: str, place: Place) -> None:
    if name in FUNCTIONS:
        scope.source.refuse(place, "must stand alone: a function has no keys beside it")
    if name in ELSEWHERE:
        scope.source.refuse(place, "stands in Conditions and Rules alone; use Fn::If here")
    scope.source.refuse(place, f"is no intrinsic function of CloudFormation{near(name, FUNCTIONS)}")
