"""Temporary credentials for the users of an app: who gets them, and for what."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack, assertions

from least_privilege import errors
from least_privilege.identity_pool import IdentityPoolRoles, UserPoolClient, own_prefix
from least_privilege.permissions import ActionsOn, S3List, S3Read, S3Write
from least_privilege.roles import PolicyType
from tests.conftest import new_stack, only, resources

POOL_ID = "eu-central-1:11111111-2222-3333-4444-555555555555"
BUCKET = "arn:aws:s3:::pictures"
ROLE = "AWS::IAM::Role"
POOL = "AWS::Cognito::IdentityPool"
OWN = "${cognito-identity.amazonaws.com:sub}"
KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
CLIENT = UserPoolClient(
    client_id="abc", user_pool_provider_name="cognito-idp.eu-central-1.amazonaws.com/pool"
)
OWN_PICTURES = S3Write(bucket_arn=BUCKET, prefix=f"in/{OWN}/")
GUEST_PICTURES = S3Read(bucket_arn=BUCKET, prefix="public/")


def trust(sign_in: str, pool: str, issuer: str = "cognito-identity.amazonaws.com") -> Any:
    return [
        {
            "Effect": "Allow",
            "Principal": {"Federated": issuer},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {f"{issuer}:aud": pool},
                "ForAnyValue:StringLike": {f"{issuer}:amr": sign_in},
            },
        }
    ]


def roles_by_kind(stack: Stack) -> dict[str, dict[str, Any]]:
    return {
        "guest" if "GuestRole" in name else "authenticated": role
        for name, role in resources(stack, ROLE).items()
    }


def test_signed_in_users_of_the_clients_get_one_role_and_guests_none(stack: Stack) -> None:
    users = IdentityPoolRoles(
        stack, "Users", user_pool_clients=[CLIENT], authenticated_permissions=[OWN_PICTURES]
    )
    ((pool_id, pool),) = resources(stack, POOL).items()
    assert pool == {
        "AllowUnauthenticatedIdentities": False,
        "AllowClassicFlow": False,
        "CognitoIdentityProviders": [
            {
                "ClientId": "abc",
                "ProviderName": "cognito-idp.eu-central-1.amazonaws.com/pool",
                "ServerSideTokenCheck": True,
            }
        ],
    }
    ((role_id, role),) = resources(stack, ROLE).items()
    assert role["AssumeRolePolicyDocument"]["Statement"] == trust(
        "authenticated", f"${{{pool_id}}}"
    )
    assert role["Policies"][0]["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["s3:PutObject", "s3:AbortMultipartUpload"],
            "Resource": f"{BUCKET}/in/{OWN}/*",
        }
    ]
    assert "MaxSessionDuration" not in role
    assert only(stack, "AWS::Cognito::IdentityPoolRoleAttachment") == {
        "IdentityPoolId": f"${{{pool_id}}}",
        "Roles": {"authenticated": f"${{{role_id}.Arn}}"},
    }
    assert users.guest_role is None
    assert stack.resolve(users.identity_pool_id) == {"Ref": pool_id}


def test_guests_get_a_role_of_their_own_when_they_may_do_something(stack: Stack) -> None:
    users = IdentityPoolRoles(
        stack, "Users", user_pool_clients=[CLIENT], guest_permissions=[GUEST_PICTURES]
    )
    ((pool_id, pool),) = resources(stack, POOL).items()
    assert pool["AllowUnauthenticatedIdentities"] is True
    roles = roles_by_kind(stack)
    for kind, sign_in in (("guest", "unauthenticated"), ("authenticated", "authenticated")):
        statements = roles[kind]["AssumeRolePolicyDocument"]["Statement"]
        assert statements == trust(sign_in, f"${{{pool_id}}}")
    assert "Policies" not in roles["authenticated"]
    assert users.guest_role is not None
    attachment = only(stack, "AWS::Cognito::IdentityPoolRoleAttachment")
    assert set(attachment["Roles"]) == {"authenticated", "unauthenticated"}


def test_an_identity_pool_that_exists_gets_the_roles(stack: Stack) -> None:
    pool = POOL_ID
    IdentityPoolRoles(
        stack, "Users", identity_pool_id=pool, authenticated_permissions=[OWN_PICTURES]
    )
    assert not resources(stack, POOL)
    statements = only(stack, ROLE)["AssumeRolePolicyDocument"]["Statement"]
    assert statements == trust("authenticated", pool)
    assert only(stack, "AWS::Cognito::IdentityPoolRoleAttachment")["IdentityPoolId"] == pool


def test_the_roles_have_everything_that_they_are_given(stack: Stack) -> None:
    IdentityPoolRoles(
        stack,
        "Users",
        user_pool_clients=[CLIENT],
        authenticated_permissions=[OWN_PICTURES],
        shared_permissions=[S3List(bucket_arn=BUCKET, prefix="public/")],
        guest_permissions=[GUEST_PICTURES],
        identity_pool_name="pictures",
        role_name="SignedIn",
        path="/users/",
        description="Signed-in users",
        boundary="Ceiling",
        tags={"team": "a"},
        policy_type=PolicyType.CUSTOMER_MANAGED,
    )
    roles = roles_by_kind(stack)
    assert roles["authenticated"]["RoleName"] == "SignedIn"
    assert "RoleName" not in roles["guest"]
    assert roles["authenticated"]["Description"] == "Signed-in users"
    for role in roles.values():
        assert role["Path"] == "/users/"
        assert role["Tags"] == [{"Key": "team", "Value": "a"}]
        assert role["PermissionsBoundary"].endswith(":policy/Ceiling")
        assert len(role["ManagedPolicyArns"]) == 1
    assert only(stack, POOL)["IdentityPoolName"] == "pictures"
    assert len(resources(stack, "AWS::IAM::ManagedPolicy")) == 2


@pytest.mark.parametrize(
    ("region", "issuer"),
    [
        ("us-gov-west-1", "cognito-identity-us-gov.amazonaws.com"),
        ("us-gov-east-1", "cognito-identity.us-gov-east-1.amazonaws.com"),
    ],
)
def test_govcloud_has_an_issuer_of_its_own(region: str, issuer: str) -> None:
    stack = new_stack(region=region)
    assert own_prefix(stack) == f"${{{issuer}:sub}}/"
    pictures = S3Write(bucket_arn="arn:aws-us-gov:s3:::pictures", prefix=own_prefix(stack))
    IdentityPoolRoles(
        stack,
        "Users",
        identity_pool_id=f"{region}:11111111-2222-3333-4444-555555555555",
        authenticated_permissions=[pictures],
        role_name="SignedIn",
    )
    statements = only(stack, ROLE)["AssumeRolePolicyDocument"]["Statement"]
    assert statements == trust(
        "authenticated", f"{region}:11111111-2222-3333-4444-555555555555", issuer
    )


@pytest.mark.parametrize(
    ("region", "issuer"),
    [
        ("us-gov-west-1", "cognito-identity-us-gov.amazonaws.com"),
        ("us-gov-east-1", "cognito-identity.us-gov-east-1.amazonaws.com"),
    ],
)
def test_so_it_is_for_a_new_pool(region: str, issuer: str) -> None:
    stack = new_stack(region=region)
    IdentityPoolRoles(stack, "Users", user_pool_clients=[CLIENT], role_name="SignedIn")
    (pool_id,) = resources(stack, POOL)
    statements = only(stack, ROLE)["AssumeRolePolicyDocument"]["Statement"]
    assert statements == trust("authenticated", f"${{{pool_id}}}", issuer)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ({}, "the role for authenticated_permissions must have a role_name of at most 20"),
        ({"role_name": "x" * 21}, "the role for authenticated_permissions must"),
        ({"role_name": "x" * 20}, "the role for guest_permissions must"),
        ({"role_name": "x" * 20, "guest_role_name": "y" * 21}, "the role for guest_permissions"),
    ],
)
def test_in_govcloud_east_roles_have_short_names(names: dict[str, Any], says: str) -> None:
    stack = new_stack(region="us-gov-east-1")
    arguments: dict[str, Any] = {
        "user_pool_clients": [CLIENT],
        "guest_permissions": [S3Read(bucket_arn="arn:aws-us-gov:s3:::pictures", prefix="public/")],
    }
    with pytest.raises(errors.InvalidNameError, match=says):
        IdentityPoolRoles(stack, "Users", **arguments, **names)
    short: dict[str, Any] = {"role_name": "x" * 20, "guest_role_name": "y" * 20}
    IdentityPoolRoles(stack, "Users", **arguments, **short)
    made = {each["RoleName"] for each in resources(stack, ROLE).values()}
    assert made == set(short.values())


def test_a_pool_that_exists_has_one_construct_for_its_roles(stack: Stack) -> None:
    IdentityPoolRoles(stack, "Users", identity_pool_id=POOL_ID)
    with pytest.raises(errors.InvalidTrustError, match="attachment of roles would replace"):
        IdentityPoolRoles(stack, "Others", identity_pool_id=POOL_ID)
    assert [each.node.id for each in stack.node.children] == ["Users"]


# Bad input -------------------------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], type[errors.InvalidInputError], str]] = [
    ({}, errors.InvalidTrustError, "give either user_pool_clients"),
    ({"user_pool_clients": [CLIENT], "identity_pool_id": POOL_ID},
     errors.InvalidTrustError, "give either"),
    ({"user_pool_clients": [CLIENT], "identity_pool_name": ""}, errors.InvalidInputError,
     "identity_pool_name must be 1 to 128"),
    ({"user_pool_clients": [CLIENT], "identity_pool_name": "x" * 129}, errors.InvalidInputError,
     "identity_pool_name must be 1 to 128"),
    ({"user_pool_clients": [CLIENT], "identity_pool_name": "a/b"}, errors.InvalidInputError,
     "identity_pool_name must be 1 to 128"),
    ({"user_pool_clients": [CLIENT], "identity_pool_name": 1}, errors.InvalidInputError,
     "identity_pool_name must be 1 to 128"),
    ({"identity_pool_id": POOL_ID, "identity_pool_name": "a"}, errors.InvalidInputError,
     "is for a new pool"),
    ({"identity_pool_id": ""}, errors.InvalidTrustError, "must be a string"),
    ({"identity_pool_id": 1}, errors.InvalidTrustError, "must be a string"),
    ({"identity_pool_id": POOL_ID.replace("eu-central-1", "us-east-1")},
     errors.InvalidTrustError, "a pool in the region of the stack, eu-central-1"),
    ({"user_pool_clients": [CLIENT], "identity_pool_name": "Пул"}, errors.InvalidInputError,
     "identity_pool_name must be 1 to 128"),
    ({"user_pool_clients": [CLIENT], "identity_pool_name": "a\n"}, errors.InvalidInputError,
     "identity_pool_name must be 1 to 128"),
    ({"identity_pool_id": "eu-central-1:*"}, errors.InvalidTrustError, "one identity pool"),
    ({"identity_pool_id": "pictures"}, errors.InvalidTrustError, "one identity pool"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "error", "says"), REFUSED)
def test_an_identity_pool_that_would_not_hold_is_refused(
    stack: Stack, arguments: dict[str, Any], error: type[errors.InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=f"^Stack/Users.*: .*{says}"):
        IdentityPoolRoles(stack, "Users", **arguments)
    assert not stack.node.children


def test_guests_of_an_identity_pool_that_exists_are_a_matter_of_that_pool(stack: Stack) -> None:
    users = IdentityPoolRoles(
        stack,
        "Users",
        identity_pool_id=POOL_ID,
        guest_permissions=[GUEST_PICTURES],
    )
    assert users.guest_role is not None
    assert not resources(stack, POOL)


@pytest.mark.parametrize(
    ("action", "resource", "warned"),
    [
        ("s3:GetObject", f"{BUCKET}/public/a", False),
        ("kms:Decrypt", KEY, False),
        ("kms:CreateGrant", KEY, True),
        ("geo:GetMapTile", "arn:aws:geo:eu-central-1:111122223333:map/a", False),
        ("geo:DeleteMap", "arn:aws:geo:eu-central-1:111122223333:map/a", True),
        ("secretsmanager:GetSecretValue",
         "arn:aws:secretsmanager:eu-central-1:111122223333:secret:a-123456", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("later", [False, True])
def test_what_cognito_keeps_from_guests_is_told(
    stack: Stack, action: str, resource: str, warned: bool, later: bool
) -> None:
    permission = ActionsOn(actions=(action,), resources=(resource,))
    users = IdentityPoolRoles(
        stack,
        "Users",
        user_pool_clients=[CLIENT],
        guest_permissions=[GUEST_PICTURES if later else permission],
    )
    if later:
        assert users.guest_role is not None
        users.guest_role.allow(permission)
    found = assertions.Annotations.from_stack(stack).find_warning(
        "*", assertions.Match.string_like_regexp("which Cognito keeps from guests")
    )
    assert bool(found) is warned
