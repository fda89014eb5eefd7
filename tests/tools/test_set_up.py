"""What is missing on a machine is said in one line, with what to do."""

from __future__ import annotations

import builtins
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import set_up

ROOT = Path(__file__).parents[2]


def test_a_python_too_old_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"error: Python 3\.11 or later is needed, .* install it"):
        set_up.main()


def test_a_missing_venv_module_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = builtins.__import__

    def without_venv(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "ensurepip":
            raise ImportError(name)
        return loaded(name, *arguments, **named)

    monkeypatch.setattr(set_up, "is_ready", lambda: False)
    monkeypatch.setattr(builtins, "__import__", without_venv)
    with pytest.raises(SystemExit, match=r"venv module is missing; install it .*python3-venv"):
        set_up.main()


def test_no_network_is_named_with_what_to_do_and_leaves_nothing_half_made(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for name in ("requirements.txt", "pyproject.toml", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    nowhere = {
        "PIP_INDEX_URL": "https://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "0",
    }
    done = subprocess.run(
        [sys.executable, str(tmp_path / "tools" / "set_up.py")],
        env=os.environ | nowhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "error: could not install uv" in done.stderr
    assert "PyPI and npm must be reachable" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_second_set_up_has_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(set_up, "is_ready", lambda: True)
    monkeypatch.setattr(set_up, "run", never)
    set_up.main()
