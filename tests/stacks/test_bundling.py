"""A function's bundle is the same everywhere, made for Lambda, and made without Docker."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, aws_lambda as lambda_

from stacks import bundling
from stacks.bundling import BundlingError, bundled_code, source_hash

THUMBNAILS = Path(bundling.__file__).parent / "thumbnails"
RUNTIME = lambda_.Runtime.PYTHON_3_14
X86_64 = lambda_.Architecture.X86_64
WHEEL = "lib-1.0-cp314-cp314-manylinux_2_28_x86_64.whl"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of wheels in place of the project's own."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(bundling, "WHEEL_CACHE", folder)
    return folder


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip find nothing, whatever the machine has."""
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "https://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")


def function(folder: Path, requirements: str = "") -> Path:
    """Write a function's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "handler.py").write_text("import lib\n")
    (folder / "requirements.txt").write_text(requirements)
    return folder


def keep_wheel(cache: Path, name: str = WHEEL, **more: str) -> str:
    """Put a small wheel into the cache; return the requirement that names it."""
    files = {
        "lib/__init__.py": "x = 1\n",
        "lib/core.cpython-314-x86_64-linux-gnu.so": "machine code",
        "lib-1.0.dist-info/licenses/LICENSE": "MIT",
        "lib-1.0.dist-info/RECORD": "",
        "lib-1.0.data/scripts/lib": "#!python",
        "lib-1.0.data/purelib/more.py": "y = 2\n",
        **more,
    }
    cache.mkdir(parents=True, exist_ok=True)
    made = cache / name
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in files.items():
            # The time of writing is in a zip: fixed, so that the hash is too.
            archive.writestr(zipfile.ZipInfo(path), content)
    sha256 = hashlib.sha256(made.read_bytes()).hexdigest()
    (cache / sha256).mkdir()
    made.rename(cache / sha256 / name)
    return f"lib==1.0 --hash=sha256:{sha256}\n"


def synthesize(folder: Path, out: Path, *, bundle: bool = True, before: int = 0) -> dict[str, Any]:
    """Synthesize a stack with the function; return the template."""
    app = App(
        outdir=str(out),
        context={} if bundle else {"aws:cdk:bundling-stacks": []},
        analytics_reporting=False,
    )
    for number in range(before):
        Stack(app, f"Before{number}")
    stack = Stack(app, "Stack")
    lambda_.Function(
        stack,
        "Function",
        runtime=RUNTIME,
        architecture=X86_64,
        handler="handler.handler",
        code=bundled_code(folder, runtime=RUNTIME, architecture=X86_64),
    )
    app.synth()
    template: dict[str, Any] = json.loads((out / "Stack.template.json").read_text())
    return template


def bundle_of(out: Path) -> Path:
    """Return the bundle in a cloud assembly."""
    [bundle] = out.glob("asset.*")
    return bundle


def code_key(template: dict[str, Any]) -> str:
    """Return the key under which the function's code is deployed."""
    [function] = [
        resource
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    ]
    key: str = function["Properties"]["Code"]["S3Key"]
    return key


def test_the_asset_is_the_same_twice_elsewhere_and_without_bundling(
    tmp_path: Path, cache: Path
) -> None:
    here = function(tmp_path / "here", keep_wheel(cache))
    there = tmp_path / "there" / "copied"
    shutil.copytree(here, there)
    (there / "__pycache__").mkdir()
    (there / "__pycache__" / "handler.cpython-314.pyc").write_bytes(b"compiled")
    (there / ".DS_Store").write_bytes(b"view")

    keys = {
        code_key(synthesize(here, tmp_path / "out1")),
        code_key(synthesize(here, tmp_path / "out2", before=3)),
        code_key(synthesize(there, tmp_path / "out3")),
        code_key(synthesize(here, tmp_path / "out4", bundle=False)),
    }

    assert len(keys) == 1
    assert not list((tmp_path / "out4").glob("asset.*"))


def test_the_hash_changes_with_each_of_its_ingredients(tmp_path: Path) -> None:
    pin = f"lib==1.0 --hash=sha256:{'a' * 64}\n"

    def hash_of(
        folder: Path,
        runtime: lambda_.Runtime = RUNTIME,
        architecture: lambda_.Architecture = X86_64,
    ) -> str:
        return source_hash(folder, runtime=runtime, architecture=architecture)

    folder = function(tmp_path / "function", pin)
    hashes = [
        hash_of(folder),
        hash_of(folder, runtime=lambda_.Runtime.PYTHON_3_13),
        hash_of(folder, architecture=lambda_.Architecture.ARM_64),
        hash_of(function(folder, pin.replace("a" * 64, "b" * 64))),
        hash_of(function(folder, pin.replace("1.0", "1.1"))),
    ]
    function(folder, pin)
    (folder / "handler.py").write_text("import lib, sys\n")
    hashes.append(hash_of(folder))
    (folder / "handler.py").rename(folder / "main.py")
    hashes.append(hash_of(folder))

    assert len(set(hashes)) == len(hashes)


def test_comments_and_line_breaks_in_the_requirements_do_not_change_the_hash(
    tmp_path: Path,
) -> None:
    sha256 = "a" * 64
    plain = function(tmp_path / "plain", f"lib==1.0 --hash=sha256:{sha256}\n")
    told = function(
        tmp_path / "told", f"# Why\n\nlib==1.0 \\\n    --hash=sha256:{sha256}  # what for\n"
    )

    assert source_hash(plain, runtime=RUNTIME, architecture=X86_64) == source_hash(
        told, runtime=RUNTIME, architecture=X86_64
    )


def test_the_bundle_holds_the_handler_and_the_wheels_without_traces_of_installing(
    tmp_path: Path, cache: Path
) -> None:
    folder = function(tmp_path / "function", keep_wheel(cache))
    synthesize(folder, tmp_path / "out")
    bundle = bundle_of(tmp_path / "out")

    assert sorted(path.relative_to(bundle).as_posix() for path in bundle.rglob("*.*")) == [
        "handler.py",
        "lib-1.0.dist-info",
        "lib/__init__.py",
        "lib/core.cpython-314-x86_64-linux-gnu.so",
        "more.py",
    ]
    assert (bundle / "lib-1.0.dist-info" / "licenses" / "LICENSE").is_file()
    assert {path.stat().st_mode & 0o777 for path in bundle.rglob("*") if path.is_file()} == {0o644}
    assert {path.stat().st_mode & 0o777 for path in bundle.rglob("*") if path.is_dir()} == {0o755}


def test_a_function_without_requirements_is_its_own_files(tmp_path: Path, cache: Path) -> None:
    folder = function(tmp_path / "function")
    (folder / "requirements.txt").unlink()
    synthesize(folder, tmp_path / "out")

    assert [path.name for path in bundle_of(tmp_path / "out").iterdir()] == ["handler.py"]
    assert not cache.exists()


def test_the_thumbnails_bundle_holds_pillow_for_the_functions_platform(tmp_path: Path) -> None:
    """Needs the network once; later runs take the wheel from the project's cache."""
    synthesize(THUMBNAILS, tmp_path / "out")
    bundle = bundle_of(tmp_path / "out")

    assert (bundle / "handler.py").read_bytes() == (THUMBNAILS / "handler.py").read_bytes()
    assert (bundle / "PIL" / "_imaging.cpython-314-x86_64-linux-gnu.so").is_file()
    # The ELF header tells what the file is really compiled for: 62 is x86_64.
    library = (bundle / "PIL" / "_imaging.cpython-314-x86_64-linux-gnu.so").read_bytes()
    assert (library[:4], library[18]) == (b"\x7fELF", 62)
    assert not list(bundle.rglob("__pycache__"))
    assert not [path for path in bundle.rglob("*") if path.name in ("RECORD", "INSTALLER", "pip")]


def test_a_cached_wheel_with_another_hash_is_refused(tmp_path: Path, cache: Path) -> None:
    folder = function(tmp_path / "function", keep_wheel(cache))
    [wheel] = cache.rglob("*.whl")
    wheel.write_bytes(wheel.read_bytes() + b"more")

    with pytest.raises(RuntimeError, match=r"has the SHA-256 \w+, required is \w+; delete"):
        synthesize(folder, tmp_path / "out")


@pytest.mark.parametrize(
    "name",
    [
        "lib-1.0-cp314-cp314-manylinux_2_28_aarch64.whl",
        "lib-1.0-cp314-cp314-musllinux_1_2_x86_64.whl",
        "lib-1.0-cp314-cp314-macosx_11_0_arm64.whl",
        "lib-1.0-cp314-cp314-manylinux_2_35_x86_64.whl",
        "lib-1.0-cp313-cp313-manylinux_2_28_x86_64.whl",
        "lib-1.0-cp314-cp314t-manylinux_2_28_x86_64.whl",
    ],
)
def test_a_wheel_for_another_platform_is_refused(tmp_path: Path, cache: Path, name: str) -> None:
    folder = function(tmp_path / "function", keep_wheel(cache, name))

    with pytest.raises(RuntimeError, match=r"does not run with Python 3\.14 on Linux x86_64"):
        synthesize(folder, tmp_path / "out")


@pytest.mark.parametrize(
    "name",
    [
        "lib-1.0-py3-none-any.whl",
        "lib-1.0-cp38-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "lib-1.0-1-cp314-cp314-manylinux_2_34_x86_64.whl",
    ],
)
def test_a_wheel_that_runs_there_is_taken(tmp_path: Path, cache: Path, name: str) -> None:
    folder = function(tmp_path / "function", keep_wheel(cache, name))
    synthesize(folder, tmp_path / "out")

    assert (bundle_of(tmp_path / "out") / "lib" / "__init__.py").is_file()


def test_a_wheel_that_reaches_out_of_the_bundle_is_refused(tmp_path: Path, cache: Path) -> None:
    folder = function(tmp_path / "function", keep_wheel(cache, **{"../evil.py": ""}))

    with pytest.raises(RuntimeError, match="lies outside"):
        synthesize(folder, tmp_path / "out")


@pytest.mark.parametrize(
    "line",
    [
        "lib",
        "lib==1.0",
        f"lib>=1.0 --hash=sha256:{'a' * 64}",
        f"lib==1.0 --hash=sha256:{'a' * 64} --hash=sha256:{'b' * 64}",
        f"lib==1.0 --hash=md5:{'a' * 32}",
        "--index-url https://mirror.example/simple",
        "-r more.txt",
    ],
)
def test_a_requirement_must_name_one_wheel_by_its_hash(tmp_path: Path, line: str) -> None:
    folder = function(tmp_path / "function", line)

    with pytest.raises(BundlingError, match="a requirement must be NAME==VERSION --hash"):
        bundled_code(folder, runtime=RUNTIME, architecture=X86_64)


def test_a_runtime_of_another_language_is_refused(tmp_path: Path) -> None:
    folder = function(tmp_path / "function")

    with pytest.raises(BundlingError, match=r"runtime must be one of Python, got nodejs22\.x"):
        bundled_code(folder, runtime=lambda_.Runtime.NODEJS_22_X, architecture=X86_64)


@pytest.mark.usefixtures("no_network")
def test_without_network_and_cache_the_error_says_what_to_do_and_docker_is_not_tried(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # CDK calls what this names for Docker; it would leave the file behind.
    docker = tmp_path / "docker"
    docker.write_text(f"#!/bin/sh\ntouch {tmp_path / 'called'}\n")
    docker.chmod(0o755)
    monkeypatch.setenv("CDK_DOCKER", str(docker))
    folder = function(tmp_path / "function", f"lib==1.0 --hash=sha256:{'a' * 64}\n")

    with pytest.raises(RuntimeError) as caught:
        synthesize(folder, tmp_path / "out")

    last_line = str(caught.value).splitlines()[-1]
    assert "lib==1.0: pip could not get the wheel for Python 3.14 on Linux x86_64" in last_line
    assert "(the package index cannot be reached)" in last_line
    assert "connect to the network for this one synth, or put the wheel into" in last_line
    assert not (tmp_path / "called").exists()
    assert not list(cache.iterdir())


@pytest.mark.usefixtures("no_network")
def test_with_a_filled_cache_no_network_is_needed(tmp_path: Path, cache: Path) -> None:
    synthesize(function(tmp_path / "function", keep_wheel(cache)), tmp_path / "out")

    assert (bundle_of(tmp_path / "out") / "lib" / "__init__.py").is_file()


@pytest.mark.usefixtures("no_network")
def test_a_wheel_that_has_to_be_fetched_is_kept_under_its_hash(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    metadata = "Metadata-Version: 2.1\nName: lib\nVersion: 1.0\n"
    tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp314-cp314-manylinux_2_28_x86_64\n"
    requirement = keep_wheel(
        elsewhere, **{"lib-1.0.dist-info/METADATA": metadata, "lib-1.0.dist-info/WHEEL": tags}
    )
    [wheel] = elsewhere.rglob("*.whl")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))

    synthesize(function(tmp_path / "function", requirement), tmp_path / "out")

    assert [path.relative_to(cache) for path in cache.rglob("*.whl")] == [
        wheel.relative_to(elsewhere)
    ]
    assert [path.name for path in cache.iterdir()] == [wheel.parent.name]
