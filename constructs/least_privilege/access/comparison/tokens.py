"""Tokens: the single signs and wildcards of which patterns are made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

ALNUM = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
DIGITS = frozenset("0123456789")
SERVICE = ALNUM | {"-"}
COLON = frozenset(":")
NO_SIGN: frozenset[str] = frozenset()
NO_NAME = frozenset("*? \t\n")
FIRST_STAND_IN = chr(0xF0000)
"""Private characters from here on stand for the values of policy variables."""


@dataclass(frozen=True, slots=True)
class Token:
    """One character of some, or any number of them."""

    signs: frozenset[str]
    beside: bool = False
    """Whether it is every character but `signs`."""
    star: bool = False
    takes_variables: bool = False
    """Whether the whole value of a policy variable goes through it."""

    def takes(self, sign: str) -> bool:
        """Whether it matches a character."""
        if self.beside and sign >= FIRST_STAND_IN:
            return self.takes_variables
        return (sign in self.signs) is not self.beside


ANY = Token(NO_SIGN, beside=True)
ANY_TEXT = Token(NO_SIGN, beside=True, star=True, takes_variables=True)
IN_SEGMENT = Token(COLON, beside=True)
SEGMENT_TEXT = Token(COLON, beside=True, star=True)
NOTHING = (Token(NO_SIGN),)


def source(tokens: Sequence[Token]) -> str:
    """The regular expression of some tokens."""
    return "".join(map(_token_source, tokens))


@lru_cache(maxsize=4_096)
def _token_source(token: Token) -> str:
    inside = "".join(re.escape(sign) for sign in sorted(token.signs))
    if token.beside:
        source = f"[^{inside}]" if inside else "."
    else:
        source = inside if len(token.signs) == 1 else f"[{inside}]"
    return source + ("*" if token.star else "")


@lru_cache(maxsize=1_024)
def sign(character: str) -> Token:
    """Exactly this character."""
    return Token(frozenset(character))


def signs(text: str) -> tuple[Token, ...]:
    """Exactly this text."""
    return tuple(map(sign, text))
