"""What a token says: its audience, its subject, and the other claims that AWS can compare.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...errors import InvalidTrustError
from ...policy import Condition
from ...policy.names import check_strings
from ...policy.service_reference import supports_condition_key
from ...policy.tokens import beside_tokens

ASSUME_WITH_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"

_LISTS = frozenset({"amr"})
"""Claims that hold several values."""

_UNFILLED = re.compile(r"\$\{AWS::(?!(Partition|AccountId|Region|URLSuffix)\})[^}]*\}?")

_OF_FIELDS = {"aud": "audiences", "sub": "subjects"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcClaim:
    """A claim that a token must have, beside `aud` and `sub`, with one of these values.

    AWS compares a claim only where it documents a condition key for it, and that depends on the
    issuer: `repository_id` for GitHub, `project_id` for gitlab.com. `OpenIdConnect` refuses the
    others, as a key that is never there matches nothing. Values may hold `*` and `?`.

    Raises `InvalidTrustError` for no value, an empty one, or `*` alone.

    Example:
        >>> OidcClaim(name="ref_protected", values=("true",)).condition("gitlab.com").key
        'gitlab.com:ref_protected'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
    """

    name: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name or self.name != self.name.strip():
            raise InvalidTrustError(f"name must be that of a claim, got {self.name!r}")
        # Names of condition keys are compared without case.
        if self.name.lower() in _OF_FIELDS:
            raise InvalidTrustError(
                f"name must not be {self.name!r}, which is demanded always; give its values as "
                f"{_OF_FIELDS[self.name.lower()]}"
            )
        object.__setattr__(self, "values", check_values("values", self.values))

    def condition(self, issuer: str) -> Condition:
        """That a token of this issuer has the claim."""
        condition = equals(f"{issuer}:{self.name}", self.values)
        if self.name.lower() in _LISTS:
            return Condition.of(f"ForAnyValue:{condition.operator}", condition.key, *self.values)
        return condition


def equals(key: str, values: tuple[str, ...]) -> Condition:
    """The key has one of these values. Those without a wildcard mean the same in `StringLike`."""
    operator = "StringLike" if any(is_wild(value) for value in values) else "StringEquals"
    return Condition.of(operator, key, *values)


def is_wild(text: str) -> bool:
    return any(sign in beside_tokens(text) for sign in "*?")


def check_values(argument: str, values: Sequence[str]) -> tuple[str, ...]:
    """At least one; none is empty, begins with a wildcard or holds a policy variable."""
    values = check_texts(argument, values)
    if not values:
        raise InvalidTrustError(f"{argument} must name at least one; without any, nobody is meant")
    for value in values:
        if beside_tokens(value, "x")[0] in "*?":
            raise InvalidTrustError(
                f"{argument} must not begin with a wildcard, got {value!r}: strangers would match; "
                "begin with what is yours"
            )
    return values


def check_texts(argument: str, values: Sequence[str]) -> tuple[str, ...]:
    """None is empty, named twice or holds a policy variable."""
    values = check_strings(values, argument=argument, error=InvalidTrustError)
    for value in values:
        check_placeholders(argument, value)
        known = beside_tokens(value, "x")
        if not known.strip():
            raise InvalidTrustError(f"{argument} must not be empty, got {value!r}")
        if not known.isprintable() or known != known.strip():
            raise InvalidTrustError(
                f"{argument} must be printable, with no blanks around them, got {value!r}"
            )
        if "${" in known:
            raise InvalidTrustError(f"{argument} must hold no policy variable, got {value!r}")
    if len(set(values)) < len(values):
        raise InvalidTrustError(f"{argument} must each be named once, got {values!r}")
    return values


def check_placeholders(argument: str, text: str) -> None:
    """That the constructs fill in what looks like a pseudo parameter."""
    unknown = _UNFILLED.search(text)
    if unknown:
        raise InvalidTrustError(
            f"{argument} must hold no {unknown[0]}, which nothing fills in there, got {text!r}; "
            "pass what aws_cdk.Aws has"
        )


def check_exact(argument: str, values: Sequence[str]) -> tuple[str, ...]:
    """As above, and no wildcard at all."""
    values = check_values(argument, values)
    for value in values:
        if is_wild(value):
            raise InvalidTrustError(f"{argument} must hold no wildcard, got {value!r}")
    return values


def can_compare(issuer: str, claim: str) -> bool:
    """Whether AWS documents a condition key for this claim of the issuer."""
    return bool(supports_condition_key(ASSUME_WITH_WEB_IDENTITY, f"{issuer}:{claim}"))


def check_comparable(issuer: str, arguments: Mapping[str, str]) -> None:
    """That AWS can compare the claims to which these arguments, by name, come."""
    for argument, claim in arguments.items():
        if not can_compare(issuer, claim):
            raise InvalidTrustError(
                f"{argument} must be left out with {issuer}: AWS documents no condition key "
                f"{issuer}:{claim}, and nobody could assume the role"
            )


def check_claims(issuer: str, claims: Sequence[OidcClaim]) -> tuple[OidcClaim, ...]:
    """Each is one that AWS has a condition key for, with this issuer."""
    if isinstance(claims, (str, OidcClaim)) or not isinstance(claims, Sequence):
        raise InvalidTrustError(f"claims must be a list of values of OidcClaim, got {claims!r}")
    for claim in claims:
        if not isinstance(claim, OidcClaim):
            raise InvalidTrustError(
                f"claims must be a list of values of OidcClaim, got {claim!r} in it; try "
                "OidcClaim(name='...', values=('...',))"
            )
        if not can_compare(issuer, claim.name):
            raise InvalidTrustError(
                f"claims must be some that AWS can compare, got {claim.name!r} of {issuer}: AWS "
                f"documents no condition key {issuer}:{claim.name}, so it would never match; put "
                "it into the subject, if the issuer can"
            )
    if len({claim.name.lower() for claim in claims}) < len(claims):
        raise InvalidTrustError("claims must name each claim once; give it all its values there")
    return tuple(claims)
