"""The app client that can keep no secret, and needs none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack, aws_cognito as cognito

from least_privilege import errors
from least_privilege.identity_pool import HardenedUserPoolClient
from tests.conftest import only, resources

CLIENT = "AWS::Cognito::UserPoolClient"
CALLBACK = "https://app.example.com/signed-in"


@pytest.fixture
def pool(stack: Stack) -> cognito.UserPool:
    return cognito.UserPool(stack, "Users")


def test_it_signs_in_with_srp_alone(stack: Stack, pool: cognito.UserPool) -> None:
    client = HardenedUserPoolClient(pool, "App", user_pool=pool)
    ((logical_id, properties),) = resources(stack, CLIENT).items()
    assert properties == {
        "AccessTokenValidity": 60,
        "AllowedOAuthFlowsUserPoolClient": False,
        "EnableTokenRevocation": True,
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
        "GenerateSecret": False,
        "IdTokenValidity": 60,
        "PreventUserExistenceErrors": "ENABLED",
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
        "RefreshTokenValidity": 720,
        "SupportedIdentityProviders": ["COGNITO"],
        "TokenValidityUnits": {
            "AccessToken": "minutes",
            "IdToken": "minutes",
            "RefreshToken": "minutes",
        },
        "UserPoolId": properties["UserPoolId"],
        "WriteAttributes": ["name"],
    }
    assert stack.resolve(client.user_pool_client_id) == {"Ref": logical_id}


def test_its_hosted_pages_give_out_codes_and_no_tokens(
    stack: Stack, pool: cognito.UserPool
) -> None:
    HardenedUserPoolClient(
        pool,
        "App",
        user_pool=pool,
        callback_urls=[CALLBACK],
        logout_urls=["https://app.example.com/"],
    )
    client = only(stack, CLIENT)
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthScopes"] == ["openid"]
    assert client["CallbackURLs"] == [CALLBACK]
    assert client["LogoutURLs"] == ["https://app.example.com/"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH"]
    assert client["GenerateSecret"] is False


def test_what_the_user_pool_requires_can_be_written(stack: Stack) -> None:
    pool = cognito.UserPool(
        stack,
        "Users",
        standard_attributes=cognito.StandardAttributes(
            email=cognito.StandardAttribute(required=True),
            locale=cognito.StandardAttribute(required=False),
        ),
        custom_attributes={"team": cognito.StringAttribute(mutable=True)},
    )
    HardenedUserPoolClient(
        pool, "App", user_pool=pool, writable_attributes=["picture", "custom:team"]
    )
    assert set(only(stack, CLIENT)["WriteAttributes"]) == {"picture", "custom:team", "email"}


def test_an_imported_user_pool_has_a_client_too(stack: Stack) -> None:
    pool = cognito.UserPool.from_user_pool_id(stack, "Users", "eu-central-1_a")
    HardenedUserPoolClient(stack, "App", user_pool=pool)
    assert only(stack, CLIENT)["UserPoolId"] == "eu-central-1_a"


def test_the_rest_can_be_chosen(stack: Stack, pool: cognito.UserPool) -> None:
    HardenedUserPoolClient(
        pool,
        "App",
        user_pool=pool,
        callback_urls=["http://localhost:3000/cb", "http://127.0.0.1:3000/cb", CALLBACK],
        localhost_for_development=True,
        scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
        token_validity=timedelta(minutes=5),
        refresh_token_validity=timedelta(days=30),
        supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
        user_pool_client_name="web",
    )
    client = only(stack, CLIENT)
    assert len(client["CallbackURLs"]) == 3
    assert client["AllowedOAuthScopes"] == ["openid", "email"]
    assert (client["AccessTokenValidity"], client["IdTokenValidity"]) == (5, 5)
    assert client["RefreshTokenValidity"] == 30 * 24 * 60
    assert client["SupportedIdentityProviders"] == ["COGNITO"]
    assert client["ClientName"] == "web"


def test_a_host_may_be_known_at_deployment_only(stack: Stack, pool: cognito.UserPool) -> None:
    host = CfnParameter(stack, "Host").value_as_string
    HardenedUserPoolClient(pool, "App", user_pool=pool, callback_urls=[f"https://{host}/", host])
    assert only(stack, CLIENT)["CallbackURLs"] == ["https://${Host}/", "${Host}"]


HTTPS = "callback_urls must be over https"


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"callback_urls": ["http://app.example.com"]}, errors.InvalidInputError, HTTPS),
        ({"callback_urls": ["http://${Token[Host.1]}/"]}, errors.InvalidInputError, HTTPS),
        ({"callback_urls": ["http://localhost.example.com/"], "localhost_for_development": True},
         errors.InvalidInputError, HTTPS),
        ({"callback_urls": ["myapp://signed-in"]}, errors.InvalidInputError, "scheme of your own"),
        ({"callback_urls": ["https:///a"]}, errors.InvalidInputError, HTTPS),
        ({"callback_urls": ["https://[a"]}, errors.InvalidInputError, "must be URLs"),
        ({"callback_urls": ["http://localhost:3000/"]}, errors.InvalidInputError,
         "localhost_for_development=True"),
        ({"callback_urls": [f"{CALLBACK}#a"]}, errors.InvalidInputError, "no fragment"),
        ({"callback_urls": ["https://*.example.com/"]}, errors.InvalidInputError, "wildcard"),
        ({"callback_urls": ["https://app.example.com@evil.example/"]}, errors.InvalidInputError,
         "user name"),
        ({"callback_urls": CALLBACK}, errors.InvalidInputError, "put it in brackets"),
        ({"callback_urls": [CALLBACK], "logout_urls": ["http://app.example.com"]},
         errors.InvalidInputError, "logout_urls must be over https"),
        ({"logout_urls": [CALLBACK]}, errors.InvalidInputError, "callback_urls must be given"),
        ({"scopes": [cognito.OAuthScope.OPENID]}, errors.InvalidInputError, "must be given"),
        ({"writable_attributes": []}, errors.InvalidInputError, "name at least one"),
        ({"writable_attributes": "name"}, errors.InvalidInputError, "put it in brackets"),
        ({"writable_attributes": ["team"]}, errors.InvalidInputError, "or 'custom:NAME'"),
        ({"writable_attributes": ["custom:"]}, errors.InvalidInputError, "or 'custom:NAME'"),
        ({"writable_attributes": ["custom:team"]}, errors.InvalidInputError,
         r"attributes of the user pool, got 'custom:team'; give it custom_attributes=\{'team'"),
        ({"user_pool": "eu-central-1_x"}, errors.InvalidInputError, "from_user_pool_id"),
        ({"callback_urls": [CALLBACK], "scopes": ["openid"]}, errors.InvalidInputError,
         r"list of values of cognito\.OAuthScope"),
        ({"callback_urls": [CALLBACK], "supported_identity_providers": ["COGNITO"]},
         errors.InvalidInputError, r"list of values of cognito\.UserPoolClientIdentityProvider"),
        ({"user_pool_client_name": ""}, errors.InvalidInputError, "user_pool_client_name must be"),
        ({"user_pool_client_name": "x" * 129}, errors.InvalidInputError, "must be 1 to 128"),
        ({"user_pool_client_name": "a/b"}, errors.InvalidInputError, "must be 1 to 128"),
        ({"user_pool_client_name": 1}, errors.InvalidInputError, "must be 1 to 128"),
        ({"token_validity": timedelta(minutes=4)}, errors.InvalidDurationError, "from 0:05:00"),
        ({"token_validity": timedelta(hours=2)}, errors.InvalidDurationError, "to 1:00:00"),
        ({"token_validity": timedelta(minutes=5, seconds=1)}, errors.InvalidDurationError,
         "whole minutes"),
        ({"token_validity": 60}, errors.InvalidDurationError, "datetime.timedelta"),
        ({"refresh_token_validity": timedelta(days=31)}, errors.InvalidDurationError,
         "refresh_token_validity must be from 1:00:00 to 30 days"),
        ({"refresh_token_validity": timedelta(minutes=59)}, errors.InvalidDurationError,
         "refresh_token_validity must be"),
    ],
)  # fmt: skip
def test_a_client_that_would_be_less_safe_is_refused(
    arguments: dict[str, Any],
    error: type[errors.InvalidInputError],
    says: str,
    stack: Stack,
    pool: cognito.UserPool,
) -> None:
    with pytest.raises(error, match=f"^Stack/Users/App: .*{says}"):
        HardenedUserPoolClient(pool, "App", **({"user_pool": pool} | arguments))
    assert not resources(stack, CLIENT)
