"""One statement of a policy.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..errors import InvalidPolicyError


class Effect(StrEnum):
    """What a statement does when it matches.

    Example:
        >>> Effect("Deny").name
        'DENY'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html
    """

    ALLOW = "Allow"
    DENY = "Deny"


class PrincipalType(StrEnum):
    """The kinds of principal that a trust or resource policy can name.

    Example:
        >>> PrincipalType("Service").name
        'SERVICE'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """

    AWS = "AWS"
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPrincipal:
    """Somebody whom a trust or resource policy names.

    Example:
        >>> NamedPrincipal(type=PrincipalType.SERVICE, identifier="lambda.amazonaws.com").identifier
        'lambda.amazonaws.com'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """

    type: PrincipalType
    identifier: str
    is_bare: bool = field(default=False, compare=False, repr=False)
    """Written `"Principal": "*"`, not `{"AWS": "*"}`. Both mean everybody, but a trust policy takes
    the second alone and a resource control policy is documented with the first alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One line of a statement's `Condition`: an operator, a key, the values to compare with.

    Example:
        >>> Condition.of("Bool", "aws:SecureTransport", "true").values
        ('true',)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
    """

    operator: str
    key: str
    values: tuple[str, ...]

    @classmethod
    def of(cls, operator: str, key: str, *values: str) -> Condition:
        """The same, written as one reads it."""
        return cls(operator=operator, key=key, values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Who may (or must not) do what, on which resources, under which conditions.

    Example:
        >>> Statement(actions=("s3:GetObject",), resources=("arn:aws:s3:::pictures/a",)).to_dict()
        {'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::pictures/a'}

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html
    """

    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    effect: Effect = Effect.ALLOW
    principals: tuple[NamedPrincipal, ...] = ()
    conditions: tuple[Condition, ...] = ()
    not_actions: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    not_principals: tuple[NamedPrincipal, ...] = ()
    sid: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The statement as AWS reads it: one value alone, several as a list."""
        statement: dict[str, Any] = {} if self.sid is None else {"Sid": self.sid}
        statement["Effect"] = self.effect.value
        for name, principals in (
            ("Principal", self.principals),
            ("NotPrincipal", self.not_principals),
        ):
            if principals:
                statement[name] = _principals_to_dict(principals)
        for name, values in (
            ("Action", self.actions),
            ("NotAction", self.not_actions),
            ("Resource", self.resources),
            ("NotResource", self.not_resources),
        ):
            if values:
                statement[name] = _one_or_list(values)
        if self.conditions:
            statement["Condition"] = _conditions_to_dict(self.conditions)
        return statement


def _one_or_list(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _principals_to_dict(principals: Sequence[NamedPrincipal]) -> str | Mapping[str, Any]:
    if len(principals) == 1 and principals[0].is_bare:
        return principals[0].identifier
    by_type: dict[str, list[str]] = {}
    for principal in principals:
        by_type.setdefault(principal.type.value, []).append(principal.identifier)
    return {kind: _one_or_list(identifiers) for kind, identifiers in by_type.items()}


def _conditions_to_dict(conditions: Sequence[Condition]) -> dict[str, dict[str, Any]]:
    by_operator: dict[str, dict[str, Any]] = {}
    for condition in conditions:
        keys = by_operator.setdefault(condition.operator, {})
        if condition.key in keys:
            # Two lines of one operator and key would overwrite each other in JSON.
            raise InvalidPolicyError(
                f"{condition.operator} names {condition.key} twice in one statement; give one "
                "condition with all values"
            )
        keys[condition.key] = _one_or_list(condition.values)
    return by_operator
