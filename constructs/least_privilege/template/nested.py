"""Nested stacks: their templates found, their parameters handed in, their outputs handed out.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .context import Context, condition_of
from .files import Assets, Files
from .findings import FindingKind
from .references import properties_of
from .scope import Scope, text_of
from .source import Place, Source, near
from .static_checks import check_references, check_sections
from .steps import OF_RESOURCE
from .symbols import MARK, SymbolKind

STACK = "AWS::CloudFormation::Stack"
MAXIMUM_DEPTH = 20
MAXIMUM_STACKS = 2_000
"""As many as AWS keeps in an account and region, unless it is asked for more."""
_MEND = "put its template beside this one, and name it by its path or as an asset"


@dataclass(slots=True)
class Nesting:
    """Adds the nested stacks of a stack, and theirs."""

    context: Context
    files: Files | None
    assets: Assets = field(default_factory=Assets)
    used: set[Path] = field(default_factory=set)
    """The templates that some stack nests."""

    def add(self, scope: Scope, folder: Path | None) -> None:
        """Read the templates that a stack nests."""
        for logical_id, resource in scope.resources.items():
            if resource["Type"] == STACK and condition_of(scope, logical_id) is not None:
                self._add(scope, logical_id, folder)

    def _add(self, scope: Scope, logical_id: str, folder: Path | None) -> None:
        place: Place = ("Resources", logical_id, "Properties", "TemplateURL")
        found = self._template(scope, logical_id, folder, place)
        if found is None:
            finding = self.context.findings.add(
                FindingKind.UNSUPPORTED,
                scope,
                place,
                "the nested template is not here; it may hold roles, and policies for these",
                _MEND,
            )
            self.context.doubts.setdefault(scope.id, []).append(finding)
            return
        source, path = found
        self._check_circle(scope, source, place)
        check_sections(source, may_be_empty=True)
        unique = self.context.symbols.generated(
            f"{scope.environment.account}/{scope.environment.region}/{scope.id}/{logical_id}",
            meaning=f"the end of the name of the nested stack {logical_id} of {scope.id}",
            kind=SymbolKind.NAME,
        )
        child = Scope(
            world=scope.world,
            source=source,
            identifier=f"{scope.id}/{logical_id}",
            name=f"{scope.name}-{logical_id}-{unique}",
            environment=scope.environment,
            given={},
            parent=(scope, logical_id),
        )
        scope.nested[logical_id] = child
        if len(scope.world.scopes) >= MAXIMUM_STACKS:
            scope.source.refuse(
                place, f"nests more stacks than are read; with these there are {MAXIMUM_STACKS:,}"
            )
        scope.world.steps.take(OF_RESOURCE * len(child.resources), scope, place)
        scope.world.scopes.append(child)
        # What was worked out before did not know of this stack.
        scope.world.forget()
        self._check_parameters(scope, logical_id, child)
        check_references(child)
        self.add(child, path.parent)

    def _check_parameters(self, scope: Scope, logical_id: str, child: Scope) -> None:
        handed = properties_of(scope, logical_id).get("Parameters")
        declared = child.section("Parameters")
        for name in handed if isinstance(handed, dict) else ():
            if name not in declared and not name.startswith("Fn::"):
                place = ("Resources", logical_id, "Properties", "Parameters", name)
                scope.source.refuse(
                    place, f"is no parameter of {child.source.file}{near(name, declared)}"
                )

    def _check_circle(self, scope: Scope, source: Source, place: Place) -> None:
        at: Scope | None = scope
        depth = 0
        while at is not None:
            depth += 1
            if at.source.file == source.file or depth > MAXIMUM_DEPTH:
                scope.source.refuse(
                    place, f"nests {source.file}, in which it is nested itself; break the circle"
                )
            at = at.parent[0] if at.parent else None

    def _template(
        self, scope: Scope, logical_id: str, folder: Path | None, place: Place
    ) -> tuple[Source, Path] | None:
        if self.files is None or folder is None:
            return None
        path = self._path(scope, logical_id, folder, place)
        if path is None:
            return None
        self.used.add(path.resolve())
        return self.files.template(path, scope.source, place), path

    def _path(self, scope: Scope, logical_id: str, folder: Path, place: Place) -> Path | None:
        assert self.files is not None
        metadata = scope.resources[logical_id].get("Metadata")
        if isinstance(metadata, dict) and metadata.get("aws:asset:property") == "TemplateURL":
            where: Place = ("Resources", logical_id, "Metadata", "aws:asset:path")
            name = metadata.get("aws:asset:path", "")
            return self.files.inside(folder, name, scope.source, where)
        url = text_of(scope.resolve(properties_of(scope, logical_id).get("TemplateURL", ""), place))
        asset = self.assets.find(url)
        if asset is not None:
            manifest, where, name = asset
            return self.files.inside(Path(manifest.file).parent, name, manifest, where)
        if "://" in url or MARK.search(url) or not url:
            return None
        return self.files.inside(folder, url, scope.source, place)
