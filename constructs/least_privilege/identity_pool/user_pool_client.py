"""A client of a user pool for apps that can keep no secret, with the safe settings.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from aws_cdk import Duration, aws_cognito as cognito
from constructs import Construct

from .._edge import placed
from ..errors import InvalidDurationError, InvalidInputError
from ..policy.names import check_strings, check_timedelta
from ..policy.tokens import TOKEN, beside_tokens
from .attributes import STANDARD_ATTRIBUTES, is_custom_attribute, schema_of

_TOKENS = (timedelta(minutes=5), timedelta(hours=1))
_REFRESH_TOKENS = (timedelta(hours=1), timedelta(days=30))
_ROTATION_GRACE_SECONDS = 10
"""For an app that asked for new tokens, and did not get the answer."""
_LOCALHOST = ("localhost", "127.0.0.1", "::1")
_CLIENT_NAME = re.compile(r"[\w\s+=,.@-]{1,128}", re.ASCII)


class HardenedUserPoolClient(cognito.UserPoolClient):
    """A public app client (a browser, a phone): no secret, and nothing that would need one.

    Users sign in with SRP, so that no password leaves their device, or with `callback_urls` on the
    hosted pages, by authorization code alone: no implicit grant. Cognito checks the proof (PKCE) of
    an app that sends a `code_challenge`, and has no setting that demands one: the app has to send
    it. Errors do not tell whether a user exists. Tokens can be revoked; a refresh token is good for
    one use, so apps ask for new tokens with `GetTokensFromRefreshToken`, or at the token endpoint.

    It is a client of the CDK; hand it to `UserPoolClient.of`.

    :param user_pool: the user pool
    :param callback_urls: where the hosted pages send users back to, over https
    :param logout_urls: the same after signing out
    :param localhost_for_development: whether these may be http://localhost, which is for
        development alone
    :param scopes: of the hosted pages; `openid` by default. Tokens with `COGNITO_ADMIN` let their
        user change the writable attributes, as those of an SRP sign-in always do
    :param writable_attributes: what users may change about themselves, custom ones as
        `custom:NAME`; those that the user pool requires are added. Never one that decides on
        access. Where users sign up themselves or come from another provider, the attributes that
        this fills in have to be among them
    :param token_validity: of access and ID tokens, from 5 minutes to 1 hour
    :param refresh_token_validity: how long a sign-in lasts, from 1 hour to 30 days
    :param supported_identity_providers: who signs users in on the hosted pages; by default all that
        are registered with the user pool
    :param user_pool_client_name: 1 to 128 letters, digits, blanks and any of +=,.@-_

    :raises InvalidInputError: and its subclasses, before anything is added to the app

    Example:
        >>> from aws_cdk import App, Stack
        >>> pool = cognito.UserPool(Stack(App(), "Accounts"), "Users")
        >>> HardenedUserPoolClient(pool, "App", user_pool=pool).node.path
        'Accounts/Users/App'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        user_pool: cognito.IUserPool,
        callback_urls: Sequence[str] = (),
        logout_urls: Sequence[str] = (),
        localhost_for_development: bool = False,
        scopes: Sequence[cognito.OAuthScope] = (),
        writable_attributes: Sequence[str] = ("name",),
        token_validity: timedelta = timedelta(hours=1),
        refresh_token_validity: timedelta = timedelta(hours=12),
        supported_identity_providers: Sequence[cognito.UserPoolClientIdentityProvider]
        | None = None,
        user_pool_client_name: str | None = None,
    ) -> None:
        with placed(scope, construct_id):
            _check_values(user_pool, scopes, supported_identity_providers, user_pool_client_name)
            callbacks = _urls(callback_urls, "callback_urls", localhost_for_development)
            logouts = _urls(logout_urls, "logout_urls", localhost_for_development)
            if (logouts or scopes) and not callbacks:
                raise InvalidInputError(
                    "callback_urls must be given with logout_urls or scopes, which are for the "
                    "hosted pages"
                )
            writable = _attributes(user_pool, writable_attributes)
            _check_between(token_validity, _TOKENS, argument="token_validity")
            _check_between(
                refresh_token_validity, _REFRESH_TOKENS, argument="refresh_token_validity"
            )
        hosted: dict[str, Any] = {"disable_o_auth": True}
        if callbacks:
            hosted = {
                "o_auth": cognito.OAuthSettings(
                    flows=cognito.OAuthFlows(authorization_code_grant=True),
                    callback_urls=list(callbacks),
                    logout_urls=list(logouts) or None,
                    scopes=list(scopes) or [cognito.OAuthScope.OPENID],
                ),
                "supported_identity_providers": supported_identity_providers,
            }
        super().__init__(
            scope,
            construct_id,
            user_pool=user_pool,
            # Never empty: Cognito would then allow its default flows.
            auth_flows=cognito.AuthFlow(user_srp=True),
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            refresh_token_rotation_grace_period=Duration.seconds(_ROTATION_GRACE_SECONDS),
            access_token_validity=_duration(token_validity),
            id_token_validity=_duration(token_validity),
            refresh_token_validity=_duration(refresh_token_validity),
            write_attributes=writable,
            user_pool_client_name=user_pool_client_name,
            **hosted,
        )


def _check_values(
    user_pool: object, scopes: object, identity_providers: object, name: object
) -> None:
    """Raise for what is no value of the CDK, which the CDK would say in its own words."""
    if not hasattr(user_pool, "user_pool_provider_name"):
        raise InvalidInputError(
            f"user_pool must be a user pool of the CDK, got {user_pool!r}; for one that exists, "
            "try cognito.UserPool.from_user_pool_id(...)"
        )
    for argument, given, kind in (
        ("scopes", scopes, cognito.OAuthScope),
        (
            "supported_identity_providers",
            () if identity_providers is None else identity_providers,
            cognito.UserPoolClientIdentityProvider,
        ),
    ):
        if (
            isinstance(given, str)
            or not isinstance(given, Sequence)
            or not all(isinstance(each, kind) for each in given)
        ):
            raise InvalidInputError(
                f"{argument} must be a list of values of cognito.{kind.__name__}, got {given!r}"
            )
    if name is not None and not (
        isinstance(name, str) and _CLIENT_NAME.fullmatch(beside_tokens(name, "x"))
    ):
        raise InvalidInputError(
            "user_pool_client_name must be 1 to 128 letters, digits, blanks or any of +=,.@-_ , "
            f"got {name!r}"
        )


def _urls(urls: Sequence[str], argument: str, localhost: bool) -> tuple[str, ...]:
    urls = check_strings(urls, argument=argument, error=InvalidInputError)
    for url in urls:
        if TOKEN.match(url):
            continue
        try:
            parts = urlsplit(beside_tokens(url, "x"))
        except ValueError:
            raise InvalidInputError(f"{argument} must be URLs, got {url!r}") from None
        if parts.scheme == "http" and parts.hostname in _LOCALHOST:
            if localhost:
                continue
            raise InvalidInputError(
                f"{argument} must be over https, got {url!r}; for development, say "
                "localhost_for_development=True"
            )
        if parts.scheme != "https" or not parts.hostname:
            raise InvalidInputError(
                f"{argument} must be over https, got {url!r}; a scheme of your own, such as "
                "myapp://, can be claimed by another app, so use an https link that opens the app"
            )
        if parts.fragment or "*" in url or parts.username:
            raise InvalidInputError(
                f"{argument} must hold no fragment, wildcard or user name, got {url!r}"
            )
    return urls


def _attributes(user_pool: cognito.IUserPool, writable: Sequence[str]) -> cognito.ClientAttributes:
    writable = check_strings(writable, argument="writable_attributes", error=InvalidInputError)
    if not writable:
        raise InvalidInputError(
            "writable_attributes must name at least one, as Cognito takes an empty list for all of "
            "them; name something harmless, like 'name'"
        )
    names = dict.fromkeys((*writable, *_required(user_pool)))
    standard: dict[str, Any] = {}
    custom = []
    schema = schema_of(user_pool)
    for name in names:
        if name in STANDARD_ATTRIBUTES:
            standard[STANDARD_ATTRIBUTES[name]] = True
            continue
        if not name.startswith("custom:") or not is_custom_attribute(name):
            raise InvalidInputError(
                f"writable_attributes must be of {', '.join(sorted(STANDARD_ATTRIBUTES))}, or "
                f"'custom:NAME', got {name!r}"
            )
        custom.append(name)
        there = None if schema is None else {f"custom:{each.name}" for each in schema}
        if there is not None and name not in there:
            raise InvalidInputError(
                f"writable_attributes must be attributes of the user pool, got {name!r}; give it "
                f"custom_attributes={{{name.removeprefix('custom:')!r}: ...}}"
            )
    attributes = cognito.ClientAttributes()
    if standard:
        attributes = attributes.with_standard_attributes(**standard)
    return attributes.with_custom_attributes(*custom) if custom else attributes


def _required(user_pool: cognito.IUserPool) -> tuple[str, ...]:
    """What a user pool of the CDK requires; Cognito refuses a client that cannot write it."""
    return tuple(each.name for each in schema_of(user_pool) or () if each.required and each.name)


def _check_between(
    duration: timedelta, limits: tuple[timedelta, timedelta], *, argument: str
) -> None:
    check_timedelta(duration, argument=argument)
    shortest, longest = limits
    if not shortest <= duration <= longest or duration % timedelta(minutes=1):
        raise InvalidDurationError(
            f"{argument} must be from {shortest} to {longest} in whole minutes, got {duration}"
        )


def _duration(duration: timedelta) -> Duration:
    return Duration.minutes(int(duration.total_seconds()) // 60)
