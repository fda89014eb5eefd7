"""Bundles a Lambda function written in Python: no Docker, the same hash everywhere.

A function is a folder: its modules, and a ``requirements.txt`` that names each wheel it brings
along, for the function's own platform, by its SHA-256::

    pillow==13.0.0 --hash=sha256:e91c2b1c...

The wheels are unpacked, not installed: nothing of theirs runs on the machine that bundles,
which may be of another platform and another Python. They are kept in ``.cache/wheels/`` of the
project, so that only the first synth needs the network.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import jsii
from aws_cdk import (
    AssetHashType,
    BundlingOptions,
    DockerImage,
    ILocalBundling,
    aws_lambda as lambda_,
)

__all__ = ["BundlingError", "bundled_code", "source_hash"]

WHEEL_CACHE: Final = Path(__file__).resolve().parent.parent / ".cache" / "wheels"
REQUIREMENTS: Final = "requirements.txt"

# Part of the hash: raise it when the same sources are to be bundled in another way.
_RECIPE: Final = 1
_REQUIREMENT: Final = re.compile(
    r"(?P<pin>[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.!+]+)\s+--hash=sha256:(?P<sha256>[0-9a-f]{64})"
)
_MACHINES: Final = {"x86_64": "x86_64", "arm64": "aarch64"}


class BundlingError(RuntimeError):
    """The function cannot be bundled; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Requirement:
    pin: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What Lambda runs the function on."""

    python: tuple[int, int]
    machine: str

    @classmethod
    def of(cls, runtime: lambda_.Runtime, architecture: lambda_.Architecture) -> _Target:
        match = re.fullmatch(r"python(\d+)\.(\d+)", runtime.name)
        if not match:
            raise BundlingError(f"runtime must be one of Python, got {runtime.name}")
        python = int(match[1]), int(match[2])
        return cls(python=python, machine=_MACHINES[architecture.name])

    @property
    def abis(self) -> tuple[str, ...]:
        return f"cp{self.python[0]}{self.python[1]}", "abi3", "none"

    @property
    def platforms(self) -> tuple[str, ...]:
        # Amazon Linux 2023 (Python 3.12 and later) has glibc 2.34, Amazon Linux 2 has 2.26.
        newest = 34 if self.python >= (3, 12) else 26
        platforms = [f"manylinux_2_{minor}_{self.machine}" for minor in range(newest, 16, -1)]
        return *platforms, f"manylinux2014_{self.machine}", "any"

    def runs(self, wheel: str) -> bool:
        """Tell by its file name whether a wheel runs there."""
        *_, abi, platform = wheel.removesuffix(".whl").split("-")
        return not set(abi.split(".")).isdisjoint(self.abis) and not set(
            platform.split(".")
        ).isdisjoint(self.platforms)

    def __str__(self) -> str:
        return f"Python {self.python[0]}.{self.python[1]} on Linux {self.machine}"


def bundled_code(
    folder: Path, *, runtime: lambda_.Runtime, architecture: lambda_.Architecture
) -> lambda_.Code:
    """Return a function's code: the modules of a folder and the wheels they require.

    It is bundled during synthesis, when a stack that needs it is synthesized: not where the
    context says ``aws:cdk:bundling-stacks: []``, as unit tests do, and not again while the
    cloud assembly still holds the result. The asset's hash is the same with and without.

    Args:
        folder: the function's modules and, where it needs more, its ``requirements.txt``.
        runtime: the function's runtime, one of Python.
        architecture: the function's architecture.

    Raises:
        BundlingError: the runtime is not one of Python, or a requirement is not pinned by the
            hash of one wheel. What goes wrong later, such as a wheel that cannot be had,
            arrives as CDK's own error with our text in it; Docker is never tried instead.
    """
    target = _Target.of(runtime, architecture)
    return lambda_.Code.from_asset(
        str(folder),
        asset_hash=source_hash(folder, runtime=runtime, architecture=architecture),
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=BundlingOptions(
            # CDK asks for an image; our bundler succeeds or raises, so it is never pulled.
            image=DockerImage.from_registry("never-used"),
            local=_LocalBundling(folder, target, WHEEL_CACHE),
        ),
    )


def source_hash(
    folder: Path, *, runtime: lambda_.Runtime, architecture: lambda_.Architecture
) -> str:
    """Return the SHA-256 of all that decides what the bundle holds.

    That is the names and bytes of the folder's files, its requirements with their hashes, the
    runtime and the architecture. The folder's own place and the requirements' comments are not
    in it.
    """
    ingredients = {
        "recipe": _RECIPE,
        "target": str(_Target.of(runtime, architecture)),
        "requirements": sorted((each.pin, each.sha256) for each in _requirements(folder)),
        "sources": [
            (file.relative_to(folder).as_posix(), hashlib.sha256(file.read_bytes()).hexdigest())
            for file in _sources(folder)
        ],
    }
    return hashlib.sha256(json.dumps(ingredients, sort_keys=True).encode()).hexdigest()


@jsii.implements(ILocalBundling)
class _LocalBundling:
    """What CDK calls, from JavaScript, for a bundle that the cloud assembly lacks."""

    def __init__(self, folder: Path, target: _Target, cache: Path) -> None:
        self._folder = folder
        self._target = target
        self._cache = cache

    # jsii passes CDK's options as keywords, but only to a method that names one of them.
    def try_bundle(self, output_dir: str, *, image: DockerImage, **_: object) -> bool:  # noqa: ARG002
        # Never False: CDK would take it as a wish for Docker.
        _bundle(self._folder, Path(output_dir), target=self._target, cache=self._cache)
        return True


def _bundle(folder: Path, output: Path, *, target: _Target, cache: Path) -> None:
    for requirement in _requirements(folder):
        _unpack(_wheel(requirement, target, cache), output)
    for file in _sources(folder):
        _put(output / file.relative_to(folder), file.read_bytes())
    # Whatever the umask is: Lambda runs the function as another user.
    for path in (output, *output.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _sources(folder: Path) -> Iterator[Path]:
    """Yield the function's own files, in an order that does not depend on the file system."""
    files = (path for path in folder.rglob("*") if path.is_file())
    for file in sorted(files, key=lambda path: path.relative_to(folder).as_posix()):
        parts = file.relative_to(folder).parts
        if any(part.startswith(".") or part == "__pycache__" for part in parts):
            continue  # left there by tools
        if parts != (REQUIREMENTS,):
            yield file


def _requirements(folder: Path) -> list[_Requirement]:
    path = folder / REQUIREMENTS
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    found = []
    for line in filter(None, (re.sub(r"(^|\s)#.*", "", line).strip() for line in lines)):
        match = _REQUIREMENT.fullmatch(line)
        if not match:
            raise BundlingError(
                f"{path}: a requirement must be NAME==VERSION --hash=sha256:HASH, with the one "
                f"hash of the wheel for the function's platform, got {line!r}"
            )
        found.append(_Requirement(pin=match["pin"], sha256=match["sha256"]))
    return found


def _wheel(requirement: _Requirement, target: _Target, cache: Path) -> Path:
    """Return the required wheel, from the cache if it is there."""
    kept = cache / requirement.sha256
    wheel = next(kept.glob("*.whl"), None) or _download(requirement, target, kept)
    # Cached files are checked too: anything may have written there since.
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != requirement.sha256:
        raise BundlingError(
            f"{requirement.pin}: {wheel} has the SHA-256 {found}, required is "
            f"{requirement.sha256}; delete the file and try again"
        )
    if not target.runs(wheel.name):
        raise BundlingError(
            f"{requirement.pin}: the hash in {REQUIREMENTS} is that of {wheel.name}, which does "
            f"not run with {target}; put the hash of the right wheel there"
        )
    return wheel


def _download(requirement: _Requirement, target: _Target, kept: Path) -> Path:
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as temporary:
        folder = Path(temporary)
        pinned = folder / REQUIREMENTS
        pinned.write_text(f"{requirement.pin} --hash=sha256:{requirement.sha256}\n")
        # pip, because it has an option for another platform, gives out the wheel itself, and
        # follows the user's own settings for mirrors, proxies and certificates.
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check", "--retries=2", "--no-deps", "--require-hashes"]
        command += ["--only-binary=:all:", "--implementation=cp"]
        command += [f"--python-version={target.python[0]}.{target.python[1]}"]
        command += [f"--abi={abi}" for abi in target.abis]
        command += [f"--platform={platform}" for platform in target.platforms]
        command += [f"--dest={folder / 'wheels'}", f"--requirement={pinned}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list((folder / "wheels").glob("*.whl")) if done.returncode == 0 else []
        if len(wheels) != 1:
            raise BundlingError(
                f"{requirement.pin}: pip could not get the wheel for {target} with the SHA-256 "
                f"{requirement.sha256} ({_reason(done.stderr)}); check the hash, connect to the "
                f"network for this one synth, or put the wheel into {kept}"
            )
        kept.mkdir(exist_ok=True)
        # Moved into place when whole: another synth may be at it too.
        return wheels[0].replace(kept / wheels[0].name)


def _reason(output: str) -> str:
    """Return in one line why pip failed: its own output is long, and at times misleading."""
    if found := re.search(r"^\s*Got\s+([0-9a-f]{64})$", output, re.MULTILINE):
        return f"the wheel there has the SHA-256 {found[1]}"
    if "Retrying (" in output:
        return "the package index cannot be reached"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["pip said nothing"])[0]


def _unpack(wheel: Path, output: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            inside = _place(PurePosixPath(name))
            if inside and not name.endswith("/"):
                _put(output / inside, archive.read(name))


def _place(name: PurePosixPath) -> PurePosixPath | None:
    """Return where a wheel's file goes, or None if a function has no use for it.

    Licences and metadata stay; the record of installed files speaks of an installation that
    never was.
    """
    if name.is_absolute() or ".." in name.parts:
        raise BundlingError(f"a wheel holds {name}, which lies outside of it")
    if name.parts[0].endswith(".dist-info") and name.name in ("RECORD", "INSTALLER", "REQUESTED"):
        return None
    if name.parts[0].endswith(".data"):
        in_library = len(name.parts) > 2 and name.parts[1] in ("purelib", "platlib")
        return PurePosixPath(*name.parts[2:]) if in_library else None
    return name


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
