"""Roles by group and by rule: whose they are, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from aws_cdk import Fn, Stack, aws_cognito as cognito

from least_privilege import errors
from least_privilege.identity_pool import (
    AmbiguousRoleResolution,
    ClaimMatch,
    GroupRole,
    IdentityPoolRoles,
    RuleRole,
    SocialProvider,
    UserPoolClient,
)
from least_privilege.permissions import S3List
from tests.conftest import new_stack, only, resources

POOL_ID = "eu-central-1:11111111-2222-3333-4444-555555555555"
IDP = "cognito-idp.eu-central-1.amazonaws.com"
SAML = "arn:aws:iam::111122223333:saml-provider/corp"
OPENID = "arn:aws:iam::111122223333:oidc-provider/login.example.com"
ATTACHMENT = "AWS::Cognito::IdentityPoolRoleAttachment"
GROUP = "AWS::Cognito::UserPoolGroup"
ROLE = "AWS::IAM::Role"


def client(client_id: str = "web", pool: str = "eu-central-1_a") -> UserPoolClient:
    return UserPoolClient(
        client_id=client_id,
        user_pool_provider_name=f"{IDP}/{pool}",
        writable_attributes=("name",),
    )


WEB, PHONE, STAFF = client(), client("phone"), client("staff", "eu-central-1_b")
LISTING = S3List(bucket_arn="arn:aws:s3:::pictures")
EDITORS = GroupRole(group_name="editors", precedence=1)
READERS = GroupRole(group_name="readers", precedence=2)
SALES = RuleRole(name="Sales", claim="department", value="sales")


def mappings(stack: Stack) -> dict[str, dict[str, Any]]:
    """By the provider that each is for."""
    found = only(stack, ATTACHMENT).get("RoleMappings", {})
    return {each["IdentityProvider"]: each for each in found.values()}


def test_without_groups_and_rules_everybody_gets_the_authenticated_role(stack: Stack) -> None:
    IdentityPoolRoles(stack, "Pool", user_pool_clients=[WEB])
    assert "RoleMappings" not in only(stack, ATTACHMENT)


def test_all_clients_of_a_user_pool_take_the_role_from_the_token(stack: Stack) -> None:
    pool = IdentityPoolRoles(
        stack,
        "Pool",
        user_pool_clients=[WEB, PHONE, STAFF],
        group_roles=[GroupRole(group_name="editors", precedence=1, user_pool_clients=(WEB,))],
    )
    assert {name: each["Type"] for name, each in mappings(stack).items()} == {
        f"{IDP}/eu-central-1_a:web": "Token",
        f"{IDP}/eu-central-1_a:phone": "Token",
    }
    assert only(stack, GROUP)["UserPoolId"] == "eu-central-1_a"
    assert list(pool.group_roles) == ["editors"]
    assert not pool.rule_roles


def test_a_group_can_be_in_several_user_pools(stack: Stack) -> None:
    IdentityPoolRoles(
        stack,
        "Pool",
        user_pool_clients=[WEB, STAFF],
        group_roles=[
            GroupRole(group_name="editors", precedence=1, user_pool_clients=(WEB, STAFF)),
        ],
    )
    groups = resources(stack, GROUP).values()
    assert {each["UserPoolId"] for each in groups} == {"eu-central-1_a", "eu-central-1_b"}
    assert len({each["RoleArn"] for each in groups}) == 1


def groups(*clients: UserPoolClient, of: Sequence[UserPoolClient]) -> dict[str, Any]:
    stack = new_stack()
    group = GroupRole(group_name="editors", precedence=1, user_pool_clients=clients)
    IdentityPoolRoles(stack, "Pool", user_pool_clients=of, group_roles=[group])
    return resources(stack, GROUP)


def test_a_user_pool_that_joins_moves_no_group() -> None:
    """CloudFormation would delete the group under its old ID, and its members with it."""
    alone = groups(WEB, of=[WEB])
    both = groups(WEB, STAFF, of=[WEB, STAFF])
    assert len(both) == 2
    assert alone.items() <= both.items()
    assert both == groups(STAFF, WEB, of=[STAFF, WEB])


def test_nor_does_one_of_the_cdk() -> None:
    def made(*names: str) -> dict[str, Any]:
        stack = new_stack()
        clients = []
        for name in names:
            pool = cognito.UserPool(stack, name)
            clients.append(UserPoolClient.of(pool, pool.add_client("App")))
        group = GroupRole(group_name="editors", precedence=1, user_pool_clients=tuple(clients))
        IdentityPoolRoles(stack, "Pool", user_pool_clients=clients, group_roles=[group])
        return resources(stack, GROUP)

    assert made("One").items() <= made("Two", "One").items()


def test_the_first_client_that_is_named_says_where_a_group_is(stack: Stack) -> None:
    """Of two clients of one user pool; all say the same unless one was given by hand."""
    provider = Fn.import_value("Provider")
    known = UserPoolClient(
        client_id="web", user_pool_provider_name=provider, user_pool_id="eu-central-1_a"
    )
    unknown = UserPoolClient(client_id="phone", user_pool_provider_name=provider)
    IdentityPoolRoles(
        stack, "Pool", user_pool_clients=[known, unknown], group_roles=[in_pools(known, unknown)]
    )
    assert only(stack, GROUP)["UserPoolId"] == "eu-central-1_a"


def test_a_provider_that_joins_or_goes_moves_no_tag_map() -> None:
    def maps(
        *saml: str, clients: Sequence[UserPoolClient] = (), openid: Sequence[str] = ()
    ) -> dict[str, Any]:
        stack = new_stack()
        IdentityPoolRoles(
            stack,
            "Pool",
            user_pool_clients=clients,
            saml_provider_arns=saml,
            openid_connect_provider_arns=openid,
            principal_tags={"who": "sub"},
        )
        return resources(stack, "AWS::Cognito::IdentityPoolPrincipalTag")

    assert maps(SAML).items() <= maps(f"{SAML}2", SAML).items()
    assert maps(openid=[OPENID]).items() <= maps(openid=[f"{OPENID}/a", OPENID]).items()
    staff = maps(clients=[STAFF])
    assert staff.items() <= maps(clients=[WEB, PHONE, STAFF]).items()


def test_providers_of_which_nothing_is_known_are_told_apart_by_their_place(stack: Stack) -> None:
    arns = [Fn.import_value("One"), Fn.import_value("Two")]
    IdentityPoolRoles(
        stack, "Pool", saml_provider_arns=[*arns, SAML], principal_tags={"who": "sub"}
    )
    maps = resources(stack, "AWS::Cognito::IdentityPoolPrincipalTag")
    assert {each["IdentityProviderName"] for each in maps.values()} == {
        "${import One}",
        "${import Two}",
        SAML,
    }
    assert {name[: len("PoolSaml1Tags")] for name in maps} > {"PoolSaml1Tags", "PoolSaml2Tags"}


def test_groups_whose_names_differ_by_a_slash_are_two(stack: Stack) -> None:
    IdentityPoolRoles(
        stack,
        "Pool",
        user_pool_clients=[WEB],
        group_roles=[
            GroupRole(group_name="a/b", precedence=1),
            GroupRole(group_name="a--b", precedence=2),
        ],
    )
    found = resources(stack, GROUP).values()
    assert {each["GroupName"] for each in found} == {"a/b", "a--b"}
    assert len({each["RoleArn"] for each in found}) == 2


def test_a_group_is_made_once(stack: Stack) -> None:
    IdentityPoolRoles(stack, "Pool", user_pool_clients=[WEB], group_roles=[EDITORS])
    with pytest.raises(
        errors.InvalidTrustError, match=r"^Stack/Other: Stack/Pool has .* 'editors' already"
    ):
        IdentityPoolRoles(stack, "Other", user_pool_clients=[WEB], group_roles=[EDITORS])
    IdentityPoolRoles(
        stack,
        "Third",
        user_pool_clients=[STAFF],
        group_roles=[EDITORS],
    )
    assert len(resources(stack, GROUP)) == 2


def test_what_was_refused_is_not_remembered(stack: Stack) -> None:
    with pytest.raises(errors.InvalidInputError):
        IdentityPoolRoles(
            stack, "Pool", user_pool_clients=[WEB], group_roles=[EDITORS], role_name="a b"
        )
    IdentityPoolRoles(stack, "Pool", user_pool_clients=[WEB], group_roles=[EDITORS])
    assert only(stack, GROUP)["GroupName"] == "editors"


def test_groups_of_different_user_pools_may_have_one_precedence(stack: Stack) -> None:
    IdentityPoolRoles(
        stack,
        "Pool",
        user_pool_clients=[WEB, STAFF],
        group_roles=[
            GroupRole(group_name="editors", precedence=1, user_pool_clients=(WEB,)),
            GroupRole(group_name="admins", precedence=1, user_pool_clients=(STAFF,)),
        ],
    )
    assert len(resources(stack, GROUP)) == 2


def test_rules_keep_their_order_and_their_provider(stack: Stack) -> None:
    pool = IdentityPoolRoles(
        stack,
        "Pool",
        user_pool_clients=[WEB],
        saml_provider_arns=[SAML],
        openid_connect_provider_arns=[OPENID],
        social_providers={SocialProvider.GOOGLE: "12345"},
        rule_roles=[
            RuleRole(name="Sales", claim="department", value="sales", provider=SAML),
            RuleRole(name="Google", claim="hd", value="example.com",
                     provider=SocialProvider.GOOGLE),
            RuleRole(name="Staff", claim="department", value="x", provider=SAML,
                     match=ClaimMatch.NOT_EQUAL, role_name="Staff"),
            RuleRole(name="Partner", claim="sub", value="p-", provider=OPENID,
                     match=ClaimMatch.STARTS_WITH),
            RuleRole(name="Group", claim="cognito:groups", value="editors", provider=WEB,
                     match=ClaimMatch.CONTAINS),
        ],
        ambiguous_role_resolution=AmbiguousRoleResolution.AUTHENTICATED_ROLE,
        authenticated_permissions=[],
        shared_permissions=[LISTING],
    )  # fmt: skip
    found = mappings(stack)
    assert set(found) == {f"{IDP}/eu-central-1_a:web", SAML, OPENID, "accounts.google.com"}
    rules = {name: each["RulesConfiguration"]["Rules"] for name, each in found.items()}
    assert [each["MatchType"] for each in rules[SAML]] == ["Equals", "NotEqual"]
    assert rules[OPENID][0]["MatchType"] == "StartsWith"
    assert rules["accounts.google.com"][0]["Claim"] == "hd"
    assert {each["AmbiguousRoleResolution"] for each in found.values()} == {"AuthenticatedRole"}
    assert list(pool.rule_roles) == ["Sales", "Google", "Staff", "Partner", "Group"]
    assert "Staff" in [each.get("RoleName") for each in resources(stack, ROLE).values()]


def test_a_provider_that_is_known_at_deployment_only_is_no_key_of_the_template(
    stack: Stack,
) -> None:
    users = cognito.UserPool(stack, "Users")
    app_client = users.add_client("Client")
    IdentityPoolRoles(
        stack,
        "Pool",
        user_pool_clients=[UserPoolClient.of(users, app_client)],
        group_roles=[EDITORS],
    )
    ((key, mapping),) = only(stack, ATTACHMENT)["RoleMappings"].items()
    assert key == "UserPoolClient1"
    assert ".ProviderName}:${" in mapping["IdentityProvider"]


def test_a_pool_that_exists_gets_roles_for_the_providers_that_are_named(stack: Stack) -> None:
    IdentityPoolRoles(
        stack,
        "Pool",
        identity_pool_id=POOL_ID,
        classic_flow_is_off=True,
        user_pool_clients=[WEB],
        group_roles=[EDITORS],
        shared_permissions=[LISTING],
        principal_tags={"who": "sub"},
    )
    assert not resources(stack, "AWS::Cognito::IdentityPool")
    assert only(stack, ATTACHMENT)["IdentityPoolId"] == POOL_ID
    assert len(mappings(stack)) == 1
    tag_map = only(stack, "AWS::Cognito::IdentityPoolPrincipalTag")
    assert tag_map["IdentityPoolId"] == POOL_ID


def test_a_group_may_have_a_name_that_iam_would_not_take(stack: Stack) -> None:
    group = GroupRole(group_name="Редакторы/1", precedence=0)
    IdentityPoolRoles(stack, "Pool", user_pool_clients=[WEB], group_roles=[group])
    assert only(stack, GROUP)["GroupName"] == "Редакторы/1"
    assert "?" in str([each["Description"] for each in resources(stack, ROLE).values()])


# Bad input -------------------------------------------------------------------------------------

VALUES: list[tuple[Callable[..., Any], dict[str, Any], type[errors.InvalidInputError], str]] = [
    (GroupRole, {"group_name": ""}, errors.InvalidNameError, "1 to 128 characters"),
    (GroupRole, {"group_name": "a b"}, errors.InvalidNameError, "without blanks"),
    (GroupRole, {"group_name": "x" * 129}, errors.InvalidNameError, "1 to 128 characters"),
    (GroupRole, {"group_name": "a\u200b"}, errors.InvalidNameError, "cannot be seen"),
    (GroupRole, {"group_name": "a\x9f"}, errors.InvalidNameError, "cannot be seen"),
    (RuleRole, {"claim": "a\0"}, errors.InvalidTrustError, "cannot be seen"),
    (GroupRole, {"group_name": None}, errors.InvalidNameError, "1 to 128 characters"),
    (GroupRole, {"group_name": "${Token[a.1]}"}, errors.InvalidNameError, "known already"),
    (GroupRole, {"precedence": -1}, errors.InvalidTrustError, "whole number from 0"),
    (GroupRole, {"precedence": 2**31}, errors.InvalidTrustError, "whole number from 0"),
    (GroupRole, {"precedence": 1.5}, errors.InvalidTrustError, "whole number from 0"),
    (GroupRole, {"precedence": True}, errors.InvalidTrustError, "whole number from 0"),
    (GroupRole, {"permissions": LISTING}, errors.InvalidPermissionError, "must be a list"),
    (GroupRole, {"shared_permissions": ["s3:*"]}, errors.InvalidPermissionError, "'s3:\\*' in it"),
    (GroupRole, {"user_pool_clients": WEB}, errors.InvalidTrustError, "must be a list"),
    (GroupRole, {"user_pool_clients": ["web"]}, errors.InvalidTrustError, "'web' in it"),
    (GroupRole, {"role_name": "a b"}, errors.InvalidNameError, "role_name must be letters"),
    (RuleRole, {"name": "a-b"}, errors.InvalidNameError, "letters and digits"),
    (RuleRole, {"name": ""}, errors.InvalidNameError, "letters and digits"),
    (RuleRole, {"name": 1}, errors.InvalidNameError, "letters and digits"),
    (RuleRole, {"claim": ""}, errors.InvalidTrustError, "claim must be a string of 1 to 64"),
    (RuleRole, {"claim": "x" * 65}, errors.InvalidTrustError, "claim must be a string of 1 to 64"),
    (RuleRole, {"claim": "a b"}, errors.InvalidTrustError, "no blanks"),
    (RuleRole, {"claim": "${Token[a.1]}"}, errors.InvalidTrustError, "known already"),
    (RuleRole, {"value": ""}, errors.InvalidTrustError, "value must be a string of 1 to 128"),
    (RuleRole, {"value": "x" * 129}, errors.InvalidTrustError, "value must be a string of 1 to"),
    (RuleRole, {"match": "Like"}, errors.InvalidTrustError, "match must be one of 'Equals'"),
    (RuleRole, {"provider": 1}, errors.InvalidTrustError, "provider must be a UserPoolClient"),
    (RuleRole, {"permissions": "s3:*"}, errors.InvalidPermissionError, "must be a list"),
    (RuleRole, {"role_name": ""}, errors.InvalidNameError, "role_name must be letters"),
]


@pytest.mark.parametrize(("kind", "arguments", "error", "says"), VALUES)
def test_a_role_that_nobody_could_get_is_refused(
    kind: Callable[..., Any],
    arguments: dict[str, Any],
    error: type[errors.InvalidInputError],
    says: str,
) -> None:
    good: dict[str, Any] = (
        {"group_name": "editors", "precedence": 1}
        if kind is GroupRole
        else {"name": "Sales", "claim": "department", "value": "sales"}
    )
    with pytest.raises(error, match=says):
        kind(**(good | arguments))


def in_pools(*clients: UserPoolClient) -> GroupRole:
    return GroupRole(group_name="editors", precedence=1, user_pool_clients=clients)


NAMELESS = UserPoolClient(client_id="a", user_pool_provider_name="${Token[Provider.1]}")
ELSEWHERE = UserPoolClient(
    client_id="a", user_pool_provider_name="cognito-idp.us-east-1.amazonaws.com/us-east-1_x"
)
LONG = SAML + "x" * 100
BIG = tuple(
    S3List(bucket_arn="arn:aws:s3:::pictures", prefix=f"{number}/{'y' * 200}/")
    for number in range(300)
)
TOO_MANY_RULES = [RuleRole(name=f"R{number}", claim="a", value="b") for number in range(26)]
CLIENTS = [client(f"c{number}") for number in range(11)]
POOLS: list[tuple[dict[str, Any], type[errors.InvalidInputError], str]] = [
    ({"group_roles": [EDITORS, EDITORS]}, errors.InvalidTrustError, "must differ in group_name"),
    ({"group_roles": [EDITORS, GroupRole(group_name="b", precedence=1)]},
     errors.InvalidTrustError, "differ in precedence, .* the role of neither"),
    ({"group_roles": EDITORS}, errors.InvalidTrustError, "must be a list of values of GroupRole"),
    ({"group_roles": [SALES]}, errors.InvalidTrustError, "must be a list of values of GroupRole"),
    ({"rule_roles": [SALES, SALES]}, errors.InvalidTrustError, "rule_roles must differ in name"),
    ({"rule_roles": ["Sales"]}, errors.InvalidTrustError, "must be a list of values of RuleRole"),
    ({"rule_roles": TOO_MANY_RULES}, errors.QuotaExceededError, "at most 25 for one provider"),
    ({"group_roles": [EDITORS], "rule_roles": [SALES]}, errors.InvalidTrustError,
     "one or the other, but Sales is"),
    ({"group_roles": [EDITORS], "user_pool_clients": [WEB, STAFF]}, errors.InvalidTrustError,
     "one user pool, but the identity pool has 2; name one in user_pool_clients"),
    ({"group_roles": [EDITORS], "user_pool_clients": [], "saml_provider_arns": [SAML]},
     errors.InvalidTrustError, "has 0; give a client"),
    ({"group_roles": [in_pools(STAFF)]}, errors.InvalidTrustError, "must be among those"),
    ({"group_roles": [EDITORS], "user_pool_clients": [NAMELESS]}, errors.InvalidTrustError,
     "user_pool_id of the client a must be given"),
    ({"group_roles": [EDITORS], "user_pool_clients": CLIENTS}, errors.QuotaExceededError,
     "at most 10 providers, got 11"),
    ({"rule_roles": [SALES], "user_pool_clients": [WEB, STAFF]}, errors.InvalidTrustError,
     "provider of the rule Sales must be one of those"),
    ({"rule_roles": [RuleRole(name="A", claim="a", value="b", provider=SAML)]},
     errors.InvalidTrustError, "provider of the rule A must be one of those"),
    ({"ambiguous_role_resolution": "Allow"}, errors.InvalidTrustError,
     "must be one of 'Deny', 'AuthenticatedRole'"),
    ({"group_roles": [EDITORS], "shared_permissions": [LISTING]}, errors.InvalidPermissionError,
     "must be left out where every provider"),
    ({"rule_roles": [SALES], "shared_permissions": [LISTING]}, errors.InvalidPermissionError,
     "must be left out where every provider"),
    ({"identity_pool_id": POOL_ID, "user_pool_clients": [WEB]}, errors.InvalidTrustError,
     "give either"),
    ({"identity_pool_id": POOL_ID, "user_pool_clients": [], "principal_tags": {"a": "sub"}},
     errors.InvalidTrustError, "these need them"),
    ({"identity_pool_id": POOL_ID, "group_roles": [EDITORS]}, errors.InvalidTrustError,
     "classic_flow_is_off must be True .*takes the role of any .*describe-identity-pool "
     f"--identity-pool-id {POOL_ID}"),
    ({"identity_pool_id": POOL_ID, "rule_roles": [SALES]}, errors.InvalidTrustError,
     "classic_flow_is_off must be True"),
    ({"identity_pool_id": POOL_ID, "rule_roles": [SALES], "classic_flow_is_off": "yes"},
     errors.InvalidTrustError, "classic_flow_is_off must be True or False"),
    ({"classic_flow_is_off": True}, errors.InvalidTrustError, "is for a pool that exists"),
    ({"group_roles": [EDITORS], "user_pool_clients": [ELSEWHERE]}, errors.InvalidTrustError,
     "the user pool of the group editors must be in the region of the stack, eu-central-1"),
    ({"saml_provider_arns": [SAML.replace("1111", "4444")]}, errors.InvalidTrustError,
     "saml_provider_arns must be in the account of the identity pool, 111122223333"),
    ({"openid_connect_provider_arns": [OPENID.replace("1111", "4444")]}, errors.InvalidTrustError,
     "openid_connect_provider_arns must be in the account"),
    ({"saml_provider_arns": [LONG], "principal_tags": {"who": "sub"}}, errors.InvalidTrustError,
     "must have a name of at most 128 characters"),
    ({"user_pool_clients": [], "saml_provider_arns": [LONG], "rule_roles": [SALES]},
     errors.InvalidTrustError, "must have a name of at most 128 characters"),
    ({"role_name": "Users", "group_roles": [GroupRole(group_name="a", precedence=1,
                                                      role_name="users")]},
     errors.InvalidNameError, "role_name must differ, got 'users' for authenticated_permissions "),
    ({"role_name": "Users", "guest_role_name": "Users", "guest_permissions": [LISTING]},
     errors.InvalidNameError, "and for guest_permissions"),
    ({"guest_role_name": "Guests"}, errors.InvalidInputError, "give it guest_permissions"),
    ({"group_roles": [GroupRole(group_name="big", precedence=1, shared_permissions=BIG)]},
     errors.QuotaExceededError, "permissions of the group big: "),
    ({"social_providers": {SocialProvider.GOOGLE: "a b"}}, errors.InvalidTrustError,
     "without blanks"),
    ({"social_providers": {SocialProvider.GOOGLE: "a" * 129}}, errors.InvalidTrustError,
     "1 to 128 characters"),
    ({"saml_provider_arns": SAML}, errors.InvalidTrustError, "put it in brackets"),
    ({"saml_provider_arns": [OPENID]}, errors.InvalidArnError, "saml_provider_arns must be an ARN"),
    ({"saml_provider_arns": [SAML, SAML]}, errors.InvalidTrustError, "named once, got twice"),
    ({"openid_connect_provider_arns": [SAML]}, errors.InvalidArnError,
     "openid_connect_provider_arns must be an ARN"),
    ({"openid_connect_provider_arns": ["login.example.com"]}, errors.InvalidArnError, "ARN"),
    ({"social_providers": ["accounts.google.com"]}, errors.InvalidTrustError, "must be a mapping"),
    ({"social_providers": {"api.twitter.com": "a;b"}}, errors.InvalidTrustError,
     "must be of www.amazon.com"),
    ({"social_providers": {SocialProvider.APPLE: ""}}, errors.InvalidTrustError, "for APPLE"),
    ({"user_pool_clients": [WEB, WEB]}, errors.InvalidTrustError, "named once, got twice"),
    ({"user_pool_clients": "web"}, errors.InvalidTrustError, "must be a list of values"),
    ({"user_pool_clients": ["web"]}, errors.InvalidTrustError, "must be a list of values"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "error", "says"), POOLS)
def test_roles_that_would_not_be_given_as_they_say_are_refused(
    arguments: dict[str, Any], error: type[errors.InvalidInputError], says: str, stack: Stack
) -> None:
    with pytest.raises(error, match=f"^Stack/Pool: .*{says}"):
        IdentityPoolRoles(stack, "Pool", **({"user_pool_clients": [WEB]} | arguments))
    assert not stack.node.children


def test_an_app_has_an_id_of_at_most_128_characters(stack: Stack) -> None:
    IdentityPoolRoles(stack, "Pool", social_providers={SocialProvider.GOOGLE: "a" * 128})
    logins = only(stack, "AWS::Cognito::IdentityPool")["SupportedLoginProviders"]
    assert logins == {"accounts.google.com": "a" * 128}


def test_a_client_is_one_of_its_user_pool(stack: Stack) -> None:
    one, two = cognito.UserPool(stack, "One"), cognito.UserPool(stack, "Two")
    app = two.add_client("App")
    imported = cognito.UserPool.from_user_pool_id(stack, "Imported", "eu-central-1_a")
    assert UserPoolClient.of(two, app).client_id
    assert UserPoolClient.of(imported, app).client_id
    with pytest.raises(errors.InvalidInputError, match=r"Stack/Two/App.* is one of another"):
        UserPoolClient.of(one, app)
    for pool, client in ((app, two), (None, None), ("a", "b"), (one, app.node.default_child)):
        with pytest.raises(errors.InvalidInputError, match="takes a user pool and one of its"):
            UserPoolClient.of(pool, client)  # type: ignore[arg-type]


def test_a_user_pool_client_that_is_none_is_refused() -> None:
    good: dict[str, Any] = {
        "client_id": "a",
        "user_pool_provider_name": "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a",
    }
    for arguments, says in (
        ({"client_id": ""}, "client_id must be a string"),
        ({"user_pool_provider_name": None}, "user_pool_provider_name must be a string"),
        ({"user_pool_id": 1}, "user_pool_id must be a string"),
        ({"writable_attributes": "name"}, "put it in brackets"),
        ({"writable_attributes": [1]}, "must be strings"),
        ({"client_id": "a b"}, "client_id must be 1 to 128 letters and digits"),
        ({"client_id": "a/b"}, "client_id must be 1 to 128 letters and digits"),
        ({"client_id": "a" * 129}, "client_id must be 1 to 128 letters and digits"),
        ({"user_pool_provider_name": f"https://{IDP}/eu-central-1_a"}, "without https://"),
        ({"user_pool_provider_name": "eu-central-1_a"}, "must be like cognito-idp"),
        ({"user_pool_provider_name": f"{IDP}/"}, "must be like cognito-idp"),
        ({"user_pool_provider_name": "${AWS::Region}/a"}, "must be like cognito-idp"),
        ({"user_pool_id": "eu-central-1_b"}, "must be that of .*eu-central-1_a, got"),
    ):
        with pytest.raises(errors.InvalidInputError, match=says):
            UserPoolClient(**(good | arguments))
