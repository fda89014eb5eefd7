"""A template from YAML: CloudFormation's short forms, and nothing that could run or explode.

Values are built from the parser's events, so that no tag can make an object, dates stay the
strings that policies need, and aliases are counted as what they stand for.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

from .source import MAXIMUM_DEPTH, Place, Source, place_text, refuse

MAXIMUM_NODES = 250_000
"""Values, with what aliases stand for counted each time."""

_STANDARD = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset({"!", *(_STANDARD + each for each in ("str", "map", "seq"))})
_SCALAR_TAGS = frozenset(_STANDARD + each for each in ("int", "float", "bool", "null"))
_SHORT_FORMS = frozenset({
    "And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals",
    "FindInMap", "GetAZs", "GetAtt", "GetStackOutput", "If", "ImportValue", "Join", "Length",
    "Not", "Or", "RefAll", "Select", "Split", "Sub", "ToJsonString", "Transform", "ValueOf",
    "ValueOfAll",
})  # fmt: skip
_WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9]\d{0,14})\.\d{1,15}([eE][-+]?\d{1,2})?")
_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", "")),
}


def read_yaml(text: str, *, file: str) -> Source:
    """Read YAML; what is broken, unknown, twice or a bomb is refused with its line."""
    builder = _Builder(text, file)
    try:
        data = builder.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "template"
        refuse(file, place, f"is not YAML: {error.problem or error.context}; mend it there")
    except yaml.YAMLError as error:
        refuse(file, "template", f"is not YAML: {str(error).splitlines()[0]}")
    if not isinstance(data, dict):
        refuse(file, "line 1", "must be a mapping with Resources, as CloudFormation takes it")
    return Source(file=file, data=data, size=len(text), line_of=builder.line_of)


class _Builder:
    def __init__(self, text: str, file: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[Any] = yaml.parse(text, Loader=loader)
        self._file = file
        self._lines: dict[Place, int] = {}
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._count = 0

    def line_of(self, place: Place) -> int | None:
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place)

    def document(self) -> Any:
        value: Any = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse((), event, "begins a second document; a template is one")
                value = self._value(next(self._events), (), 0)
        return value

    def _value(self, event: Any, place: Place, depth: int) -> Any:
        if depth > MAXIMUM_DEPTH:
            self._refuse(place[:3], event, f"nests deeper than {MAXIMUM_DEPTH} levels")
        self._add(1, place, event)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                what = f"*{event.anchor} stands for nothing that ends before it"
                self._refuse(place, event, what)
            value, count = self._anchors[event.anchor]
            self._add(count, place, event)
            return value
        self._lines[place] = event.start_mark.line + 1
        before = self._count
        value = self._tagged(event, place, depth)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._count - before)
        return value

    def _add(self, count: int, place: Place, event: Any) -> None:
        self._count += count
        if self._count > MAXIMUM_NODES:
            what = f"holds more than {MAXIMUM_NODES:,} values once its aliases are written out"
            self._refuse(place[:3], event, f"{what}; write the template without them")

    def _tagged(self, event: Any, place: Place, depth: int) -> Any:
        tag = event.tag
        if tag is None or tag in _PLAIN_TAGS:
            return self._untagged(event, place, depth)
        if tag in _SCALAR_TAGS and isinstance(event, yaml.ScalarEvent):
            return _scalar(event.value)
        name = tag.removeprefix("!")
        if name in ("Ref", "Condition"):
            return {name: self._untagged(event, (*place, name), depth)}
        if name not in _SHORT_FORMS or not tag.startswith("!"):
            self._refuse(place, event, f"the tag {tag!r} is none of CloudFormation's short forms")
        long = f"Fn::{name}"
        value = self._untagged(event, (*place, long), depth)
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {long: value}

    def _untagged(self, event: Any, place: Place, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            # Quoted, in a block, or tagged as a string: a string, whatever it looks like.
            plain = event.style is None or event.style == ""
            is_text = not plain or event.tag is not None
            return event.value if is_text else _scalar(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            found: list[Any] = []
            for inner in self._events:
                if isinstance(inner, yaml.SequenceEndEvent):
                    return found
                found.append(self._value(inner, (*place, len(found)), depth + 1))
        return self._mapping(place, depth)

    def _mapping(self, place: Place, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(place, event, "a key must be a string")
            key = event.value
            inner = (*place, key)
            if key in found:
                what = f"the key {key!r} stands there twice; keep one of them"
                self._refuse(inner, event, what)
            value = self._value(next(self._events), inner, depth + 1)
            self._lines[inner] = event.start_mark.line + 1
            if key == "<<" and not event.style:
                merged = self._merged(value, inner, event) | merged
            else:
                found[key] = value
        return merged | found

    def _merged(self, value: Any, place: Place, event: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, dict):
                self._refuse(place, event, "a merge must be one of mappings")
            found = each | found
        return found

    def _refuse(self, place: Place, event: Any, what: str) -> NoReturn:
        line = event.start_mark.line + 1
        refuse(self._file, f"{place_text(place)} (line {line})", what)


def _scalar(text: str) -> Any:
    """Booleans, numbers and null; all else, dates and octal digits too, is a string."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
