"""Policy documents of a template: resolved, with every value that is not known named.

Where a document hangs on conditions that are not known, it is read as the widest that it can be:
with each `Allow` that may be there, and with those `Deny` alone that are there in any case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import InvalidPolicyError
from ..policy import Effect, PolicyDocument, PolicyKind, Statement
from .findings import Finding, FindingKind, Findings, unique
from .scope import NO_VALUE, Scope
from .source import Place
from .stand_ins import StandIns
from .steps import TRIES
from .symbols import MARK
from .world import HangsError

MAXIMUM_RUNS = 256
"""How often a value is resolved to learn what it can be: seven conditions that go their own way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Possibilities:
    """What a value can be, and the names of the conditions that it hangs on."""

    values: tuple[Any, ...]
    """`NO_VALUE` among them where it may not be there."""
    conditions: tuple[str, ...] = ()
    mend: str = ""
    is_whole: bool = True
    """Whether these are all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """A document, or None, and why it is not known for certain."""

    document: PolicyDocument | None
    unknowns: tuple[Finding, ...] = ()


def possibilities(scope: Scope, value: Any, place: Place) -> Possibilities:
    """Resolve a value under each way in which unknown conditions can turn out."""
    world = scope.world
    found: list[Any] = []
    names: dict[str, None] = {}
    mends: dict[str, None] = {}
    steps, runs = world.steps, 0
    left: list[dict[str, bool]] = [world.assumed]
    while left and runs < MAXIMUM_RUNS and steps.tried < TRIES:
        runs += 1
        assumed, before = left.pop(), steps.taken
        try:
            with world.trying(assumed):
                resolved = scope.resolve(value, place)
        except HangsError as stop:
            comparison, name = stop.args
            names[name] = None
            mends.update({each.mend: None for each in world.symbols.of(comparison) if each.mend})
            left += [{**assumed, comparison: holds} for holds in (False, True)]
        else:
            if not any(each == resolved for each in found):
                found.append(resolved)
        if runs > 1:
            steps.tried += steps.taken - before
            steps.taken = before
    world.met.clear()
    is_whole = not left
    if not is_whole:
        found = []
    hangs = tuple(names) if len(found) != 1 else ()
    return Possibilities(
        values=tuple(found), conditions=hangs, mend=" or ".join(mends), is_whole=is_whole
    )


def part_of(ways: Possibilities, name: str) -> Possibilities:
    """What one key of a mapping can be."""

    def part(value: Any) -> Any:
        return value.get(name, NO_VALUE) if isinstance(value, dict) else value

    return replace(ways, values=tuple(map(part, ways.values)))


class Documents:
    """Reads the policy documents of a reading."""

    def __init__(self, stand_ins: StandIns, findings: Findings) -> None:
        self._stand_ins = stand_ins
        self._findings = findings

    def read(
        self,
        scope: Scope,
        value: Any,
        place: Place,
        kind: PolicyKind,
        *,
        is_sure: bool = True,
        change: Callable[[Any], Any] | None = None,
    ) -> ReadDocument:
        """The document at a place. `is_sure` says whether what holds it is there in any case.

        `change` is what the service does to the resolved document before it takes it.
        """
        ways = possibilities(scope, value, place)
        return self.read_ways(scope, ways, place, kind, is_sure=is_sure, change=change)

    def read_ways(
        self,
        scope: Scope,
        each: Possibilities,
        place: Place,
        kind: PolicyKind,
        *,
        is_sure: bool = True,
        change: Callable[[Any], Any] | None = None,
    ) -> ReadDocument:
        """The document of what it can be, resolved already."""
        unknowns: list[Finding] = []
        documents: list[PolicyDocument | None] = []
        if not each.is_whole:
            what = f"hangs on more conditions than can be read, {', '.join(each.conditions)}"
            unknowns.append(self._unknown(scope, place, what, each.mend))
            documents.append(None)
        for resolved in each.values:
            document, why = self._one(scope, resolved, place, kind, change)
            documents.append(document)
            unknowns += why
        if each.conditions:
            what = f"hangs on the condition {' and '.join(each.conditions)}, which is not known"
            what += "; it is read as the widest that it can be"
            unknowns.append(self._unknown(scope, place, what, each.mend))
        if not is_sure:
            documents.append(None)
        return ReadDocument(document=widest(documents), unknowns=unique(unknowns))

    def _one(
        self,
        scope: Scope,
        resolved: Any,
        place: Place,
        kind: PolicyKind,
        change: Callable[[Any], Any] | None,
    ) -> tuple[PolicyDocument | None, list[Finding]]:
        if resolved is NO_VALUE or resolved is None:
            return None, []
        unknowns = self._open(scope, resolved, place)
        if isinstance(resolved, str) and not MARK.fullmatch(resolved):
            try:
                resolved = json.loads(resolved)
            except ValueError as error:
                what = f"must be a policy in JSON: {error}"
                invalid = self._findings.add(FindingKind.INVALID, scope, place, what)
                return None, unknowns or [invalid]
        if not isinstance(resolved, dict):
            if not unknowns:
                what = "must be a policy document, a mapping with Statement"
                unknowns.append(self._findings.add(FindingKind.INVALID, scope, place, what))
            return None, unknowns
        written = self._stand_ins.document(change(resolved) if change else resolved)
        try:
            return PolicyDocument.parse(written, kind), unknowns
        except InvalidPolicyError as error:
            if unknowns:
                what = f"cannot be read before its values are known: {error}"
                return None, [*unknowns, self._unknown(scope, place, what, unknowns[0].mend)]
            what = f"AWS would refuse this {kind}: {error}"
            return None, [self._findings.add(FindingKind.INVALID, scope, place, what)]

    def _open(self, scope: Scope, resolved: Any, place: Place) -> list[Finding]:
        """A finding for each thing in a document that could turn out to be anything."""
        text = json.dumps(resolved, ensure_ascii=False, default=str)
        opened = {each: None for each in scope.world.symbols.of(text) if each.is_open}
        return [
            self._unknown(scope, place, f"hangs on {each.meaning}", each.mend) for each in opened
        ]

    def _unknown(self, scope: Scope, place: Place, reason: str, mend: str) -> Finding:
        return self._findings.add(FindingKind.UNKNOWN, scope, place, reason, mend)


def missing_document(findings: Findings, scope: Scope, place: Place) -> Finding:
    """The finding of a policy that has no document, where AWS asks for one."""
    return findings.add(FindingKind.INVALID, scope, place, "must have a policy document")


def widest(documents: Sequence[PolicyDocument | None]) -> PolicyDocument | None:
    """The document that allows what any of these allows, and denies what all of them deny."""
    present = [each for each in documents if each is not None]
    if len(set(present)) <= 1 and len(present) == len(documents):
        return present[0] if present else None
    allows = _each_once(
        each for one in present for each in one.statements if each.effect is Effect.ALLOW
    )
    denies = [
        each
        for each in (present[0].statements if present else ())
        if each.effect is Effect.DENY
        and all(one is not None and each in one.statements for one in documents)
    ]
    if not allows and not denies:
        return None
    version = max(each.version for each in present)
    return PolicyDocument(
        statements=tuple(_without_shared_sids([*denies, *allows])), version=version
    )


def _each_once(statements: Iterable[Statement]) -> list[Statement]:
    return list(dict.fromkeys(statements))


def _without_shared_sids(statements: list[Statement]) -> list[Statement]:
    sids = [each.sid for each in statements if each.sid]
    return [
        replace(each, sid=None) if sids.count(each.sid or "") > 1 else each for each in statements
    ]
