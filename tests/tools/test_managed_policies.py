"""The file of AWS's managed policies is made from a published package, and only when it differs."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tools.managed_policies import LICENSE, MODULE, MOTO, TARGET, gathered, write

POLICIES = {
    "Reader": {
        "Path": "/service-role/",
        "UpdateDate": "2026-02-01T10:00:00+00:00",
        "Document": {"Version": "2012-10-17", "Statement": []},
    },
    "Writer": {
        "Path": "/",
        "UpdateDate": "2026-01-01T10:00:00+00:00",
        "Document": {"Version": "2012-10-17", "Statement": [{"Sid": "Über"}]},
    },
}


def package(folder: Path, *, license_name: str = LICENSE) -> Path:
    information = folder / "moto-9.9.9.dist-info"
    (information / "licenses").mkdir(parents=True)
    (information / "METADATA").write_text(
        f"Name: moto\nVersion: 9.9.9\nLicense: {license_name}\n", "utf-8"
    )
    (information / "licenses" / "LICENSE").write_text("Text\n\nCopyright 2012 Somebody\n", "utf-8")
    module = folder / MODULE
    module.parent.mkdir(parents=True)
    text = json.dumps(POLICIES, ensure_ascii=False)
    module.write_text(f'import nothing\naws_managed_policies_data = """{text}"""\n', "utf-8")
    return folder


def test_the_documents_are_kept_by_path_and_name(tmp_path: Path) -> None:
    content = gathered(package(tmp_path))
    assert sorted(content["policies"]) == ["Writer", "service-role/Reader"]
    assert json.loads(content["policies"]["Writer"]) == POLICIES["Writer"]["Document"]
    assert (content["count"], content["date"], content["version"]) == (2, "2026-02-01", "9.9.9")
    assert content["notice"].startswith("Copyright 2012 Somebody. Licensed under the Apache")


def test_another_licence_ends_it(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"moto is under 'GPL-3\.0' now"):
        gathered(package(tmp_path, license_name="GPL-3.0"))


def test_the_same_content_leaves_the_file_alone(tmp_path: Path) -> None:
    content = gathered(package(tmp_path / "package"))
    target = tmp_path / "policies.json.gz"
    assert write(content, target)
    target.write_bytes(gzip.compress(gzip.decompress(target.read_bytes()), compresslevel=1))
    before = target.read_bytes()
    assert not write(content, target)
    assert target.read_bytes() == before
    assert write({**content, "date": "2026-03-01"}, target)


def test_the_file_of_the_library_is_of_the_version_that_is_named_here() -> None:
    assert json.loads(gzip.decompress(TARGET.read_bytes()))["version"] == MOTO
