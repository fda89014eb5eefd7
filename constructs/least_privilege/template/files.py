"""The files that a reading may open: those under its root, reached without leaving it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from .json_source import read_json
from .source import MAXIMUM_BYTES, Place, Source, read_file, refuse


class Files:
    """Reads files below a root; links and paths that lead out of it are refused."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._resolved = root.resolve()

    def inside(self, folder: Path, name: str, source: Source, place: Place) -> Path:
        """The file of a name that a manifest or template gives, if it lies below the root."""
        if not isinstance(name, str) or not name or "\0" in name:
            source.refuse(place, f"must be the name of a file, got {name!r}")
        path = folder / name
        try:
            is_inside = path.resolve().is_relative_to(self._resolved)
        except (OSError, RuntimeError, ValueError):  # Links that lead to each other; odd letters.
            is_inside = False
        if Path(name).is_absolute() or not is_inside:
            source.refuse(
                place,
                f"names the file {name!r}, which lies outside of {self.root}; that is not read",
            )
        return path

    def template(self, path: Path, source: Source | None = None, place: Place = ()) -> Source:
        """The template in a file; a file that is not there is the fault of who named it."""
        if source is not None and not is_file(path):
            source.refuse(place, f"names the file {path}, which is not there")
        return read_file(path)

    def _check_link(self, path: Path) -> None:
        try:
            is_inside = path.resolve().is_relative_to(self._resolved)
        except (OSError, RuntimeError, ValueError):
            is_inside = False
        if not is_inside:
            what = f"is a link that leads outside of {self.root}; put the file there"
            refuse(str(path), "file", what)

    def json(self, path: Path) -> Source:
        """A manifest."""
        self._check_link(path)
        try:
            if path.stat().st_size > 10 * MAXIMUM_BYTES:
                refuse(str(path), "file", f"is larger than {10 * MAXIMUM_BYTES:,} bytes")
            text = path.read_text("utf-8-sig")
        except OSError as error:
            refuse(str(path), "file", f"cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            refuse(str(path), "file", "is not UTF-8")
        return read_json(text, file=str(path))


def is_file(path: Path) -> bool:
    """Whether there is such a file; none has a name that the system does not take."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


class Assets:
    """The files of an assembly's asset manifests, by the name that they have when published."""

    def __init__(self) -> None:
        self._paths: dict[str, tuple[Source, Place, str]] = {}

    def add(self, manifest: Source) -> None:
        """Take in one manifest."""
        files = manifest.data.get("files")
        for name, asset in files.items() if isinstance(files, dict) else ():
            source = asset.get("source") if isinstance(asset, dict) else None
            path = source.get("path") if isinstance(source, dict) else None
            if not isinstance(path, str):
                continue
            found = (manifest, ("files", name, "source", "path"), path)
            self._paths[name] = found
            destinations = asset.get("destinations")
            each: Any
            for each in destinations.values() if isinstance(destinations, dict) else ():
                if isinstance(each, dict) and isinstance(each.get("objectKey"), str):
                    self._paths[each["objectKey"].rpartition("/")[2]] = found

    def find(self, url: str) -> tuple[Source, Place, str] | None:
        """The asset that a URL means: its manifest, the place in it, and its path."""
        name = unquote(urlparse(url).path).rpartition("/")[2]
        return self._paths.get(name) or self._paths.get(name.partition(".")[0])
