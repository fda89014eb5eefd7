"""The check of the emulator before it is extended."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from least_privilege.embedded import EmbeddedAwsError
from least_privilege.embedded.emulator import names, probe

FOLDER = Path(probe.__file__).parent


def test_the_pinned_emulator_fits() -> None:
    probe.check_emulator()


def test_another_version_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "version", lambda _name: "1.6.0")
    with pytest.raises(EmbeddedAwsError, match=r"needs ministack 1\.5\.33, and 1\.6\.0 is"):
        probe.check_emulator()


def test_a_missing_name_and_another_shape_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "ministack.services.sts"
    expected = {module: {"_gone": "dict", "register_session": "(key)"}}
    monkeypatch.setattr(probe, "NAMES", expected)
    with pytest.raises(EmbeddedAwsError) as raised:
        probe.check_emulator()
    assert f"{module}._gone is missing" in str(raised.value)
    assert "register_session is (access_key, session) instead of (key)" in str(raised.value)


def _used_names() -> Iterator[tuple[str, str]]:
    for file in FOLDER.rglob("*.py"):
        tree = ast.parse(file.read_text())
        modules = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ministack"):
                for imported in node.names:
                    full = f"{node.module}.{imported.name}"
                    if _is_module(full):
                        modules[imported.name] = full
                    else:
                        yield str(node.module), imported.name
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in modules
            ):
                yield modules[node.value.id], node.attr


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_every_name_of_the_emulator_in_the_code_is_checked() -> None:
    checked = {(module, name) for module, found in names.NAMES.items() for name in found}
    added = {("ministack.services.sts", "trust_policy_for_arn")}
    assert set(_used_names()) == checked | added
