"""Temporary credentials for the users of an app.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

from aws_cdk import Stack, aws_cognito as cognito, aws_iam as iam
from constructs import Construct

from .._edge import placed
from ..boundary import RoleBoundary
from ..errors import InvalidInputError, InvalidPermissionError, InvalidTrustError
from ..permissions import Permission
from ..policy import Statement, holds_token
from ..roles import PolicyType, TrustedRole
from ..roles.plan import permission_values, plan_role
from ..trust import IdentityPool, identity_variable


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPoolClient:
    """An app client of a Cognito user pool, whose signed-in users the identity pool admits.

    Example:
        >>> client = UserPoolClient(client_id="abc", user_pool_provider_name="cognito-idp.x/pool")

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-integrating-user-pools-with-identity-pools.html
    """

    client_id: str
    user_pool_provider_name: str

    def __post_init__(self) -> None:
        for argument in ("client_id", "user_pool_provider_name"):
            value = getattr(self, argument)
            if not isinstance(value, str) or not value:
                raise InvalidInputError(
                    f"{argument} must be a string, got {value!r}; for a pool of the CDK say "
                    "UserPoolClient.of(user_pool, client)"
                )

    @classmethod
    def of(cls, user_pool: cognito.IUserPool, client: cognito.IUserPoolClient) -> Self:
        """For a user pool and a client of the CDK."""
        return cls(
            client_id=client.user_pool_client_id,
            user_pool_provider_name=user_pool.user_pool_provider_name,
        )


_ANY_TOKEN = "${Token[IdentityPool]}"  # noqa: S105 - no secret
"""In place of the ID of a pool that is not there yet, where roles are checked before it."""

_SCOPING = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")
_WITH_LEADING_KEYS = frozenset(
    f"dynamodb:{action}"
    for action in (
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "UpdateItem",
    )
)
"""What names the items that it touches. A scan does not, and ForAllValues holds for no values."""
_SCOPING_SETS = (
    ("ForAllValues:StringEquals", "dynamodb:LeadingKeys"),
    ("ForAllValues:StringLike", "dynamodb:LeadingKeys"),
)


class IdentityPoolRoles(Construct):
    """An identity pool whose signed-in users get temporary credentials, each for their own things.

    The authenticated role admits signed-in identities of this pool alone (`aud` and `amr`).
    There is no role for guests unless `guest_permissions` is given. Credentials last for an hour
    at most; Cognito chooses, so there is no `session_duration`.

    :param user_pool_clients: whose users are admitted; needed unless `identity_pool_id` is given
    :param identity_pool_id: an identity pool that exists, instead of a new one; its present roles
        are replaced by these
    :param authenticated_permissions: what signed-in users may do, scoped to the identity: every
        statement names the identity's variable, as a prefix with `own_prefix(scope)` in it does
    :param shared_permissions: what every signed-in user may do alike; widens the role, so it is
        said apart
    :param guest_permissions: what people may do who are not signed in; a new pool then admits
        guests, one that exists has to admit them itself
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
        identity_pool_id: str | None = None,
        authenticated_permissions: Sequence[Permission] = (),
        shared_permissions: Sequence[Permission] = (),
        guest_permissions: Sequence[Permission] = (),
        identity_pool_name: str | None = None,
        role_name: str | None = None,
        path: str = "/",
        description: str = "Signed-in users of the app, each for their own things",
        boundary: RoleBoundary | iam.IManagedPolicy | str | None = None,
        tags: Mapping[str, str] | None = None,
        policy_type: PolicyType = PolicyType.INLINE,
    ) -> None:
        region = Stack.of(scope).region
        region = "" if holds_token(region) else region
        alike: dict[str, Any] = {
            "path": path,
            "boundary": boundary,
            "tags": tags,
            "policy_type": policy_type,
        }
        with placed(scope, construct_id):
            _check_pool(user_pool_clients, identity_pool_id, identity_pool_name)
            own = permission_values(authenticated_permissions)
            _check_scoped(own, identity_variable(region))
            permissions = [*own, *permission_values(shared_permissions)]
            guest_permissions = permission_values(guest_permissions)
            for given in (permissions, guest_permissions):
                plan_role(
                    scope,
                    trusted_by=[IdentityPool(identity_pool_id=identity_pool_id or _ANY_TOKEN)],
                    permissions=given,
                    role_name=role_name,
                    description=description,
                    **alike,
                )
        super().__init__(scope, construct_id)

        if identity_pool_id is None:
            identity_pool_id = cognito.CfnIdentityPool(
                self,
                "Resource",
                allow_unauthenticated_identities=bool(guest_permissions),
                allow_classic_flow=False,
                identity_pool_name=identity_pool_name,
                cognito_identity_providers=[
                    cognito.CfnIdentityPool.CognitoIdentityProviderProperty(
                        client_id=client.client_id,
                        provider_name=client.user_pool_provider_name,
                        # A user who was signed out everywhere, or deleted, gets no new credentials.
                        server_side_token_check=True,
                    )
                    for client in user_pool_clients
                ],
            ).ref
        self._identity_pool_id = identity_pool_id

        self._authenticated_role: TrustedRole = _IdentityRole(
            self,
            "AuthenticatedRole",
            trusted_by=[IdentityPool(identity_pool_id=identity_pool_id, region=region)],
            permissions=permissions,
            role_name=role_name,
            description=description,
            **alike,
        )
        roles = {"authenticated": self._authenticated_role.role_arn}
        self._guest_role: TrustedRole | None = None
        if guest_permissions:
            self._guest_role = TrustedRole(
                self,
                "GuestRole",
                trusted_by=[
                    IdentityPool(identity_pool_id=identity_pool_id, region=region, guests=True)
                ],
                permissions=guest_permissions,
                description="People who use the app without signing in",
                **alike,
            )
            roles["unauthenticated"] = self._guest_role.role_arn
        # One attachment holds them all: a second one would replace the first.
        cognito.CfnIdentityPoolRoleAttachment(
            self, "RoleAttachment", identity_pool_id=identity_pool_id, roles=roles
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


def own_prefix(scope: Construct) -> str:
    """The part of a prefix that stands for the signed-in identity, with its slash.

    Example:
        >>> from aws_cdk import App, Stack
        >>> own_prefix(Stack(App(), "Profiles"))
        '${cognito-identity.amazonaws.com:sub}/'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
    """
    region = Stack.of(scope).region
    return f"{identity_variable('' if holds_token(region) else region)}/"


def _check_pool(
    user_pool_clients: Sequence[UserPoolClient],
    identity_pool_id: str | None,
    identity_pool_name: str | None,
) -> None:
    if not isinstance(user_pool_clients, Sequence) or not all(
        isinstance(each, UserPoolClient) for each in user_pool_clients
    ):
        raise InvalidTrustError(
            "user_pool_clients must be a list of values of "
            "least_privilege.identity_pool.UserPoolClient, like UserPoolClient.of(user_pool, "
            f"client), got {user_pool_clients!r}"
        )
    if bool(user_pool_clients) == bool(identity_pool_id):
        raise InvalidTrustError(
            "give either user_pool_clients, whose users a new identity pool admits, or the "
            "identity_pool_id of one that exists"
        )
    if identity_pool_name is not None and identity_pool_id is not None:
        raise InvalidInputError(
            "identity_pool_name is for a new pool; leave it out with identity_pool_id"
        )
    if identity_pool_name is not None and not 1 <= len(identity_pool_name) <= 128:
        raise InvalidInputError(
            f"identity_pool_name must be 1 to 128 characters, got {identity_pool_name!r}"
        )


class _IdentityRole(TrustedRole):
    """The authenticated role; what it is allowed later is scoped as well."""

    def allow(self, *permissions: Permission) -> None:
        with placed(cast(Construct, self.node.scope), self.node.id):
            region = Stack.of(self).region
            variable = identity_variable("" if holds_token(region) else region)
            _check_scoped(permission_values(permissions), variable)
        super().allow(*permissions)


def _check_scoped(permissions: Sequence[Permission], variable: str) -> None:
    for permission in permissions:
        for statement in permission.statements():
            if not _is_scoped(statement, variable):
                raise InvalidPermissionError(
                    f"authenticated_permissions must be scoped to the identity, but "
                    f"{', '.join(statement.actions)} is allowed where there is no {variable}; put "
                    "own_prefix(scope) into the prefix, or move it to shared_permissions"
                )


def _is_scoped(statement: Statement, variable: str) -> bool:
    """Whether nothing matches but what names the identity."""
    if statement.resources and all(variable in each for each in statement.resources):
        return True
    for condition in statement.conditions:
        names_identity = bool(condition.values) and all(
            variable in each for each in condition.values
        )
        of_keys = (condition.operator, condition.key) in _SCOPING_SETS
        if names_identity and of_keys and _WITH_LEADING_KEYS.issuperset(statement.actions):
            return True
        if names_identity and condition.operator in _SCOPING:
            return True
    # The key of a bucket has no objects of its own: what can be decrypted through S3 is what can
    # be read there.
    return all(action.startswith("kms:") for action in statement.actions) and any(
        condition.operator == "StringEquals"
        and condition.key == "kms:ViaService"
        and all(service.startswith("s3.") for service in condition.values)
        for condition in statement.conditions
    )
