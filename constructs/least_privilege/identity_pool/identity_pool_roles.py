"""Temporary credentials for the users of an app.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from aws_cdk import aws_cognito as cognito, aws_iam as iam
from constructs import Construct

from .._edge import placed
from ..boundary import RoleBoundary
from ..errors import InvalidInputError
from ..permissions import Permission
from ..roles import PolicyType, TrustedRole
from ..roles.plan import permission_values, plan_role
from .claims import check_claim_reasons, check_principal_tags
from .mapped_roles import AmbiguousRoleResolution, GroupRole, RuleRole
from .pool_checks import (
    Once,
    check_claims,
    check_classic_flow,
    check_once,
    check_places,
    check_pool,
    check_reached,
    check_role_names,
    check_tag_keys,
    check_tag_map,
)
from .role_mappings import RoleMappings, role_mappings
from .role_tags import NoTagsOfUsers
from .sign_in_providers import Provider, SignInProviders, SocialProvider, UserPoolClient
from .user_roles import (
    GuestRole,
    TrustedPool,
    UserRole,
    id_of_group,
    role_of_group,
    role_of_rule,
)
from .writable_elsewhere import NotWritableElsewhere, claims_by_provider

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
    would replace the first. Whom no rule fits, and who is in several groups without a first one, is
    denied by default. What becomes of a user in no group AWS does not say: count on the
    authenticated role for them.

    What keeps users of one role from the roles of others is that Cognito chooses. In the classic
    flow it is the app that chooses, among all roles that trust the pool. A new pool has that off;
    of a pool that exists, `classic_flow_is_off=True` says that you looked (`aws cognito-identity
    describe-identity-pool`).

    Claims become tags of the session with `principal_tags`, which permissions name with
    `tag_prefix(key)` or `tag_variable(key)`. Such a claim, like one that chooses a role, must be
    out of its user's reach: in a user pool, an attribute that no app client may write. Checked are
    the clients given here, all other clients of the same user pool in the app (when it is
    synthesized; what an escape hatch such as `add_property_override` writes is not seen), and
    sign-ins by social providers. Look after clients that other apps make, and after what SAML and
    OpenID Connect providers let their users change. Every provider can say any value: do not let
    one tenant's provider into the pool of others with a tag for the tenant. No tag of the roles, or
    of a stack around them, may have a key of `principal_tags`: users without the claim would have
    its value.

    Permissions are checked for their scope. Grants and policies of the CDK on these roles
    (`bucket.grant_read(users.authenticated_role)`, `add_managed_policy`) are not: the synth warns
    of them (`least-privilege:not-scoped`).

    :param user_pool_clients: whose users are admitted
    :param saml_provider_arns: SAML providers of IAM whose users are admitted
    :param openid_connect_provider_arns: OpenID Connect providers of IAM whose users are admitted
    :param social_providers: social sign-ins, each with the ID of your app there
    :param identity_pool_id: an identity pool that exists, instead of a new one; its present roles
        are replaced by these. Of its providers, name those that group_roles, rule_roles or
        principal_tags are for
    :param classic_flow_is_off: of a pool that exists, that its classic flow is off; has to be True
        for group_roles and rule_roles of such a pool
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
    :param ambiguous_role_resolution: for those whose provider has roles by group or rule, of which
        no rule fits, or no group comes first: deny, or the authenticated role
    :param principal_tags: tags of the session, each with the claim that it takes its value from, at
        most 50
    :param claim_reasons: for claims that users could change by what is known here, why they cannot;
        at least 20 characters each
    :param identity_pool_name: 1 to 128 characters
    :param role_name: of the authenticated role; in AWS GovCloud (US-East) each role must have one,
        of at most 20 characters
    :param guest_role_name: of the role of guests
    :param path: of the roles
    :param description: of the authenticated role
    :param boundary: of the roles
    :param tags: of the roles; no key of principal_tags
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
        classic_flow_is_off: bool = False,
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
        guest_role_name: str | None = None,
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
            check_tag_keys(tags, claims)
            check_tag_map(providers, claims)
            check_pool(
                providers,
                identity_pool_id,
                identity_pool_name,
                needs_providers=bool(claims or group_roles or rule_roles),
            )
            check_classic_flow(
                classic_flow_is_off,
                identity_pool_id,
                has_mapped_roles=bool(group_roles or rule_roles),
            )
            rule_claims = {
                provider: tuple(rule.claim for rule in rules)
                for provider, rules in mappings.rules.items()
            }
            reasons = check_claim_reasons(
                claim_reasons, used={*claims.values(), *sum(rule_claims.values(), ())}
            )
            check_claims(providers, mappings, claims, reasons)
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
                check_reached(plans[0], mappings)
            trust = TrustedPool(scope, identity_pool_id or _ANY_TOKEN, tuple(claims))
            for plan in plans:
                plan.check(scope, trust, alike)
            guest_permissions = permission_values(guest_permissions)
            if guest_role_name is not None and not guest_permissions:
                raise InvalidInputError(
                    "guest_role_name is for a role of guests; give it guest_permissions"
                )
            plan_role(
                scope,
                trusted_by=[trust.in_guests()],
                permissions=guest_permissions,
                role_name=guest_role_name,
                **alike,
            )
            check_places(scope, trust, providers, mappings)
            names = {each.argument: each.role_name for each in plans}
            if guest_permissions:
                names["guest_permissions"] = guest_role_name
            check_role_names(names, trust.region)
            once = Once(scope, construct_id)
            check_once(
                once,
                identity_pool_id,
                {
                    name: [each.user_pool_id for each in pools]
                    for name, pools in mappings.pools_of_group.items()
                },
            )
        super().__init__(scope, construct_id)
        once.say()

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
        self._guest_role = self._make_guest_role(guest_permissions, guest_role_name, trust, alike)
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
        self._look_again(
            made,
            claims,
            claims_by_provider(providers.all, tuple(claims.values()), rule_claims),
            reasons,
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
        pool_ids = mappings.providers.user_pool_ids
        for group in groups:
            for client in mappings.pools_of_group[group.group_name]:
                cognito.CfnUserPoolGroup(
                    self,
                    f"{id_of_group(group.group_name)}Group"
                    f"{pool_ids[client.user_pool_provider_name]}",
                    user_pool_id=client.user_pool_id,
                    group_name=group.group_name,
                    precedence=group.precedence,
                    role_arn=self._group_roles[group.group_name].role_arn,
                )

    def _make_guest_role(
        self,
        permissions: Sequence[Permission],
        role_name: str | None,
        trust: TrustedPool,
        alike: Mapping[str, Any],
    ) -> TrustedRole | None:
        if not permissions:
            return None
        role = GuestRole(
            self,
            "GuestRole",
            trusted_by=[trust.in_guests()],
            permissions=permissions,
            role_name=role_name,
            description="People who use the app without signing in",
            **alike,
        )
        role.warn_of_what_is_beyond()
        return role

    def _look_again(
        self,
        roles: Sequence[TrustedRole],
        tags: Mapping[str, str],
        claims: Mapping[Provider, Sequence[str]],
        reasons: Mapping[str, str],
    ) -> None:
        """At what others may add until the app is synthesized."""
        if tags:
            guests = [] if self._guest_role is None else [self._guest_role]
            self.node.add_validation(NoTagsOfUsers([*roles, *guests], tags))
        if claims:
            self.node.add_validation(NotWritableElsewhere(self, claims, reasons))

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
