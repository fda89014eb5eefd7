"""One stack as it is read: its template, its environment, and the values of its parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .environment import Environment
from .source import Place, Source
from .symbols import SymbolKind
from .world import World

SSM_TYPE = re.compile(r"AWS::SSM::Parameter::Value<.*>")
_DYNAMIC = re.compile(r"\{\{resolve:(?P<service>[a-z-]+):(?P<reference>[^{}]*)\}\}")
_LIST_TYPE = re.compile(r"CommaDelimitedList|List<.*>")


class NoValue:
    """What `AWS::NoValue` stands for: the property is not there."""

    def __repr__(self) -> str:
        return "AWS::NoValue"


NO_VALUE = NoValue()


class Scope:
    """A stack, and what its template's references mean in it."""

    def __init__(
        self,
        *,
        world: World,
        source: Source,
        identifier: str,
        name: str,
        environment: Environment,
        given: Mapping[str, str],
        parent: tuple[Scope, str] | None = None,
        display_name: str = "",
        construct_paths: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.world = world
        self.source = source
        self.id = identifier
        self.name = name
        self.environment = environment
        self.given = given
        self.parent = parent
        self.display_name = display_name or identifier
        self.construct_paths = construct_paths or {}
        self.resources: dict[str, dict[str, Any]] = {
            logical_id: resource
            for logical_id, resource in self.section("Resources").items()
            if isinstance(resource, dict) and not logical_id.startswith("Fn::")
        }
        world.steps.allow(source.file, source.size)
        self.nested: dict[str, Scope] = {}
        """The stacks that this one nests, by logical ID."""

    def construct_path(self, logical_id: str) -> str:
        """Where the CDK has a resource; empty where nothing tells."""
        metadata = self.resources[logical_id].get("Metadata")
        path = metadata.get("aws:cdk:path") if isinstance(metadata, dict) else None
        if isinstance(path, str):
            return path
        if self.parent is None:
            return next(iter(self.construct_paths.get(logical_id, ())), "")
        # A nested stack's paths are among those of the stack around it.
        around, nested = self.parent
        inside = around.construct_path(nested).partition(".NestedStack/")[0]
        top = around
        while top.parent is not None:
            top = top.parent[0]
        paths = top.construct_paths.get(logical_id, ())
        return next((each for each in paths if inside and each.startswith(f"{inside}/")), "")

    def section(self, name: str) -> dict[str, Any]:
        """A section of the template; empty where it is not there."""
        content = self.source.data.get(name)
        return content if isinstance(content, dict) else {}

    def resolve(self, value: Any, place: Place) -> Any:
        """A value without intrinsic functions; marks stand for what is not known."""
        from .resolver import resolve

        return resolve(self, value, place)

    def condition(self, name: str, place: Place) -> bool | None:
        """Whether a condition holds; None where it hangs on what is not known."""
        from .conditions import named_condition

        return named_condition(self, name, place).value

    def parameter(self, name: str, place: Place) -> Any:
        """The value of a parameter: handed over, given, or its default."""
        return self.world.once(self, f"parameter {name}", place, lambda: self._parameter(name))

    def _parameter(self, name: str) -> Any:
        declared = self.section("Parameters")[name]
        declared_type = str(declared.get("Type", "String"))
        value: Any = None
        if self.parent is not None:
            parent, logical_id = self.parent
            handed = parent.resources[logical_id].get("Properties", {}).get("Parameters", {})
            if isinstance(handed, dict) and name in handed:
                place = ("Resources", logical_id, "Properties", "Parameters", name)
                value = parent.resolve(handed[name], place)
        elif name in self.given:
            value = self.given[name]
        if value is None or value is NO_VALUE:
            value = declared.get("Default")
        if value is None:
            return self._unknown(name, declared)
        if SSM_TYPE.fullmatch(declared_type):
            return self.dynamic("ssm", text_of(value))
        if _LIST_TYPE.fullmatch(declared_type) and not isinstance(value, list):
            text = text_of(value)
            if self.world.symbols.alone(text):
                return text
            return [each.strip() for each in text.split(",")] if text else []
        return [text_of(each) for each in value] if isinstance(value, list) else text_of(value)

    def _unknown(self, name: str, declared: Mapping[str, Any]) -> str:
        return self.world.symbols.open(
            f"{self.id}/parameter/{name}",
            label=f"{self.id}.{name}",
            kind=_kind_of(name, declared),
            meaning=f"parameter {name} of {self.id}, which has no value",
            mend=f"give parameters={{'{self.id}:{name}': ...}}"
            if self.parent is None
            else f"hand it over where {self.parent[0].id} nests the stack",
        )

    def dynamics(self, text: str) -> str:
        """A text with a mark for each dynamic reference in it."""
        if "{{resolve:" not in text:
            return text
        return _DYNAMIC.sub(lambda found: self.dynamic(found["service"], found["reference"]), text)

    def dynamic(self, service: str, reference: str) -> str:
        """What a dynamic reference stands for, the same in all stacks of account and region."""
        where = f"{self.environment.account}/{self.environment.region}"
        return self.world.symbols.open(
            f"resolve/{where}/{service}:{reference}",
            label=f"{service}.{reference.strip('/')}",
            kind=kind_by_name(reference),
            meaning=f"what {service}:{reference} holds when the stack is deployed",
            mend="write the value itself, or hand it over as a parameter",
        )


def text_of(value: Any) -> str:
    """A value as CloudFormation turns it into a string."""
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return ""
        case _:
            return str(value)


def kind_by_name(name: str) -> SymbolKind:
    """Whether a name says that its value is an ARN or an account."""
    lowered = name.lower()
    if lowered.endswith("arn"):
        return SymbolKind.ARN
    is_account = re.search(r"account(_?-?id)?$", lowered) is not None
    return SymbolKind.ACCOUNT if is_account else SymbolKind.TEXT


def _kind_of(name: str, declared: Mapping[str, Any]) -> SymbolKind:
    pattern = declared.get("AllowedPattern")
    if isinstance(pattern, str) and re.fullmatch(r"\^?(\[0-9\]|\\d)\{12\}\$?", pattern):
        return SymbolKind.ACCOUNT
    return kind_by_name(name)
