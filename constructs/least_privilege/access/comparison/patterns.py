"""Patterns of policies as short programs: one token a sign, so that sets of texts can be compared.

The regular expressions of `matching` say whether one text matches. To ask whether any text at all
matches some patterns and not others, each pattern is a sequence of tokens here, with the same
meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from ..matching import compiled
from ..variables import Literal, Part, Pattern as WithWildcards, Variable, split
from .tokens import (
    ANY,
    ANY_TEXT,
    FIRST_STAND_IN,
    IN_SEGMENT,
    NOTHING,
    SEGMENT_TEXT,
    Token,
    sign,
    signs,
    source,
)


class Pattern:
    """One pattern. Equal patterns are one object, as long as they are remembered."""

    __slots__ = ("everything", "folded", "head", "literal", "opaque", "symbolic", "text",
                 "tokens", "under", "variables")  # fmt: skip

    def __init__(
        self,
        text: str,
        tokens: tuple[Token, ...],
        *,
        symbolic: tuple[Token, ...] | None = None,
        under: tuple[Token, ...] | None = None,
        folded: str | None = None,
        variables: tuple[Variable, ...] = (),
    ) -> None:
        self.text = text
        self.tokens = tokens
        """What it matches; with policy variables, at least that."""
        self.symbolic = tokens if symbolic is None else symbolic
        """At least what it matches, with a sign of its own for each policy variable."""
        self.under = tokens if under is None else under
        """At most what it matches, with the same signs for policy variables."""
        self.folded = folded
        """The text of a comparison that ignores upper and lower case."""
        self.variables = variables
        self.opaque = bool(variables)
        self.everything = tokens == (ANY_TEXT,) and not variables
        head = []
        for token in tokens:
            if token.star or token.beside or len(token.signs) != 1:
                break
            head.append(next(iter(token.signs)))
        self.head = "".join(head)
        """The characters before the first wildcard."""
        self.literal = self.head if len(head) == len(tokens) and folded is None else None

    def matches(self, word: str) -> bool:
        """Whether a text matches; with policy variables, whether it may match."""
        if self.folded is not None:
            return word.casefold() == self.folded
        if self.literal is not None:
            return word == self.literal
        if len(self.tokens) == len(self.head) + 1 and self.tokens[-1] is ANY_TEXT:
            return word.startswith(self.head)
        return word.startswith(self.head) and compiled(source(self.tokens))(word) is not None

    def __repr__(self) -> str:
        return f"Pattern({self.text!r})"


class PatternSet:
    """Several patterns, of which one must match."""

    __slots__ = ("everything", "literals", "patterns", "wild")

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns = tuple(dict.fromkeys(patterns))
        self.literals = frozenset(p.literal for p in self.patterns if p.literal is not None)
        self.wild = tuple(p for p in self.patterns if p.literal is None)
        self.everything = any(p.everything for p in self.wild)

    def matches(self, word: str) -> bool:
        """Whether a text matches; with policy variables, whether it may match."""
        return word in self.literals or any(p.matches(word) for p in self.wild)

    def surely_matches(self, word: str) -> bool:
        """Whether a text matches whatever the policy variables stand for."""
        return word in self.literals or any(p.matches(word) for p in self.wild if not p.opaque)

    def __repr__(self) -> str:
        return f"PatternSet({[p.text for p in self.patterns]})"


@lru_cache(maxsize=65_536)
def exact(text: str) -> Pattern:
    """A text in which no sign has a meaning of its own."""
    return Pattern(text, signs(text))


@lru_cache(maxsize=16_384)
def folded(text: str) -> Pattern:
    """A text in upper and lower case."""
    return Pattern(text, signs(text.casefold()), folded=text.casefold())


@lru_cache(maxsize=65_536)
def action(text: str) -> Pattern:
    """A pattern of actions, in lower case."""
    text = text.lower()
    return Pattern(text, tuple(_glob_sign(each) for each in text))


def _glob_sign(each: str) -> Token:
    return ANY_TEXT if each == "*" else ANY if each == "?" else sign(each)


@lru_cache(maxsize=65_536)
def resource(
    text: str, version: str, known: tuple[tuple[str, str | None], ...] = ()
) -> Pattern | None:
    """A pattern of resources; None if it matches nothing. `known` are values of variables."""
    parts = split(text, version)
    first = parts[0]
    if not isinstance(first, WithWildcards) or (len(parts) > 1 and first.text.count(":") < 5):
        # Variables before the fifth colon of an ARN match nothing.
        return None
    resolved = _resolved(parts, known)
    return None if resolved is None else _of_parts(text, resolved, _resource_tokens)


@lru_cache(maxsize=65_536)
def glob(text: str, version: str, known: tuple[tuple[str, str | None], ...] = ()) -> Pattern | None:
    """A value of `StringLike`."""
    parts = _resolved(split(text, version), known)
    return None if parts is None else _of_parts(text, parts, _glob_tokens)


@lru_cache(maxsize=65_536)
def arn(text: str, version: str, known: tuple[tuple[str, str | None], ...] = ()) -> Pattern | None:
    """A value of `ArnLike` or `ArnEquals`."""
    parts = _resolved(split(text, version), known)
    return None if parts is None else _of_parts(text, parts, _arn_tokens)


@lru_cache(maxsize=65_536)
def plain(
    text: str,
    version: str,
    known: tuple[tuple[str, str | None], ...] = (),
    *,
    ignore_case: bool = False,
) -> Pattern | None:
    """A value of `StringEquals`: `*` and `?` are signs like others."""
    parts = _resolved(split(text, version), known)
    if parts is None:
        return None
    if not any(isinstance(part, Variable) for part in parts):
        whole = "".join(part.text for part in parts if not isinstance(part, Variable))
        return folded(whole) if ignore_case else exact(whole)
    if ignore_case:
        variables = tuple(part for part in parts if isinstance(part, Variable))
        # Of such a text, only that the same text matches the same is used.
        return Pattern(text, (ANY_TEXT,), under=NOTHING, symbolic=NOTHING, variables=variables)
    literal = tuple(Literal(p.text) if isinstance(p, WithWildcards) else p for p in parts)
    return _of_parts(text, literal, _glob_tokens)


def _resolved(
    parts: tuple[Part, ...], known: tuple[tuple[str, str | None], ...]
) -> tuple[Part, ...] | None:
    if not known:
        return parts
    values = dict(known)
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Variable) and part.key in values:
            value = values[part.key]
            value = part.default if value is None else value
            if value is None:
                return None
            found.append(Literal(value))
        else:
            found.append(part)
    return tuple(found)


Sign = tuple[str, bool]
"""A character, and whether it may be a wildcard; a policy variable is one private character."""
Tokens = Callable[[Sequence[Sign], bool], tuple[Token, ...]]


def _of_parts(text: str, parts: tuple[Part, ...], tokens: Tokens) -> Pattern:
    row: list[Sign] = []
    variables = []
    for part in parts:
        if isinstance(part, Variable):
            variables.append(part)
            row.append((_stand_in(part), False))
        else:
            row.extend((each, isinstance(part, WithWildcards)) for each in part.text)
    if sum(each >= FIRST_STAND_IN for each, _ in row) != len(variables):
        # Private characters in the policy itself would be taken for variables.
        fake = (Variable("", text),)
        return Pattern(text, (ANY_TEXT,), under=NOTHING, symbolic=NOTHING, variables=fake)
    if not variables:
        return Pattern(text, tokens(row, False))
    symbolic = tokens(row, True)
    over = tuple(
        ANY_TEXT if not each.beside and min(each.signs) >= FIRST_STAND_IN else each
        for each in symbolic
    )
    return Pattern(
        text, over, symbolic=symbolic, under=tokens(row, False), variables=tuple(variables)
    )


_STAND_INS: dict[Variable, str] = {}


def _stand_in(variable: Variable) -> str:
    found = _STAND_INS.get(variable)
    if found is None:
        found = _STAND_INS[variable] = chr(ord(FIRST_STAND_IN) + len(_STAND_INS))
    return found


def _glob_tokens(row: Sequence[Sign], _: bool) -> tuple[Token, ...]:
    return tuple(_glob_sign(each) if wild else sign(each) for each, wild in row)


def _resource_tokens(row: Sequence[Sign], over: bool) -> tuple[Token, ...]:
    tokens = []
    for index, (each, wild) in enumerate(row):
        if not wild or each not in "*?":
            tokens.append(sign(each))
        elif each == "?":
            tokens.append(IN_SEGMENT)
        else:
            follows = row[index + 1][0] if index + 1 < len(row) else ""
            # The value of a variable may be empty or begin with a colon.
            ends = follows in ("", ":") or (over and follows >= FIRST_STAND_IN)
            tokens.append(ANY_TEXT if ends else SEGMENT_TEXT)
    return tuple(tokens)


def _arn_tokens(row: Sequence[Sign], over: bool) -> tuple[Token, ...]:
    colons = [index for index, (each, _) in enumerate(row) if each == ":"]
    # The last of at most six components is all that is left.
    last = colons[:5][-1] if colons else -1
    variables = [index for index, (each, _) in enumerate(row) if each >= FIRST_STAND_IN]
    tokens = []
    for index, (each, wild) in enumerate(row):
        if not wild or each not in "*?":
            tokens.append(sign(each))
            continue
        # The value of a variable may hold colons, which moves the components.
        crosses = index > last
        if variables:
            crosses = crosses or index > variables[0] if over else crosses and len(colons) >= 5
        if crosses:
            tokens.append(_glob_sign(each))
        else:
            tokens.append(SEGMENT_TEXT if each == "*" else IN_SEGMENT)
    return tuple(tokens)
