"""The words of a policy: actions, resources, principals, condition operators.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import base64
import binascii
import difflib
import ipaddress
import re
from datetime import datetime
from typing import NoReturn

from ..errors import InvalidPolicyError
from .kind import PolicyKind
from .statement import Condition, PrincipalType

_SID = re.compile(r"[A-Za-z0-9]*")
_ACTION = re.compile(r"(?P<service>[A-Za-z0-9-]+):(?P<action>[A-Za-z0-9*?]+)")
_ARN = re.compile(
    r"arn:(?P<partition>[^:]*):(?P<service>[^:]*):(?P<region>[^:]*):(?P<account>[^:]*):.+", re.S
)
_PARTITION = re.compile(r"[a-z0-9*?-]+")
_SERVICE = re.compile(r"[a-zA-Z0-9*?-]+")
_UNIQUE_ID = re.compile(r"(AIDA|AROA|AGPA|ANPA|AIPA|ASCA|ANVA)[A-Z0-9]{12,}")
_CANONICAL_USER = re.compile(r"[0-9a-f]{64}")
_SERVICE_PRINCIPAL = re.compile(
    r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?|[a-z0-9.-]+\.aws\.internal"
)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?")
_EPOCH = re.compile(r"-?\d+(\.\d+)?")

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


def check_sid(place: str, sid: object, kind: PolicyKind) -> None:
    """Letters and digits; services with policies of their own take more."""
    if not isinstance(sid, str):
        _refuse(place, f"must be a string, got {sid!r}")
    if kind not in (PolicyKind.RESOURCE, PolicyKind.ENDPOINT) and not _SID.fullmatch(sid):
        _refuse(place, f"must be letters and digits, got {sid!r}")


def check_action(place: str, action: str, kind: PolicyKind) -> None:
    """`*`, or `SERVICE:ACTION` with wildcards in the action alone."""
    if action == "*":
        if kind is PolicyKind.TRUST:
            _refuse(place, "must be actions of STS in a trust policy, got '*'")
        return
    match = _ACTION.fullmatch(action)
    if match is None:
        _refuse(
            place,
            f"must be '*' or SERVICE:ACTION like 's3:GetObject', got {action!r}",
        )
    if kind is PolicyKind.TRUST and match["service"].lower() != "sts":
        _refuse(place, f"must be an action of STS in a trust policy, got {action!r}")


def check_resource(place: str, resource: str) -> None:
    """`*`, or an ARN; wildcards and policy variables in any part but the partition."""
    if resource == "*" or _is_variable(resource):
        return
    match = _ARN.fullmatch(resource)
    if match is None:
        # `arn:*` and the like: a wildcard that stands for several parts.
        if resource.startswith(("arn:", "*")) and ("*" in resource):
            return
        _refuse(
            place,
            "must be '*' or an ARN like arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, "
            f"got {resource!r}",
        )
    if not _PARTITION.fullmatch(match["partition"]):
        _refuse(place, f"must name a partition like 'aws', got {resource!r}")
    if not _SERVICE.fullmatch(match["service"]) and not _is_variable(match["service"]):
        _refuse(place, f"must name a service, got {resource!r}")


def check_principal(
    place: str, principal_type: PrincipalType, identifier: str, kind: PolicyKind
) -> None:
    """What AWS accepts for this type of principal."""
    match principal_type:
        case PrincipalType.AWS:
            _check_aws_principal(place, identifier)
        case PrincipalType.SERVICE:
            if identifier != "*" and not _SERVICE_PRINCIPAL.fullmatch(identifier):
                _refuse(
                    place,
                    f"must be a service principal like 'lambda.amazonaws.com', got {identifier!r}",
                )
        case PrincipalType.CANONICAL_USER:
            if kind is PolicyKind.TRUST:
                _refuse(place, "must be left out of a trust policy")
            if not _CANONICAL_USER.fullmatch(identifier):
                _refuse(place, f"must be 64 hexadecimal digits, got {identifier!r}")
        case PrincipalType.FEDERATED:
            if not identifier or " " in identifier:
                _refuse(place, f"must be an identity provider, got {identifier!r}")


def _check_aws_principal(place: str, identifier: str) -> None:
    if identifier == "*" or re.fullmatch(r"\d{12}", identifier) or _UNIQUE_ID.fullmatch(identifier):
        return
    match = re.fullmatch(r"arn:[a-z0-9-]+:(iam|sts)::(\d{12}):(.+)", identifier)
    if match is None:
        _refuse(
            place,
            f"must be '*', 12 digits, or the ARN of a principal in IAM or STS, got {identifier!r}",
        )
    if "*" in match[3] or "?" in match[3]:
        _refuse(
            place,
            f"must hold no wildcard, got {identifier!r}; name the account's root and demand "
            "aws:PrincipalArn",
        )
    if not re.match(r"root$|(role|user)/|(assumed-role|federated-user)/", match[3]):
        _refuse(place, f"must be a root, role, user or session, got {identifier!r}")


def check_condition(place: str, condition: Condition) -> None:
    """A known operator, and values that it can compare with."""
    parts = split_operator(condition.operator)
    if parts is None:
        near = difflib.get_close_matches(condition.operator, OPERATORS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        _refuse(place, f"is no condition operator{hint}")
    if not condition.key or condition.key != condition.key.strip():
        _refuse(place, f"must name a condition key, got {condition.key!r}")
    _, operator, _ = parts
    for value in condition.values:
        problem = _problem_with(operator, value)
        if problem and not _is_variable(value):
            _refuse(f"{place}.{condition.key}", f"{problem}, got {value!r}")


def _problem_with(operator: str, value: str) -> str:
    """Why an operator cannot compare with a value; nothing if it can."""
    if operator in ("Bool", "Null"):
        return "" if value.lower() in ("true", "false") else "must be true or false"
    if operator in NUMERIC_OPERATORS:
        return "" if re.fullmatch(r"[+-]?\d+(\.\d+)?", value) else "must be a number"
    if operator in DATE_OPERATORS:
        return "" if _is_date(value) else "must be a date like 2026-01-01T00:00:00Z"
    if operator in ADDRESS_OPERATORS:
        return "" if _is_address(value) else "must be an address or a range like 192.0.2.0/24"
    if operator == "BinaryEquals":
        try:
            base64.b64decode(value, validate=True)
        except binascii.Error:
            return "must be Base64"
    return ""


def _is_date(text: str) -> bool:
    """A date of ISO 8601, or seconds since 1970."""
    if _EPOCH.fullmatch(text):
        return True
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text if len(text) > 7 else f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_variable(text: str) -> bool:
    return "${" in text


def _refuse(place: str, what: str) -> NoReturn:
    raise InvalidPolicyError(f"{place}: {what}")
