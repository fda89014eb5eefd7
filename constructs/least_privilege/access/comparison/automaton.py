"""Whether any text matches some patterns and not others: a walk over their automata, lazily.

A state of one pattern is a set of places in its tokens, held in the bits of an integer; a state of
the question is one of each pattern. Characters that no pattern tells apart are tried once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .tokens import Token

MAXIMUM_MOVES = 250_000
"""Moves of single machines in one walk, about a tenth of a second."""
_MOVES_OF_A_STEP = 100
MAXIMUM_STEPS = 80_000


class TooManyMovesError(Exception):
    """The patterns are too intricate to be gone through."""


class TooManyStepsError(Exception):
    """The policies are too intricate to be gone through."""


@dataclass(slots=True)
class Steps:
    """How much has been done in one comparison. It counts work, not time, so it is repeatable."""

    taken: int = 0
    maximum: int = MAXIMUM_STEPS

    def take(self, moves: int = 0) -> None:
        """One step more, and one for every hundred moves of a machine."""
        self.taken += 1 + moves // _MOVES_OF_A_STEP
        if self.taken > self.maximum:
            raise TooManyStepsError


class Machine:
    """The automaton of one pattern."""

    __slots__ = ("_closures", "_named", "_next", "_tokens", "accepting", "start", "swallowing")

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tuple(tokens)
        count = len(self._tokens)
        self._closures = [1 << count] * (count + 1)
        swallowing = 0
        tail = True
        for place in range(count - 1, -1, -1):
            token = self._tokens[place]
            reach = 1 << place
            if token.star:
                reach |= self._closures[place + 1]
            self._closures[place] = reach
            tail = tail and token.star
            if tail and token.beside and not token.signs:
                swallowing |= 1 << place
        self.start = self._closures[0]
        self.accepting = 1 << count
        self.swallowing = swallowing
        """Places from where every text is accepted."""
        self._next: dict[tuple[int, str], int] = {}
        self._named: dict[int, frozenset[str]] = {}

    def after(self, state: int, character: str) -> int:
        """The state after one character more."""
        found = self._next.get((state, character))
        if found is None:
            found = 0
            for place in _bits(state & ~self.accepting):
                token = self._tokens[place]
                if token.takes(character):
                    found |= self._closures[place if token.star else place + 1]
            self._next[state, character] = found
        return found

    def named(self, state: int) -> frozenset[str]:
        """The characters that the tokens of a state tell from others."""
        found = self._named.get(state)
        if found is None:
            names: set[str] = set()
            for place in _bits(state & ~self.accepting):
                if len(self._tokens[place].signs) <= 8:
                    names |= self._tokens[place].signs
            found = self._named[state] = frozenset(names)
        return found


class FoldingMachine(Machine):
    """The automaton of one text in upper and lower case."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        super().__init__(())
        self._text = text
        self.start, self.accepting, self.swallowing = 1, 1 << len(text), 0

    def after(self, state: int, character: str) -> int:
        folded = character.casefold()
        if not state or not self._text.startswith(folded, state.bit_length() - 1):
            return 0
        return state << len(folded)

    def named(self, state: int) -> frozenset[str]:
        place = state.bit_length() - 1
        return frozenset(self._text[place : place + 1]) if state else frozenset()


def _bits(state: int) -> Iterable[int]:
    while state:
        low = state & -state
        yield low.bit_length() - 1
        state ^= low


@lru_cache(maxsize=8_192)
def machine(tokens: tuple[Token, ...]) -> Machine:
    """The automaton of a pattern's tokens."""
    return Machine(tokens)


@lru_cache(maxsize=1_024)
def folding_machine(text: str) -> Machine:
    """The automaton of a text in upper and lower case."""
    return FoldingMachine(text)


_LETTERS = "xyzabcdefghijklmnopqrstuvw"
_NUMBERS = "0123456789"
_OTHERS = "_ABCDEFGHIJKLMNOPQRSTUVWXYZ!" + "".join(map(chr, range(0x3B1, 0x3C9)))


def shortest(
    groups: Sequence[Sequence[Machine]],
    excluded: Sequence[Machine],
    steps: Steps | None = None,
    maximum: int = MAXIMUM_MOVES,
) -> str | None:
    """A shortest text that a machine of each group accepts and none of the excluded; or None."""
    moves = 0
    try:
        for moves, found in _walked(groups, excluded):
            if found is not None:
                return found
            if moves > maximum:
                raise TooManyMovesError
        return None
    finally:
        if steps is not None:
            steps.take(moves)


def _walked(
    groups: Sequence[Sequence[Machine]], excluded: Sequence[Machine]
) -> Iterator[tuple[int, str | None]]:
    """State by state: the moves so far, and the text if this is the end."""
    moves = 0
    machines = [each for group in groups for each in group]
    bounds = []
    begin = 0
    for group in groups:
        bounds.append((begin, begin + len(group)))
        begin += len(group)
    all_machines = [*machines, *excluded]
    start = tuple(each.start for each in all_machines)
    # How a state was reached: the state before and the character.
    seen: dict[tuple[int, ...], tuple[tuple[int, ...] | None, str]] = {start: (None, "")}
    queue = [start]
    for state in queue:
        if _accepts(state, bounds, machines, excluded):
            yield moves, _path(seen, state)
            return
        for character in _characters(state, all_machines):
            moves += len(all_machines)
            following = tuple(
                each.after(part, character) if part else 0
                for each, part in zip(all_machines, state, strict=True)
            )
            if following in seen or not _lives(following, bounds, excluded):
                continue
            seen[following] = (state, character)
            queue.append(following)
        yield moves, None


def _accepts(
    state: tuple[int, ...],
    bounds: Sequence[tuple[int, int]],
    machines: Sequence[Machine],
    excluded: Sequence[Machine],
) -> bool:
    for begin, end in bounds:
        if not any(state[i] & machines[i].accepting for i in range(begin, end)):
            return False
    offset = len(machines)
    return not any(
        state[offset + i] & each.accepting for i, each in enumerate(excluded) if state[offset + i]
    )


def _lives(
    state: tuple[int, ...], bounds: Sequence[tuple[int, int]], excluded: Sequence[Machine]
) -> bool:
    if any(not any(state[begin:end]) for begin, end in bounds):
        return False
    offset = len(state) - len(excluded)
    return not any(state[offset + i] & each.swallowing for i, each in enumerate(excluded))


def _characters(state: tuple[int, ...], machines: Sequence[Machine]) -> list[str]:
    named: set[str] = set()
    for each, part in zip(machines, state, strict=True):
        if part:
            named |= each.named(part)
    found = sorted(named)
    # One character for all that no pattern names, of each class that patterns know.
    for fresh in (_LETTERS, _NUMBERS, _OTHERS):
        other = next((each for each in fresh if each not in named), None)
        if other is not None:
            found.append(other)
    found.extend(each for each in ":-/" if each not in named)
    return found


def _path(
    seen: dict[tuple[int, ...], tuple[tuple[int, ...] | None, str]], state: tuple[int, ...]
) -> str:
    signs = []
    before: tuple[int, ...] | None = state
    while before is not None:
        before, character = seen[before]
        signs.append(character)
    return "".join(reversed(signs))
