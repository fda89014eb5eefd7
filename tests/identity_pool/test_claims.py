"""Claims that users can change themselves decide on nothing."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack, Tags, aws_cognito as cognito
from constructs import IConstruct

from least_privilege import errors
from least_privilege.identity_pool import (
    HardenedUserPoolClient,
    IdentityPoolRoles,
    RuleRole,
    SocialProvider,
    UserPoolClient,
)
from least_privilege.permissions import S3Read
from tests.conftest import new_stack, only, resources

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
        ("email_verified", UNKNOWN, True),
        ("custom:Tenant", TENANT_TOO, False),
        ("Custom:tenant", UNKNOWN, False),
        ("Email", UNKNOWN, False),
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


@pytest.mark.parametrize(
    ("claim", "who"),
    [
        ("cognito:username", "users of the app client abc who sign up themselves choose"),
        ("username", "users of the app client abc who sign up themselves choose"),
        ("Cognito:Username", "users of the app client abc who sign up themselves choose"),
        ("nonce", "apps that sign in at the app client abc choose"),
    ],
)
@pytest.mark.parametrize("kind", ["tag", "rule"])
def test_what_people_choose_when_they_sign_up_or_in_is_no_tag_and_chooses_no_role(
    kind: str, claim: str, who: str, stack: Stack
) -> None:
    arguments: dict[str, Any] = (
        {"principal_tags": {"tenant": claim}}
        if kind == "tag"
        else {"rule_roles": [RuleRole(name="Rule", claim=claim, value="admin")]}
    )
    with pytest.raises(errors.InvalidTrustError, match=f"but {who} '{claim}'"):
        IdentityPoolRoles(stack, "Pool", user_pool_clients=[NAME_ALONE], **arguments)


def test_a_rule_is_about_the_claims_of_its_own_provider_alone(stack: Stack) -> None:
    IdentityPoolRoles(
        stack,
        "Pool",
        user_pool_clients=[UNKNOWN],
        saml_provider_arns=[SAML],
        rule_roles=[RuleRole(name="Mail", claim="email", value="x", provider=SAML)],
    )
    assert "'Claim': 'email'" in str(
        only(stack, "AWS::Cognito::IdentityPoolRoleAttachment")["RoleMappings"]
    )


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


def test_a_reason_for_one_claim_admits_no_other(stack: Stack) -> None:
    with pytest.raises(errors.InvalidTrustError, match="may write 'custom:tenant'"):
        IdentityPoolRoles(
            stack,
            "Pool",
            user_pool_clients=[TENANT_TOO],
            principal_tags={"tenant": "custom:tenant", "label": "name"},
            claim_reasons={"name": "a label of what is theirs, on which no access hangs"},
        )


def test_two_clients_of_a_user_pool_have_one_map(stack: Stack) -> None:
    other = UserPoolClient(client_id="def", user_pool_provider_name=PROVIDER)
    IdentityPoolRoles(
        stack, "Pool", user_pool_clients=[client(), other], principal_tags={"who": "sub"}
    )
    assert only(stack, MAP)["IdentityProviderName"] == PROVIDER


@pytest.mark.parametrize(
    ("claim", "allowed"),
    [
        ("email", False),
        ("Email", False),
        ("name", False),
        ("first_name", False),
        ("nonce", False),
        ("sub", True),
        ("hd", True),
        ("user_id", True),
        ("custom:tenant", True),
    ],
)
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
        with pytest.raises(errors.InvalidTrustError, match=r"accounts\.google\.com may choose"):
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


def test_of_a_list_that_is_known_at_deployment_only_nothing_is_known(stack: Stack) -> None:
    pool = cognito.UserPool(stack, "Users")
    made = pool.add_client("App")
    names = CfnParameter(stack, "Names", type="CommaDelimitedList").value_as_list
    resource = made.node.default_child
    assert isinstance(resource, cognito.CfnUserPoolClient)
    resource.write_attributes = names
    assert UserPoolClient.of(pool, made).writable_attributes is None
    assert client("name", names[0]).writable_attributes is None
    assert client("name", "${Token[Name.1]}").writable_attributes is None
    assert client().writable_attributes is None


@pytest.mark.parametrize(
    "name",
    ["tenant", "Custom:tenant", "fullname", "", "custom:", "custom:a b", "custom:" + 21 * "x"],
)
def test_writable_attributes_have_the_names_that_cognito_gives_them(name: str) -> None:
    with pytest.raises(errors.InvalidInputError, match="attributes by Cognito's names"):
        client("name", name)
    assert client("name", "dev:custom:a", "custom:a", "email_verified").writable_attributes


# Looked at once more when the app is validated -------------------------------------------------


def validated(stack: Stack) -> list[str]:
    return [
        each for construct in stack.node.root.node.find_all() for each in construct.node.validate()
    ]


@pytest.fixture
def users(stack: Stack) -> cognito.UserPool:
    return cognito.UserPool(
        stack, "Users", custom_attributes={"tenant": cognito.StringAttribute(mutable=True)}
    )


def tenants(
    stack: Stack, users: cognito.UserPool, app: cognito.UserPoolClient, **arguments: Any
) -> IdentityPoolRoles:
    return IdentityPoolRoles(
        stack,
        "Pool",
        user_pool_clients=[UserPoolClient.of(users, app)],
        **({"principal_tags": {"tenant": "custom:tenant"}} | arguments),
    )


def test_another_client_of_the_user_pool_that_takes_all_attributes_is_found(
    stack: Stack, users: cognito.UserPool
) -> None:
    app = HardenedUserPoolClient(users, "Web", user_pool=users)
    tenants(stack, users, app)
    assert not validated(stack)
    cognito.UserPool(stack, "Others").add_client("App")
    assert not validated(stack)
    users.add_client("Phone")
    (problem,) = validated(stack)
    assert "the app client Stack/Users/Phone lists no writable attributes" in problem
    assert "'custom:tenant'" in problem


def test_so_is_one_for_a_rule_and_one_that_is_handed_over_and_changed_later(
    stack: Stack, users: cognito.UserPool
) -> None:
    app = HardenedUserPoolClient(users, "Web", user_pool=users)
    rule = RuleRole(name="Rule", claim="custom:tenant", value="x")
    tenants(stack, users, app, principal_tags=None, rule_roles=[rule])
    resource = app.node.default_child
    assert isinstance(resource, cognito.CfnUserPoolClient)
    resource.write_attributes = ["custom:tenant"]
    (problem,) = validated(stack)
    assert "users of the app client Stack/Users/Web may write 'custom:tenant'" in problem


def test_so_is_one_that_was_given_by_its_names_and_one_in_another_stack(
    stack: Stack, users: cognito.UserPool
) -> None:
    app = HardenedUserPoolClient(users, "Web", user_pool=users)
    IdentityPoolRoles(
        stack,
        "Pool",
        user_pool_clients=[
            UserPoolClient(
                client_id=app.user_pool_client_id,
                user_pool_provider_name=users.user_pool_provider_name,
                writable_attributes=("name",),
            )
        ],
        principal_tags={"tenant": "custom:tenant"},
    )
    cognito.CfnUserPoolClient(stack, "Plain", user_pool_id=users.user_pool_id)
    assert len(validated(stack)) == 1


def test_pools_of_two_stacks_with_the_same_logical_id_are_two(stack: Stack) -> None:
    app = stack.node.root
    for each in (stack, new_stack("Other", app=app)):  # type: ignore[arg-type]
        users = cognito.UserPool(
            each, "Users", custom_attributes={"tenant": cognito.StringAttribute(mutable=True)}
        )
        if each is stack:
            tenants(stack, users, HardenedUserPoolClient(users, "Web", user_pool=users))
        else:
            users.add_client("Web")
    assert not validated(stack)


def test_a_client_in_another_stack_is_of_the_user_pool_as_well(
    stack: Stack, users: cognito.UserPool
) -> None:
    tenants(stack, users, HardenedUserPoolClient(users, "Web", user_pool=users))
    other = new_stack("Other", app=stack.node.root)  # type: ignore[arg-type]
    cognito.UserPoolClient(other, "Phone", user_pool=users)
    (problem,) = validated(stack)
    assert "the app client Other/Phone lists no writable attributes" in problem


def test_a_reason_admits_them_too(stack: Stack, users: cognito.UserPool) -> None:
    tenants(
        stack,
        users,
        HardenedUserPoolClient(users, "Web", user_pool=users),
        claim_reasons={"custom:tenant": "immutable, and accounts are made by administrators"},
    )
    users.add_client("Phone")
    assert not validated(stack)


@pytest.mark.parametrize("where", ["app", "stack", "role", "guests"])
def test_no_role_has_a_tag_of_its_users_from_around_it(
    where: str, users: cognito.UserPool, stack: Stack
) -> None:
    """IAM takes a role's own tag for one that the session lacks."""
    pool = tenants(
        stack,
        users,
        HardenedUserPoolClient(users, "Web", user_pool=users),
        guest_permissions=[S3Read(bucket_arn="arn:aws:s3:::pictures", prefix="public/")],
    )
    assert pool.guest_role is not None
    scopes: dict[str, IConstruct] = {
        "app": stack.node.root,
        "stack": stack,
        "role": pool.authenticated_role,
        "guests": pool.guest_role,
    }
    Tags.of(stack).add("team", "a")
    Tags.of(scopes[where]).add("Tenant", "red")
    with pytest.raises(RuntimeError, match="which is a key of principal_tags"):
        stack.node.root.synth()  # type: ignore[attr-defined]


def test_a_stack_lends_its_tags_to_its_roles(users: cognito.UserPool, stack: Stack) -> None:
    """CloudFormation does, whatever the template says."""
    tenants(stack, users, HardenedUserPoolClient(users, "Web", user_pool=users))
    stack.tags.set_tag("tenant", "red")
    (problem,) = validated(stack)
    assert "the tag 'tenant' of the stack Stack" in problem


def test_tags_that_are_kept_away_from_roles_and_stacks_are_none_of_theirs(
    users: cognito.UserPool, stack: Stack
) -> None:
    tenants(stack, users, HardenedUserPoolClient(users, "Web", user_pool=users))
    Tags.of(stack).add("tenant", "red", exclude_resource_types=["AWS::IAM::Role", "aws:cdk:stack"])
    stack.node.root.synth()  # type: ignore[attr-defined]
    assert "Tags" not in only(stack, "AWS::IAM::Role")


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
        ({"principal_tags": {"a": "\0 "}}, errors.InvalidTagError, "printable characters"),
        ({"principal_tags": {"a": " sub"}}, errors.InvalidTagError, "blanks around them"),
        ({"principal_tags": {"a": "sub"}, "claim_reasons": {"typo": "users cannot change this"}},
         errors.InvalidInputError, "claims of principal_tags or rule_roles, got 'typo'; .*'sub'"),
        ({"principal_tags": {"tenant": "sub"}, "tags": {"Tenant": "red"}}, errors.InvalidTagError,
         "tags must not have a key of principal_tags, got 'Tenant': .*users without the claim"),
        ({"principal_tags": {"tenant": "sub"}, "tags": {"${Token[Key.1]}": "red"}},
         errors.InvalidTagError, "tags must not have a key of principal_tags"),
    ],
)  # fmt: skip
def test_a_map_that_would_not_hold_is_refused(
    arguments: dict[str, Any], error: type[errors.InvalidInputError], says: str, stack: Stack
) -> None:
    with pytest.raises(error, match=f"^Stack/Pool: .*{says}"):
        IdentityPoolRoles(stack, "Pool", user_pool_clients=[client()], **arguments)
    assert not stack.node.children
