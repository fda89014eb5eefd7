"""Conditions: one operator, one key, the values it is compared with.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ..policy import Condition
from ..policy.grammar import (
    ADDRESS_OPERATORS,
    ARN_OPERATORS,
    DATE_OPERATORS,
    NUMERIC_OPERATORS,
    OPERATORS,
    split_operator,
)
from ..policy.values import address, binary, instant, network, number
from .matching import (
    ContextValues,
    Fullmatch,
    Varying,
    compiled,
    glob_or_arn_source,
    plain_text,
)
from .variables import Part, keys, split

NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
}
"""Each operator that is the opposite of another one."""

POSITIVE_OPERATORS = tuple(each for each in OPERATORS if each not in NEGATED and each != "Null")

Test = Callable[[str, ContextValues], bool]
"""Whether one value of the request matches one of the policy's values."""


class CompiledCondition:
    """A condition that is ready to be asked many times."""

    __slots__ = ("_matches", "condition", "if_exists", "key", "negated", "operator", "quantifier",
                 "variables")  # fmt: skip

    def __init__(self, condition: Condition, version: str) -> None:
        parts = split_operator(condition.operator)
        assert parts is not None, condition.operator
        self.quantifier, operator, self.if_exists = parts
        self.condition = condition
        self.key = condition.key.lower()
        self.negated = operator in NEGATED
        self.operator = NEGATED.get(operator, operator)
        self._matches = _test(self.operator, condition.values, version)
        self.variables = _variables(self.operator, condition, version)

    def holds(self, context: ContextValues) -> bool:
        """Whether a request with this context meets the condition.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
        """
        value = context.get(self.key)
        if self.operator == "Null":
            is_absent = "true" if value is None or value == () else "false"
            return any(each.lower() == is_absent for each in self.condition.values)
        if value is None or value == ():
            return self.holds_without_the_key
        matches = self._matches
        if isinstance(value, str):
            if self.quantifier == "ForAllValues" and not value:
                return True
            return matches(value, context) is not self.negated
        return self._holds_for(value, context)

    @property
    def holds_without_the_key(self) -> bool:
        """What a condition says of a request that lacks its key.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
        """
        if self.if_exists or self.quantifier == "ForAllValues":
            return True
        return self.negated and self.quantifier is None

    def _holds_for(self, values: tuple[str, ...], context: ContextValues) -> bool:
        matched = (self._matches(each, context) for each in values)
        if self.quantifier == "ForAllValues":
            return all(found is not self.negated for found in matched)
        if self.quantifier == "ForAnyValue":
            return any(found is not self.negated for found in matched)
        # AWS wants a quantifier here. Without one, a match of any value is a match.
        return any(matched) is not self.negated


def _variables(operator: str, condition: Condition, version: str) -> tuple[str, ...]:
    if not _takes_variables(operator):
        return ()
    return tuple(
        dict.fromkeys(key for value in condition.values for key in keys(split(value, version)))
    )


def _takes_variables(operator: str) -> bool:
    return operator.startswith("String") or operator in ARN_OPERATORS


def _test(operator: str, values: tuple[str, ...], version: str) -> Test:
    if operator in ("StringEquals", "StringEqualsIgnoreCase"):
        return _equals(values, version, ignore_case=operator.endswith("IgnoreCase"))
    if operator == "StringLike" or operator in ARN_OPERATORS:
        return _like(values, version, arn=operator in ARN_OPERATORS)
    if operator in NUMERIC_OPERATORS:
        return _ordered(operator.removeprefix("Numeric"), values, number)
    if operator in DATE_OPERATORS:
        return _ordered(operator.removeprefix("Date"), values, instant)
    if operator in ADDRESS_OPERATORS:
        return _in_networks(values)
    if operator == "BinaryEquals":
        return _among(values, binary)
    assert operator in ("Bool", "Null"), operator
    return _among(values, str.lower)


def _equals(values: tuple[str, ...], version: str, *, ignore_case: bool) -> Test:
    fold: Callable[[str], str] = str.casefold if ignore_case else str
    split_values = [split(value, version) for value in values]
    fixed = frozenset(
        fold(text)
        for parts in split_values
        if not keys(parts) and (text := plain_text(parts, {})) is not None
    )
    varying = [Varying(parts, plain_text) for parts in split_values if keys(parts)]

    def test(value: str, context: ContextValues) -> bool:
        folded = fold(value)
        if folded in fixed:
            return True
        return any((text := each(context)) is not None and fold(text) == folded for each in varying)

    return test


def _like(values: tuple[str, ...], version: str, *, arn: bool) -> Test:
    split_values = [split(value, version) for value in values]
    fixed = [
        source
        for parts in split_values
        if not keys(parts) and (source := glob_or_arn_source(parts, {}, arn=arn)) is not None
    ]
    fullmatch = compiled("|".join(fixed)) if fixed else None
    varying = [
        Varying(parts, partial(_like_test, arn=arn)) for parts in split_values if keys(parts)
    ]

    def test(value: str, context: ContextValues) -> bool:
        if fullmatch is not None and fullmatch(value):
            return True
        return any(
            (matches := each(context)) is not None and matches(value) is not None
            for each in varying
        )

    return test


def _like_test(parts: tuple[Part, ...], context: ContextValues, *, arn: bool) -> Fullmatch | None:
    source = glob_or_arn_source(parts, context, arn=arn)
    return None if source is None else compiled(source)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": lambda value, bound: value == bound,
    "LessThan": lambda value, bound: value < bound,
    "LessThanEquals": lambda value, bound: value <= bound,
    "GreaterThan": lambda value, bound: value > bound,
    "GreaterThanEquals": lambda value, bound: value >= bound,
}


def _ordered(comparison: str, values: tuple[str, ...], read: Callable[[str], Any | None]) -> Test:
    compare = _COMPARE[comparison]
    bounds = [bound for value in values if (bound := read(value)) is not None]

    def test(value: str, _: ContextValues) -> bool:
        given = read(value)
        return given is not None and any(compare(given, bound) for bound in bounds)

    return test


def _among(values: tuple[str, ...], read: Callable[[str], Any | None]) -> Test:
    wanted = [each for value in values if (each := read(value)) is not None]

    def test(value: str, _: ContextValues) -> bool:
        given = read(value)
        return given is not None and given in wanted

    return test


def _in_networks(values: tuple[str, ...]) -> Test:
    networks = [each for value in values if (each := network(value)) is not None]

    def test(value: str, _: ContextValues) -> bool:
        given = address(value)
        return given is not None and any(
            given.version == each.version and given in each for each in networks
        )

    return test
