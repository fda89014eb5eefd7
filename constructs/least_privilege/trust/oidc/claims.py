"""What a token says: its audience, its subject, and the other claims that AWS can compare.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import InvalidTrustError
from ...policy import Condition
from ...policy.names import check_strings
from ...policy.service_reference import supports_condition_key
from ...policy.tokens import beside_tokens

ASSUME_WITH_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"

_LISTS = frozenset({"amr"})
"""Claims that hold several values."""


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
        if self.name in ("aud", "sub"):
            raise InvalidTrustError(
                f"name must not be {self.name!r}, which is demanded always; give its values as "
                f"{'audiences' if self.name == 'aud' else 'subjects'}"
            )
        object.__setattr__(self, "values", check_values("values", self.values))

    def condition(self, issuer: str) -> Condition:
        """That a token of this issuer has the claim."""
        condition = equals(f"{issuer}:{self.name}", self.values)
        if self.name in _LISTS:
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
    values = check_strings(values, argument=argument, error=InvalidTrustError)
    if not values:
        raise InvalidTrustError(f"{argument} must name at least one; without any, nobody is meant")
    for value in values:
        known = beside_tokens(value, "x")
        if not known.strip():
            raise InvalidTrustError(f"{argument} must not be empty, got {value!r}")
        if not known.isprintable() or known != known.strip():
            raise InvalidTrustError(
                f"{argument} must be printable, with no blanks around them, got {value!r}"
            )
        if known[0] in "*?":
            raise InvalidTrustError(
                f"{argument} must not begin with a wildcard, got {value!r}: strangers would match; "
                "begin with what is yours"
            )
        if "${" in known:
            raise InvalidTrustError(f"{argument} must hold no policy variable, got {value!r}")
    if len(set(values)) < len(values):
        raise InvalidTrustError(f"{argument} must each be named once, got {values!r}")
    return values


def check_exact(argument: str, values: Sequence[str]) -> tuple[str, ...]:
    """As above, and no wildcard at all."""
    values = check_values(argument, values)
    for value in values:
        if is_wild(value):
            raise InvalidTrustError(f"{argument} must hold no wildcard, got {value!r}")
    return values


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
        key = f"{issuer}:{claim.name}"
        if not supports_condition_key(ASSUME_WITH_WEB_IDENTITY, key):
            raise InvalidTrustError(
                f"claims must be some that AWS can compare, got {claim.name!r} of {issuer}: AWS "
                f"documents no condition key {key}, so it would never match; put it into the "
                "subject, if the issuer can"
            )
    if len({claim.name.lower() for claim in claims}) < len(claims):
        raise InvalidTrustError("claims must name each claim once; give it all its values there")
    return tuple(claims)
