"""Plain JSON: text read to it, and Python values held to it, before a policy is read from it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html#policies-grammar-json
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..errors import InvalidPolicyError
from .kind import RULES, PolicyKind, with_article
from .refusal import brief, inside, refuse

MAXIMUM_CHARACTERS = 1_000_000
"""No policy of AWS comes near; what is longer is no policy."""
MAXIMUM_DEPTH = 16
"""A policy has eight levels, from the document to one value of a condition."""
MAXIMUM_VALUES = 200_000
"""Values that share their parts can stand for far more than they take in memory."""
_DIGITS = 40
"""Of a number, before and after its point. No condition of AWS compares longer ones."""

_NOT_OF_IAM = re.compile(r"[^\t\n\r\x20-\xff]")
"""Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

Path = tuple[str | int, ...]


class _Object(dict[str, Any]):
    """An object as it stood in the text, with the first key that it has twice."""

    __slots__ = ("twice",)
    twice: str | None


def read_json(text: str | bytes) -> Any:
    """What the text holds. Faults that have a place in the policy are left to `to_plain`."""
    if len(text) > MAXIMUM_CHARACTERS:
        refuse(
            "policy",
            f"has {len(text):,} characters, at most {MAXIMUM_CHARACTERS:,} are read; split it",
        )
    try:
        return json.loads(
            text.decode("utf-8") if isinstance(text, bytes) else text,
            object_pairs_hook=_object,
            parse_constant=float,
            parse_float=Decimal,
            parse_int=lambda digits: int(digits) if len(digits) <= _DIGITS else Decimal(digits),
        )
    except json.JSONDecodeError as error:
        refuse(
            "policy",
            f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}; mend it there",
        )
    except UnicodeDecodeError as error:
        refuse("policy", f"is not UTF-8: {error.reason} at byte {error.start}; save it as UTF-8")
    except RecursionError:
        refuse("policy", f"is nested too deeply; at most {MAXIMUM_DEPTH} levels are read")
    except (ValueError, ArithmeticError):
        refuse("policy", f"holds a number out of range; give at most {_DIGITS} digits")


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    found.twice = None
    if len(found) != len(pairs):
        seen: set[str] = set()
        # `add` answers None: the first key that is there already is the one looked for.
        found.twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return found


def to_plain(value: Any, kind: PolicyKind) -> Any:
    """The same in plain dicts, lists, strings and numbers; what is no JSON is refused.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names
    """
    try:
        return _Reader(kind).read(value, ())
    except InvalidPolicyError:
        raise
    except Exception as error:  # Objects of somebody else may raise whatever they like.
        return refuse(
            "policy",
            "must be made of plain dicts, lists, strings, numbers and booleans; reading it raised "
            f"{type(error).__name__}",
        )


class _Reader:
    __slots__ = ("_kind", "_left", "_takes_any_character")

    def __init__(self, kind: PolicyKind) -> None:
        self._kind = kind
        self._takes_any_character = RULES[kind].takes_any_character
        self._left = MAXIMUM_VALUES

    def read(self, value: Any, path: Path) -> Any:
        self._left -= 1
        if self._left < 0:
            refuse("policy", f"holds more than {MAXIMUM_VALUES:,} values; split it")
        match value:
            case str():
                return self._text(value, path)
            case None | bool():
                return value
            case int() | float() | Decimal():
                return _number(value, path)
            case list() | tuple() | Mapping() if len(path) >= MAXIMUM_DEPTH:
                refuse(
                    _place(path[:4]),
                    f"is nested too deeply; at most {MAXIMUM_DEPTH} levels are read",
                )
            case list() | tuple():
                items = list.__iter__(value) if isinstance(value, list) else tuple.__iter__(value)
                return [self.read(each, (*path, index)) for index, each in enumerate(items)]
            case Mapping():
                return self._object(value, path)
        return refuse(
            _place(path),
            f"must be JSON: an object, a list, a string, a number or a boolean, got {brief(value)}",
        )

    def _object(self, value: Mapping[Any, Any], path: Path) -> dict[str, Any]:
        if isinstance(value, _Object) and value.twice is not None:
            refuse(_place(path), f"has the key {brief(value.twice)} twice; keep one")
        found: dict[str, Any] = {}
        for name, each in dict.items(value) if isinstance(value, dict) else value.items():
            if not isinstance(name, str):
                refuse(_place(path), f"must have strings as keys, got {brief(name)}")
            text = self._text(name, path)
            found[text] = self.read(each, (*path, text))
        return found

    def _text(self, value: str, path: Path) -> str:
        text = value if type(value) is str else str.__str__(value)
        if text.isascii() and text.isprintable():
            return text
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            refuse(_place(path), f"holds half of a surrogate pair, got {brief(text)}; leave it out")
        if not self._takes_any_character and (wrong := _NOT_OF_IAM.search(text)):
            refuse(
                _place(path),
                f"holds the character U+{ord(wrong[0]):04X}; {with_article(self._kind)} has tab, "
                f"line feed, carriage return and U+0020 to U+00FF alone, got {brief(text)}",
            )
        return text


def _number(value: float | Decimal, path: Path) -> Any:
    """A number in a range that has a text; one that says something else of itself is no number."""
    if type(value) not in (int, float, Decimal):
        value = int.__index__(value) if isinstance(value, int) else float(value)
    try:
        sound = math.isfinite(value) and abs(Decimal(value).adjusted()) < _DIGITS
    except (ArithmeticError, ValueError):
        sound = False
    if not sound:
        refuse(_place(path), f"must be a number of at most {_DIGITS} digits, got {brief(value)}")
    return value


def _place(path: Path) -> str:
    place = ""
    for step in path:
        place = f"{place or 'policy'}[{step}]" if isinstance(step, int) else inside(place, step)
    return place or "policy"


def number_text(value: float | Decimal) -> str:
    """A number as AWS compares it: its digits, without an exponent."""
    return str(int(value)) if isinstance(value, int) else format(Decimal(str(value)), "f")
