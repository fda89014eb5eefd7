"""Questions about texts: is there one that matches these patterns and none of those?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from .answers import NO, PERHAPS, Answer, yes
from .automaton import (
    Machine,
    Steps,
    TooManyMovesError,
    folding_machine,
    machine,
    shortest,
)
from .patterns import Pattern, PatternSet
from .samples import has_all_variants, samples, variants
from .tokens import ANY_TEXT, NOTHING

_FEW_MOVES = 20_000
EVERY_TEXT = PatternSet([Pattern("*", (ANY_TEXT,))])


def ask(
    required: Iterable[PatternSet],
    excluded: Iterable[PatternSet],
    universe: PatternSet | None,
    steps: Steps | None = None,
) -> Answer:
    """A text of the universe that each of the required sets matches, and none of the excluded.

    Where a policy variable makes a difference, the answer is never a wrong no.
    """
    groups = [each for each in required if not each.everything]
    excluded = tuple(excluded)
    if any(each.everything for each in excluded):
        return NO
    if universe is not None:
        groups.append(universe)
    finite = [each for each in groups if not each.wild]
    if finite:
        first = min(finite, key=lambda each: len(each.literals))
        return _among(first.literals, [each for each in groups if each is not first], excluded)
    if not groups:
        groups.append(EVERY_TEXT)
    return _search(groups, excluded, steps)


def _among(
    words: Iterable[str], groups: list[PatternSet], excluded: tuple[PatternSet, ...]
) -> Answer:
    """The same where only these texts come into question."""
    perhaps = False
    for word in sorted(words):
        if any(each.surely_matches(word) for each in excluded):
            continue
        if all(each.surely_matches(word) for each in groups):
            return yes(word)
        if all(each.matches(word) for each in groups):
            perhaps = True
    return PERHAPS if perhaps else NO


def _search(
    groups: list[PatternSet], excluded: tuple[PatternSet, ...], steps: Steps | None
) -> Answer:
    # The most telling patterns first: their texts are most likely to match the others too.
    groups = sorted(groups, key=lambda each: -min((len(p.head) for p in each.patterns), default=0))
    first, others = groups[0], groups[1:]
    without = [pattern for each in excluded for pattern in each.patterns]
    barring = [each for each in without if each.literal is None]
    live = [
        pattern
        for pattern in first.patterns
        if not _is_within(pattern, excluded, barring) and _meets_each(pattern, others)
    ]
    if not live:
        return NO
    for word in _readable(live, others):
        if not any(each.surely_matches(word) for each in excluded) and all(
            each.surely_matches(word) for each in groups
        ):
            return yes(word)
    perhaps = False
    for pattern in live:
        if pattern.literal is not None:
            found = _among((pattern.literal,), others, excluded)
        elif pattern.folded is not None:
            found = _among(variants(pattern), others, excluded)
            if found is NO and not has_all_variants(pattern):
                found = PERHAPS
        else:
            found = _walk(pattern, others, without, groups, excluded, steps)
        if found.value is not None:
            return found
        perhaps = perhaps or found is PERHAPS
    return PERHAPS if perhaps else NO


def _is_within(pattern: Pattern, excluded: tuple[PatternSet, ...], barring: list[Pattern]) -> bool:
    """Whether all texts of a pattern are excluded by one other."""
    if pattern.literal is not None and any(pattern.literal in each.literals for each in excluded):
        return True
    return any(not _apart(each, pattern) and includes(each, pattern) for each in barring)


def _meets_each(pattern: Pattern, groups: list[PatternSet]) -> bool:
    return all(any(not _apart(pattern, each) for each in group.patterns) for group in groups)


_FEW = 24


def _readable(live: list[Pattern], others: list[PatternSet]) -> Iterator[str]:
    for pattern in live:
        yield from samples(pattern)
    for group in others:
        for pattern in group.patterns[:_FEW]:
            if any(not _apart(pattern, each) for each in live):
                yield from samples(pattern)


def _walk(
    pattern: Pattern,
    others: list[PatternSet],
    without: list[Pattern],
    groups: list[PatternSet],
    excluded: tuple[PatternSet, ...],
    steps: Steps | None,
) -> Answer:
    """The same by automata, for the texts of one pattern."""
    machines: list[list[Machine]] = [[machine(pattern.tokens)]]
    for group in others:
        near = [each for each in group.patterns if not _apart(pattern, each)]
        if any(each.folded is not None for each in near):
            # All that ignoring the case can add is left to the confirmation.
            return PERHAPS
        machines.append([machine(each.tokens) for each in near])
    barred = [_barring(each) for each in without if not each.opaque and not _apart(pattern, each)]
    try:
        word = shortest(machines, barred, steps)
    except TooManyMovesError:
        return PERHAPS
    if word is None:
        return NO
    if all(each.surely_matches(word) for each in groups) and not any(
        each.surely_matches(word) for each in excluded
    ):
        return yes(word)
    return PERHAPS


def _barring(pattern: Pattern) -> Machine:
    return machine(pattern.tokens) if pattern.folded is None else folding_machine(pattern.folded)


def _apart(one: Pattern, other: Pattern) -> bool:
    """Whether two patterns begin differently, so that no text matches both."""
    if one.folded is not None or other.folded is not None:
        return False
    return not (one.head.startswith(other.head) or other.head.startswith(one.head))


@lru_cache(maxsize=65_536)
def includes(wide: Pattern, narrow: Pattern) -> bool:
    """Whether every text of one pattern surely matches the other. A yes is certain."""
    if wide is narrow or wide.everything:
        return True
    if wide.folded is not None:
        return (narrow.literal is not None and wide.matches(narrow.literal)) or (
            narrow.folded == wide.folded
        )
    if narrow.folded is not None:
        return False
    if not wide.opaque:
        if narrow.literal is not None:
            return wide.matches(narrow.literal)
        if wide.literal is not None:
            return False
        if not narrow.head.startswith(wide.head[: len(narrow.head)]):
            return False
        if not narrow.opaque:
            if len(wide.tokens) == len(wide.head) + 1 and wide.tokens[-1].takes_variables:
                return narrow.head.startswith(wide.head)
            if any(not wide.matches(word) for word in samples(narrow)):
                return False
    elif not narrow.opaque:
        return False
    if NOTHING in (wide.under, narrow.symbolic):
        return False
    # With a variable as a sign of its own: what holds for the sign holds for every value.
    try:
        return (
            shortest([[machine(narrow.symbolic)]], [machine(wide.under)], maximum=_FEW_MOVES)
            is None
        )
    except TooManyMovesError:
        return False
