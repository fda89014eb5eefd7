"""A policy document: its statements, its JSON, its size.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from ..errors import QuotaExceededError
from . import quotas
from .kind import RULES, PolicyKind
from .parser import read_statements
from .plain import read_json, to_plain
from .refusal import brief, refuse
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
    kind: PolicyKind | None = field(default=None, compare=False, repr=False)
    """What it was read as; None for a document that was built."""
    _given_size: int | None = field(default=None, init=False, compare=False, repr=False)
    """The size of what was read: AWS counts the text that it gets, not the canonical one."""

    @classmethod
    def parse(
        cls, source: str | bytes | Mapping[str, Any], kind: PolicyKind = PolicyKind.IDENTITY
    ) -> Self:
        """Read a policy of this kind from its JSON, or from what its JSON was read to.

        Raises `InvalidPolicyError` for whatever is not in AWS's grammar; the text names the place,
        what is wrong, and the mend. Nothing else is raised, whatever comes in. Text is at most
        1,000,000 characters. `check_quota` and `check_size` hold AWS's quotas.

        Example:
            >>> PolicyDocument.parse(
            ...     '{"Version": "2012-10-17", "Statement": {"Effect": "Allow",'
            ...     ' "Action": "s3:Get*", "Resource": "*"}}'
            ... ).statements[0].actions
            ('s3:Get*',)

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
        """
        kind = _kind(kind)
        read = read_json(source) if isinstance(source, (str, bytes)) else source
        plain = to_plain(read, kind)
        statements, version, identifier = read_statements(plain, kind)
        document = cls(statements=statements, version=version, id=identifier, kind=kind)
        match source:
            case str():
                text = source
            case bytes():
                text = source.decode("utf-8")
            case _:
                text = json.dumps(plain, separators=(",", ":"), ensure_ascii=False, default=str)
        # Frozen for everybody else: this is still the making of the value.
        object.__setattr__(document, "_given_size", _counted(text, kind))
        return document

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
        """The document as JSON without white space, the same for the same document; everybody is
        written as it was read, `"*"` or `{"AWS": "*"}`."""
        return json.dumps(self.to_dict(), separators=(",", ":"), ensure_ascii=False)

    @property
    def size(self) -> int:
        """Characters as AWS counts them; tokens count as what they cannot be shorter than.

        IAM leaves out all white space. Organizations and VPC endpoints count every character that
        they are given. For a document that was read, that is the text it was read from; for one
        that was built, its JSON.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        """
        if self._given_size is not None:
            return self._given_size
        return _counted(self.to_json(), self.kind)

    def check_size(self, quota: int, *, argument: str) -> None:
        """Refuse a document that is past this quota whatever its tokens turn out to be."""
        if self.size > quota:
            raise QuotaExceededError(
                f"{argument} has {self.size:,} characters, the quota is {quota:,} "
                f"({self.size - quota:,} too many)"
            )

    def check_quota(self, kind: PolicyKind | None = None, *, argument: str = "policy") -> None:
        """Refuse a document that is past AWS's default quota for one document of its kind.

        `kind` is that which the document was read as unless it is given. Raises
        `QuotaExceededError` with both numbers. Raises `InvalidPolicyError` for a resource policy,
        whose quota is its service's, and for a built document without `kind`: `check_size` holds
        any number. `quotas.POLICY` has them all.

        Example:
            >>> PolicyDocument.of(
            ...     Statement(actions=("s3:GetObject",), resources=("arn:aws:s3:::pictures/a",))
            ... ).check_quota(PolicyKind.IDENTITY)

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        """
        kind = _kind(kind or self.kind)
        if kind not in quotas.POLICY:
            refuse(
                argument, f"has no one quota as a {kind}, each service has its own; use check_size"
            )
        self.check_size(quotas.POLICY[kind], argument=argument)


def _kind(kind: object) -> PolicyKind:
    try:
        return PolicyKind(kind)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        refuse("kind", f"must be one of PolicyKind, like PolicyKind.IDENTITY, got {brief(kind)}")


def _counted(text: str, kind: PolicyKind | None) -> int:
    counts_white_space = kind is not None and RULES[kind].counts_white_space
    return known_length(text if counts_white_space else "".join(text.split()))


def _merged(statements: Iterable[Statement]) -> Iterable[Statement]:
    merged: dict[Statement, dict[str, None]] = {}
    for statement in statements:
        # What stays of a statement without its actions decides with which others it can be one;
        # a Sid names a statement, so named ones stay as they are.
        rest = replace(statement, actions=(statement.sid,) if statement.sid else ())
        merged.setdefault(rest, {}).update(dict.fromkeys(statement.actions))
    return (replace(rest, actions=tuple(actions)) for rest, actions in merged.items())
