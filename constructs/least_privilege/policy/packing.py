"""Statements laid into as few policies as their quotas allow.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..errors import QuotaExceededError
from .document import PolicyDocument
from .statement import Statement

_EMPTY = len(PolicyDocument(statements=()).to_json())

Weigh = Callable[[str], int]
"""How many characters a text counts as, at its longest."""


@dataclass(slots=True)
class _Policy:
    room: int
    statements: list[Statement] = field(default_factory=list)

    def takes(self, statement: Statement, size: int) -> bool:
        """Whether it has room, and then takes it; a comma stands between two."""
        needed = size + (1 if self.statements else _EMPTY)
        if needed > self.room:
            return False
        self.room -= needed
        self.statements.append(statement)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """What goes into the inline policy, and what into each managed policy.

    Example:
        >>> Packing(inline=None, managed=()).managed
        ()

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """

    inline: PolicyDocument | None
    managed: tuple[PolicyDocument, ...]


def pack(
    statements: Iterable[Statement],
    *,
    inline_room: int,
    managed_room: int,
    weigh: Weigh = len,
) -> Packing:
    """Lay statements into one inline policy of at most `inline_room` characters (0: none) and as
    many managed ones of `managed_room` as it takes.

    Each goes into the first policy that has room, in their order: one that is added later moves no
    earlier one. A statement that is too long for any policy becomes several, each with a part of
    its resources, or else of its actions. `weigh` counts the characters of a text.

    Raises `QuotaExceededError` for one resource and action that are too long together.

    Example:
        >>> statement = Statement(actions=("s3:GetObject",), resources=("arn:aws:s3:::pictures/a",))
        >>> len(pack([statement], inline_room=0, managed_room=6144).managed)
        1

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    inline = _Policy(room=inline_room)
    managed: list[_Policy] = []
    for statement in PolicyDocument.of(*statements).statements:
        if inline.takes(statement, weigh(_json(statement))):
            continue
        for piece, size in _pieces(statement, managed_room - _EMPTY, weigh):
            if not any(policy.takes(piece, size) for policy in (inline, *managed)):
                managed.append(_Policy(room=managed_room))
                managed[-1].takes(piece, size)
    return Packing(
        inline=_document(inline.statements) if inline.statements else None,
        managed=tuple(_document(each.statements) for each in managed),
    )


def _document(statements: Sequence[Statement]) -> PolicyDocument:
    return PolicyDocument(statements=tuple(statements))


def _pieces(statement: Statement, room: int, weigh: Weigh) -> Iterator[tuple[Statement, int]]:
    """The statement, or halves of it until each has room."""
    size = weigh(_json(statement))
    if size <= room:
        yield statement, size
        return
    halves: tuple[Statement, ...] = ()
    if len(statement.resources) > 1:
        halves = tuple(replace(statement, resources=half) for half in _halves(statement.resources))
    elif len(statement.actions) > 1:
        halves = tuple(replace(statement, actions=half) for half in _halves(statement.actions))
    if halves:
        for half in halves:
            yield from _pieces(half, room, weigh)
        return
    raise QuotaExceededError(
        f"one statement ({', '.join(statement.actions[:1])} on "
        f"{', '.join(statement.resources[:1])}) has {size:,} characters, and cannot be split; the "
        f"quota leaves {room:,}"
    )


def _json(statement: Statement) -> str:
    return "".join(
        json.dumps(statement.to_dict(), separators=(",", ":"), ensure_ascii=False).split()
    )


def _halves(values: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    middle = len(values) // 2
    return values[:middle], values[middle:]
