"""A pool with groups, rules, tags and guests: who gets each role, and what it can do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from least_privilege.access import PolicySet, escalations
from least_privilege.template import Reading

from .kit import (
    BUCKET,
    GUEST,
    ME,
    OPENID,
    ROLES,
    SAML,
    SIGNED_IN,
    SOMEBODY,
    TABLE,
    can_assume,
    claims,
    doing,
    read_pool,
    role_of,
)

OTHER_POOL = "eu-central-1:99999999-2222-3333-4444-555555555555"
RED = {"tenant": "red"}
OF_USERS = [name for name in ROLES if name != "guest"]


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return read_pool(tmp_path_factory.mktemp("assembly"))


def properties(reading: Reading, resource_type: str) -> list[dict[str, Any]]:
    return [dict(each.properties) for each in reading.resources if each.type == resource_type]


def test_nothing_of_it_is_left_open(reading: Reading) -> None:
    assert not reading.findings
    assert {role.construct_path.split("/")[2] for role in reading.roles} == set(ROLES.values())


# Who gets which role ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", OF_USERS)
@pytest.mark.parametrize(
    ("amr", "pool", "tags", "allowed"),
    [
        (SIGNED_IN, "", None, True),
        (SIGNED_IN, "", RED, True),
        (GUEST, "", None, False),
        (SIGNED_IN, OTHER_POOL, None, False),
        (SIGNED_IN, OTHER_POOL, RED, False),
        (SIGNED_IN, "", {"tenant": "red", "admin": "yes"}, False),
    ],
)
def test_signed_in_identities_of_this_pool_alone_get_a_role(
    name: str,
    amr: list[str],
    pool: str,
    tags: dict[str, str] | None,
    allowed: bool,
    reading: Reading,
) -> None:
    context = claims(reading, amr, pool=pool, tags=tags)
    assert can_assume(role_of(reading, name), context) is allowed


@pytest.mark.parametrize(
    ("amr", "pool", "tags", "allowed"),
    [
        (GUEST, "", None, True),
        (SIGNED_IN, "", None, False),
        (GUEST, OTHER_POOL, None, False),
        (GUEST, "", RED, False),
    ],
)
def test_guests_of_this_pool_alone_get_the_role_of_guests(
    amr: list[str], pool: str, tags: dict[str, str] | None, allowed: bool, reading: Reading
) -> None:
    context = claims(reading, amr, pool=pool, tags=tags)
    assert can_assume(role_of(reading, "guest"), context) is allowed


def test_one_attachment_has_them_all(reading: Reading) -> None:
    (attachment,) = reading.identity_pool_attachments
    assert attachment.authenticated_role == role_of(reading, "authenticated").arn
    assert attachment.unauthenticated_role == role_of(reading, "guest").arn
    assert attachment.mapped_roles == (role_of(reading, "sales").arn,)
    assert attachment.uses_token_roles
    (raw,) = properties(reading, "AWS::Cognito::IdentityPoolRoleAttachment")
    (client,) = properties(reading, "AWS::Cognito::IdentityPool")[0]["CognitoIdentityProviders"]
    by_provider = {each["IdentityProvider"]: each for each in raw["RoleMappings"].values()}
    by_token = f"{client['ProviderName']}:{client['ClientId']}"
    assert set(by_provider) == {by_token, SAML}
    assert by_provider[by_token]["Type"] == "Token"
    assert by_provider[SAML]["RulesConfiguration"]["Rules"] == [
        {
            "Claim": "department",
            "MatchType": "Equals",
            "Value": "sales",
            "RoleARN": role_of(reading, "sales").arn,
        }
    ]
    assert {each["AmbiguousRoleResolution"] for each in by_provider.values()} == {"Deny"}


def test_the_groups_are_made_with_their_roles(reading: Reading) -> None:
    groups = properties(reading, "AWS::Cognito::UserPoolGroup")
    assert {each["GroupName"]: (each["Precedence"], each["RoleArn"]) for each in groups} == {
        "editors": (1, role_of(reading, "editors").arn),
        "auditors": (2, role_of(reading, "auditors").arn),
    }


def test_the_pool_checks_tokens_and_takes_no_role_from_the_app(reading: Reading) -> None:
    (pool,) = properties(reading, "AWS::Cognito::IdentityPool")
    assert pool["AllowClassicFlow"] is False
    assert pool["AllowUnauthenticatedIdentities"] is True
    assert [each["ServerSideTokenCheck"] for each in pool["CognitoIdentityProviders"]] == [True]
    assert pool["SamlProviderARNs"] == [SAML]
    assert pool["OpenIdConnectProviderARNs"] == [OPENID]
    assert pool["SupportedLoginProviders"] == {
        "accounts.google.com": "12345.apps.googleusercontent.com"
    }


def test_every_provider_has_the_tag_map(reading: Reading) -> None:
    maps = properties(reading, "AWS::Cognito::IdentityPoolPrincipalTag")
    (pool,) = properties(reading, "AWS::Cognito::IdentityPool")
    assert {each["IdentityProviderName"] for each in maps} == {
        pool["CognitoIdentityProviders"][0]["ProviderName"],
        SAML,
        OPENID,
        "accounts.google.com",
    }
    for each in maps:
        assert each["PrincipalTags"] == {"tenant": "custom:tenant"}
        assert each["UseDefaults"] is False


# What a role can do ----------------------------------------------------------------------------

WRITE, READ, LIST = "s3:PutObject", "s3:GetObject", "s3:ListBucket"
GET, QUERY, SCAN = "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"


def keys(*values: str) -> dict[str, Any]:
    return {"dynamodb:LeadingKeys": list(values)}


@pytest.mark.parametrize(
    ("name", "action", "resource", "tags", "more", "allowed"),
    [
        ("authenticated", READ, f"{BUCKET}/{ME}/a.png", {}, {}, True),
        ("authenticated", READ, f"{BUCKET}/{SOMEBODY}/a.png", {}, {}, False),
        ("authenticated", READ, f"{BUCKET}/public/a.png", {}, {}, True),
        ("authenticated", WRITE, f"{BUCKET}/{ME}/a.png", {}, {}, False),
        ("authenticated", WRITE, f"{BUCKET}/tenants/red/a.png", RED, {}, False),
        ("authenticated", GET, TABLE, {}, keys(ME), True),
        ("authenticated", GET, TABLE, {}, keys(SOMEBODY), False),
        ("authenticated", GET, TABLE, {}, keys(ME, SOMEBODY), False),
        ("authenticated", SCAN, TABLE, {}, {}, False),
        ("editors", WRITE, f"{BUCKET}/tenants/red/a.png", RED, {}, True),
        ("editors", WRITE, f"{BUCKET}/tenants/blue/a.png", RED, {}, False),
        ("editors", WRITE, f"{BUCKET}/tenants/reddish/a.png", RED, {}, False),
        ("editors", WRITE, f"{BUCKET}/tenants/red/a.png", {}, {}, False),
        ("editors", WRITE, f"{BUCKET}/tenants/red/a.png", {"team": "red"}, {}, False),
        ("editors", WRITE, f"{BUCKET}/tenants//a.png", {}, {}, False),
        ("editors", LIST, BUCKET, RED, {"s3:prefix": "tenants/red/"}, True),
        ("editors", LIST, BUCKET, RED, {"s3:prefix": "tenants/blue/"}, False),
        ("editors", LIST, BUCKET, RED, {"s3:prefix": "tenants/"}, False),
        ("editors", LIST, BUCKET, RED, {}, False),
        ("editors", QUERY, TABLE, RED, keys("red"), True),
        ("editors", QUERY, TABLE, RED, keys("red#2026"), True),
        ("editors", QUERY, TABLE, RED, keys("redwood"), False),
        ("editors", QUERY, TABLE, RED, keys("blue"), False),
        ("editors", QUERY, TABLE, RED, keys("red", "blue"), False),
        ("editors", QUERY, TABLE, {}, keys("red"), False),
        ("auditors", LIST, BUCKET, {}, {"s3:prefix": "tenants/"}, True),
        ("auditors", READ, f"{BUCKET}/{ME}/a.png", {}, {}, False),
        ("sales", WRITE, f"{BUCKET}/sales/{ME}/a.png", {}, {}, True),
        ("sales", WRITE, f"{BUCKET}/sales/{SOMEBODY}/a.png", {}, {}, False),
        ("sales", READ, f"{BUCKET}/sales/{ME}/a.png", {}, {}, False),
        ("guest", READ, f"{BUCKET}/public/a.png", {}, {}, True),
        ("guest", READ, f"{BUCKET}/{ME}/a.png", {}, {}, False),
        ("guest", WRITE, f"{BUCKET}/public/a.png", {}, {}, False),
    ],
)
def test_a_role_reaches_what_is_its_users_and_nothing_else(
    name: str,
    action: str,
    resource: str,
    tags: dict[str, str],
    more: dict[str, Any],
    allowed: bool,
    reading: Reading,
) -> None:
    evaluation = doing(role_of(reading, name), action, resource, tags=tags, more=more)
    assert evaluation.is_allowed is allowed, evaluation.explain()


def test_a_tag_of_the_role_is_one_of_every_session_that_lacks_it(reading: Reading) -> None:
    """Which is why the roles of a pool must have none of its principal tags."""
    editors = replace(role_of(reading, "editors"), tags={"tenant": "red"})
    red, blue = (f"{BUCKET}/tenants/{tenant}/a.png" for tenant in ("red", "blue"))
    assert doing(editors, WRITE, red).is_allowed
    assert not doing(editors, WRITE, blue).is_allowed
    assert doing(editors, WRITE, blue, tags={"tenant": "blue"}).is_allowed
    assert not doing(editors, WRITE, red, tags={"tenant": "blue"}).is_allowed


@pytest.mark.parametrize("name", ROLES)
def test_no_role_of_the_pool_raises_its_own_privileges(name: str, reading: Reading) -> None:
    role = role_of(reading, name)
    policies = PolicySet(identity=role.policy_set().identity)
    report = escalations(policies, principal=role.session(), targets=reading.targets())
    assert not report.found, report.explain()
