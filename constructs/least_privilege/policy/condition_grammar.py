"""Condition operators, and the values that each can compare with.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import difflib
import ipaddress
import re
from datetime import datetime

from .refusal import brief, inside, refuse
from .statement import Condition
from .tokens import beside_tokens, holds_token
from .variables_grammar import check_variables

_DATE = re.compile(
    r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}"
    r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?)?)?"
)
_EPOCH = re.compile(r"-?[0-9]{1,19}(\.[0-9]+)?")
_LATEST_EPOCH = 2**63 - 1
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_RANGE = re.compile(r"[0-9A-Fa-f:.]+(/[0-9]{1,3})?")

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
        return "" if _NUMBER.fullmatch(value) else "must be a number"
    if operator in DATE_OPERATORS:
        return "" if _is_date(value) else "must be a date like 2026-01-01T00:00:00Z"
    if operator in ADDRESS_OPERATORS:
        return "" if _is_address(value) else "must be an address or a range like 192.0.2.0/24"
    if operator == "BinaryEquals":
        try:
            base64.b64decode(value, validate=True)
        except ValueError:
            return "must be Base64"
    return ""


def _is_date(text: str) -> bool:
    """A date of ISO 8601, or seconds since 1970."""
    if _EPOCH.fullmatch(text):
        return len(text) == 4 or int(text.partition(".")[0]) <= _LATEST_EPOCH
    text = text.upper()
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text if len(text) > 7 else f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    """A range has its length in bits: AWS wants the standard CIDR format."""
    if not _RANGE.fullmatch(text):
        return False
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True
