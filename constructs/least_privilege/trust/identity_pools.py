"""Trust in the identities of a Cognito identity pool.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from ..errors import InvalidTrustError
from ..policy import Condition, NamedPrincipal, PrincipalType, Statement
from ..policy.tokens import is_token
from .base import Trust

_POOL = re.compile(r"[\w-]+:[0-9a-f-]{36}")
_ISSUERS = {
    "us-gov-west-1": "cognito-identity-us-gov.amazonaws.com",
    "us-gov-east-1": "cognito-identity.us-gov-east-1.amazonaws.com",
}


def identity_pool_issuer(region: str = "") -> str:
    """Cognito's principal, which is also the prefix of its condition keys.

    AWS GovCloud (US) has its own; a region that is known at deployment only counts as one of the
    other partitions.

    Example:
        >>> identity_pool_issuer("us-gov-west-1")
        'cognito-identity-us-gov.amazonaws.com'

    Source: https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-cog.html
    """
    return _ISSUERS.get(region, "cognito-identity.amazonaws.com")


def identity_variable(region: str = "") -> str:
    """The policy variable that stands for the identity that made a request.

    Example:
        >>> identity_variable()
        '${cognito-identity.amazonaws.com:sub}'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
    """
    return f"${{{identity_pool_issuer(region)}:sub}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPool(Trust):
    """The signed-in identities of one Cognito identity pool, or with `guests=True` those who are
    not signed in.

    Cognito asks for these sessions itself, for at most one hour in its enhanced flow.

    Example:
        >>> pool = IdentityPool(identity_pool_id="eu-west-1:11111111-2222-3333-4444-555555555555")
        >>> [condition.key for condition in pool.statements()[0].conditions]
        ['cognito-identity.amazonaws.com:aud', 'cognito-identity.amazonaws.com:amr']

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
    """

    identity_pool_id: str
    guests: bool = False
    region: str = ""

    def __post_init__(self) -> None:
        if not is_token(self.identity_pool_id) and not _POOL.fullmatch(self.identity_pool_id):
            raise InvalidTrustError(
                "identity_pool_id must be the ID of one identity pool, like "
                "eu-central-1:11111111-2222-3333-4444-555555555555, "
                f"got {self.identity_pool_id!r}"
            )

    @property
    def longest_session(self) -> timedelta | None:
        return None

    def statements(self) -> tuple[Statement, ...]:
        # An ID begins with the region of its pool, if it is known already.
        known = "" if is_token(self.identity_pool_id) else self.identity_pool_id.partition(":")[0]
        issuer = identity_pool_issuer(self.region or known)
        sign_in = "unauthenticated" if self.guests else "authenticated"
        return (
            Statement(
                actions=("sts:AssumeRoleWithWebIdentity",),
                principals=(NamedPrincipal(type=PrincipalType.FEDERATED, identifier=issuer),),
                conditions=(
                    Condition.of("StringEquals", f"{issuer}:aud", self.identity_pool_id),
                    Condition.of("ForAnyValue:StringLike", f"{issuer}:amr", sign_in),
                ),
            ),
        )
