"""A template from JSON, with the line of each place found when it is asked for."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from json import decoder
from typing import Any

from .source import Place, Source, check_depth, place_text, refuse

_SPACE = re.compile(r"[ \t\n\r]*")
_LINE_END = re.compile("\n")


class _TwiceError(Exception):
    """A key that stands twice in one object."""


def read_json(text: str, *, file: str) -> Source:
    """Read JSON; what is none, or has a key twice, is refused with its line."""
    try:
        data = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        refuse(file, place, f"is not JSON: {error.msg}; mend it there or just before")
    except RecursionError:
        refuse(file, "template", "nests deeper than any template")
    except _TwiceError:
        found = _first_twice(JsonLines(text), ())
        place = f"{place_text(found)} (line {JsonLines(text).line_of(found)})"
        refuse(file, place, f"the key {found[-1]!r} stands there twice; keep one of them")
    except ValueError as error:
        refuse(file, "template", f"is not JSON: {error}")
    check_depth(file, data)
    if not isinstance(data, dict):
        refuse(file, "template", "must be an object with Resources, as CloudFormation takes it")
    return Source(file=file, data=data, size=len(text), line_of=JsonLines(text).line_of)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwiceError
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"it holds {constant}, which JSON does not have")


class JsonLines:
    """The lines of a JSON text, by place. What lies beside the way there is skipped over."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._children: dict[int, list[tuple[str | int, int]]] = {}
        self._inner: dict[int, dict[str | int, int]] = {}
        self._ends: list[int] | None = None
        self._decoder = decoder.JSONDecoder()

    def line_of(self, place: Place) -> int:
        """The line on which a place begins, or the innermost place around it that is there."""
        offset = self._skip(0)
        for part in place:
            if offset not in self._inner:
                self._inner[offset] = dict(self.children(offset))
            inner = self._inner[offset].get(part)
            if inner is None:
                break
            offset = inner
        if self._ends is None:
            self._ends = [found.start() for found in _LINE_END.finditer(self._text)]
        return bisect_left(self._ends, offset) + 1

    def children(self, offset: int) -> list[tuple[str | int, int]]:
        """The keys or indexes of what begins here, with where their values begin."""
        if offset not in self._children:
            self._children[offset] = self._read_children(offset)
        return self._children[offset]

    def _read_children(self, offset: int) -> list[tuple[str | int, int]]:
        opening = self._text[offset]
        if opening not in "{[":
            return []
        found: list[tuple[str | int, int]] = []
        position = self._skip(offset + 1)
        while self._text[position] not in "}]":
            key: str | int = len(found)
            if opening == "{":
                key, position = self._decoder.raw_decode(self._text, position)
                position = self._skip(self._skip(position) + 1)
            found.append((key, position))
            _, position = self._decoder.raw_decode(self._text, position)
            position = self._skip(position)
            if self._text[position] == ",":
                position = self._skip(position + 1)
        return found

    def _skip(self, position: int) -> int:
        match = _SPACE.match(self._text, position)
        assert match
        return match.end()

    def start(self) -> int:
        """Where the outermost value begins."""
        return self._skip(0)


def _first_twice(lines: JsonLines, place: Place, offset: int | None = None) -> Place:
    """The first place whose key another one has in the same object."""
    children = lines.children(lines.start() if offset is None else offset)
    seen: set[str | int] = set()
    for key, _ in children:
        if key in seen:
            return (*place, key)
        seen.add(key)
    for key, inner in children:
        found = _first_twice(lines, (*place, key), inner)
        if found:
            return found
    return ()
