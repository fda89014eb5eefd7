"""All stacks that are read together: their exports, outputs, and what is being resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import InvalidTemplateError
from .environment import Environment
from .source import Place
from .steps import Steps, weight
from .symbols import Symbols

if TYPE_CHECKING:
    from .scope import Scope


_Value = TypeVar("_Value")
_Known = dict[tuple[str, str], tuple[Any, dict[str, str], int]]


class HangsError(Exception):
    """A value hangs on a comparison that is not known: the comparison, and its condition."""


def is_sure_output(scope: Scope, name: str) -> bool:
    """Whether an output is there in any case, rather than on a condition."""
    condition = scope.section("Outputs")[name].get("Condition")
    return not isinstance(condition, str) or bool(
        scope.condition(condition, ("Outputs", name, "Condition"))
    )


class World:
    """Everything that references can reach beyond their own template."""

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self.scopes: list[Scope] = []
        self.assumed: dict[str, bool] = {}
        """What is taken for true or false of comparisons whose operands are not known."""
        self.met: dict[str, str] = {}
        """Those comparisons that a value turned out to hang on, with the condition's name."""
        self.is_trying = False
        """Whether to stop at the first such comparison, since the value is resolved again."""
        self.steps = Steps()
        self.twice: set[tuple[str, str, str]] = set()
        """Exports that two stacks have, which AWS would refuse."""
        self._active: dict[tuple[str, str], str] = {}
        self._as_it_is = self._known = _Known()
        self._exports: dict[tuple[str, str, str], tuple[Scope, Any, Place]] | None = None
        self._written: dict[tuple[str, str, str], tuple[Scope, Any, Place]] | None = None

    @contextmanager
    def as_it_is(self) -> Iterator[None]:
        """Without anything assumed: a name is the same wherever it stands."""
        before = self.assumed, self.met, self._known, self.is_trying
        self.assumed, self.met, self._known, self.is_trying = {}, {}, self._as_it_is, False
        try:
            yield
        finally:
            self.assumed, self.met, self._known, self.is_trying = before

    @contextmanager
    def trying(self, assumed: dict[str, bool]) -> Iterator[None]:
        """With this assumed; `HangsError` where a value hangs on yet another comparison."""
        before = self.assumed, self.met, self._known, self.is_trying
        known = _Known() if assumed else self._as_it_is
        self.assumed, self.met, self._known, self.is_trying = assumed, {}, known, True
        try:
            yield
        finally:
            self.assumed, self.met, self._known, self.is_trying = before

    def meet(self, comparison: str, condition: str) -> None:
        """Note that what is resolved hangs on a comparison that is not known."""
        if self.is_trying:
            raise HangsError(comparison, condition)
        self.met.setdefault(comparison, condition)

    def once(self, scope: Scope, what: str, place: Place, resolve: Callable[[], _Value]) -> _Value:
        """What resolves to the same wherever it stands, worked out the first time alone."""
        key = (scope.id, what)
        if key not in self._known:
            before, self.met = self.met, {}
            try:
                with self.resolving(scope, what, place):
                    value = resolve()
                self._known[key] = value, self.met, weight(value)
            finally:
                self.met = before
        value, met, size = self._known[key]
        # It is written out again, however often it is named.
        self.steps.take(size, scope, place)
        for comparison, condition in met.items():
            self.meet(comparison, condition)
        return value

    def forget(self) -> None:
        """Work everything out again, since there are more stacks to refer to."""
        self._as_it_is.clear()
        self._known.clear()

    @contextmanager
    def resolving(self, scope: Scope, what: str, place: Place) -> Iterator[None]:
        """Refuse to resolve what is being resolved already."""
        key = (scope.id, what)
        if key in self._active:
            names = [name for _, name in self._active]
            circle = " -> ".join([*names[list(self._active).index(key) :], what])
            raise InvalidTemplateError(
                f"{scope.source.where(place)}: is a circular reference, {circle}; break the circle"
            )
        self._active[key] = what
        try:
            yield
        finally:
            del self._active[key]

    def export(self, environment: Environment, name: str) -> tuple[Scope, Any, Place] | None:
        """The output that a stack of this account and region exports under a name."""
        if self._exports is None:
            self._exports = {}
            with self.as_it_is():
                for scope in self.scopes:
                    self._add_exports(scope, self._exports)
        key = (environment.account, environment.region, name)
        return None if key in self.twice else self._exports.get(key)

    def _add_exports(
        self, scope: Scope, found: dict[tuple[str, str, str], tuple[Scope, Any, Place]]
    ) -> None:
        for name, output in scope.section("Outputs").items():
            place: Place = ("Outputs", name)
            export = output.get("Export") if isinstance(output, Mapping) else None
            if not isinstance(export, Mapping) or "Name" not in export:
                continue
            if not is_sure_output(scope, name):
                continue
            resolved = scope.resolve(export["Name"], (*place, "Export", "Name"))
            if not isinstance(resolved, str):
                continue
            key = (scope.environment.account, scope.environment.region, resolved)
            if key in found:
                self.twice.add(key)
            found[key] = (scope, output.get("Value"), (*place, "Value"))

    def stack(self, name: str, *, account: str, region: str) -> Scope | None:
        """The one stack of this name in an account and region."""
        found = [
            scope
            for scope in self.scopes
            if scope.name == name
            and scope.environment.account == account
            and scope.environment.region == region
        ]
        return found[0] if len(found) == 1 else None

    def written(self, environment: Environment, name: str) -> tuple[Scope, Any, Place] | None:
        """What the CDK's custom resource writes to another region under a parameter's name."""
        if self._written is None:
            self._written = {}
            for scope in self.scopes:
                for logical_id, resource in scope.resources.items():
                    if resource.get("Type") == "Custom::CrossRegionExportWriter":
                        self._add_written(scope, logical_id, resource)
        return self._written.get((environment.account, environment.region, name))

    def _add_written(self, scope: Scope, logical_id: str, resource: Mapping[str, Any]) -> None:
        assert self._written is not None
        properties = resource.get("Properties", {}).get("WriterProps", {})
        place: Place = ("Resources", logical_id, "Properties", "WriterProps")
        region = scope.resolve(properties.get("region"), (*place, "region"))
        for name, value in properties.get("exports", {}).items():
            key = (scope.environment.account, str(region), name)
            self._written[key] = (scope, value, (*place, "exports", name))
