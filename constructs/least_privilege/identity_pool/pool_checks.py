"""What is wrong with an identity pool as a whole, before anything of it joins the tree.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from weakref import WeakKeyDictionary

from aws_cdk import Stack
from constructs import Construct, IConstruct

from ..errors import (
    InvalidInputError,
    InvalidNameError,
    InvalidPermissionError,
    InvalidTagError,
    InvalidTrustError,
)
from ..policy.tokens import beside_tokens, holds_token, is_token
from .claims import check_not_writable
from .mapped_roles import AmbiguousRoleResolution
from .role_mappings import RoleMappings
from .sign_in_providers import SignInProviders, check_mapped
from .user_roles import TrustedPool, UserRole

_POOL_NAME = re.compile(r"[\w +=,.@-]{1,128}", re.ASCII)
_SHORT_NAMES = {"us-gov-east-1": 20}
"""https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-cog.html"""
_REGION_OF_USER_POOL = re.compile(r"([a-z]{2,4}(?:-[a-z]+)+-[0-9]+)_\w+", re.ASCII)


def check_pool(
    providers: SignInProviders,
    identity_pool_id: str | None,
    identity_pool_name: str | None,
    *,
    needs_providers: bool,
) -> None:
    """Raise for what does not go together."""
    if identity_pool_id is None and not providers.all:
        raise InvalidTrustError(
            "give either user_pool_clients (or other sign-in providers), whose users a new "
            "identity pool admits, or the identity_pool_id of one that exists"
        )
    if identity_pool_id is not None and not (
        isinstance(identity_pool_id, str) and identity_pool_id
    ):
        raise InvalidTrustError(f"identity_pool_id must be a string, got {identity_pool_id!r}")
    if identity_pool_id is not None and bool(providers.all) != needs_providers:
        raise InvalidTrustError(
            "give either user_pool_clients or another sign-in provider, whose users a new identity "
            "pool admits, or the identity_pool_id of one that exists; with both, the providers are "
            "those that group_roles, rule_roles or principal_tags are for, and these need them"
        )
    if identity_pool_name is not None and identity_pool_id is not None:
        raise InvalidInputError(
            "identity_pool_name is for a new pool; leave it out with identity_pool_id"
        )
    if identity_pool_name is not None and not (
        isinstance(identity_pool_name, str)
        and _POOL_NAME.fullmatch(beside_tokens(identity_pool_name, "x"))
    ):
        raise InvalidInputError(
            "identity_pool_name must be 1 to 128 letters, digits, blanks or any of +=,.@-_ , "
            f"got {identity_pool_name!r}"
        )


def check_classic_flow(
    is_off: bool, identity_pool_id: str | None, *, has_mapped_roles: bool
) -> None:
    """Raise where apps might choose among the roles themselves."""
    if not isinstance(is_off, bool):
        raise InvalidTrustError(f"classic_flow_is_off must be True or False, got {is_off!r}")
    if identity_pool_id is None and is_off:
        raise InvalidTrustError(
            "classic_flow_is_off is for a pool that exists; leave it out, as a new one has it off"
        )
    if identity_pool_id is not None and has_mapped_roles and not is_off:
        raise InvalidTrustError(
            "classic_flow_is_off must be True for group_roles and rule_roles of a pool that "
            "exists: in the classic flow an app asks STS for any role that trusts the pool, so "
            "that whoever is signed in takes the role of any group or rule; look with `aws "
            f"cognito-identity describe-identity-pool --identity-pool-id {identity_pool_id}` "
            "(AllowClassicFlow), switch it off if it is on, and say classic_flow_is_off=True"
        )


def check_places(
    scope: Construct, trust: TrustedPool, providers: SignInProviders, mappings: RoleMappings
) -> None:
    """Raise for what is in another region or account than the stack, where both are known."""
    stack = Stack.of(scope)
    providers.check_in_account(stack.account)
    if holds_token(stack.region):
        return
    if trust.is_there and trust.region != stack.region:
        raise InvalidTrustError(
            f"identity_pool_id must be of a pool in the region of the stack, {stack.region}, got "
            f"{trust.identity_pool_id!r}; its roles are attached there"
        )
    for name, clients in mappings.pools_of_group.items():
        for client in clients:
            found = _REGION_OF_USER_POOL.fullmatch(client.user_pool_id)
            if found and found[1] != stack.region:
                raise InvalidTrustError(
                    f"the user pool of the group {name} must be in the region of the stack, "
                    f"{stack.region}, as the group is made there, got {client.user_pool_id!r}"
                )


def check_tag_keys(tags: Mapping[str, str] | None, principal_tags: Iterable[str]) -> None:
    """Raise for a tag of the roles that users without the claim would have as theirs."""
    mapped = {each.lower(): each for each in principal_tags}
    for key in (tags or {}) if mapped and isinstance(tags, Mapping) else {}:
        if isinstance(key, str) and (key.lower() in mapped or holds_token(key)):
            raise InvalidTagError(
                f"tags must not have a key of principal_tags, got {key!r}: a role's own tag stands "
                "in for one that a session lacks, so that users without the claim "
                f"{'' if holds_token(key) else mapped[key.lower()] + ' '}would have that value"
            )


def check_tag_map(providers: SignInProviders, claims: Mapping[str, str]) -> None:
    """Raise for providers that a tag map cannot name."""
    for provider in providers.saml_provider_arns + providers.openid_connect_provider_arns:
        if claims:
            check_mapped(provider)


def check_claims(
    providers: SignInProviders,
    mappings: RoleMappings,
    claims: Mapping[str, str],
    reasons: Mapping[str, str],
) -> None:
    """Raise for claims that users could change, as far as the given clients tell."""
    for claim in claims.values():
        check_not_writable(
            claim, argument="principal_tags", providers=providers.all, reasons=reasons
        )
    for provider, rules in mappings.rules.items():
        for rule in rules:
            check_not_writable(
                rule.claim, argument="rule_roles", providers=[provider], reasons=reasons
            )


def check_reached(authenticated: UserRole, mappings: RoleMappings) -> None:
    """Raise for permissions that nobody would get."""
    denied = mappings.resolution is AmbiguousRoleResolution.DENY
    if denied and mappings.are_for_all and (authenticated.own or authenticated.shared):
        raise InvalidPermissionError(
            "authenticated_permissions and shared_permissions must be left out where every "
            "provider has roles by group or rule and who gets none of them is denied; or say "
            "ambiguous_role_resolution=AmbiguousRoleResolution.AUTHENTICATED_ROLE"
        )


def check_role_names(names: Mapping[str, str | None], region: str) -> None:
    """Raise for a name twice, or too long for the region; by what each role is for."""
    shortest = _SHORT_NAMES.get(region)
    seen: dict[str, str] = {}
    for role, name in names.items():
        if shortest and (name is None or (not is_token(name) and len(name) > shortest)):
            raise InvalidNameError(
                f"the role for {role} must have a role_name of at most {shortest} characters in "
                f"{region}, where identity pools cannot use roles with longer names, got {name!r}"
            )
        if name is None:
            continue
        if name.lower() in seen:
            raise InvalidNameError(
                f"role_name must differ, got {name!r} for {seen[name.lower()]} and for {role}"
            )
        seen[name.lower()] = role


_SAID: WeakKeyDictionary[IConstruct, dict[tuple[str, ...], str]] = WeakKeyDictionary()


class Once:
    """What an app may say once: groups of a user pool, and the roles of an identity pool."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        self._known = _SAID.setdefault(scope.node.root, {})
        self._path = f"{scope.node.path}/{construct_id}".lstrip("/")
        self._new: list[tuple[str, ...]] = []

    def check(self, kind: str, *what: str, why: str) -> None:
        """Raise if another construct says it already."""
        where = self._known.get((kind, *what))
        if where is not None:
            raise InvalidTrustError(f"{where} has {kind} {what[-1]!r} already, and {why}")
        self._new.append((kind, *what))

    def say(self) -> None:
        """Remember, now that nothing was wrong."""
        self._known.update(dict.fromkeys(self._new, self._path))


def check_once(
    once: Once, identity_pool_id: str | None, groups: Mapping[str, Sequence[str]]
) -> None:
    """Raise for a pool or group that another construct of the app has roles for."""
    if identity_pool_id is not None:
        once.check(
            "the identity pool",
            identity_pool_id,
            why="a second attachment of roles would replace the first; say all in one",
        )
    for name, pools in groups.items():
        for pool in pools:
            once.check(
                "the group of that user pool", pool, name, why="a group is made once, with one role"
            )
