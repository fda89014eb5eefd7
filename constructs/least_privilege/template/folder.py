"""The templates of a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import InvalidTemplateError
from .findings import Finding, FindingKind
from .nested import STACK
from .source import MAXIMUM_BYTES, Source, read_file
from .static_checks import is_template

SUFFIXES = (".json", ".yaml", ".yml", ".template")
MAXIMUM_FILES = 2_000


def templates(root: Path, skipped: list[Finding]) -> list[tuple[Path, Source]]:
    """The templates below a root; what is none is put to those skipped."""
    found = []
    for file in _files(root, skipped):
        try:
            source = read_file(file)
        except InvalidTemplateError as error:
            if _looks_like_a_template(file):
                raise
            what = "is not read, and does not look like a template: "
            what += str(error).removeprefix(f"{file}: ")[:200]
            skipped.append(_skipped(file, what))
            continue
        if is_template(source.data):
            found.append((file, source))
        else:
            skipped.append(_skipped(file, "is no template of CloudFormation"))
    return found


def _looks_like_a_template(file: Path) -> bool:
    """Whether a file that cannot be read has a section of a template, in whatever encoding."""
    if not file.is_file():
        return False  # A pipe would keep whoever opens it waiting.
    try:
        with file.open("rb") as content:
            text = content.read(MAXIMUM_BYTES).replace(b"\0", b"")
    except OSError:
        return True
    return any(word in text for word in (b"Resources", b"AWSTemplateFormatVersion"))


def _files(root: Path, skipped: list[Finding]) -> Iterator[Path]:
    count = 0
    folders = [root]
    while folders:
        folder = folders.pop()
        for entry in _entries(folder):
            if entry.name.startswith(".") or entry.name == "node_modules":
                continue
            is_file = entry.suffix.lower() in SUFFIXES
            if entry.is_symlink():
                if is_file or entry.is_dir():
                    skipped.append(_skipped(entry, "is a link, which is not followed"))
            elif entry.is_dir():
                folders.append(entry)
            elif is_file:
                count += 1
                if count > MAXIMUM_FILES:
                    raise InvalidTemplateError(
                        f"{root}: folder: holds more than {MAXIMUM_FILES:,} files to look at; give "
                        "the folder with the templates alone"
                    )
                yield entry


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise InvalidTemplateError(f"{folder}: folder: cannot be read: {error.strerror}") from None


def _skipped(path: Path, reason: str) -> Finding:
    return Finding(kind=FindingKind.SKIPPED, file=str(path), reason=reason)


def nested_files(sources: Iterable[tuple[Path, Source]]) -> set[Path]:
    """The files that come with a template that nests them, by a path.

    Those that nest each other and nothing else does are not among them: they are read, and the
    circle is refused.
    """
    nests = {file.resolve(): set(_nested_by(file, source)) for file, source in sources}
    nested = {each for found in nests.values() for each in found}
    left = [file for file in nests if file not in nested]
    reached: set[Path] = set()
    while left:
        new = nests.get(left.pop(), set()) - reached
        reached |= new
        left += new
    return reached


def _nested_by(file: Path, source: Source) -> Iterator[Path]:
    resources = source.data.get("Resources")
    for resource in resources.values() if isinstance(resources, dict) else ():
        if not isinstance(resource, dict) or resource.get("Type") != STACK:
            continue
        properties = resource.get("Properties")
        url = properties.get("TemplateURL") if isinstance(properties, dict) else None
        if isinstance(url, str) and "://" not in url and "\0" not in url:
            try:
                yield (file.parent / url).resolve()
            except (OSError, RuntimeError, ValueError):
                continue  # No file has such a name; that is refused where it stands.
