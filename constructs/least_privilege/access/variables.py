"""Policy variables: `${aws:username}` and the like, with defaults and escapes.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_DEFAULT = re.compile(r"\s*(?P<key>[^,]*?)\s*,\s*'(?P<default>[^']*)'\s*", re.S)
_ESCAPES = {"*": "*", "?": "?", "$": "$"}
OLD_VERSION = "2008-10-17"
"""Policies of this version, and those without any, have no variables: `${` is text in them."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Text in which no sign has a meaning of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text in which `*` and `?` may be wildcards."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """The value of a context key, in lower case; or a default."""

    key: str
    default: str | None = None


Part = Literal | Pattern | Variable


def split(text: str, version: str) -> tuple[Part, ...]:
    """Take a value of a policy apart."""
    if "${" not in text or version == OLD_VERSION:
        return (Pattern(text),)
    parts: list[Part] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        if found.start() > end:
            parts.append(Pattern(text[end : found.start()]))
        parts.append(_part(found[1]))
        end = found.end()
    if end < len(text):
        parts.append(Pattern(text[end:]))
    return tuple(parts)


def _part(inside: str) -> Part:
    if inside in _ESCAPES:
        return Literal(_ESCAPES[inside])
    with_default = _DEFAULT.fullmatch(inside)
    if with_default:
        return Variable(with_default["key"].lower(), with_default["default"])
    return Variable(inside.strip().lower())


def keys(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The context keys whose values stand in a text, in lower case."""
    return tuple(part.key for part in parts if isinstance(part, Variable))
