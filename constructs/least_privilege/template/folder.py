"""The templates of a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import InvalidTemplateError
from .findings import Finding, FindingKind
from .source import Source, read_file
from .static_checks import is_template

SUFFIXES = (".json", ".yaml", ".yml", ".template")
MAXIMUM_FILES = 2_000


def templates(root: Path, skipped: list[Finding]) -> list[tuple[Path, Source]]:
    """The templates below a root; what is none is put to those skipped."""
    found = []
    for file in _files(root, skipped):
        source = read_file(file)
        if is_template(source.data):
            found.append((file, source))
        else:
            skipped.append(_skipped(file, "is no template of CloudFormation"))
    return found


def _files(root: Path, skipped: list[Finding]) -> Iterator[Path]:
    count = 0
    folders = [root]
    while folders:
        folder = folders.pop()
        for entry in _entries(folder):
            if entry.name.startswith(".") or entry.name == "node_modules":
                continue
            is_file = entry.suffix in SUFFIXES
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
    """The files that some template names as the one of a nested stack, by a path."""
    found = set()
    for file, source in sources:
        resources = source.data.get("Resources")
        for resource in resources.values() if isinstance(resources, dict) else ():
            properties = resource.get("Properties") if isinstance(resource, dict) else None
            url = properties.get("TemplateURL") if isinstance(properties, dict) else None
            if isinstance(url, str) and "://" not in url:
                found.add((file.parent / url).resolve())
    return found
