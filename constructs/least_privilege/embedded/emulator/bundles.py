"""The bundle of a Lambda function, which runs on this Python whatever runtime it names.

A bundle is made for Lambda: its compiled packages are for the function's Python on Linux, and
this Python may be another one. Such a package is left out of the bundle, so that the function
gets the one installed beside the emulator.
"""

import importlib.util
import io
import sys
import zipfile
from collections import defaultdict
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import PurePosixPath
from typing import Any

from ministack.core import lambda_runtime

_COMPILED = (".so", ".pyd")


def install() -> None:
    """Fit the bundle of every function to this Python before it is unpacked."""
    worker = lambda_runtime.Worker
    initialise = worker.__init__

    def initialise_fitted(
        self: Any, func_name: str, config: dict[str, Any], code_zip: bytes
    ) -> None:
        if str(config.get("Runtime", "")).startswith("python"):
            code_zip = fitted(code_zip)
        initialise(self, func_name, config, code_zip)

    worker.__init__ = initialise_fitted


def fitted(bundle: bytes) -> bytes:
    """The bundle without the compiled packages that only another Python can import.

    A package that is not installed here stays, and fails when it is imported: that error names
    the package, which is better than one that says it is missing.
    """
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        left_out = {name for name in _foreign_packages(archive) if _is_installed_here(name)}
        if not left_out:
            return bundle
        rest = io.BytesIO()
        with zipfile.ZipFile(rest, "w", zipfile.ZIP_STORED) as fitting:
            for entry in archive.infolist():
                if _package(entry.filename) not in left_out:
                    fitting.writestr(entry, archive.read(entry))
        return rest.getvalue()


def _foreign_packages(archive: zipfile.ZipFile) -> set[str]:
    compiled: dict[str, list[str]] = defaultdict(list)
    for name in archive.namelist():
        path = PurePosixPath(name)
        # A library that an extension module links to lies in `PACKAGE.libs/`.
        if path.suffix in _COMPILED and not path.parts[0].endswith(".libs"):
            compiled[_package(name)].append(path.name)
    return {
        package
        for package, files in compiled.items()
        if not all(_is_importable(file) for file in files)
    }


def _is_importable(file: str) -> bool:
    # The suffix names interpreter and platform: `.cpython-313-x86_64-linux-gnu.so`.
    return sys.platform == "linux" and file[file.index(".") :] in EXTENSION_SUFFIXES


def _is_installed_here(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _package(name: str) -> str:
    return PurePosixPath(name).parts[0].partition(".")[0]
