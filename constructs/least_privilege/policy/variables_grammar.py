"""Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re

from .refusal import brief, refuse

_LITERALS = ("*", "?", "$")
"""`${*}` stands for an asterisk, and so on."""
_DEFAULT = re.compile(r" *'[^']*' *")


def check_variables(place: str, text: str) -> None:
    """Every variable in a text has a name, and is closed."""
    start = text.find("${") if "${" in text else -1
    while start >= 0:
        end = text.find("}", start)
        if end < 0:
            refuse(
                place,
                "has a policy variable without its closing brace; add '}', or write '${$}' for a "
                f"dollar sign, got {brief(text)}",
            )
        _check_variable(place, text, text[start + 2 : end])
        start = text.find("${", end)


def _check_variable(place: str, text: str, content: str) -> None:
    if content in _LITERALS:
        return
    name, comma, default = content.partition(",")
    if not name.strip():
        refuse(
            place, f"has a policy variable without a name; name a context key, got {brief(text)}"
        )
    if any(sign.isspace() or sign in "${'\"" for sign in name):
        refuse(
            place,
            "has a policy variable whose name holds white space, quotes, braces or '$'; name a "
            f"context key, got {brief(text)}",
        )
    if comma and not _DEFAULT.fullmatch(default):
        refuse(
            place,
            "has a policy variable whose default is not in single quotes; write "
            f"\"${{aws:PrincipalTag/team, 'none'}}\", got {brief(text)}",
        )
