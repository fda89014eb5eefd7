"""Statements as lists of tests that all must hold, ready to be compared.

A statement is a product of sets: its actions, its resources, the values of each context key. To
leave it, a request must fail one of the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...policy import Condition, Statement
from ..matching import Value
from ..variables import OLD_VERSION, Variable, split
from . import patterns
from .atoms import ACTION, NULL, RESOURCE, TEXT, TIME, TIME_KEYS, Atom, Atoms, Literal
from .keys import Domain
from .lifting import Lift
from .patterns import Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is taken for granted of the requests that are looked at."""

    fixed: Mapping[str, Value | None] = field(default_factory=dict)
    """Keys with one value; None for those that are absent."""
    known: Mapping[str, str | None] = field(default_factory=dict)
    """The same as values of policy variables."""
    domains: Mapping[str, Domain] = field(default_factory=dict)
    lifts: Mapping[str, Lift] = field(default_factory=dict)
    """Keys whose value is a part of the resource, or of the principal's ARN."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Keys that have the value of another."""
    demands: tuple[Literal, ...] = ()
    """What else every request meets."""


class Term:
    """A statement under a setting."""

    __slots__ = ("literal_set", "literals", "services", "statement")  # fmt: skip

    def __init__(self, statement: Statement, literals: tuple[Literal, ...]) -> None:
        self.statement = statement
        self.literals = literals
        self.literal_set = frozenset(literals)
        self.services = _services(statement)
        """The services of its actions; None for any."""


def _services(statement: Statement) -> frozenset[str] | None:
    if not statement.actions or "*" in statement.actions:
        return None
    return frozenset(each.partition(":")[0].lower() for each in statement.actions)


class Translator:
    """Turns statements into terms under one setting."""

    def __init__(self, atoms: Atoms, setting: Setting) -> None:
        self._atoms = atoms
        self._setting = setting

    def term(
        self, statement: Statement, version: str, more: tuple[Literal, ...] = ()
    ) -> Term | None:
        """The tests of a statement; None if no request can meet them."""
        literals: list[Literal] = list(more)
        named = statement.actions or statement.not_actions
        if "*" not in named or statement.not_actions:
            atom = self._atoms.of_patterns(ACTION, tuple(map(patterns.action, named)))
            literals.append((ACTION, atom, bool(statement.actions)))
        given = statement.resources or statement.not_resources
        if given and ("*" not in given or statement.not_resources):
            literals.append((RESOURCE, self._resources(given, version), bool(statement.resources)))
        for condition in statement.conditions:
            found = self._condition(condition, version)
            if found is False:
                return None
            if found is not True:
                literals.append(found)
        return Term(statement, tuple(dict.fromkeys(literals)))

    def _resources(self, given: tuple[str, ...], version: str) -> Atom:
        known = self._setting.known
        found: list[Pattern] = []
        for text in given:
            used: tuple[tuple[str, str | None], ...] = ()
            if "${" in text and version != OLD_VERSION:
                used = tuple(
                    sorted(
                        (part.key, known[part.key])
                        for part in set(split(text, version))
                        if isinstance(part, Variable) and part.key in known
                    )
                )
            # The text alone means the same in all versions where nothing varies.
            meaning = version if "${" in text else OLD_VERSION
            pattern = patterns.resource(text, meaning, used)
            if pattern is not None:
                found.append(pattern)
        return self._atoms.of_patterns(RESOURCE, tuple(found))

    def _condition(self, condition: Condition, version: str) -> Literal | bool:
        setting = self._setting
        key = condition.key.lower()
        key = setting.aliases.get(key, key)
        if condition.operator.lower() == "null" and len({v.lower() for v in condition.values}) != 1:
            # Asked for both, or for nothing.
            return bool(condition.values)
        version = version if any("${" in each for each in condition.values) else OLD_VERSION
        atom, wanted = self._atoms.of_condition(condition, key, version, setting.known)
        if key in setting.fixed:
            value = setting.fixed[key]
            if value is None:
                return atom.absent is wanted
            opaque = atom.patterns is not None and any(p.opaque for p in atom.patterns.wild)
            return (key, atom, wanted) if opaque else atom.holds(value) is wanted
        lift = setting.lifts.get(key)
        if lift is not None:
            if atom.family == NULL:
                return atom.absent is not wanted
            lifted = lift(atom.patterns) if atom.patterns is not None else None
            if atom.family != TEXT or lifted is None:
                hidden = self._atoms.opaque(atom)
                return (hidden.key, hidden, wanted)
            made = self._atoms.of_patterns(lift.component, lifted)
            return (lift.component, made, wanted is not atom.negated)
        return (TIME if key in TIME_KEYS else key, atom, wanted)
