"""AWS's patterns, variables and conditions, written to be read: small, slow, one function a rule.

It shares no code with `least_privilege.access`, whose answers are held against it. Pages are those
of https://docs.aws.amazon.com/IAM/latest/UserGuide/ unless they say otherwise.
"""

from __future__ import annotations

import base64
import ipaddress
import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from least_privilege.policy import Condition

Context = Mapping[str, str | tuple[str, ...]]


class Wild(Enum):
    """A wildcard in a pattern; every other sign of it is a character."""

    RUN = "*"
    ONE = "?"


Pattern = tuple[str | Wild, ...]


def pattern_of(text: str, context: Context, *, variables: bool = True) -> Pattern | None:
    """Its signs, with values in place of variables; None where one has no value.

    reference_policies_variables.html: a value is text, `${*}` is an asterisk, `${key, 'text'}` has
    a default for a key that is not there, a key of several values is no variable, policies of 2008
    have none.
    """
    signs: list[str | Wild] = []
    while text:
        if variables and text.startswith("${") and "}" in text:
            inside, _, text = text[2:].partition("}")
            name, _, default = inside.partition(",")
            value = context.get(name.strip().lower())
            if inside in ("*", "?", "$"):
                signs += inside
            elif isinstance(value, str):
                signs += value
            elif value is None and default:
                signs += default.strip()[1:-1]
            else:
                return None
        else:
            signs.append(Wild(text[0]) if text[0] in "*?" else text[0])
            text = text[1:]
    return tuple(signs)


def fits(pattern: Pattern, text: str, *, by_segment: bool = False) -> bool:
    """Whether the text is what the pattern says.

    reference_policies_elements_resource.html, for ARNs of resources (`by_segment`): a wildcard
    stays between two colons, unless it is an asterisk at the end of its segment.
    """
    if not pattern:
        return not text
    first, rest = pattern[0], pattern[1:]
    if first is Wild.RUN:
        if fits(rest, text, by_segment=by_segment):
            return True
        stays = by_segment and rest[:1] not in ((), (":",))
        takes_one_more = text and not (stays and text[0] == ":")
        return bool(takes_one_more) and fits(pattern, text[1:], by_segment=by_segment)
    if not text:
        return False
    if first is Wild.ONE:
        return not (by_segment and text[0] == ":") and fits(rest, text[1:], by_segment=by_segment)
    return first == text[0] and fits(rest, text[1:], by_segment=by_segment)


def action_fits(pattern: str, action: str) -> bool:
    """reference_policies_elements_action.html: upper and lower case are the same."""
    signs = pattern_of(pattern.lower(), {}, variables=False)
    assert signs is not None
    return fits(signs, action.lower())


def resource_fits(text: str, resource: str, context: Context, *, variables: bool = True) -> bool:
    """reference_policies_variables.html: variables stand after the fifth colon of an ARN alone."""
    before, found, _ = text.partition("${")
    if variables and found and before.count(":") < 5:
        return False
    pattern = pattern_of(text, context, variables=variables)
    return pattern is not None and fits(pattern, resource, by_segment=True)


# --- Conditions: reference_policies_elements_condition_operators.html ----------------------


def number(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) else None


def moment(text: str) -> Decimal | None:
    """Seconds since 1970, of a date of ISO 8601 (in UTC unless it says) or of such seconds."""
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) and not re.fullmatch("[0-9]{4}", text):
        return Decimal(text)
    found = re.fullmatch(
        r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?"
        r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]+)?)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?",
        text.upper(),
    )
    if not found or ("T" in text.upper() and not found[3]):
        return None
    year, month, day, hour, minute, second = (
        int(found[n] or least) for n, least in enumerate((1, 1, 1, 0, 0, 0), start=1)
    )
    try:
        time = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    zone = (found[8] or "Z").replace("Z", "+00").replace(":", "").ljust(5, "0")
    offset = (int(zone[1:3]) * 60 + int(zone[3:5])) * (-60 if zone[0] == "-" else 60)
    whole = (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    return whole + Decimal(found[7] or 0) - offset


def compared(
    read: Callable[[str], Decimal | None], holds_for: Callable[[Any, Any], bool]
) -> Callable[[str, str], bool]:
    """A comparison of two values, which is false where one of them cannot be read."""

    def compare(value: str, wanted: str) -> bool:
        left, right = read(value), read(wanted)
        return left is not None and right is not None and holds_for(left, right)

    return compare


def same_bytes(value: str, wanted: str) -> bool:
    try:
        return base64.b64decode(value, validate=True) == base64.b64decode(wanted, validate=True)
    except ValueError:
        return False


def in_range(value: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def arn_fits(value: str, pattern: Pattern) -> bool:
    """Components, each compared on its own; the last one holds the colons that are left."""
    parts: list[Pattern] = []
    while ":" in pattern and len(parts) < 5:
        end = pattern.index(":")
        parts.append(pattern[:end])
        pattern = pattern[end + 1 :]
    parts.append(pattern)
    components = value.split(":", len(parts) - 1)
    return len(parts) == len(components) and all(map(fits, parts, components))


def as_text(pattern: Pattern) -> str:
    return "".join(sign.value if isinstance(sign, Wild) else sign for sign in pattern)


WITH_VARIABLES: dict[str, Callable[[str, Pattern], bool]] = {
    "StringEquals": lambda value, wanted: value == as_text(wanted),
    "StringEqualsIgnoreCase": lambda value, wanted: value.casefold() == as_text(wanted).casefold(),
    "StringLike": lambda value, wanted: fits(wanted, value),
    "ArnEquals": arn_fits,
    "ArnLike": arn_fits,
}
WITHOUT_VARIABLES: dict[str, Callable[[str, str], bool]] = {
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "BinaryEquals": same_bytes,
    "IpAddress": in_range,
}
for _kind, _read in (("Numeric", number), ("Date", moment)):
    for _name, _holds_for in (
        ("Equals", operator.eq),
        ("LessThan", operator.lt),
        ("LessThanEquals", operator.le),
        ("GreaterThan", operator.gt),
        ("GreaterThanEquals", operator.ge),
    ):
        WITHOUT_VARIABLES[_kind + _name] = compared(_read, _holds_for)


def holds(condition: Condition, context: Context, *, variables: bool = True) -> bool:
    """One operator and key. `context` has its keys in lower case.

    reference_policies_condition-single-vs-multi-valued-context-keys.html has the quantifiers, and
    what they say of keys that are missing; reference_policies_condition-logic-multiple-context-
    keys-or-values.html says that a negated operator must be true of all values of the policy.
    """
    quantifier, _, name = condition.operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    given = context.get(condition.key.lower(), ())
    if name == "Null":
        return any((value.lower() == "true") is (given == ()) for value in condition.values)
    negated = "Not" in name
    if given == ():
        if if_exists or quantifier == "ForAllValues":
            return True
        return negated and quantifier != "ForAnyValue"
    if quantifier == "ForAllValues" and given == "":
        return True

    def listed(value: str) -> bool:
        return any(
            matches(name.replace("Not", ""), value, wanted, context, variables=variables)
            for wanted in condition.values
        )

    found = [listed(value) for value in ((given,) if isinstance(given, str) else given)]
    if quantifier == "ForAllValues":
        return not any(found) if negated else all(found)
    if quantifier == "ForAnyValue":
        return not all(found) if negated else any(found)
    return not any(found) if negated else any(found)


def matches(name: str, value: str, wanted: str, context: Context, *, variables: bool) -> bool:
    """Whether a positive operator is true of one value of the context and one of the policy."""
    if name in WITHOUT_VARIABLES:
        return WITHOUT_VARIABLES[name](value, wanted)
    pattern = pattern_of(wanted, context, variables=variables)
    return pattern is not None and WITH_VARIABLES[name](value, pattern)
