"""A policy document: its statements, its JSON, its size.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..errors import QuotaExceededError
from .statement import Statement
from .tokens import known_length

VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """A policy of any kind.

    Example:
        >>> document = PolicyDocument.of(
        ...     Statement(actions=("s3:GetObject",), resources=("arn:aws:s3:::pictures/a",)),
        ...     Statement(actions=("s3:PutObject",), resources=("arn:aws:s3:::pictures/a",)),
        ... )
        >>> document.statements[0].actions
        ('s3:GetObject', 's3:PutObject')
    """

    statements: tuple[Statement, ...]

    @classmethod
    def of(cls, *statements: Statement) -> PolicyDocument:
        """A document of these statements, with those merged that differ in their actions alone."""
        return cls(statements=tuple(_merged(statements)))

    def to_dict(self) -> dict[str, Any]:
        """The document as AWS reads it."""
        return {
            "Version": VERSION,
            "Statement": [statement.to_dict() for statement in self.statements],
        }

    @property
    def size(self) -> int:
        """Characters as AWS counts them, without white space; tokens count as nothing."""
        return known_length("".join(json.dumps(self.to_dict(), separators=(",", ":")).split()))

    def check_size(self, quota: int, *, argument: str) -> None:
        """Refuse a document that is past this quota whatever its tokens turn out to be."""
        if self.size > quota:
            raise QuotaExceededError(
                f"{argument} has {self.size:,} characters, the quota is {quota:,} "
                f"({self.size - quota:,} too many)"
            )


def _merged(statements: Iterable[Statement]) -> Iterable[Statement]:
    merged: dict[Statement, dict[str, None]] = {}
    for statement in statements:
        # What stays of a statement without its actions decides with which others it can be one;
        # a Sid names a statement, so named ones stay as they are.
        rest = replace(statement, actions=(statement.sid,) if statement.sid else ())
        merged.setdefault(rest, {}).update(dict.fromkeys(statement.actions))
    return (replace(rest, actions=tuple(actions)) for rest, actions in merged.items())
