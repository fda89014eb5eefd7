"""Who vouches for the users of an identity pool.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/external-identity-providers.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from aws_cdk import aws_cognito as cognito

from ..errors import InvalidInputError, InvalidTrustError
from ..policy import check_arn
from ..policy.names import check_strings
from ..policy.tokens import holds_token


class SocialProvider(StrEnum):
    """A social sign-in that an identity pool takes directly, by the name that Cognito has for it.

    Example:
        >>> SocialProvider.GOOGLE.value
        'accounts.google.com'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/external-identity-providers.html
    """

    AMAZON = "www.amazon.com"
    APPLE = "appleid.apple.com"
    FACEBOOK = "graph.facebook.com"
    GOOGLE = "accounts.google.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPoolClient:
    """An app client of a Cognito user pool, whose signed-in users the identity pool admits.

    `user_pool_id` is needed for roles by group alone, and is read off the provider name where that
    is known. `writable_attributes` are those that the client lets users change themselves, such as
    `custom:team`; None says that this is not known, or that the client has no such list and takes
    them all: then no attribute can become a tag of a session, or choose a role.

    Example:
        >>> client = UserPoolClient(client_id="abc", user_pool_provider_name="cognito-idp.x/pool")
        >>> client.user_pool_id
        'pool'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-integrating-user-pools-with-identity-pools.html
    """

    client_id: str
    user_pool_provider_name: str
    user_pool_id: str = ""
    writable_attributes: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for argument in ("client_id", "user_pool_provider_name"):
            value = getattr(self, argument)
            if not isinstance(value, str) or not value:
                raise InvalidInputError(
                    f"{argument} must be a string, got {value!r}; for a pool of the CDK say "
                    "UserPoolClient.of(user_pool, client)"
                )
        if not isinstance(self.user_pool_id, str):
            raise InvalidInputError(f"user_pool_id must be a string, got {self.user_pool_id!r}")
        if not self.user_pool_id and not holds_token(self.user_pool_provider_name):
            pool_id = self.user_pool_provider_name.rpartition("/")[2]
            object.__setattr__(self, "user_pool_id", pool_id)
        if self.writable_attributes is not None:
            attributes = check_strings(
                self.writable_attributes, argument="writable_attributes", error=InvalidInputError
            )
            object.__setattr__(self, "writable_attributes", attributes)

    @classmethod
    def of(cls, user_pool: cognito.IUserPool, client: cognito.IUserPoolClient) -> Self:
        """For a user pool and a client of the CDK; of an imported one, what its users can change
        about themselves is not known."""
        resource = client.node.default_child
        writable = (
            resource.write_attributes if isinstance(resource, cognito.CfnUserPoolClient) else None
        )
        return cls(
            client_id=client.user_pool_client_id,
            user_pool_provider_name=user_pool.user_pool_provider_name,
            user_pool_id=user_pool.user_pool_id,
            writable_attributes=tuple(writable) if writable else None,
        )

    @property
    def token_provider(self) -> str:
        """The client's name among the providers that role mappings are for."""
        return f"{self.user_pool_provider_name}:{self.client_id}"


Provider = UserPoolClient | SocialProvider | str
"""A string is the ARN of a SAML or OpenID Connect provider of IAM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInProviders:
    """All of them, checked."""

    user_pool_clients: tuple[UserPoolClient, ...]
    saml_provider_arns: tuple[str, ...]
    openid_connect_provider_arns: tuple[str, ...]
    social_providers: Mapping[SocialProvider, str] = field(hash=False)

    @classmethod
    def checked(
        cls,
        *,
        user_pool_clients: Sequence[UserPoolClient],
        saml_provider_arns: Sequence[str],
        openid_connect_provider_arns: Sequence[str],
        social_providers: Mapping[SocialProvider, str] | None,
    ) -> Self:
        """Raise for what is none of these, or is there twice."""
        if isinstance(user_pool_clients, str) or not (
            isinstance(user_pool_clients, Sequence)
            and all(isinstance(each, UserPoolClient) for each in user_pool_clients)
        ):
            raise InvalidTrustError(
                "user_pool_clients must be a list of values of "
                "least_privilege.identity_pool.UserPoolClient, like UserPoolClient.of(user_pool, "
                f"client), got {user_pool_clients!r}"
            )
        providers = cls(
            user_pool_clients=tuple(user_pool_clients),
            saml_provider_arns=_provider_arns(
                saml_provider_arns, argument="saml_provider_arns", kind="saml-provider/"
            ),
            openid_connect_provider_arns=_provider_arns(
                openid_connect_provider_arns,
                argument="openid_connect_provider_arns",
                kind="oidc-provider/",
            ),
            social_providers=_social_providers(social_providers),
        )
        names = [provider_name(each) for each in providers.all]
        twice = sorted({each for each in names if names.count(each) > 1})
        if twice:
            raise InvalidTrustError(f"a sign-in provider must be named once, got twice: {twice}")
        return providers

    @property
    def all(self) -> tuple[Provider, ...]:
        """In the order of the arguments."""
        return (
            *self.user_pool_clients,
            *self.saml_provider_arns,
            *self.openid_connect_provider_arns,
            *self.social_providers,
        )

    def clients_of(self, user_pool_provider_name: str) -> tuple[UserPoolClient, ...]:
        """The clients of one user pool."""
        return tuple(
            each
            for each in self.user_pool_clients
            if each.user_pool_provider_name == user_pool_provider_name
        )

    @property
    def tag_sources(self) -> Mapping[str, str]:
        """What principal tags are mapped for: the user pools, not their clients, and the others;
        by a construct ID for each."""
        pools = dict.fromkeys(each.user_pool_provider_name for each in self.user_pool_clients)
        return {
            **_numbered("UserPool", tuple(pools)),
            **_numbered("Saml", self.saml_provider_arns),
            **_numbered("OpenIdConnect", self.openid_connect_provider_arns),
            **{each.name.capitalize(): str(each) for each in self.social_providers},
        }

    def key_of(self, provider: Provider) -> str:
        """A provider's key in the template: its own name may be known at deployment only, which
        no key can be."""
        if isinstance(provider, SocialProvider):
            return provider.name.capitalize()
        if isinstance(provider, UserPoolClient):
            return f"UserPoolClient{self.user_pool_clients.index(provider) + 1}"
        for kind, arns in (
            ("Saml", self.saml_provider_arns),
            ("OpenIdConnect", self.openid_connect_provider_arns),
        ):
            if provider in arns:
                return f"{kind}{arns.index(provider) + 1}"
        raise KeyError(provider)


def provider_name(provider: Provider) -> str:
    """What Cognito calls a provider in role mappings."""
    return provider.token_provider if isinstance(provider, UserPoolClient) else str(provider)


def _numbered(kind: str, names: Sequence[str]) -> dict[str, str]:
    return {f"{kind}{number}": name for number, name in enumerate(names, start=1)}


def _provider_arns(arns: Sequence[str], *, argument: str, kind: str) -> tuple[str, ...]:
    arns = check_strings(arns, argument=argument, error=InvalidTrustError)
    for arn in arns:
        check_arn(arn, service="iam", resource=kind, argument=argument)
    return arns


def _social_providers(given: Mapping[SocialProvider, str] | None) -> dict[SocialProvider, str]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InvalidTrustError(
            "social_providers must be a mapping of SocialProvider to the ID of your app there, "
            f"got {given!r}"
        )
    for provider, app_id in given.items():
        if provider not in tuple(SocialProvider):
            raise InvalidTrustError(
                f"social_providers must be of {', '.join(map(str, SocialProvider))}, "
                f"got {provider!r}; others come as openid_connect_provider_arns"
            )
        if not isinstance(app_id, str) or not app_id or len(app_id) > 128:
            raise InvalidTrustError(
                "social_providers must have the ID of your app there, 1 to 128 characters, for "
                f"{SocialProvider(provider).name}, got {app_id!r}"
            )
    return {SocialProvider(provider): app_id for provider, app_id in given.items()}
