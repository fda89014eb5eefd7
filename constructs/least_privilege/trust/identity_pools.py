"""Trust in the identities of a Cognito identity pool.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from ..errors import InvalidTagError, InvalidTrustError
from ..policy import Condition, NamedPrincipal, PrincipalType, Statement, check_tags
from ..policy.names import check_strings
from ..policy.tokens import is_token
from .base import Trust

_POOL = re.compile(r"[\w-]+:[0-9a-f-]{36}")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]+")
_ISSUERS = {
    "us-gov-west-1": "cognito-identity-us-gov.amazonaws.com",
    "us-gov-east-1": "cognito-identity.us-gov-east-1.amazonaws.com",
    "cn-north-1": "cognito-identity.cn-north-1.amazonaws.com.cn",
}


def identity_pool_issuer(region: str = "") -> str:
    """Cognito's principal, which is also the prefix of its condition keys.

    AWS GovCloud (US) and AWS China have their own; a region that is known at deployment only
    counts as one of the other partition.

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

    `principal_tags` are the keys of the tags that the pool makes of claims (attributes for access
    control); Cognito may then write these into the session, and no others. A session without them
    is made all the same. A policy that names `${aws:PrincipalTag/KEY}` matches nothing for it,
    unless the role itself has a tag of that key, which then stands in: give the role none. Guests
    have no claims, and so no tags.

    The role admits every identity of the pool that is signed in. Which of several roles a user gets
    is Cognito's choice in the enhanced flow alone; in the classic flow the app chooses, so keep
    that off.

    Example:
        >>> pool = IdentityPool(identity_pool_id="eu-west-1:11111111-2222-3333-4444-555555555555")
        >>> [condition.key for condition in pool.statements()[0].conditions]
        ['cognito-identity.amazonaws.com:aud', 'cognito-identity.amazonaws.com:amr']

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
    """

    identity_pool_id: str
    guests: bool = False
    region: str = ""
    principal_tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._check_pool()
        tags = check_strings(self.principal_tags, argument="principal_tags", error=InvalidTagError)
        object.__setattr__(self, "principal_tags", tags)
        check_tags(dict.fromkeys(tags, ""))
        if len(set(tags)) < len(tags):
            raise InvalidTagError(f"principal_tags must name each key once, got {list(tags)}")
        if tags and self.guests:
            raise InvalidTrustError(
                "principal_tags must be left out with guests=True: guests have no claims that "
                "could become tags"
            )

    def _check_pool(self) -> None:
        pool = self.identity_pool_id
        if not isinstance(pool, str) or not (is_token(pool) or _POOL.fullmatch(pool)):
            raise InvalidTrustError(
                "identity_pool_id must be the ID of one identity pool, like "
                f"eu-central-1:11111111-2222-3333-4444-555555555555, got {pool!r}"
            )
        if not isinstance(self.guests, bool):
            raise InvalidTrustError(f"guests must be True or False, got {self.guests!r}")
        region = self.region
        if not isinstance(region, str) or (
            region and not is_token(region) and not _REGION.fullmatch(region)
        ):
            raise InvalidTrustError(
                f"region must be a region like 'eu-central-1', or empty, got {region!r}"
            )
        if "cn-northwest-1" in (region, self._known_region):
            raise InvalidTrustError(
                "region must be one with identity pools, which cn-northwest-1 has none of; in AWS "
                "China they are in cn-north-1"
            )
        if region and self._known_region not in ("", region) and not is_token(region):
            raise InvalidTrustError(
                f"region must be that of the identity pool, {self._known_region}, got {region!r}; "
                "leave it out"
            )

    @property
    def _known_region(self) -> str:
        """An ID begins with the region of its pool, if it is known already."""
        return "" if is_token(self.identity_pool_id) else self.identity_pool_id.partition(":")[0]

    @property
    def longest_session(self) -> timedelta | None:
        return None

    def statements(self) -> tuple[Statement, ...]:
        issuer = identity_pool_issuer(self._known_region or self.region)
        sign_in = "unauthenticated" if self.guests else "authenticated"
        principals = (NamedPrincipal(type=PrincipalType.FEDERATED, identifier=issuer),)
        conditions = (
            Condition.of("StringEquals", f"{issuer}:aud", self.identity_pool_id),
            Condition.of("ForAnyValue:StringLike", f"{issuer}:amr", sign_in),
        )
        signing_in = Statement(
            actions=("sts:AssumeRoleWithWebIdentity",),
            principals=principals,
            conditions=conditions,
        )
        if not self.principal_tags:
            return (signing_in,)
        tagging = Statement(
            actions=("sts:TagSession",),
            principals=principals,
            conditions=(
                *conditions,
                # `ForAllValues` alone would hold where there are no keys.
                Condition.of("ForAllValues:StringEquals", "aws:TagKeys", *self.principal_tags),
                Condition.of("Null", "aws:TagKeys", "false"),
            ),
        )
        return signing_in, tagging
