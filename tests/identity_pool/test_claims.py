"""Claims that users can change themselves decide on nothing."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack, aws_cognito as cognito

from least_privilege import errors
from least_privilege.identity_pool import (
    HardenedUserPoolClient,
    IdentityPoolRoles,
    RuleRole,
    SocialProvider,
    UserPoolClient,
)
from tests.conftest import only, resources

PROVIDER = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x"
SAML = "arn:aws:iam::111122223333:saml-provider/corp"
MAP = "AWS::Cognito::IdentityPoolPrincipalTag"


def client(*writable: str, known: bool = True) -> UserPoolClient:
    return UserPoolClient(
        client_id="abc",
        user_pool_provider_name=PROVIDER,
        writable_attributes=writable if known else None,
    )


NAME_ALONE, TENANT_TOO, UNKNOWN = (
    client("name"),
    client("name", "custom:tenant"),
    client(known=False),
)


@pytest.mark.parametrize(
    ("claim", "whose", "allowed"),
    [
        ("custom:tenant", NAME_ALONE, True),
        ("custom:tenant", TENANT_TOO, False),
        ("custom:tenant", UNKNOWN, False),
        ("custom:other", TENANT_TOO, True),
        ("name", NAME_ALONE, False),
        ("email", NAME_ALONE, True),
        ("email", UNKNOWN, False),
        ("sub", UNKNOWN, True),
        ("cognito:groups", UNKNOWN, True),
        ("tenant_of_a_trigger", UNKNOWN, True),
    ],
)
@pytest.mark.parametrize("kind", ["tag", "rule"])
def test_what_a_client_lets_users_write_is_no_tag_and_chooses_no_role(
    kind: str, claim: str, whose: UserPoolClient, allowed: bool, stack: Stack
) -> None:
    arguments: dict[str, Any] = (
        {"principal_tags": {"tenant": claim}}
        if kind == "tag"
        else {"rule_roles": [RuleRole(name="Rule", claim=claim, value="x")]}
    )
    if allowed:
        IdentityPoolRoles(stack, "Pool", user_pool_clients=[whose], **arguments)
        assert len(resources(stack, MAP)) == (kind == "tag")
        return
    with pytest.raises(
        errors.InvalidTrustError,
        match=rf"^Stack/Pool: .*change themselves, but .*may write '{claim}'; .*write_attributes",
    ):
        IdentityPoolRoles(stack, "Pool", user_pool_clients=[whose], **arguments)
    assert not stack.node.children


def test_one_client_of_several_that_lets_them_write_is_enough(stack: Stack) -> None:
    other = UserPoolClient(
        client_id="def",
        user_pool_provider_name=PROVIDER,
        writable_attributes=("custom:tenant",),
    )
    with pytest.raises(errors.InvalidTrustError, match="the app client def may write"):
        IdentityPoolRoles(
            stack,
            "Pool",
            user_pool_clients=[NAME_ALONE, other],
            principal_tags={"tenant": "custom:tenant"},
        )


def test_a_reason_admits_it(stack: Stack) -> None:
    IdentityPoolRoles(
        stack,
        "Pool",
        user_pool_clients=[TENANT_TOO],
        principal_tags={"tenant": "custom:tenant"},
        claim_reasons={"custom:tenant": "immutable, and accounts are made by administrators"},
    )
    assert only(stack, MAP)["PrincipalTags"] == {"tenant": "custom:tenant"}


def test_two_clients_of_a_user_pool_have_one_map(stack: Stack) -> None:
    other = UserPoolClient(client_id="def", user_pool_provider_name=PROVIDER)
    IdentityPoolRoles(
        stack, "Pool", user_pool_clients=[client(), other], principal_tags={"who": "sub"}
    )
    assert only(stack, MAP)["IdentityProviderName"] == PROVIDER


@pytest.mark.parametrize(("claim", "allowed"), [("email", False), ("name", False), ("sub", True)])
def test_what_people_say_of_themselves_at_a_social_provider_is_no_tag(
    claim: str, allowed: bool, stack: Stack
) -> None:
    arguments: dict[str, Any] = {
        "social_providers": {SocialProvider.GOOGLE: "12345"},
        "principal_tags": {"who": claim},
    }
    if allowed:
        IdentityPoolRoles(stack, "Pool", **arguments)
        assert only(stack, MAP)["IdentityProviderName"] == "accounts.google.com"
    else:
        with pytest.raises(errors.InvalidTrustError, match=r"accounts\.google\.com choose"):
            IdentityPoolRoles(stack, "Pool", **arguments)


def test_what_a_company_says_of_its_people_is_taken(stack: Stack) -> None:
    IdentityPoolRoles(
        stack, "Pool", saml_provider_arns=[SAML], principal_tags={"department": "department"}
    )
    assert only(stack, MAP)["IdentityProviderName"] == SAML


# Read off a client of the CDK --------------------------------------------------------------------


def test_what_users_may_write_is_read_off_a_client_of_the_cdk(stack: Stack) -> None:
    pool = cognito.UserPool(
        stack, "Users", custom_attributes={"tenant": cognito.StringAttribute(mutable=True)}
    )
    plain = pool.add_client("Plain")
    tenant = pool.add_client(
        "Tenant", write_attributes=cognito.ClientAttributes().with_custom_attributes("tenant")
    )
    hardened = HardenedUserPoolClient(pool, "Hardened", user_pool=pool)
    imported = cognito.UserPoolClient.from_user_pool_client_id(stack, "Imported", "abc")
    assert UserPoolClient.of(pool, plain).writable_attributes is None
    assert UserPoolClient.of(pool, tenant).writable_attributes == ("custom:tenant",)
    assert UserPoolClient.of(pool, hardened).writable_attributes == ("name",)
    assert UserPoolClient.of(pool, imported).writable_attributes is None


# Bad input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"principal_tags": ["tenant"]}, errors.InvalidTagError, "must be a mapping of tag keys"),
        ({"principal_tags": {"a": ""}}, errors.InvalidTagError, "claim of 1 to 256"),
        ({"principal_tags": {"a": 1}}, errors.InvalidTagError, "claim of 1 to 256"),
        ({"principal_tags": {"a": "x" * 257}}, errors.InvalidTagError, "claim of 1 to 256"),
        ({"principal_tags": {"aws:a": "sub"}}, errors.InvalidTagError, "not begin with 'aws:'"),
        ({"principal_tags": {"a*": "sub"}}, errors.InvalidTagError, "must be letters"),
        ({"principal_tags": {f"t{number}": "sub" for number in range(51)}},
         errors.InvalidTagError, "at most 50"),
        ({"principal_tags": {"a": "x" * 230, "b": "y" * 231}},
         errors.InvalidTagError, "at most 460 bytes together, got 461"),
        ({"principal_tags": {"a": "${Token[Claim.1]}"}}, errors.InvalidTagError, "known already"),
        ({"principal_tags": {"${Token[Key.1]}": "sub"}}, errors.InvalidTagError, "known already"),
        ({"claim_reasons": ["sub"]}, errors.InvalidInputError, "must be a mapping of claims"),
        ({"claim_reasons": {"email": "ok"}}, errors.InvalidInputError, "at least 20 characters"),
    ],
)  # fmt: skip
def test_a_map_that_would_not_hold_is_refused(
    arguments: dict[str, Any], error: type[errors.InvalidInputError], says: str, stack: Stack
) -> None:
    with pytest.raises(error, match=f"^Stack/Pool: .*{says}"):
        IdentityPoolRoles(stack, "Pool", user_pool_clients=[client()], **arguments)
    assert not stack.node.children
