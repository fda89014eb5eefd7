"""What the readers of resources share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .documents import Documents, possibilities
from .findings import Finding, FindingKind, Findings
from .references import properties_of
from .scope import NO_VALUE, Scope
from .source import Place
from .stand_ins import StandIns
from .symbols import Symbols
from .world import World


class Context:
    """One reading: its stacks, its symbols, its findings."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.symbols: Symbols = world.symbols
        self.stand_ins = StandIns(world.symbols)
        self.findings = Findings()
        self.documents = Documents(self.stand_ins, self.findings)
        self.doubts: dict[str, list[Finding]] = {}
        """By stack: what may add policies to any of its principals."""

    def resources(self, *types: str) -> Iterator[tuple[Scope, str]]:
        """The resources of these types that are, or may be, there."""
        for scope in self.world.scopes:
            for logical_id, resource in scope.resources.items():
                if resource["Type"] in types and condition_of(scope, logical_id) is not None:
                    yield scope, logical_id

    def common(self, scope: Scope, logical_id: str) -> dict[str, str]:
        """The fields that every resource has."""
        return {
            "stack": scope.id,
            "file": scope.source.file,
            "logical_id": logical_id,
            "construct_path": scope.construct_path(logical_id),
            "condition": condition_of(scope, logical_id) or "",
        }

    def text(self, scope: Scope, logical_id: str, name: str, default: str = "") -> str:
        """A property as a string with stand-ins."""
        value = self.value(scope, logical_id, name)
        return default if value is None else str(value)

    def value(self, scope: Scope, logical_id: str, name: str) -> Any:
        """A property, resolved, with stand-ins; None where it is not there."""
        properties = properties_of(scope, logical_id)
        if name not in properties:
            return None
        place = ("Resources", logical_id, "Properties", name)
        resolved = scope.resolve(properties[name], place)
        self.world.met.clear()
        return None if resolved is NO_VALUE else self.stand_ins.plain(resolved)

    def perhaps(self, scope: Scope, logical_id: str) -> list[Finding]:
        """The finding of a resource that may not be there; none for one that is."""
        condition = condition_of(scope, logical_id)
        if not condition:
            return []
        what = f"is there on the condition {condition}, which is not known"
        mend = "give the parameters that the condition compares"
        place = ("Resources", logical_id, "Condition")
        return [self.findings.add(FindingKind.UNKNOWN, scope, place, what, mend)]

    def each(
        self, scope: Scope, value: Any, place: Place
    ) -> tuple[list[tuple[str, bool]], list[Finding]]:
        """The strings of a list, each with whether it is there in any case; and what is unknown."""
        found = possibilities(scope, value, place)
        ways = [_strings(each) for each in found.values]
        unknowns = [
            self.findings.add(
                FindingKind.INVALID,
                scope,
                place,
                f"AWS would refuse {what!r:.80} there, and it is not read",
                "name each by a string of its own",
            )
            for each in found.values
            for what in _no_strings(each)
        ]
        if found.conditions or not found.is_whole:
            names = " and ".join(found.conditions)
            unknowns.append(
                self.findings.add(
                    FindingKind.UNKNOWN,
                    scope,
                    place,
                    f"hangs on the condition {names}, which is not known",
                    found.mend,
                )
            )
        texts = dict.fromkeys(text for way in ways for text in way)
        for text in texts:
            for symbol in self.symbols.of(text):
                if symbol.is_open:
                    unknowns.append(
                        self.findings.add(
                            FindingKind.UNKNOWN,
                            scope,
                            place,
                            f"hangs on {symbol.meaning}",
                            symbol.mend,
                        )
                    )
        return [(text, all(text in way for way in ways)) for text in texts], unknowns


def condition_of(scope: Scope, logical_id: str) -> str | None:
    """The condition that a resource hangs on where it is not known; None if it is not there.

    Empty for a resource that is there in any case. The stack that nests it counts as well.
    """
    unknown = ""
    at: tuple[Scope, str] | None = (scope, logical_id)
    while at is not None:
        owner, name = at
        condition = owner.resources[name].get("Condition")
        if isinstance(condition, str):
            holds = owner.condition(condition, ("Resources", name, "Condition"))
            if holds is False:
                return None
            unknown = unknown or (condition if holds is None else "")
        at = owner.parent
    return unknown


def _strings(value: Any) -> list[str]:
    if value is NO_VALUE or value is None:
        return []
    if isinstance(value, list):
        return [str(each) for each in value if _is_text(each)]
    return [str(value)] if _is_text(value) else []


def _no_strings(value: Any) -> list[Any]:
    """What stands where a string must, such as a list inside of a list."""
    if value is NO_VALUE or value is None:
        return []
    return [each for each in (value if isinstance(value, list) else [value]) if not _is_text(each)]


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)
