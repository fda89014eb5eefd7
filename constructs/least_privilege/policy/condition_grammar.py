"""Condition operators, and the values that each can compare with.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import difflib

from .refusal import brief, inside, refuse
from .statement import Condition
from .tokens import beside_tokens, holds_token
from .values import binary, instant, network, number
from .variables_grammar import check_variables

STRING_OPERATORS = (
    "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
    "StringLike", "StringNotLike",
)  # fmt: skip
NUMERIC_OPERATORS = (
    "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
    "NumericGreaterThan", "NumericGreaterThanEquals",
)  # fmt: skip
DATE_OPERATORS = (
    "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
    "DateGreaterThanEquals",
)  # fmt: skip
ARN_OPERATORS = ("ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike")
ADDRESS_OPERATORS = ("IpAddress", "NotIpAddress")
OPERATORS = (
    *STRING_OPERATORS, *NUMERIC_OPERATORS, *DATE_OPERATORS, *ARN_OPERATORS, *ADDRESS_OPERATORS,
    "Bool", "BinaryEquals", "Null",
)  # fmt: skip
QUANTIFIERS = ("ForAllValues", "ForAnyValue")
_BY_LOWER_CASE = {operator.lower(): operator for operator in OPERATORS}
_QUANTIFIER_BY_LOWER_CASE = {each.lower(): each for each in QUANTIFIERS}


def split_operator(operator: str) -> tuple[str | None, str, bool] | None:
    """Quantifier, operator proper, and whether `IfExists` is at its end; None if it is none."""
    quantifier: str | None = None
    head, colon, rest = operator.partition(":")
    if colon:
        quantifier = _QUANTIFIER_BY_LOWER_CASE.get(head.lower())
        if quantifier is None:
            return None
        operator = rest
    name = operator.lower()
    if_exists = name.endswith("ifexists")
    known = _BY_LOWER_CASE.get(name.removesuffix("ifexists"))
    if known is None or (known == "Null" and (if_exists or quantifier)):
        return None
    return quantifier, known, if_exists


def check_operator(place: str, operator: str) -> str:
    """The operator proper. Upper and lower case count: IAM calls `stringEquals` invalid."""
    parts = split_operator(operator)
    if parts is not None:
        quantifier, name, if_exists = parts
        right = f"{quantifier}:" if quantifier else ""
        right += name + ("IfExists" if if_exists else "")
        if operator == right:
            return name
        refuse(place, f"is no condition operator; did you mean {right!r}?")
    if "null" in operator.lower() and len(operator) < 40:
        refuse(place, "is no condition operator; Null takes no IfExists and no quantifier")
    near = difflib.get_close_matches(operator[:80], OPERATORS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "there are StringEquals, ArnLike, Bool, ..."
    return refuse(place, f"is no condition operator; {hint}")


def check_key(place: str, key: str) -> None:
    """`aws:SourceIp`, `s3:prefix`, `token.actions.githubusercontent.com:sub`."""
    prefix, colon, name = key.partition(":")
    if not (prefix and colon and name) or key != key.strip():
        refuse(
            inside(place, key),
            "must be a condition key with the prefix of its service, like 'aws:SourceIp'",
        )


def check_condition(place: str, condition: Condition, *, variables: bool = True) -> None:
    """A known operator, a key, and values that it can compare with.

    `variables` says whether the policy's version has policy variables.
    """
    operator = check_operator(place, condition.operator)
    check_key(place, condition.key)
    where = inside(place, condition.key)
    for value in condition.values:
        if operator in STRING_OPERATORS or operator in ARN_OPERATORS:
            if variables:
                check_variables(where, value)
        elif operator == "Bool" and variables and "${" in value:
            check_variables(where, value)
        elif not holds_token(value):
            problem = _problem_with(operator, value)
            if problem and "${" in beside_tokens(value):
                problem += " (policy variables go with String and Arn operators alone)"
            if problem:
                refuse(where, f"{problem}, got {brief(value)}")


def _problem_with(operator: str, value: str) -> str:
    """Why an operator cannot compare with a value; nothing if it can."""
    if operator in ("Bool", "Null"):
        return "" if value.lower() in ("true", "false") else "must be true or false"
    if operator in NUMERIC_OPERATORS:
        return "must be a number" if number(value) is None else ""
    if operator in DATE_OPERATORS:
        return "must be a date like 2026-01-01T00:00:00Z" if instant(value) is None else ""
    if operator in ADDRESS_OPERATORS:
        wanted = "must be an address or a range like 192.0.2.0/24"
        return wanted if network(value) is None else ""
    if operator == "BinaryEquals":
        return "must be Base64" if binary(value) is None else ""
    return ""
