"""A cloud assembly of the CDK: its manifest, its stages, its stacks.

Source: https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-assemblies
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidInputError
from .environment import check_environment
from .files import Assets, Files, is_file
from .source import MARKS_REFUSED, Place, Source, has_marks

MANIFEST = "manifest.json"
_ENVIRONMENT = re.compile(r"aws://(?P<account>[^/]+)/(?P<region>[^/]+)")
_MAXIMUM_STAGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StackArtifact:
    """A stack of the manifest."""

    id: str
    name: str
    display_name: str
    path: Path
    source: Source
    account: str | None
    region: str | None
    parameters: Mapping[str, str]
    construct_paths: Mapping[str, tuple[str, ...]]


def is_assembly(data: Mapping[str, Any]) -> bool:
    """Whether this is the manifest of a cloud assembly, not one of something else."""
    return isinstance(data.get("artifacts"), dict) and isinstance(data.get("version"), str)


def stack_artifacts(
    files: Files, folder: Path, assets: Assets, depth: int = 0
) -> Iterator[StackArtifact]:
    """The stacks of an assembly and of its stages; the assets on the way are taken in."""
    manifest = files.json(folder / MANIFEST)
    if not is_assembly(manifest.data):
        manifest.refuse((), "is not the manifest of a cloud assembly: it has no artifacts")
    for identifier, artifact in manifest.data["artifacts"].items():
        place: Place = ("artifacts", identifier)
        if not isinstance(artifact, dict):
            manifest.refuse(place, "must be a mapping")
        properties = artifact.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        match artifact.get("type"):
            case "cdk:asset-manifest":
                where = (*place, "properties", "file")
                path = files.inside(folder, properties.get("file", ""), manifest, where)
                if not is_file(path):
                    manifest.refuse(where, f"names the file {path}, which is not there")
                assets.add(files.json(path))
            case "cdk:cloud-assembly":
                where = (*place, "properties", "directoryName")
                inner = files.inside(folder, properties.get("directoryName", ""), manifest, where)
                if depth >= _MAXIMUM_STAGES or inner.resolve() == folder.resolve():
                    manifest.refuse(where, "nests assemblies in a circle, or too deeply")
                yield from stack_artifacts(files, inner, assets, depth + 1)
            case "aws:cloudformation:stack":
                yield _stack(files, folder, manifest, identifier, artifact, properties)


def _stack(
    files: Files,
    folder: Path,
    manifest: Source,
    identifier: str,
    artifact: Mapping[str, Any],
    properties: Mapping[str, Any],
) -> StackArtifact:
    where: Place = ("artifacts", identifier, "properties", "templateFile")
    path = files.inside(folder, properties.get("templateFile", ""), manifest, where)
    environment = _ENVIRONMENT.fullmatch(str(artifact.get("environment", "")))
    account = environment["account"] if environment else "unknown-account"
    region = environment["region"] if environment else "unknown-region"
    account_or_none = None if account == "unknown-account" else account
    region_or_none = None if region == "unknown-region" else region
    try:
        check_environment(account=account_or_none, region=region_or_none, partition=None)
    except InvalidInputError as error:
        manifest.refuse(("artifacts", identifier, "environment"), str(error))
    names = {
        ("properties", "stackName"): str(properties.get("stackName", identifier)),
        ("displayName",): str(artifact.get("displayName", identifier)),
    }
    for inner, name in names.items():
        if has_marks(name):
            manifest.refuse(("artifacts", identifier, *inner), MARKS_REFUSED)
    name, display_name = names.values()
    parameters = properties.get("parameters")
    return StackArtifact(
        id=identifier,
        name=name,
        display_name=display_name,
        path=path,
        source=files.template(path, manifest, where),
        account=account_or_none,
        region=region_or_none,
        parameters=parameters if isinstance(parameters, dict) else {},
        construct_paths=_construct_paths(files, folder, manifest, identifier, artifact),
    )


def _construct_paths(
    files: Files, folder: Path, manifest: Source, identifier: str, artifact: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    """The construct paths of each logical ID, which templates hold only if the CDK CLI asks."""
    metadata = artifact.get("metadata")
    name = artifact.get("additionalMetadataFile")
    if isinstance(name, str):
        place = ("artifacts", identifier, "additionalMetadataFile")
        path = files.inside(folder, name, manifest, place)
        metadata = files.json(path).data if is_file(path) else metadata
    found: dict[str, list[str]] = {}
    for path_text, entries in metadata.items() if isinstance(metadata, dict) else ():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("type") == "aws:cdk:logicalId":
                found.setdefault(str(entry.get("data")), []).append(path_text.strip("/"))
    # In the stack itself before those that it nests.
    return {name: tuple(sorted(paths, key=len)) for name, paths in found.items()}
