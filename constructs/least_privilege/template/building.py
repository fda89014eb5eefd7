"""Stacks put together to be read: their environment, their parameters, those that they nest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InvalidInputError, InvalidTemplateError
from .context import Context
from .environment import check_environment, environment
from .files import Assets, Files
from .gathering import gather
from .nested import Nesting
from .reading import Reading
from .scope import Scope, text_of
from .source import MARKS_REFUSED, Source, has_marks, near
from .static_checks import check_references
from .symbols import Symbols
from .world import World

_STAND_IN_ACCOUNT = re.compile(r"(?<!\d)0{6}\d{6}(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the caller knows."""

    account: str | None
    region: str | None
    partition: str | None
    parameters: Mapping[str, Any]

    def __post_init__(self) -> None:
        check_environment(account=self.account, region=self.region, partition=self.partition)
        if not isinstance(self.parameters, Mapping):
            raise InvalidInputError(
                f"parameters must be a mapping from names to values, got {self.parameters!r:.80}"
            )
        for key, value in self.parameters.items():
            if not isinstance(key, str):
                raise InvalidInputError(f"parameters must have strings as names, got {key!r:.80}")
            each = value if isinstance(value, list | tuple) else (value,)
            if not all(isinstance(one, str | int | float) for one in each):
                raise InvalidInputError(
                    f"parameters: {key}: must be a string, a number or a list of these, "
                    f"got {value!r:.80}"
                )
            if any(isinstance(one, str) and has_marks(one) for one in (key, *each)):
                raise InvalidInputError(f"parameters: {key!r}: {MARKS_REFUSED}")


@dataclass(slots=True)
class Builder:
    """Adds stacks, and those that they nest, and gathers what they hold."""

    sources: Iterable[Source]
    given: Given
    files: Files | None
    assets: Assets = field(default_factory=Assets)
    context: Context = field(init=False)
    nesting: Nesting = field(init=False)

    def __post_init__(self) -> None:
        # An account that stands in a template is never the stand-in for another one.
        taken = {
            account
            for source in self.sources
            for account in _STAND_IN_ACCOUNT.findall(str(source.data))
        }
        world = World(Symbols(frozenset(taken)))
        self.context = Context(world)
        self.nesting = Nesting(context=self.context, files=self.files, assets=self.assets)

    def add(
        self,
        source: Source,
        *,
        identifier: str,
        name: str,
        folder: Path | None,
        account: str | None = None,
        region: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        display_name: str = "",
        construct_paths: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """Add a stack, and those that it nests."""
        world = self.context.world
        taken = {scope.id for scope in world.scopes}
        unique = identifier
        while unique in taken:
            unique += "+"
        where = environment(
            world.symbols,
            account=account or self.given.account,
            region=region or self.given.region,
            partition=None if region else self.given.partition,
        )
        handed = {key: text_of(value) for key, value in (parameters or {}).items()}
        for key, value in self.given.parameters.items():
            stack, _, parameter = key.rpartition(":")
            if stack in ("", unique, name, display_name):
                text = ",".join(map(text_of, value)) if isinstance(value, list | tuple) else value
                handed[parameter] = text_of(text)
        scope = Scope(
            world=world,
            source=source,
            identifier=unique,
            name=name,
            environment=where,
            given=handed,
            display_name=display_name,
            construct_paths=construct_paths,
        )
        world.scopes.append(scope)
        check_references(scope)
        with self._within_reach():
            self.nesting.add(scope, folder)

    def gather(self) -> Reading:
        """Read everything that was added."""
        self._check_parameters()
        self.context.world.forget()
        with self._within_reach():
            return gather(self.context)

    @contextmanager
    def _within_reach(self) -> Iterator[None]:
        try:
            yield
        except RecursionError:
            files = ", ".join(dict.fromkeys(each.source.file for each in self.context.world.scopes))
            raise InvalidTemplateError(
                f"{files}: template: references lead on too far, name after name; break the chain"
            ) from None

    def _check_parameters(self) -> None:
        roots = [scope for scope in self.context.world.scopes if scope.parent is None]
        known = {name for scope in roots for name in scope.section("Parameters")}
        for key in self.given.parameters:
            stack, _, name = key.rpartition(":")
            stacks = [
                each for each in roots if stack in ("", each.id, each.name, each.display_name)
            ]
            declared = [
                each.section("Parameters")[name]
                for each in stacks
                if name in each.section("Parameters")
            ]
            for one in declared:
                self._check_allowed(key, self.given.parameters[key], one)
            if not declared:
                raise InvalidTemplateError(
                    f"parameters: {key}: is no parameter of these templates{near(name, known)}"
                )

    def _check_allowed(self, key: str, value: Any, declared: Mapping[str, Any]) -> None:
        allowed = declared.get("AllowedValues")
        if not isinstance(allowed, list) or isinstance(value, list | tuple):
            return
        texts = [text_of(each) for each in allowed]
        if text_of(value) not in texts:
            raise InvalidTemplateError(
                f"parameters: {key}: must be one of {', '.join(texts)}, got {value!r}"
            )
