"""Texts that several patterns have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence

_VARIABLE = re.compile(r"\$\{[^{}]*\}")

NAME = "\x01\x02"
"""A part of a pattern: any name, without colon and slash."""
PATH = "\x03\x04"
"""A part of a pattern: any name with a path in front, without colon."""

_ANY_TEXT = {"*": "", "\x02": ":/", "\x04": ":"}
"""Signs for any number of characters, and the characters that they leave out."""
_ANY_SIGN = {"?": "", "\x01": ":/", "\x03": ":"}
"""The same for one character."""
_LEFT_OUT = _ANY_TEXT | _ANY_SIGN


def without_variables(pattern: str) -> str:
    """A pattern that matches at least what one with policy variables can match."""
    return _VARIABLE.sub("*", pattern)


def is_wild(pattern: str) -> bool:
    """Whether a pattern can match more than one text."""
    return "*" in pattern or "?" in pattern


def common_text(patterns: Sequence[str], filler: str = "x") -> str | None:
    """A text that all patterns match, if there is one.

    `*` is any characters here, colons too: what is found must be put to the evaluator.

    >>> common_text(["arn:aws:iam::*:role/app-*", "*:111122223333:role/*-reader"])
    'arn:aws:iam::111122223333:role/app-reader'
    """
    start = (0,) * len(patterns)
    ends = tuple(map(len, patterns))
    seen = {start}
    waiting = [(start, "")]
    while waiting:
        places, text = waiting.pop()
        if places == ends:
            return text
        following = [_after(patterns, places, filler)]
        for number, place in enumerate(places):
            if place < ends[number] and patterns[number][place] in _ANY_TEXT:
                # Tried before the character more, so that texts come out short.
                following.append(((*places[:number], place + 1, *places[number + 1 :]), ""))
        for after in following:
            if after is not None and after[0] not in seen:
                seen.add(after[0])
                waiting.append((after[0], text + after[1]))
    return None


def _after(
    patterns: Sequence[str], places: tuple[int, ...], filler: str
) -> tuple[tuple[int, ...], str] | None:
    """The places after one more character, which all patterns take, and that character."""
    if any(place == len(pattern) for pattern, place in zip(patterns, places, strict=True)):
        return None
    tokens = [pattern[place] for pattern, place in zip(patterns, places, strict=True)]
    signs = {token for token in tokens if token not in _LEFT_OUT}
    if len(signs) > 1:
        return None
    sign = signs.pop() if signs else filler
    if any(sign in _LEFT_OUT.get(token, "") for token in tokens):
        return None
    moved = tuple(
        place if token in _ANY_TEXT else place + 1
        for token, place in zip(tokens, places, strict=True)
    )
    return moved, sign
