"""Temporary credentials for the users of an app.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from aws_cdk import Annotations, aws_cognito as cognito, aws_iam as iam
from constructs import Construct

from .._edge import placed
from ..boundary import RoleBoundary
from ..errors import InvalidInputError, InvalidPermissionError, InvalidTrustError
from ..permissions import Permission
from ..policy.tokens import beside_tokens
from ..roles import PolicyType, TrustedRole
from ..roles.plan import permission_values, plan_role
from .claims import check_claim_reasons, check_not_writable, check_principal_tags
from .guests import beyond_guests
from .mapped_roles import AmbiguousRoleResolution, GroupRole, RuleRole
from .role_mappings import RoleMappings, role_mappings
from .sign_in_providers import SignInProviders, SocialProvider, UserPoolClient
from .user_roles import TrustedPool, UserRole, role_of_group, role_of_rule

_POOL_NAME = re.compile(r"[\w\s+=,.@-]{1,128}")
_ANY_TOKEN = "${Token[IdentityPool]}"  # noqa: S105 - no secret
"""In place of the ID of a pool that is not there yet, where roles are checked before it."""


class IdentityPoolRoles(Construct):
    """An identity pool whose signed-in users get temporary credentials, each for their own things.

    The roles admit signed-in identities of this pool alone (`aud` and `amr`). There is no role for
    guests unless `guest_permissions` is given. Credentials last for an hour at most; Cognito
    chooses, so there is no `session_duration`. Tokens of user pools are checked at the user pool,
    so that who was signed out everywhere gets no new credentials; the classic flow is off, in which
    apps would choose the role themselves.

    Everybody who is signed in gets the authenticated role, unless groups (`group_roles`) or claims
    (`rule_roles`) of their provider choose another; all of it is in one attachment, as a second one
    would replace the first. What none of them fits is denied by default.

    Claims become tags of the session with `principal_tags`, which permissions name with
    `tag_prefix(key)` or `tag_variable(key)`. Such a claim, like one that chooses a role, must be
    out of its user's reach: in a user pool, an attribute that no app client may write. Those of the
    clients given here are checked, and sign-ins by social providers; look after other clients of
    the user pool, and after what SAML and OpenID Connect providers let their users change. Every
    provider can say any value: do not let one tenant's provider into the pool of others with a tag
    for the tenant.

    :param user_pool_clients: whose users are admitted
    :param saml_provider_arns: SAML providers of IAM whose users are admitted
    :param openid_connect_provider_arns: OpenID Connect providers of IAM whose users are admitted
    :param social_providers: social sign-ins, each with the ID of your app there
    :param identity_pool_id: an identity pool that exists, instead of a new one; its present roles
        are replaced by these. Of its providers, name those that group_roles, rule_roles or
        principal_tags are for
    :param authenticated_permissions: what signed-in users may do, scoped to the identity or to a
        principal tag: every statement names the variable, as a prefix with `own_prefix(scope)` in
        it does
    :param shared_permissions: what every user with the authenticated role may do alike; widens the
        role, so it is said apart
    :param guest_permissions: what people may do who are not signed in; a new pool then admits
        guests, one that exists has to admit them itself. Whatever this says, Cognito keeps guests
        to some services
    :param group_roles: roles for the groups of a user pool
    :param rule_roles: roles by claims of the token, in the order in which they are tried, at most
        25 for a provider
    :param ambiguous_role_resolution: for those whose provider has roles by group or rule, none of
        which fits: deny, or the authenticated role
    :param principal_tags: tags of the session, each with the claim that it takes its value from, at
        most 50
    :param claim_reasons: for claims that users could change by what is known here, why they cannot;
        at least 20 characters each
    :param identity_pool_name: 1 to 128 characters
    :param role_name: of the authenticated role
    :param path: of the roles
    :param description: of the authenticated role
    :param boundary: of the roles
    :param tags: of the roles
    :param policy_type: of the roles

    :raises InvalidInputError: and its subclasses, before anything is added to the app

    Example:
        >>> from aws_cdk import App, Stack
        >>> from least_privilege.permissions import S3Write
        >>> from least_privilege.trust import identity_variable
        >>> pool = IdentityPoolRoles(
        ...     Stack(App(), "Profiles"),
        ...     "Users",
        ...     user_pool_clients=[
        ...         UserPoolClient(
        ...             client_id="abc",
        ...             user_pool_provider_name="cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x",
        ...         )
        ...     ],
        ...     authenticated_permissions=[
        ...         S3Write(bucket_arn="arn:aws:s3:::pictures", prefix=f"in/{identity_variable()}/")
        ...     ],
        ... )
        >>> pool.authenticated_role.node.path
        'Profiles/Users/AuthenticatedRole'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        user_pool_clients: Sequence[UserPoolClient] = (),
        saml_provider_arns: Sequence[str] = (),
        openid_connect_provider_arns: Sequence[str] = (),
        social_providers: Mapping[SocialProvider, str] | None = None,
        identity_pool_id: str | None = None,
        authenticated_permissions: Sequence[Permission] = (),
        shared_permissions: Sequence[Permission] = (),
        guest_permissions: Sequence[Permission] = (),
        group_roles: Sequence[GroupRole] = (),
        rule_roles: Sequence[RuleRole] = (),
        ambiguous_role_resolution: AmbiguousRoleResolution = AmbiguousRoleResolution.DENY,
        principal_tags: Mapping[str, str] | None = None,
        claim_reasons: Mapping[str, str] | None = None,
        identity_pool_name: str | None = None,
        role_name: str | None = None,
        path: str = "/",
        description: str = "Signed-in users of the app, each for their own things",
        boundary: RoleBoundary | iam.IManagedPolicy | str | None = None,
        tags: Mapping[str, str] | None = None,
        policy_type: PolicyType = PolicyType.INLINE,
    ) -> None:
        alike: dict[str, Any] = {
            "path": path,
            "boundary": boundary,
            "tags": tags,
            "policy_type": policy_type,
        }
        with placed(scope, construct_id):
            providers = SignInProviders.checked(
                user_pool_clients=user_pool_clients,
                saml_provider_arns=saml_provider_arns,
                openid_connect_provider_arns=openid_connect_provider_arns,
                social_providers=social_providers,
            )
            mappings = role_mappings(
                providers,
                group_roles=group_roles,
                rule_roles=rule_roles,
                resolution=ambiguous_role_resolution,
            )
            claims = check_principal_tags(principal_tags)
            needs_providers = bool(claims or group_roles or rule_roles)
            _check_pool(providers, identity_pool_id, identity_pool_name, needs_providers)
            _check_claims(providers, mappings, claims, check_claim_reasons(claim_reasons))
            plans = [
                UserRole(
                    construct_id="AuthenticatedRole",
                    argument="authenticated_permissions",
                    own=permission_values(authenticated_permissions),
                    shared=permission_values(shared_permissions),
                    role_name=role_name,
                    description=description,
                ),
                *(role_of_group(each) for each in group_roles),
                *(role_of_rule(each) for each in rule_roles),
            ]
            if identity_pool_id is None:
                _check_reached(plans[0], mappings)
            trust = TrustedPool(scope, identity_pool_id or _ANY_TOKEN, tuple(claims))
            for plan in plans:
                plan.check(scope, trust, alike)
            guest_permissions = permission_values(guest_permissions)
            plan_role(scope, trusted_by=[trust.in_guests()], permissions=guest_permissions, **alike)
        super().__init__(scope, construct_id)

        if identity_pool_id is None:
            identity_pool_id = self._new_pool(
                providers, identity_pool_name, guests=bool(guest_permissions)
            )
        self._identity_pool_id = identity_pool_id
        trust = TrustedPool(self, identity_pool_id, tuple(claims))
        made = [plan.make(self, trust, alike) for plan in plans]
        self._authenticated_role = made[0]
        by_group, by_rule = made[1 : 1 + len(group_roles)], made[1 + len(group_roles) :]
        self._group_roles: Mapping[str, TrustedRole] = MappingProxyType(
            {each.group_name: role for each, role in zip(group_roles, by_group, strict=True)}
        )
        self._rule_roles: Mapping[str, TrustedRole] = MappingProxyType(
            {each.name: role for each, role in zip(rule_roles, by_rule, strict=True)}
        )
        self._make_groups(group_roles, mappings)
        self._guest_role = self._make_guest_role(guest_permissions, trust, alike)
        self._attach(mappings)
        for source_id, provider in (providers.tag_sources if claims else {}).items():
            cognito.CfnIdentityPoolPrincipalTag(
                self,
                f"{source_id}Tags",
                identity_pool_id=identity_pool_id,
                identity_provider_name=provider,
                principal_tags=claims,
                use_defaults=False,
            )

    @property
    def identity_pool_id(self) -> str:
        """The ID of the identity pool, which apps ask for credentials."""
        return self._identity_pool_id

    @property
    def authenticated_role(self) -> TrustedRole:
        """The role of signed-in users."""
        return self._authenticated_role

    @property
    def guest_role(self) -> TrustedRole | None:
        """The role of people who are not signed in, where there is one."""
        return self._guest_role

    @property
    def group_roles(self) -> Mapping[str, TrustedRole]:
        """The roles of groups, by the groups' names."""
        return self._group_roles

    @property
    def rule_roles(self) -> Mapping[str, TrustedRole]:
        """The roles by claims, by the rules' names."""
        return self._rule_roles

    def _new_pool(self, providers: SignInProviders, name: str | None, *, guests: bool) -> str:
        return cognito.CfnIdentityPool(
            self,
            "Resource",
            allow_unauthenticated_identities=guests,
            allow_classic_flow=False,
            identity_pool_name=name,
            cognito_identity_providers=[
                cognito.CfnIdentityPool.CognitoIdentityProviderProperty(
                    client_id=client.client_id,
                    provider_name=client.user_pool_provider_name,
                    # A user who was signed out everywhere, or deleted, gets no new credentials.
                    server_side_token_check=True,
                )
                for client in providers.user_pool_clients
            ]
            or None,
            saml_provider_arns=list(providers.saml_provider_arns) or None,
            open_id_connect_provider_arns=list(providers.openid_connect_provider_arns) or None,
            supported_login_providers={
                str(provider): app_id for provider, app_id in providers.social_providers.items()
            }
            or None,
        ).ref

    def _make_groups(self, groups: Sequence[GroupRole], mappings: RoleMappings) -> None:
        for group in groups:
            for number, client in enumerate(mappings.pools_of_group[group.group_name], start=1):
                cognito.CfnUserPoolGroup(
                    self,
                    f"{group.group_name}Group{number if number > 1 else ''}",
                    user_pool_id=client.user_pool_id,
                    group_name=group.group_name,
                    precedence=group.precedence,
                    role_arn=self._group_roles[group.group_name].role_arn,
                )

    def _make_guest_role(
        self, permissions: Sequence[Permission], trust: TrustedPool, alike: Mapping[str, Any]
    ) -> TrustedRole | None:
        if not permissions:
            return None
        beyond = beyond_guests(permissions)
        if beyond:
            Annotations.of(self).add_warning_v2(
                "least-privilege:beyond-guests",
                f"guest_permissions allow {', '.join(beyond)}, which Cognito keeps from guests, "
                "whatever their role says; take it out, or acknowledge this if AWS has widened "
                "what guests can reach",
            )
        return TrustedRole(
            self,
            "GuestRole",
            trusted_by=[trust.in_guests()],
            permissions=permissions,
            description="People who use the app without signing in",
            **alike,
        )

    def _attach(self, mappings: RoleMappings) -> None:
        """One attachment holds them all: a second one would replace the first."""
        roles = {"authenticated": self._authenticated_role.role_arn}
        if self._guest_role is not None:
            roles["unauthenticated"] = self._guest_role.role_arn
        cognito.CfnIdentityPoolRoleAttachment(
            self,
            "RoleAttachment",
            identity_pool_id=self._identity_pool_id,
            roles=roles,
            role_mappings=mappings.to_cloudformation(
                {name: role.role_arn for name, role in self._rule_roles.items()}
            ),
        )


def _check_pool(
    providers: SignInProviders,
    identity_pool_id: str | None,
    identity_pool_name: str | None,
    needs_providers: bool,
) -> None:
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


def _check_claims(
    providers: SignInProviders,
    mappings: RoleMappings,
    claims: Mapping[str, str],
    reasons: Mapping[str, str],
) -> None:
    for claim in claims.values():
        check_not_writable(
            claim, argument="principal_tags", providers=providers.all, reasons=reasons
        )
    for provider, rules in mappings.rules.items():
        for rule in rules:
            check_not_writable(
                rule.claim, argument="rule_roles", providers=[provider], reasons=reasons
            )


def _check_reached(authenticated: UserRole, mappings: RoleMappings) -> None:
    """Raise for permissions that nobody would get."""
    denied = mappings.resolution is AmbiguousRoleResolution.DENY
    if denied and mappings.are_for_all and (authenticated.own or authenticated.shared):
        raise InvalidPermissionError(
            "authenticated_permissions and shared_permissions would never be used, as every "
            "provider has roles by group or rule and who gets none of them is denied; say "
            "ambiguous_role_resolution=AmbiguousRoleResolution.AUTHENTICATED_ROLE, or leave them "
            "out"
        )
