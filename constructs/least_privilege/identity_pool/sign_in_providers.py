"""Who vouches for the users of an identity pool.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/external-identity-providers.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from aws_cdk import aws_cognito as cognito

from ..errors import InvalidInputError, InvalidTrustError
from ..policy import check_arn
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens, holds_token, is_token, known_length
from .attributes import known_attributes, written_through

_CLIENT_ID = re.compile(r"\w{1,128}", re.ASCII)
_PROVIDER_NAME = re.compile(r"cognito-idp\.[\w.-]+/[\w-]+", re.ASCII)
_APP_ID = re.compile(r"[\w.;/-]{1,128}", re.ASCII)
_PROVIDER_LENGTH = 128
"""Of a provider in a tag map or a role mapping; the ARN of one may be longer."""


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
    `custom:team`; None (as an empty list, or one with a token in it) says that this is not known,
    or that the client has no such list and takes them all: then no attribute can become a tag of a
    session, or choose a role.

    Example:
        >>> client = UserPoolClient(
        ...     client_id="abc",
        ...     user_pool_provider_name="cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x",
        ... )
        >>> client.user_pool_id
        'eu-west-1_x'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-integrating-user-pools-with-identity-pools.html
    """

    client_id: str
    user_pool_provider_name: str
    user_pool_id: str = ""
    writable_attributes: tuple[str, ...] | None = None

    _address: str = field(init=False, default="", repr=False, compare=False)
    """Of a user pool of the CDK in the tree, which no other there has."""

    def __post_init__(self) -> None:
        for argument in ("client_id", "user_pool_provider_name"):
            value = getattr(self, argument)
            if not isinstance(value, str) or not value:
                raise InvalidInputError(
                    f"{argument} must be a string, got {value!r}; for a pool of the CDK say "
                    "UserPoolClient.of(user_pool, client)"
                )
        if not _CLIENT_ID.fullmatch(beside_tokens(self.client_id, "x")):
            raise InvalidInputError(
                f"client_id must be 1 to 128 letters and digits, got {self.client_id!r}"
            )
        provider = self.user_pool_provider_name
        if not is_token(provider) and not _PROVIDER_NAME.fullmatch(beside_tokens(provider, "x")):
            raise InvalidInputError(
                "user_pool_provider_name must be like "
                "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc123, without https:// and "
                f"with the ID of the user pool behind the slash, got {provider!r}"
            )
        if not isinstance(self.user_pool_id, str):
            raise InvalidInputError(f"user_pool_id must be a string, got {self.user_pool_id!r}")
        known = "" if holds_token(provider) else provider.rpartition("/")[2]
        if not self.user_pool_id:
            object.__setattr__(self, "user_pool_id", known)
        if known and not holds_token(self.user_pool_id) and self.user_pool_id != known:
            raise InvalidInputError(
                f"user_pool_id must be that of user_pool_provider_name, {known}, "
                f"got {self.user_pool_id!r}; leave it out"
            )
        writable = known_attributes(self.writable_attributes)
        object.__setattr__(self, "writable_attributes", writable)

    @classmethod
    def of(cls, user_pool: cognito.IUserPool, client: cognito.IUserPoolClient) -> Self:
        """For a user pool and a client of the CDK; of an imported one, what its users can change
        about themselves is not known."""
        if not hasattr(user_pool, "user_pool_provider_name") or not hasattr(
            client, "user_pool_client_id"
        ):
            raise InvalidInputError(
                "UserPoolClient.of takes a user pool and one of its clients, both of the CDK, got "
                f"{user_pool!r} and {client!r}"
            )
        resource = client.node.default_child
        writable = None
        if isinstance(resource, cognito.CfnUserPoolClient):
            _check_same_pool(user_pool, resource)
            writable = written_through(resource)
        made = cls(
            client_id=client.user_pool_client_id,
            user_pool_provider_name=user_pool.user_pool_provider_name,
            user_pool_id=user_pool.user_pool_id,
            writable_attributes=writable,
        )
        object.__setattr__(made, "_address", user_pool.node.addr)
        return made

    @property
    def known_user_pool(self) -> str:
        """What stays the same of its user pool when others join; empty if nothing is known."""
        return _known(self.user_pool_provider_name) or self._address or _known(self.user_pool_id)

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

    def check_in_account(self, account_id: str) -> None:
        """Raise for providers of IAM that are in another account."""
        for argument in ("saml_provider_arns", "openid_connect_provider_arns"):
            for arn in getattr(self, argument):
                account = "" if is_token(arn) else arn.split(":")[4]
                if account and not holds_token(account + account_id) and account != account_id:
                    raise InvalidTrustError(
                        f"{argument} must be in the account of the identity pool, {account_id}, "
                        f"got {arn!r}"
                    )

    @property
    def all(self) -> tuple[Provider, ...]:
        """In the order of the arguments."""
        return (
            *self.user_pool_clients,
            *self.saml_provider_arns,
            *self.openid_connect_provider_arns,
            *self.social_providers,
        )

    @property
    def user_pool_ids(self) -> Mapping[str, str]:
        """By the provider name of each user pool, what tells it apart in the tree."""
        pools = {each.user_pool_provider_name: each for each in reversed(self.user_pool_clients)}
        return _short_ids({name: pools[name].known_user_pool for name in reversed(pools)})

    @property
    def tag_sources(self) -> Mapping[str, str]:
        """What principal tags are mapped for: the user pools, not their clients, and the others;
        by a construct ID for each, which stays the same when others come and go."""
        named = {
            "UserPool": self.user_pool_ids,
            "Saml": _short_ids({arn: _known(arn) for arn in self.saml_provider_arns}),
            "OpenIdConnect": _short_ids(
                {arn: _known(arn) for arn in self.openid_connect_provider_arns}
            ),
        }
        return {
            **{
                f"{kind}{short}": name for kind, ids in named.items() for name, short in ids.items()
            },
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


def check_mapped(provider: Provider) -> None:
    """Raise for a provider whose name is too long for a tag map and a role mapping."""
    name = provider_name(provider)
    if known_length(name) > _PROVIDER_LENGTH:
        raise InvalidTrustError(
            "a provider with principal_tags or rule_roles must have a name of at most "
            f"{_PROVIDER_LENGTH} characters, got {name!r} with {len(name)}"
        )


def _known(name: str) -> str:
    """A name, if it says by itself who is meant."""
    return "" if holds_token(name.rpartition("/")[2]) else beside_tokens(name)


def _short_ids(known: Mapping[str, str]) -> dict[str, str]:
    """For each name what is short enough for a construct ID: by what is known of it, or by its
    place among those of which nothing is."""
    unknown = [name for name, what in known.items() if not what]
    return {
        name: (
            hashlib.sha256(what.encode()).hexdigest()[:8]
            if what and list(known.values()).count(what) == 1
            else str([*unknown, *known].index(name) + 1)
        )
        for name, what in known.items()
    }


def _check_same_pool(user_pool: cognito.IUserPool, client: cognito.CfnUserPoolClient) -> None:
    """Raise for a client of another user pool, as far as the two can be compared."""
    given, its_own = user_pool.user_pool_id, client.user_pool_id
    if given == its_own:
        return
    given, its_own = client.stack.resolve([given, its_own])
    alike = isinstance(given, str) is isinstance(its_own, str)
    if alike and user_pool.stack.node.addr == client.stack.node.addr and given != its_own:
        raise InvalidInputError(
            f"UserPoolClient.of takes a client of that user pool, but {client.node.path} is one of "
            "another"
        )


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
        if not isinstance(app_id, str) or not _APP_ID.fullmatch(beside_tokens(app_id, "x")):
            raise InvalidTrustError(
                "social_providers must have the ID of your app there, 1 to 128 characters without "
                "blanks, for "
                f"{SocialProvider(provider).name}, got {app_id!r}"
            )
    return {SocialProvider(provider): app_id for provider, app_id in given.items()}
