"""Questions about one context key: is there a value (or none) that meets all tests?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import points, strings
from .answers import ABSENT, NO, PERHAPS, Answer, Found, yes
from .atoms import DATE, NULL, NUMBER, OPAQUE, TEXT, TIME_KEYS, Atom
from .automaton import Steps
from .patterns import PatternSet
from .samples import samples

Tests = frozenset[tuple[Atom, bool]]
Members = tuple[tuple[Atom, bool], ...]
"""Tests on a single value: whether the operator, taken positively, matches it or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What a key can hold at all."""

    universe: PatternSet | None = None
    excluded: tuple[PatternSet, ...] = ()
    may_be_absent: bool = True
    is_list: bool = False
    is_bool: bool = False


ANYTHING = Domain()


def ask(tests: Tests, domain: Domain, steps: Steps | None = None) -> Answer:
    """A value that meets all tests, or that the key is absent."""
    if any(atom.family == OPAQUE for atom, _ in tests):
        return PERHAPS
    null = [wanted is atom.absent for atom, wanted in tests if atom.family == NULL]
    others = tuple((atom, wanted) for atom, wanted in tests if atom.family != NULL)
    found = NO
    if not any(null):
        # Each of the tests for presence wants the key to be there.
        found = (
            _list(others, domain, steps)
            if domain.is_list
            else ask_one(_members(others), domain, steps)
        )
    if found.found is Found.YES:
        return found
    if domain.may_be_absent and all(atom.absent is wanted for atom, wanted in tests):
        return ABSENT
    if domain.is_list and not any(null) and found is NO:
        return _empty_text(others)
    return found


def _members(tests: Iterable[tuple[Atom, bool]]) -> Members:
    return tuple((atom, wanted is not atom.negated) for atom, wanted in tests)


def _empty_text(tests: Iterable[tuple[Atom, bool]]) -> Answer:
    """An empty text is a value for most operators, and no value for `ForAllValues`."""
    if any(each.opaque for atom, _ in tests if atom.patterns for each in atom.patterns.wild):
        return PERHAPS
    return yes("") if all(atom.holds("") is wanted for atom, wanted in tests) else NO


def _list(tests: Iterable[tuple[Atom, bool]], domain: Domain, steps: Steps | None) -> Answer:
    """A list of values: some tests are about every value, others about one of them."""
    about_all: list[tuple[Atom, bool]] = []
    about_one: list[tuple[Atom, bool]] = []
    for atom, wanted in tests:
        of_all = (atom.quantifier == "ForAllValues") is wanted
        member = (atom, (not atom.negated) is wanted)
        (about_all if of_all else about_one).append(member)
    values: list[str] = []
    perhaps = False
    each_of: list[Members] = [(one,) for one in about_one]
    for each in each_of or [()]:
        found = ask_one((*about_all, *each), domain, steps)
        if found is NO:
            return NO
        if isinstance(found.value, str):
            values.append(found.value)
        else:
            perhaps = True
    return PERHAPS if perhaps else yes(tuple(dict.fromkeys(values)))


def ask_one(members: Members, domain: Domain, steps: Steps | None = None) -> Answer:
    """One value that all tests match, or do not match, as they want."""
    families = {atom.family for atom, _ in members}
    if any(atom.key in TIME_KEYS for atom, _ in members):
        return _time(members, families)
    if domain.is_bool:
        return _first(("true", "false"), members)
    if families <= {TEXT}:
        return _text(members, domain, steps)
    if len(families) == 1:
        return _first(tuple(_points(members, families.pop())), members)
    for atom, wanted in members:
        if wanted and atom.patterns is not None and not atom.patterns.wild:
            return _first(sorted(atom.patterns.literals), members)
    # No single list of values stands for all others; but one family alone can say no.
    values: list[str] = []
    for family in sorted(families):
        part = tuple(each for each in members if each[0].family == family)
        if family == TEXT:
            found = _text(part, domain, steps)
            values += [found.value] if isinstance(found.value, str) else []
            values += [
                word
                for atom, _ in part
                if atom.patterns
                for each in atom.patterns.patterns
                for word in samples(each)
            ]
        else:
            candidates = tuple(_points(part, family))
            found = _first(candidates, part)
            values += candidates
        if found is NO:
            return NO
    found = _first(tuple(values), members)
    return PERHAPS if found is NO else found


def _text(members: Members, domain: Domain, steps: Steps | None) -> Answer:
    required = [atom.patterns for atom, wanted in members if wanted and atom.patterns is not None]
    excluded = [
        atom.patterns for atom, wanted in members if not wanted and atom.patterns is not None
    ]
    return strings.ask(required, (*excluded, *domain.excluded), domain.universe, steps)


def _first(values: Iterable[str], members: Members) -> Answer:
    for value in values:
        if all(atom.includes(value) is wanted for atom, wanted in members):
            return yes(value)
    return NO


def _points(members: Members, family: str) -> Iterator[str]:
    values = [value for atom, _ in members for value in atom.values]
    match family:
        case "number":
            yield from points.numbers(values)
        case "date":
            for each in points.instants(values):
                yield each.isoformat()
        case "address":
            yield from points.addresses(values)
        case "bool":
            yield from ("true", "false")
        case "binary":
            yield from points.binaries(values)


def _time(members: Members, families: set[str]) -> Answer:
    """The clock, which AWS sends as a date and as a number of seconds."""
    dates = [value for atom, _ in members if atom.family == DATE for value in atom.values]
    seconds = [value for atom, _ in members if atom.family == NUMBER for value in atom.values]
    seconds += [
        str(int(each.timestamp()))
        for each in points.instants(dates)
        if any(atom.key != TIME_KEYS[0] for atom, _ in members)
    ]
    for each in points.instants(dates, seconds):
        shown = {TIME_KEYS[0]: each.isoformat(), TIME_KEYS[1]: str(int(each.timestamp()))}
        if all(atom.includes(shown[atom.key]) is wanted for atom, wanted in members):
            return yes(each.isoformat())
    return NO if families <= {DATE, NUMBER} else PERHAPS
