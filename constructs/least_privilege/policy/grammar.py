"""The words of a policy: Sids, actions, resources, principals, conditions.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re

from .arn_grammar import check_account_part, check_resource
from .condition_grammar import (
    ADDRESS_OPERATORS,
    ARN_OPERATORS,
    DATE_OPERATORS,
    NUMERIC_OPERATORS,
    OPERATORS,
    QUANTIFIERS,
    STRING_OPERATORS,
    check_condition,
    check_operator,
    split_operator,
)
from .kind import RULES, PolicyKind
from .principal_grammar import check_principal
from .refusal import brief, refuse

__all__ = [
    "ADDRESS_OPERATORS",
    "ARN_OPERATORS",
    "DATE_OPERATORS",
    "NUMERIC_OPERATORS",
    "OPERATORS",
    "QUANTIFIERS",
    "STRING_OPERATORS",
    "check_account_part",
    "check_action",
    "check_condition",
    "check_operator",
    "check_principal",
    "check_resource",
    "check_sid",
    "split_operator",
]

_SID = re.compile(r"[A-Za-z0-9]*")
_SERVICE = re.compile(r"[A-Za-z0-9.-]+")
_ACTION = re.compile(r"[A-Za-z0-9*?_-]+")


def check_sid(place: str, sid: object, kind: PolicyKind) -> None:
    """Letters and digits; services with policies of their own take more."""
    if not isinstance(sid, str):
        refuse(place, f"must be a string, got {brief(sid)}")
    if not RULES[kind].takes_any_sid and not _SID.fullmatch(sid):
        refuse(place, f"must be letters and digits, got {brief(sid)}")


def check_action(place: str, action: str, kind: PolicyKind) -> None:
    """`*`, or `SERVICE:ACTION` with wildcards in the action alone."""
    service, colon, name = action.partition(":")
    is_named = service == "*" or _SERVICE.fullmatch(service)
    if action != "*" and not (is_named and _ACTION.fullmatch(name)):
        if "*" in service or "?" in service:
            why = "a service takes no wildcards, but for '*' alone"
        elif not colon or not service:
            why = "the service stands in front"
        elif ":" in name:
            why = "there is one colon"
        elif not name:
            why = "'*' stands for all actions"
        else:
            why = "both are letters, digits and hyphens"
        refuse(
            place,
            f"must be '*' or SERVICE:ACTION like 's3:GetObject', got {brief(action)}; {why}",
        )
    if kind is PolicyKind.TRUST and service.lower() != "sts":
        refuse(
            place,
            f"must be an action of STS in a trust policy, like 'sts:AssumeRole', "
            f"got {brief(action)}",
        )
