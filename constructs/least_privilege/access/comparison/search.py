"""The search for a request that the candidate allows and the reference does not.

A request is new if it meets a statement of each layer of the candidate, fails every `Deny` of it,
and either meets a `Deny` of the reference or fails every statement of one of its layers. To fail a
statement is to fail one of its tests. Tests on different parts of a request do not touch each
other: whether some tests can all be met is asked for each part on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..matching import Value
from . import keys, patterns, strings, tokens
from .answers import NO, Answer, Found
from .atoms import ACTION, RESOURCE, Atom, Literal
from .automaton import Steps, TooManyStepsError
from .patterns import Pattern, PatternSet
from .terms import Setting, Term
from .tokens import ANY_TEXT, COLON, IN_SEGMENT, SEGMENT_TEXT, Token

Tests = frozenset[tuple[Atom, bool]]
State = dict[str, Tests]
NO_TESTS: Tests = frozenset()

MAXIMUM_LEAVES = 40

_SERVICE = Token(tokens.SERVICE)
_ALNUM = Token(tokens.ALNUM)
ACTIONS = PatternSet([
    Pattern("an action", (
        _SERVICE, Token(tokens.SERVICE, star=True), Token(COLON),
        _ALNUM, Token(tokens.ALNUM, star=True),
    ))
])  # fmt: skip
"""Every action, in lower case."""

_SOME = (IN_SEGMENT, SEGMENT_TEXT)
ARN = Pattern("an ARN", (
    *tokens.signs("arn:"), *_SOME, Token(COLON), *_SOME, Token(COLON), SEGMENT_TEXT,
    Token(COLON), SEGMENT_TEXT, Token(COLON), tokens.ANY, ANY_TEXT,
))  # fmt: skip
RESOURCES = PatternSet([ARN, patterns.exact("*")])
"""Whatever can be asked for: the ARNs, and `*`."""


@dataclass(slots=True, kw_only=True)
class Side:
    """The terms of one set of policies."""

    layers: list[list[Term]]
    """Allow statements, a list for each layer of which one must apply."""
    denies: list[Term]


@dataclass(slots=True, kw_only=True)
class Search:
    """One search under one setting.

    `confirm` gets a value for each part that tests are about, and says whether it is a witness.
    After the search, `undecided` says whether there were places without a proof.
    """

    setting: Setting
    lists: frozenset[str]
    steps: Steps
    confirm: Callable[[State, Mapping[str, Value | None]], bool]
    undecided: bool = False
    found: bool = False
    leaves: int = 0
    _answers: dict[tuple[str, Tests], Answer] = field(default_factory=dict)

    def run(self, candidate: Side, reference: Side) -> bool:
        """Whether a witness was found."""
        state = self._entered({}, self.setting.demands)
        if state is None:
            return False
        for chosen, region in self._regions(state, candidate.layers, ()):
            self._leave(chosen, region, candidate, reference)
            if self.found:
                return True
        return False

    def check(self, component: str, tests: Tests) -> Answer:
        """Whether one part of a request can meet some tests."""
        found = self._answers.get((component, tests))
        if found is None:
            self.steps.take()
            found = self._answers[component, tests] = self._asked(component, tests)
        return found

    def _asked(self, component: str, tests: Tests) -> Answer:
        if any((atom, not wanted) in tests for atom, wanted in tests):
            return NO
        if component not in (ACTION, RESOURCE):
            return keys.ask(tests, self.domain(component), self.steps)
        required = [atom.patterns for atom, wanted in tests if wanted and atom.patterns]
        excluded = [atom.patterns for atom, wanted in tests if not wanted and atom.patterns]
        universe = ACTIONS if component == ACTION else RESOURCES
        return strings.ask(required, excluded, universe, self.steps)

    def domain(self, key: str) -> keys.Domain:
        """What a key can hold."""
        found = self.setting.domains.get(key)
        if found is not None:
            return found
        value = self.setting.fixed.get(key)
        if isinstance(value, str):
            return keys.Domain(universe=PatternSet([patterns.exact(value)]), may_be_absent=False)
        return keys.Domain(is_list=key in self.lists)

    def _with(self, state: State, literal: Literal) -> State | None:
        component, atom, wanted = literal
        before = state.get(component, NO_TESTS)
        if (atom, wanted) in before:
            return state
        tests = before | {(atom, wanted)}
        if self.check(component, tests).found is Found.NO:
            return None
        return {**state, component: tests}

    def _entered(self, state: State, literals: Iterable[Literal]) -> State | None:
        """A state with more tests; None if no request can meet them all."""
        entered: State | None = state
        for literal in literals:
            if entered is not None:
                entered = self._with(entered, literal)
        return entered

    def _regions(
        self, state: State, layers: Sequence[Sequence[Term]], chosen: tuple[Term, ...]
    ) -> Iterator[tuple[tuple[Term, ...], State]]:
        """Every choice of one statement from each layer that a request can meet together."""
        if not layers:
            yield chosen, state
            return
        first = layers[0]
        everything = next((term for term in first if not term.literals), None)
        for term in [everything] if everything is not None else first:
            entered = self._entered(state, term.literals)
            if entered is not None:
                yield from self._regions(entered, layers[1:], (*chosen, term))

    def _leave(
        self, chosen: tuple[Term, ...], region: State, candidate: Side, reference: Side
    ) -> None:
        """Look for a request of a region that the reference does not allow."""
        met = frozenset(literal for term in chosen for literal in term.literals)
        services = _common_services(chosen)
        denies = [term for term in candidate.denies if _near(term, services)]
        if any(term.literal_set <= met for term in denies):
            return
        for layer in reference.layers:
            near = [term for term in layer if _near(term, services)]
            if any(term.literal_set <= met for term in near):
                continue
            # Those that share most with the region are the likeliest to hold all of it.
            near.sort(key=lambda term: -len(term.literal_set & met))
            self._solve(region, [*near, *denies])
            if self.found:
                return
        known = {term.literal_set for term in denies}
        for term in reference.denies:
            if not _near(term, services) or term.literal_set in known:
                continue
            entered = self._entered(region, term.literals)
            if entered is not None:
                self._solve(entered, denies)
                if self.found:
                    return

    def _solve(self, state: State, terms: list[Term]) -> None:
        """Go through the ways to fail all of these terms within a state."""
        stack = [(state, terms)]
        while stack:
            state, pending = stack.pop()
            reduced = self._reduced(state, pending)
            if reduced is None:
                continue
            state, left = reduced
            values = self._values(state)
            standing = [each for each in left if not self._fails(each[0], values)]
            if not standing:
                self._at_leaf(state, values)
                if self.found:
                    return
                if self.leaves >= MAXIMUM_LEAVES:
                    raise TooManyStepsError
                if not left:
                    continue
                standing = left
            term, ways = min(standing, key=lambda each: len(each[1]))
            rest = [each for each, _ in left if each is not term]
            inside = state
            branches = []
            for component, atom, wanted in ways:
                branch = self._with(inside, (component, atom, wanted))
                if branch is not None:
                    branches.append((branch, rest))
                following = self._with(inside, (component, atom, not wanted))
                if following is None:
                    break
                inside = following
            stack.extend(reversed(branches))

    def _reduced(
        self, state: State, terms: Iterable[Term]
    ) -> tuple[State, list[tuple[Term, list[Literal]]]] | None:
        """The terms that are left to fail, once all that is forced is done; None if that fails."""
        pending = list(terms)
        while True:
            left: list[tuple[Term, list[Literal]]] = []
            forced = False
            for term in pending:
                ways = self._ways(state, term)
                if ways is None:
                    continue
                if not ways:
                    return None
                if len(ways) == 1:
                    component, atom, wanted = ways[0]
                    tests = state.get(component, NO_TESTS) | {(atom, wanted)}
                    state = {**state, component: tests}
                    forced = True
                else:
                    left.append((term, ways))
            if not forced:
                return state, left
            pending = [term for term, _ in left]

    def _ways(self, state: State, term: Term) -> list[Literal] | None:
        """The tests of a term that a request of a state can fail; None if it fails one anyway."""
        self.steps.take()
        ways: list[Literal] = []
        for component, atom, wanted in term.literals:
            tests = state.get(component, NO_TESTS)
            if (atom, wanted) in tests:
                continue
            if (atom, not wanted) in tests:
                return None
            if self.check(component, tests | {(atom, wanted)}).found is Found.NO:
                return None
            if self.check(component, tests | {(atom, not wanted)}).found is not Found.NO:
                ways.append((component, atom, not wanted))
        return ways

    def _values(self, state: State) -> dict[str, Value | None]:
        """A value for each part of a request that tests are about, where one is known."""
        found: dict[str, Value | None] = {}
        for component in (ACTION, RESOURCE, *state):
            answer = self.check(component, state.get(component, NO_TESTS))
            if answer.found is Found.YES:
                found[component] = answer.value
        return found

    def _fails(self, term: Term, values: Mapping[str, Value | None]) -> bool:
        """Whether a request with these values surely fails a term."""
        for component, atom, wanted in term.literals:
            if component not in values:
                continue
            if atom.patterns is not None and any(each.opaque for each in atom.patterns.wild):
                continue
            if atom.holds(values[component]) is not wanted:
                return True
        return False

    def _at_leaf(self, state: State, values: Mapping[str, Value | None]) -> None:
        self.leaves += 1
        self.found = self.confirm(state, values)
        if not self.found:
            self.undecided = True


def _common_services(terms: Sequence[Term]) -> frozenset[str] | None:
    common: frozenset[str] | None = None
    for term in terms:
        if term.services is not None:
            common = term.services if common is None else common & term.services
    return common


def _near(term: Term, services: frozenset[str] | None) -> bool:
    return term.services is None or services is None or not services.isdisjoint(term.services)
