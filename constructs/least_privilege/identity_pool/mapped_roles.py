"""Roles that some users get instead of the authenticated role: by group, and by rule.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..errors import InvalidNameError, InvalidPermissionError, InvalidTrustError
from ..permissions import Permission
from ..policy import check_role_name, holds_token
from .attributes import is_visible
from .sign_in_providers import SocialProvider, UserPoolClient

_CLAIM_LENGTH = 64
_VALUE_LENGTH = 128
_GROUP_NAME_LENGTH = 128
_RULE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")


class ClaimMatch(StrEnum):
    """How the claim of a token is compared with the value of a rule.

    `CONTAINS` and `STARTS_WITH` look at the text: `admin` is contained in `not-admin`, and in a
    list of groups that holds `administrators`. `NOT_EQUAL` holds for every other value, but not
    where the claim is missing.

    Example:
        >>> ClaimMatch.EQUALS.value
        'Equals'

    Source: https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_MappingRule.html
    """

    EQUALS = "Equals"
    CONTAINS = "Contains"
    STARTS_WITH = "StartsWith"
    NOT_EQUAL = "NotEqual"


class AmbiguousRoleResolution(StrEnum):
    """What a user gets whom the groups or rules of their provider give no one role.

    AWS says this of users of several groups without a first one, and of those whom no rule fits. Of
    a user in no group at all it says nothing: count on the authenticated role for them, and give
    that no more than such a user may have.

    Example:
        >>> AmbiguousRoleResolution.DENY.value
        'Deny'

    Source: https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_RoleMapping.html
    """

    DENY = "Deny"
    AUTHENTICATED_ROLE = "AuthenticatedRole"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRole:
    """A group of a user pool, with the role that its members get.

    The group is made with the role. A user of several groups gets the role of the one with the
    lowest `precedence` (a whole number from 0), and may ask for that of any of them. `permissions`
    are scoped to the identity or to a principal tag; `shared_permissions` are what all members may
    do alike. `user_pool_clients` say which user pools have the group, by a client of each; that is
    needed only where the identity pool admits users of several.

    Example:
        >>> GroupRole(group_name="editors", precedence=1).group_name
        'editors'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html
    """

    group_name: str
    precedence: int
    permissions: tuple[Permission, ...] = ()
    shared_permissions: tuple[Permission, ...] = ()
    user_pool_clients: tuple[UserPoolClient, ...] = ()
    role_name: str | None = None

    def __post_init__(self) -> None:
        if not (
            isinstance(self.group_name, str)
            and 1 <= len(self.group_name) <= _GROUP_NAME_LENGTH
            and is_visible(self.group_name)
        ):
            raise InvalidNameError(
                f"group_name must be 1 to {_GROUP_NAME_LENGTH} characters without blanks and what "
                f"cannot be seen, got {self.group_name!r}"
            )
        if holds_token(self.group_name):
            raise InvalidNameError("group_name must be known already, got a token")
        whole = isinstance(self.precedence, int) and not isinstance(self.precedence, bool)
        if not whole or not 0 <= self.precedence < 2**31:
            raise InvalidTrustError(
                f"precedence must be a whole number from 0, got {self.precedence!r}; the lowest "
                "of a user's groups wins"
            )
        _freeze_permissions(self)
        clients = frozen_values(
            self.user_pool_clients,
            UserPoolClient,
            argument="user_pool_clients",
            error=InvalidTrustError,
        )
        object.__setattr__(self, "user_pool_clients", clients)
        if self.role_name is not None:
            check_role_name(self.role_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRole:
    """A role for users whose token says something: the claim `claim` (1 to 64 characters) matches
    `value` (1 to 128).

    Rules are tried in their order, and the first that matches wins. Of a user pool, a custom
    attribute is `custom:NAME`. Users must not be able to change the claim themselves: whoever can,
    chooses the role. `name` (letters and digits) tells the rules apart. `permissions` are scoped to
    the identity or to a principal tag; `shared_permissions` are what all of them may do alike.
    `provider` says whose tokens are meant: a `UserPoolClient`, a `SocialProvider`, or the ARN of a
    SAML or OpenID Connect provider; that is needed only where the identity pool has several.

    Example:
        >>> RuleRole(name="Sales", claim="department", value="sales").match.value
        'Equals'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
    """

    name: str
    claim: str
    value: str
    match: ClaimMatch = ClaimMatch.EQUALS
    permissions: tuple[Permission, ...] = ()
    shared_permissions: tuple[Permission, ...] = ()
    provider: UserPoolClient | SocialProvider | str | None = None
    role_name: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _RULE_NAME.fullmatch(self.name):
            raise InvalidNameError(
                f"name must be 1 to 64 letters and digits, a letter first, got {self.name!r}"
            )
        for argument, limit in (("claim", _CLAIM_LENGTH), ("value", _VALUE_LENGTH)):
            text = getattr(self, argument)
            if not isinstance(text, str) or not 1 <= len(text) <= limit:
                raise InvalidTrustError(
                    f"{argument} must be a string of 1 to {limit} characters, got {text!r}"
                )
        if not is_visible(self.claim) or holds_token(self.claim):
            raise InvalidTrustError(
                "claim must be known already and hold no blanks and nothing that cannot be seen, "
                f"got {self.claim!r}"
            )
        if self.match not in tuple(ClaimMatch):
            raise InvalidTrustError(
                f"match must be one of {', '.join(map(repr, map(str, ClaimMatch)))}, "
                f"got {self.match!r}"
            )
        object.__setattr__(self, "match", ClaimMatch(self.match))
        if self.provider is not None and not isinstance(self.provider, (UserPoolClient, str)):
            raise InvalidTrustError(
                "provider must be a UserPoolClient, a SocialProvider, or the ARN of a provider of "
                f"IAM, got {self.provider!r}"
            )
        _freeze_permissions(self)
        if self.role_name is not None:
            check_role_name(self.role_name)


def _freeze_permissions(value: GroupRole | RuleRole) -> None:
    for argument in ("permissions", "shared_permissions"):
        given = getattr(value, argument)
        permissions = frozen_values(
            given, Permission, argument=argument, error=InvalidPermissionError
        )
        object.__setattr__(value, argument, permissions)


def frozen_values(
    given: Any, kind: Any, *, argument: str, error: type[Exception]
) -> tuple[Any, ...]:
    """A list of values of this kind, as a tuple."""
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise error(f"{argument} must be a list of values of {kind.__name__}, got {given!r}")
    for each in given:
        if not isinstance(each, kind):
            raise error(
                f"{argument} must be a list of values of {kind.__name__}, got {each!r} in it"
            )
    return tuple(given)
