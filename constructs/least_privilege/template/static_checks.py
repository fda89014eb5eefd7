"""What CloudFormation refuses whatever the values are: sections, references, circles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .functions import FUNCTIONS
from .references import writes_more
from .resolver import ELSEWHERE
from .scope import Scope
from .source import MARKS_REFUSED, Place, Source, has_marks, near

SECTIONS = (
    "AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Hooks", "Mappings",
    "Metadata", "Outputs", "Parameters", "Resources", "Rules", "Transform",
)  # fmt: skip
_OF_MAPPINGS = ("Parameters", "Resources", "Outputs", "Conditions", "Mappings", "Metadata")
_LOGICAL_ID = re.compile(r"[A-Za-z0-9]+")
_VARIABLE = re.compile(r"\$\{([^!{}][^{}]*)\}")


def is_template(data: Mapping[str, Any]) -> bool:
    """Whether this looks like a template at all, rather than some other file."""
    if "AWSTemplateFormatVersion" in data:
        return True
    resources = data.get("Resources")
    return isinstance(resources, dict) and any(
        isinstance(each, dict) and isinstance(each.get("Type"), str) for each in resources.values()
    )


def check_sections(source: Source, *, may_be_empty: bool = False) -> None:
    """The sections of a template and nothing else, each of the form that it must have."""
    data = source.data
    if "Resources" not in data and not may_be_empty:
        source.refuse((), "is not a template of CloudFormation: it has no Resources")
    _check_marks(source)
    for name, content in data.items():
        if name not in SECTIONS and name != "Fn::Transform":
            source.refuse(
                (name,), f"is no section of a CloudFormation template{near(name, SECTIONS)}"
            )
        if name in _OF_MAPPINGS and not isinstance(content, dict):
            source.refuse((name,), "must be a mapping")
    for name in ("Parameters", "Outputs"):
        for key, content in data.get(name, {}).items():
            if not isinstance(content, dict) and not key.startswith("Fn::"):
                source.refuse((name, key), "must be a mapping")
    for logical_id, resource in data.get("Resources", {}).items():
        if logical_id.startswith("Fn::"):
            continue
        place = ("Resources", logical_id)
        if not _LOGICAL_ID.fullmatch(logical_id):
            source.refuse(place, "must have a logical ID of letters and digits alone")
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            source.refuse(place, "must be a mapping with a Type like 'AWS::IAM::Role'")
        properties = resource.get("Properties")
        if properties is not None and not isinstance(properties, dict):
            source.refuse((*place, "Properties"), "must be a mapping")


def _check_marks(source: Source) -> None:
    """Refuse the signs by which the reader marks what is not known, but in what nobody reads."""
    left: list[tuple[Any, Place]] = [(source.data, ())]
    while left:
        value, place = left.pop()
        match value:
            case str() if has_marks(value):
                source.refuse(place, MARKS_REFUSED)
            case dict():
                for key, inner in value.items():
                    if has_marks(key):
                        source.refuse(place, MARKS_REFUSED)
                    if key not in ("Description", "Metadata"):
                        left.append((inner, (*place, key)))
            case list():
                left += [(inner, (*place, index)) for index, inner in enumerate(value)]


def check_references(scope: Scope) -> None:
    """References that lead somewhere, and never back to where they began."""
    depends: dict[str, dict[str, Place]] = {}
    for logical_id, resource in scope.resources.items():
        place = ("Resources", logical_id)
        found = depends.setdefault(logical_id, {})
        for name, where in _references(resource.get("Properties", {}), (*place, "Properties")):
            if name in scope.resources:
                found.setdefault(name, where)
        given = resource.get("DependsOn", [])
        for name in given if isinstance(given, list) else [given]:
            if not isinstance(name, str):
                what = "must be a logical ID, or a list of them"
                scope.source.refuse((*place, "DependsOn"), what)
            if name not in scope.resources and not writes_more(scope):
                scope.source.refuse(
                    (*place, "DependsOn"),
                    f"names {name!r}, which is no resource there{near(str(name), scope.resources)}",
                )
            if name in scope.resources:
                found.setdefault(name, (*place, "DependsOn"))
    _check_circles(scope, depends)


def _check_circles(scope: Scope, depends: Mapping[str, Mapping[str, Place]]) -> None:
    done: set[str] = set()
    for start in depends:
        # Depth first, with a stack of our own: chains of references can be long.
        way: dict[str, None] = {start: None}
        left: list[Iterator[str]] = [iter(depends[start])]
        while left:
            name = next(left[-1], None)
            if name is None:
                done.add(way.popitem()[0])
                left.pop()
            elif name in way:
                names = list(way)
                circle = [*names[names.index(name) :], name]
                scope.source.refuse(
                    depends[names[-1]][name],
                    f"is a circular reference, {' -> '.join(circle)}; break the circle",
                )
            elif name not in done:
                way[name] = None
                left.append(iter(depends[name]))


def _references(value: Any, place: Place) -> Iterator[tuple[str, Place]]:
    match value:
        case dict():
            for key, inner in value.items():
                where = (*place, key)
                match key, inner:
                    case "Ref", str():
                        yield inner, where
                    case "Fn::GetAtt", str() | [str(), *_]:
                        yield (inner if isinstance(inner, str) else inner[0]).split(".")[0], where
                    case "Fn::Sub", str() | [str(), *_]:
                        text, own = (inner, {}) if isinstance(inner, str) else (inner[0], inner[-1])
                        for name in _VARIABLE.findall(text):
                            if not isinstance(own, dict) or name not in own:
                                yield name.strip().split(".")[0], where
                yield from _references(inner, where)
        case list():
            for index, inner in enumerate(value):
                yield from _references(inner, (*place, index))


def check_functions(scope: Scope) -> list[tuple[Place, str]]:
    """Refuse unknown functions; give the places of macros and loops, which are not run."""
    found: list[tuple[Place, str]] = []
    for section in ("Resources", "Outputs", "Conditions", "Mappings"):
        _check(scope.source, scope.section(section), (section,), found)
    if "Fn::Transform" in scope.source.data:
        found.append((("Fn::Transform",), "Fn::Transform"))
    return found


def _check(source: Source, value: Any, place: Place, found: list[tuple[Place, str]]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            where = (*place, key)
            if key.startswith("Fn::"):
                if key == "Fn::Transform" or key.startswith("Fn::ForEach::"):
                    found.append((where, key))
                    continue
                if key not in FUNCTIONS and key not in ELSEWHERE:
                    source.refuse(
                        where, f"is no intrinsic function of CloudFormation{near(key, FUNCTIONS)}"
                    )
            _check(source, inner, where, found)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check(source, inner, (*place, index), found)
