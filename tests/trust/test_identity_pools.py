"""Who gets the credentials of a role that trusts an identity pool."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege import errors
from least_privilege.access import Principal
from least_privilege.trust import IdentityPool, identity_pool_issuer, identity_variable

from .kit import assuming

POOL = "eu-central-1:11111111-2222-3333-4444-555555555555"
OTHER_POOL = "eu-central-1:99999999-2222-3333-4444-555555555555"
ISSUER = "cognito-identity.amazonaws.com"
ASSUME = "sts:AssumeRoleWithWebIdentity"
SIGNED_IN = ["authenticated", "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x"]
GUEST = ["unauthenticated"]


def token(amr: list[str], *, pool: str = POOL, **tags: str) -> dict[str, Any]:
    """What the request holds that Cognito makes: its token, and the tags of the session."""
    context: dict[str, Any] = {
        f"{ISSUER}:aud": pool,
        f"{ISSUER}:amr": amr,
        f"{ISSUER}:sub": "eu-central-1:00000000-1111-2222-3333-444444444444",
    }
    if tags:
        context |= {f"aws:RequestTag/{key}": value for key, value in tags.items()}
        context["aws:TagKeys"] = list(tags)
    return context


def gets_in(trust: IdentityPool, context: dict[str, Any], *, issuer: str = ISSUER) -> bool:
    tagged = "aws:TagKeys" in context
    actions = (ASSUME, "sts:TagSession") if tagged else (ASSUME,)
    return assuming(trust, Principal.federated(issuer), context, actions=actions).is_allowed


PEOPLE = IdentityPool(identity_pool_id=POOL)
GUESTS = IdentityPool(identity_pool_id=POOL, guests=True)
TENANTS = IdentityPool(identity_pool_id=POOL, principal_tags=("tenant", "plan"))


@pytest.mark.parametrize(
    ("trust", "context", "allowed"),
    [
        (PEOPLE, token(SIGNED_IN), True),
        (PEOPLE, token(GUEST), False),
        (PEOPLE, token(SIGNED_IN, pool=OTHER_POOL), False),
        (PEOPLE, {f"{ISSUER}:amr": SIGNED_IN}, False),
        (PEOPLE, {f"{ISSUER}:aud": POOL}, False),
        (PEOPLE, {}, False),
        (GUESTS, token(GUEST), True),
        (GUESTS, token(SIGNED_IN), False),
        (GUESTS, token(GUEST, pool=OTHER_POOL), False),
    ],
)
def test_identities_of_this_pool_alone_get_the_role_of_their_kind(
    trust: IdentityPool, context: dict[str, Any], allowed: bool
) -> None:
    assert gets_in(trust, context) is allowed


@pytest.mark.parametrize(
    "caller",
    [
        Principal.federated("accounts.google.com"),
        Principal.service("cognito-idp.amazonaws.com"),
        Principal.user("arn:aws:iam::111122223333:user/alice"),
    ],
)
def test_nobody_else_gets_in_with_the_same_claims(caller: Principal) -> None:
    assert not assuming(PEOPLE, caller, token(SIGNED_IN), actions=(ASSUME,)).is_allowed


@pytest.mark.parametrize(
    ("trust", "context", "allowed"),
    [
        (TENANTS, token(SIGNED_IN, tenant="red"), True),
        (TENANTS, token(SIGNED_IN, tenant="red", plan="free"), True),
        (TENANTS, token(SIGNED_IN), True),
        (TENANTS, token(SIGNED_IN, tenant="red", role="admin"), False),
        (TENANTS, token(SIGNED_IN, pool=OTHER_POOL, tenant="red"), False),
        (TENANTS, token(GUEST, tenant="red"), False),
        (PEOPLE, token(SIGNED_IN, tenant="red"), False),
    ],
)
def test_the_pool_writes_the_named_tags_into_the_session_and_no_others(
    trust: IdentityPool, context: dict[str, Any], allowed: bool
) -> None:
    assert gets_in(trust, context) is allowed


@pytest.mark.parametrize(
    ("context", "allowed"),
    [
        (token(SIGNED_IN, tenant="red"), True),
        (token(SIGNED_IN), False),
        (token(GUEST, tenant="red"), False),
        (token(SIGNED_IN, pool=OTHER_POOL, tenant="red"), False),
    ],
)
def test_tagging_alone_asks_for_all_that_signing_in_does_and_for_tags(
    context: dict[str, Any], allowed: bool
) -> None:
    evaluation = assuming(
        TENANTS, Principal.federated(ISSUER), context, actions=("sts:TagSession",)
    )
    assert evaluation.is_allowed is allowed


@pytest.mark.parametrize(
    ("region", "issuer"),
    [
        ("eu-central-1", ISSUER),
        ("us-gov-west-1", "cognito-identity-us-gov.amazonaws.com"),
        ("us-gov-east-1", "cognito-identity.us-gov-east-1.amazonaws.com"),
        ("cn-north-1", "cognito-identity.cn-north-1.amazonaws.com.cn"),
        ("", ISSUER),
    ],
)
def test_each_partition_has_its_issuer(region: str, issuer: str) -> None:
    assert identity_pool_issuer(region) == issuer
    assert identity_variable(region) == f"${{{issuer}:sub}}"
    pool = f"{region}:11111111-2222-3333-4444-555555555555" if region else "${Token[Pool]}"
    (statement,) = IdentityPool(identity_pool_id=pool).statements()
    assert [each.identifier for each in statement.principals] == [issuer]
    assert [each.key for each in statement.conditions] == [f"{issuer}:aud", f"{issuer}:amr"]


def test_a_pool_that_is_not_there_yet_takes_the_region_that_it_is_told() -> None:
    pool = IdentityPool(identity_pool_id="${Token[Pool]}", region="us-gov-west-1")
    (statement,) = pool.statements()
    assert statement.principals[0].identifier == "cognito-identity-us-gov.amazonaws.com"


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"identity_pool_id": "pictures"}, errors.InvalidTrustError, "ID of one identity pool"),
        ({"identity_pool_id": "eu-central-1:*"}, errors.InvalidTrustError, "ID of one"),
        ({"identity_pool_id": None}, errors.InvalidTrustError, "ID of one identity pool"),
        ({"guests": "no"}, errors.InvalidTrustError, "guests must be True or False"),
        ({"region": "Frankfurt"}, errors.InvalidTrustError, "region must be a region like"),
        ({"region": 1}, errors.InvalidTrustError, "region must be a region like"),
        ({"region": "us-east-1"}, errors.InvalidTrustError, "must be that of the identity pool"),
        (
            {"identity_pool_id": POOL.replace("eu-central-1", "cn-northwest-1")},
            errors.InvalidTrustError,
            "in AWS China they are in cn-north-1",
        ),
        (
            {"identity_pool_id": "${Token[Pool]}", "region": "cn-northwest-1"},
            errors.InvalidTrustError,
            "in AWS China they are in cn-north-1",
        ),
        ({"principal_tags": "tenant"}, errors.InvalidTagError, "put it in brackets"),
        ({"principal_tags": [1]}, errors.InvalidTagError, "must be strings"),
        ({"principal_tags": ["aws:x"]}, errors.InvalidTagError, "must not begin with 'aws:'"),
        ({"principal_tags": ["te*"]}, errors.InvalidTagError, "must be letters"),
        ({"principal_tags": ["a", "A"]}, errors.InvalidTagError, "differ by more than case"),
        ({"principal_tags": ["a", "a"]}, errors.InvalidTagError, "each key once"),
        (
            {"principal_tags": ["a"], "guests": True},
            errors.InvalidTrustError,
            "guests have no claims",
        ),
    ],
)
def test_a_pool_that_would_not_hold_is_refused(
    arguments: dict[str, Any], error: type[errors.InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        IdentityPool(**({"identity_pool_id": POOL} | arguments))
