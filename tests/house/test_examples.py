"""Every example in a docstring runs, and every public name has one, and its source."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import least_privilege

LIBRARY = Path(inspect.getfile(least_privilege)).parent
MODULES = sorted(
    "least_privilege." + ".".join(path.relative_to(LIBRARY).with_suffix("").parts)
    for path in LIBRARY.rglob("*.py")
    if path.relative_to(LIBRARY).parts[0] not in ("embedded", "__init__.py")
)
FOLDERS = [name.removesuffix(".__init__") for name in MODULES if name.endswith(".__init__")]
SINGLE = {
    "least_privilege.acknowledgements": ["Acknowledgement", "acknowledge"],
}


def module_of(name: str) -> ModuleType:
    return importlib.import_module(name.removesuffix(".__init__"))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    results = doctest.testmod(module_of(name), raise_on_error=False, verbose=False)
    assert results.failed == 0


def public() -> Iterator[tuple[str, Any]]:
    """The classes and functions of every folder's `__all__`, and of the public modules."""
    for name in FOLDERS:
        module = module_of(name)
        for each in module.__all__:
            yield f"{name}.{each}", getattr(module, each)
    for name, names in SINGLE.items():
        for each in names:
            yield f"{name}.{each}", getattr(module_of(name), each)


PUBLIC = {
    name.removeprefix("least_privilege."): value
    for name, value in public()
    if inspect.isclass(value) or callable(value)
}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_has_an_example_and_its_source(name: str) -> None:
    documentation = vars(PUBLIC[name]).get("__doc__") or PUBLIC[name].__doc__ or ""
    assert documentation, "no docstring"
    assert ">>> " in documentation, "no example"
    assert re.search(r"^\s*Source: https://", documentation, re.MULTILINE), "no source"


@pytest.mark.parametrize("name", FOLDERS)
def test_the_public_names_of_a_folder_exist_and_are_in_order(name: str) -> None:
    module = module_of(name)
    names: list[str] = module.__all__
    assert all(hasattr(module, each) for each in names)
    # Constants first, then classes, then functions, each in order, as ruff sorts them.
    kinds = [[each for each in names if test(each)] for test in (str.isupper, _is_class, _is_rest)]
    assert names == [each for kind in kinds for each in sorted(kind)]


def _is_class(name: str) -> bool:
    return name[0].isupper() and not name.isupper()


def _is_rest(name: str) -> bool:
    return name[0].islower()
