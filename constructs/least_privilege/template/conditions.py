"""Conditions: true, false, or not known and then why.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .scope import Scope, text_of
from .source import Place, near
from .symbols import MARK


@dataclass(frozen=True, slots=True)
class Truth:
    """What a condition is. The comparisons that it hangs on are there where that is not known."""

    value: bool | None
    comparisons: tuple[str, ...] = ()


def named_condition(scope: Scope, name: str, place: Place) -> Truth:
    """The condition of this name."""
    declared = scope.section("Conditions")
    if name not in declared:
        if any(key.startswith("Fn::") for key in declared):
            # A loop may make it.
            key = f"{scope.id}/condition/{name}"
            value = scope.world.assumed.get(key)
            return Truth(value, () if value is not None else (key,))
        scope.source.refuse(
            place, f"names {name!r}, which is no condition of the template{near(name, declared)}"
        )
    return scope.world.once(
        scope,
        f"condition {name}",
        place,
        lambda: evaluate(scope, declared[name], ("Conditions", name)),
    )


def evaluate(scope: Scope, expression: Any, place: Place) -> Truth:
    """What an expression of conditions is."""
    if not isinstance(expression, dict) or len(expression) != 1:
        scope.source.refuse(
            place, "must be one of Condition, Fn::And, Fn::Equals, Fn::Not and Fn::Or"
        )
    ((name, argument),) = expression.items()
    where = (*place, name)
    match name:
        case "Condition":
            if not isinstance(argument, str):
                scope.source.refuse(where, "must be the name of a condition")
            return named_condition(scope, argument, where)
        case "Fn::Equals":
            return _equals(scope, _arguments(scope, argument, where, 2, 2), where)
        case "Fn::Not":
            (inner,) = _arguments(scope, argument, where, 1, 1)
            truth = evaluate(scope, inner, (*where, 0))
            value = None if truth.value is None else not truth.value
            return Truth(value, truth.comparisons)
        case "Fn::And" | "Fn::Or":
            given = _arguments(scope, argument, where, 2, 10)
            each = [evaluate(scope, inner, (*where, index)) for index, inner in enumerate(given)]
            return _together(each, decides=name == "Fn::Or")
    return scope.source.refuse(
        where, "is no function of conditions; there are Condition, Fn::And, Equals, Not and Or"
    )


def _together(each: Sequence[Truth], *, decides: bool) -> Truth:
    values = [truth.value for truth in each]
    if decides in values:
        return Truth(decides)
    if None not in values:
        return Truth(not decides)
    unknown = [truth for truth in each if truth.value is None]
    return Truth(None, tuple(dict.fromkeys(key for truth in unknown for key in truth.comparisons)))


def _equals(scope: Scope, arguments: list[Any], place: Place) -> Truth:
    left, right = (
        _comparable(scope.resolve(each, (*place, index))) for index, each in enumerate(arguments)
    )
    if left == right:
        return Truth(True)
    if not MARK.search(left) and not MARK.search(right):
        return Truth(False)
    comparison = json.dumps(sorted((left, right)), ensure_ascii=False)
    if comparison in scope.world.assumed:
        return Truth(scope.world.assumed[comparison])
    return Truth(None, (comparison,))


def _comparable(value: Any) -> str:
    return (
        json.dumps(value, sort_keys=True, ensure_ascii=False)
        if isinstance(value, dict | list)
        else text_of(value)
    )


def _arguments(scope: Scope, given: Any, place: Place, least: int, most: int) -> list[Any]:
    if not isinstance(given, list) or not least <= len(given) <= most:
        count = f"{least}" if least == most else f"{least} to {most}"
        scope.source.refuse(place, f"must be a list of {count} values")
    return given
