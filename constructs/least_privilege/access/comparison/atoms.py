"""Atoms: single tests on one part of a request, shared by all statements that make them."""

from __future__ import annotations

from collections.abc import Mapping

from ...policy import Condition
from ...policy.grammar import (
    ADDRESS_OPERATORS,
    ARN_OPERATORS,
    DATE_OPERATORS,
    NUMERIC_OPERATORS,
    split_operator,
)
from ..conditions import NEGATED, CompiledCondition
from ..matching import Value
from ..variables import OLD_VERSION, Variable, split
from . import patterns
from .patterns import Pattern, PatternSet

ACTION = "action"
RESOURCE = "resource"
TIME = "aws:currenttime"
TIME_KEYS = (TIME, "aws:epochtime")

TEXT, NUMBER, DATE, ADDRESS, BOOL, BINARY, NULL, OPAQUE = (
    "text", "number", "date", "address", "bool", "binary", "null", "opaque",
)  # fmt: skip
"""Families of operators that can tell the same values apart."""

Known = tuple[tuple[str, str | None], ...]
"""Policy variables with a known value; None for a key that is absent."""


class Atom:
    """One test. Atoms are equal only if they are the same object."""

    __slots__ = ("_tester", "absent", "family", "key", "negated", "patterns", "quantifier",
                 "values")  # fmt: skip

    def __init__(
        self,
        key: str,
        family: str,
        *,
        patterns: PatternSet | None = None,
        tester: CompiledCondition | None = None,
        quantifier: str | None = None,
        negated: bool = False,
        absent: bool = False,
    ) -> None:
        self.key = key
        self.family = family
        self.patterns = patterns
        self._tester = tester
        self.values = tester.condition.values if tester is not None else ()
        self.quantifier = quantifier
        self.negated = negated
        """Only with a quantifier; others are turned into their opposite."""
        self.absent = absent
        """What it says of a request without the key."""

    def includes(self, value: str) -> bool:
        """Whether the operator, taken positively, matches one value (or may match it)."""
        if self.patterns is not None:
            return self.patterns.matches(value)
        assert self._tester is not None
        return self._tester.holds({self.key: value})

    def holds(self, value: Value | None) -> bool:
        """Whether the test holds for what a key has."""
        if value is None or value == ():
            return self.absent
        if self.family == NULL:
            return not self.absent
        if isinstance(value, str):
            if self.quantifier == "ForAllValues" and not value:
                return True
            return self.includes(value) is not self.negated
        found = (self.includes(each) is not self.negated for each in value)
        return all(found) if self.quantifier == "ForAllValues" else any(found)


Literal = tuple[str, Atom, bool]
"""A part of a request, an atom about it, and whether it must hold or must not."""


def family_of(operator: str) -> str:
    """The family of an operator in its positive form."""
    if operator.startswith("String") or operator in ARN_OPERATORS:
        return TEXT
    if operator in NUMERIC_OPERATORS:
        return NUMBER
    if operator in DATE_OPERATORS:
        return DATE
    if operator in ADDRESS_OPERATORS:
        return ADDRESS
    return {"Bool": BOOL, "Null": NULL}.get(operator, BINARY)


class Atoms:
    """Makes atoms, the same for the same test."""

    def __init__(self) -> None:
        self._made: dict[object, Atom] = {}

    def of_patterns(self, component: str, found: tuple[Pattern, ...]) -> Atom:
        """Whether a text is among some patterns."""
        name = (component, frozenset(found))
        atom = self._made.get(name)
        if atom is None:
            atom = self._made[name] = Atom(component, TEXT, patterns=PatternSet(found))
        return atom

    def opaque(self, *name: object) -> Atom:
        """A test of which nothing is known but that it has one outcome."""
        atom = self._made.get((OPAQUE, name))
        if atom is None:
            atom = self._made[OPAQUE, name] = Atom(f"{OPAQUE}:{len(self._made)}", OPAQUE)
        return atom

    def of_condition(
        self, condition: Condition, key: str, version: str, known: Mapping[str, str | None]
    ) -> tuple[Atom, bool]:
        """The atom of a condition about a key, and whether it must hold."""
        has_variables = version != OLD_VERSION and any("${" in each for each in condition.values)
        used: Known = ()
        if has_variables:
            used = known_variables(condition.values, version, known)
        name = (
            condition.operator, key, frozenset(condition.values),
            version if has_variables else "", used,
        )  # fmt: skip
        found = self._made.get(name)
        parts = split_operator(condition.operator)
        assert parts is not None
        quantifier, operator, if_exists = parts
        positive = NEGATED.get(operator, operator)
        negated = operator in NEGATED
        if found is None:
            found = self._made[name] = self._atom(
                condition, key, version, used, (quantifier, positive, negated, if_exists)
            )
        return found, quantifier is not None or not negated

    def _atom(
        self,
        condition: Condition,
        key: str,
        version: str,
        known: Known,
        parts: tuple[str | None, str, bool, bool],
    ) -> Atom:
        quantifier, operator, negated, if_exists = parts
        absent = if_exists or quantifier == "ForAllValues"
        if quantifier is None and negated:
            # The same atom as that of its opposite, which a request without the key fails.
            absent = False
        canonical = (key, operator, quantifier, negated and quantifier is not None, absent)
        family = family_of(operator)
        if family == TEXT:
            found = text_patterns(operator, condition.values, version, known)
            name: object = (canonical, frozenset(found))
            if name not in self._made:
                self._made[name] = Atom(
                    key, TEXT, patterns=PatternSet(found), quantifier=quantifier,
                    negated=canonical[3], absent=absent,
                )  # fmt: skip
            return self._made[name]
        name = (canonical, frozenset(condition.values))
        if name not in self._made:
            tester = CompiledCondition(
                Condition(operator=operator, key=key, values=condition.values), version
            )
            self._made[name] = Atom(
                key, family, tester=tester, quantifier=quantifier, negated=canonical[3],
                absent=tester.holds({}) if family == NULL else absent,
            )  # fmt: skip
        return self._made[name]


def known_variables(
    values: tuple[str, ...], version: str, known: Mapping[str, str | None]
) -> Known:
    """Those of the known variables that stand in some values."""
    names = {
        part.key
        for each in values
        for part in split(each, version)
        if isinstance(part, Variable) and part.key in known
    }
    return tuple((name, known[name]) for name in sorted(names))


def text_patterns(
    operator: str, values: tuple[str, ...], version: str, known: Known
) -> tuple[Pattern, ...]:
    """The values of a condition on texts or ARNs."""
    found: list[Pattern | None] = []
    for value in values:
        if operator == "StringLike":
            found.append(patterns.glob(value, version, known))
        elif operator in ARN_OPERATORS:
            found.append(patterns.arn(value, version, known))
        else:
            ignore_case = operator.endswith("IgnoreCase")
            found.append(patterns.plain(value, version, known, ignore_case=ignore_case))
    return tuple(dict.fromkeys(each for each in found if each is not None))
