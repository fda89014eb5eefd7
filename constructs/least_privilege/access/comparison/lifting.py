"""Keys that are a part of another text: the account and region of an ARN, the name of a user.

A condition on such a key is a condition on the whole text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .patterns import Pattern, PatternSet
from .tokens import Token


@dataclass(frozen=True, slots=True)
class Lift:
    """How the value of a key stands in the text of another component of the request."""

    component: str
    before: tuple[Token, ...]
    signs: frozenset[str]
    """The characters that the value can, or with `beside` cannot, consist of."""
    beside: bool
    after: tuple[Token, ...] = ()
    or_before: tuple[Token, ...] | None = None
    """What can stand before the value instead."""

    def __call__(self, patterns: PatternSet) -> tuple[Pattern, ...] | None:
        """Patterns of the whole text; None if they cannot be written down."""
        found: list[Pattern] = []
        for pattern in patterns.patterns:
            if pattern.opaque or (pattern.folded is not None and not pattern.folded.isdigit()):
                return None
            found += _lifted(self, pattern)
        return tuple(found)

    def whole(self, inside: tuple[Token, ...]) -> tuple[Pattern, ...]:
        """The whole texts in which these tokens stand at the place of the value."""
        befores = [self.before] if self.or_before is None else [self.before, self.or_before]
        return tuple(Pattern("", (*before, *inside, *self.after)) for before in befores)


@lru_cache(maxsize=4_096)
def _lifted(lift: Lift, pattern: Pattern) -> tuple[Pattern, ...]:
    inside = []
    for token in pattern.tokens:
        narrowed = _narrowed(token, lift)
        if not narrowed.beside and not narrowed.signs:
            if token.star:
                continue
            return ()
        inside.append(narrowed)
    return lift.whole(tuple(inside))


def _narrowed(token: Token, lift: Lift) -> Token:
    if token.beside and lift.beside:
        return Token(token.signs | lift.signs, beside=True, star=token.star)
    if token.beside:
        return Token(lift.signs - token.signs, star=token.star)
    inside = token.signs - lift.signs if lift.beside else token.signs & lift.signs
    return Token(inside, star=token.star)
