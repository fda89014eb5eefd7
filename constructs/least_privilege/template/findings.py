"""What the reader could not do, and where: nothing is skipped in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .scope import Scope
from .source import Place, place_text


class FindingKind(StrEnum):
    """Why a part of a template was not read as it will be deployed.

    Example:
        >>> FindingKind.UNKNOWN.value
        'unknown'

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
    """

    UNKNOWN = "unknown"
    """It hangs on a value that only the deployment has."""
    UNSUPPORTED = "unsupported"
    """The reader does not know this type, macro or loop."""
    INVALID = "invalid"
    """AWS would refuse it."""
    SKIPPED = "skipped"
    """A file that is no template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is unsupported, unknown or wrong, with its place and its mend.

    Example:
        >>> print(Finding(
        ...     kind=FindingKind.UNKNOWN, file="app.yaml", place="Resources.Reader", line=7,
        ...     reason="hangs on the parameter Stage", mend="give parameters={'Stage': 'prod'}",
        ... ))
        app.yaml: Resources.Reader (line 7): hangs on the parameter Stage; give \
parameters={'Stage': 'prod'}

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
    """

    kind: FindingKind
    file: str
    place: str = ""
    line: int | None = None
    stack: str = ""
    logical_id: str = ""
    reason: str
    mend: str = ""

    def __str__(self) -> str:
        line = f" (line {self.line})" if self.line else ""
        place = f"{self.place}{line}: " if self.place else ""
        return f"{self.file}: {place}{self.reason}" + (f"; {self.mend}" if self.mend else "")


class Findings:
    """The findings of a reading, each once, in the order in which they were made."""

    def __init__(self) -> None:
        self._all: dict[Finding, None] = {}

    def add(
        self, kind: FindingKind, scope: Scope, place: Place, reason: str, mend: str = ""
    ) -> Finding:
        """Make a finding at a place of a stack's template."""
        is_of_resource = place[:1] == ("Resources",) and len(place) > 1
        symbols = scope.world.symbols
        finding = Finding(
            kind=kind,
            file=scope.source.file,
            place=place_text(place),
            line=scope.source.line_of(place),
            stack=scope.id,
            logical_id=str(place[1]) if is_of_resource else "",
            reason=symbols.spelled(reason),
            mend=symbols.spelled(mend),
        )
        return self.put(finding)

    def put(self, finding: Finding) -> Finding:
        """Keep a finding."""
        self._all[finding] = None
        return finding

    def all(self) -> tuple[Finding, ...]:
        """All of them."""
        return tuple(self._all)


def unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, in their order."""
    return tuple(dict.fromkeys(findings))
