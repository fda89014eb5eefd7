"""The emulator is checked before it is extended: its version, and every name used here."""

import importlib
import inspect
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from least_privilege.embedded.emulator.names import NAMES
from least_privilege.errors import EmbeddedAwsError

SUPPORTED_VERSION = "1.5.33"


def check_emulator() -> None:
    """Raise unless the installed emulator is the one that this extension was written for.

    Raises:
        EmbeddedAwsError: Another version, or a name that is missing or of another shape.
    """
    try:
        installed = version("ministack")
    except PackageNotFoundError:
        installed = "none"
    if installed != SUPPORTED_VERSION:
        raise EmbeddedAwsError(
            f"the embedded AWS needs ministack {SUPPORTED_VERSION}, and {installed} is installed;"
            f" run: pip install ministack=={SUPPORTED_VERSION}"
        )
    problems = [
        problem
        for module, names in NAMES.items()
        for name, expected in names.items()
        if (problem := _problem(module, name, expected))
    ]
    if problems:
        raise EmbeddedAwsError(
            f"this ministack {installed} does not fit the embedded AWS: " + "; ".join(problems)
        )


def _problem(module: str, name: str, expected: str) -> str | None:
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        return f"{module}.{name} is missing"
    shape = _shape(found)
    return None if shape == expected else f"{module}.{name} is {shape} instead of {expected}"


def _shape(value: Any) -> str:
    if not inspect.isclass(value) and callable(value):
        return f"({', '.join(inspect.signature(value).parameters)})"
    return type(value).__name__
