"""A template as it was read: its data, its file, and the line of each place in it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ..errors import InvalidTemplateError

Place = tuple[str | int, ...]
"""Where in a template: the keys and indexes from its root."""

MAXIMUM_BYTES = 5_000_000
"""AWS takes 1 MB; a CDK app may write more before that is noticed."""
MAXIMUM_DEPTH = 100
FIRST_MARK = "\ue000"
"""Signs of the private use area, by which the reader marks what is not known."""
LAST_MARK = "\ue001"

MARKS_REFUSED = "holds U+E000 or U+E001, by which the reader marks what is not known"


def has_marks(text: str) -> bool:
    """Whether a text that is read holds one of these signs itself."""
    return FIRST_MARK in text or LAST_MARK in text


def place_text(place: Place) -> str:
    """`Resources.Role.Properties.Policies[0]`, as a person reads it."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A template's data, and where it comes from."""

    file: str
    data: dict[str, Any]
    size: int = 0
    """In characters."""
    line_of: Callable[[Place], int | None] = lambda _: None

    def where(self, place: Place) -> str:
        """`cdk.out/App.template.json: Resources.Role (line 12)`."""
        line = self.line_of(place)
        return f"{self.file}: {place_text(place)}" + (f" (line {line})" if line else "")

    def refuse(self, place: Place, what: str) -> NoReturn:
        """Raise the error that names file and place."""
        raise InvalidTemplateError(f"{self.where(place)}: {what}")


def refuse(file: str, place: str, what: str) -> NoReturn:
    """Raise the error of a file whose data could not be read."""
    raise InvalidTemplateError(f"{file}: {place}: {what}")


def near(name: str, known: Iterable[str]) -> str:
    """The hint at what was meant."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def read_file(path: Path) -> Source:
    """The template in a file, JSON or YAML."""
    try:
        if not path.is_file():
            refuse(str(path), "file", "is not there, or is no file; give the path of a template")
        size = path.stat().st_size
        if size > MAXIMUM_BYTES:
            refuse(str(path), "file", f"has {size:,} bytes, at most {MAXIMUM_BYTES:,} are read")
        data = path.read_bytes()
    except OSError as error:
        refuse(str(path), "file", f"cannot be read: {error.strerror}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(str(path), f"byte {error.start}", "is not UTF-8; save the template as UTF-8")
    return read_text(text, file=str(path), suffix=path.suffix.lower())


def read_text(text: str, *, file: str, suffix: str = "") -> Source:
    """The template in a text. Without a suffix that says it, `{` at its start means JSON."""
    if len(text) > MAXIMUM_BYTES:
        refuse(file, "text", f"has {len(text):,} characters, at most {MAXIMUM_BYTES:,} are read")
    if not text.strip():
        refuse(file, "line 1", "is empty; a template has at least Resources")
    if suffix == ".json" or (
        suffix not in (".yaml", ".yml") and text.lstrip().startswith(("{", "["))
    ):
        from .json_source import read_json

        return read_json(text, file=file)
    # The YAML library is loaded for YAML alone.
    from .yaml_source import read_yaml

    return read_yaml(text, file=file)


def check_depth(file: str, data: object) -> None:
    """Refuse what nests deeper than any template, without recursion."""
    level = [data]
    for _ in range(MAXIMUM_DEPTH):
        level = [
            each
            for value in level
            if isinstance(value, dict | list)
            for each in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    refuse(file, "template", f"nests deeper than {MAXIMUM_DEPTH} levels, as no template does")
