"""A policy document: its statements, its JSON, its size.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from ..errors import InvalidPolicyError, QuotaExceededError
from .kind import PolicyKind
from .parser import read_json, read_statements
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

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """

    statements: tuple[Statement, ...]
    version: str = VERSION
    id: str | None = None

    @classmethod
    def parse(
        cls, source: str | bytes | Mapping[str, Any], kind: PolicyKind = PolicyKind.IDENTITY
    ) -> Self:
        """Read a policy of this kind from its JSON, or from what its JSON was read to.

        Raises `InvalidPolicyError` for whatever is not in AWS's grammar; the text names the place,
        what is wrong, and the mend. Nothing else is raised, whatever comes in. `check_size` holds
        the quota.

        Example:
            >>> PolicyDocument.parse(
            ...     '{"Version": "2012-10-17", "Statement": {"Effect": "Allow",'
            ...     ' "Action": "s3:Get*", "Resource": "*"}}'
            ... ).statements[0].actions
            ('s3:Get*',)

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
        """
        read = read_json(source) if isinstance(source, (str, bytes)) else source
        try:
            statements, version, identifier = read_statements(read, kind)
        except RecursionError:
            raise InvalidPolicyError("policy: is nested too deeply") from None
        return cls(statements=statements, version=version, id=identifier)

    @classmethod
    def of(cls, *statements: Statement) -> PolicyDocument:
        """A document of these statements, with those merged that differ in their actions alone."""
        return cls(statements=tuple(_merged(statements)))

    def to_dict(self) -> dict[str, Any]:
        """The document as AWS reads it."""
        document: dict[str, Any] = {"Version": self.version}
        if self.id is not None:
            document["Id"] = self.id
        document["Statement"] = [statement.to_dict() for statement in self.statements]
        return document

    def to_json(self) -> str:
        """The document as JSON without white space, the same for the same document."""
        return json.dumps(self.to_dict(), separators=(",", ":"), ensure_ascii=False)

    @property
    def size(self) -> int:
        """Characters as AWS counts them, without white space; tokens count as nothing."""
        return known_length("".join(self.to_json().split()))

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
