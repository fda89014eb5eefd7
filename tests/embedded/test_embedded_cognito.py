"""Cognito: signing in with a required second factor, and the role of an identity."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

import pytest

from least_privilege.embedded.emulator.cognito import role_mapping
from least_privilege.embedded.emulator.sessions import SessionRefusedError
from tests.embedded.kit import REGION, Clients, Stack, allow, error_code, one_time_code

COGNITO = "cognito-identity.amazonaws.com"
PASSWORD = "Correct-horse-1"
EMAIL = "somebody@example.com"


def application(mfa: str) -> dict[str, Any]:
    """A user pool, an identity pool and a role for those who signed in."""
    trusting = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": COGNITO},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {f"{COGNITO}:aud": {"Ref": "IdentityPool"}},
                    "ForAnyValue:StringLike": {f"{COGNITO}:amr": "authenticated"},
                },
            }
        ],
    }
    own = {"Fn::Sub": f"${{Bucket.Arn}}/${{!{COGNITO}:sub}}/*"}
    return {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {}},
        "UserPool": {
            "Type": "AWS::Cognito::UserPool",
            "Properties": {
                "UsernameAttributes": ["email"],
                "MfaConfiguration": mfa,
                "EnabledMfas": ["SOFTWARE_TOKEN_MFA"],
            },
        },
        "Client": {
            "Type": "AWS::Cognito::UserPoolClient",
            "Properties": {
                "UserPoolId": {"Ref": "UserPool"},
                "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
            },
        },
        "IdentityPool": {
            "Type": "AWS::Cognito::IdentityPool",
            "Properties": {
                "AllowUnauthenticatedIdentities": False,
                "CognitoIdentityProviders": [
                    {
                        "ClientId": {"Ref": "Client"},
                        "ProviderName": {"Fn::GetAtt": ["UserPool", "ProviderName"]},
                    }
                ],
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": trusting,
                "Policies": [
                    {
                        "PolicyName": "own",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {"Effect": "Allow", "Action": "s3:PutObject", "Resource": own}
                            ],
                        },
                    }
                ],
            },
        },
        "Attachment": {
            "Type": "AWS::Cognito::IdentityPoolRoleAttachment",
            "Properties": {
                "IdentityPoolId": {"Ref": "IdentityPool"},
                "Roles": {"authenticated": {"Fn::GetAtt": ["Role", "Arn"]}},
            },
        },
    }


@dataclass
class Application:
    """The application as its users see it: no AWS credentials anywhere."""

    clients: Clients
    outputs: dict[str, str]

    def __post_init__(self) -> None:
        self.users = self.clients.unsigned("cognito-idp")
        self.identities = self.clients.unsigned("cognito-identity")

    def initiate(self, password: str = PASSWORD) -> dict[str, Any]:
        answer: dict[str, Any] = self.users.initiate_auth(
            ClientId=self.outputs["Client"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": EMAIL, "PASSWORD": password},
        )
        return answer

    def respond(self, challenge: str, session: str, **responses: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.users.respond_to_auth_challenge(
            ClientId=self.outputs["Client"],
            ChallengeName=challenge,
            Session=session,
            ChallengeResponses={"USERNAME": EMAIL, **responses},
        )
        return answer

    def add_user(self) -> None:
        admin = self.clients.root("cognito-idp")
        pool = self.outputs["UserPool"]
        admin.admin_create_user(UserPoolId=pool, Username=EMAIL, MessageAction="SUPPRESS")
        admin.admin_set_user_password(
            UserPoolId=pool, Username=EMAIL, Password=PASSWORD, Permanent=True
        )

    def logins(self, id_token: str) -> dict[str, str]:
        provider = f"cognito-idp.{REGION}.amazonaws.com/{self.outputs['UserPool']}"
        return {provider: id_token}


@pytest.fixture
def deploy(stack: Stack, clients: Clients) -> Any:
    def deploy(mfa: str) -> Application:
        resources = application(mfa)
        refs = {name: {"Ref": name} for name in resources if name != "Attachment"}
        result = Application(clients, stack.deploy(resources, **refs))
        result.add_user()
        return result

    return deploy


def test_a_pool_that_requires_a_second_factor_gives_no_tokens_without_one(deploy: Any) -> None:
    app = deploy("ON")
    setup = app.initiate()
    assert setup["ChallengeName"] == "MFA_SETUP"
    assert "AuthenticationResult" not in setup
    assert error_code(app.respond, challenge="MFA_SETUP", session=setup["Session"]) == (
        "NotAuthorizedException"
    )

    started = app.users.associate_software_token(Session=setup["Session"])
    code = one_time_code(started["SecretCode"])
    proven = app.users.verify_software_token(Session=started["Session"], UserCode=code)
    tokens = app.respond("MFA_SETUP", proven["Session"])
    assert tokens["AuthenticationResult"]["IdToken"]

    asked = app.initiate()
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    wrong = {"SOFTWARE_TOKEN_MFA_CODE": "000000" if code != "000000" else "111111"}
    challenge = {"challenge": "SOFTWARE_TOKEN_MFA", "session": asked["Session"]}
    assert error_code(app.respond, **challenge, **wrong) == "CodeMismatchException"
    given = {"SOFTWARE_TOKEN_MFA_CODE": one_time_code(started["SecretCode"])}
    assert app.respond("SOFTWARE_TOKEN_MFA", asked["Session"], **given)["AuthenticationResult"]


def test_an_answer_without_the_sign_in_it_belongs_to_is_refused(deploy: Any) -> None:
    app = deploy("OFF")
    for challenge, answer in (
        ("NEW_PASSWORD_REQUIRED", {"NEW_PASSWORD": "Taken-over-1"}),
        ("SOFTWARE_TOKEN_MFA", {"SOFTWARE_TOKEN_MFA_CODE": "123456"}),
    ):
        made_up = {"challenge": challenge, "session": "s" * 30}
        assert error_code(app.respond, **made_up, **answer) == "NotAuthorizedException"
    assert app.initiate()["AuthenticationResult"]


def test_an_identity_gets_the_role_of_the_pool_and_its_own_prefix(deploy: Any) -> None:
    app = deploy("OFF")
    pool = app.outputs["IdentityPool"]
    assert error_code(app.identities.get_id, IdentityPoolId=pool) == "NotAuthorizedException"

    logins = app.logins(app.initiate()["AuthenticationResult"]["IdToken"])
    identity = app.identities.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"]
    given = app.identities.get_credentials_for_identity(IdentityId=identity, Logins=logins)
    keys = given["Credentials"]
    s3, sts = (
        app.clients.with_keys(service, keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"])
        for service in ("s3", "sts")
    )
    arn = sts.get_caller_identity()["Arn"]
    assert arn.endswith(f":assumed-role/{app.outputs['Role']}/CognitoIdentityCredentials")
    bucket = app.outputs["Bucket"]
    for key, expected in ((f"{identity}/cat.png", "allowed"), ("x/cat.png", "AccessDenied")):
        assert error_code(s3.put_object, Bucket=bucket, Key=key, Body=b"") == expected


def test_a_role_that_does_not_trust_the_identity_pool_is_not_given(deploy: Any) -> None:
    app = deploy("OFF")
    pool = app.outputs["IdentityPool"]
    logins = app.logins(app.initiate()["AuthenticationResult"]["IdToken"])
    identity = app.identities.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"]
    iam = app.clients.root("iam")
    document = iam.get_role(RoleName=app.outputs["Role"])["Role"]["AssumeRolePolicyDocument"]
    document["Statement"][0]["Condition"]["StringEquals"][f"{COGNITO}:aud"] = "another-pool"
    iam.update_assume_role_policy(RoleName=app.outputs["Role"], PolicyDocument=json.dumps(document))
    asked = {"IdentityId": identity, "Logins": logins}
    code = error_code(app.identities.get_credentials_for_identity, **asked)
    assert code == "NotAuthorizedException"


@pytest.fixture
def editor(deploy: Any) -> Any:
    """The app, whose user is in a group with a role of its own."""
    app = deploy("OFF")
    pool, admin = app.outputs["UserPool"], app.clients.root("cognito-idp")
    iam = app.clients.root("iam")
    trusting = iam.get_role(RoleName=app.outputs["Role"])["Role"]["AssumeRolePolicyDocument"]
    name = f"editors-{pool}"
    editors = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trusting))["Role"][
        "Arn"
    ]
    iam.put_role_policy(
        RoleName=name, PolicyName="p", PolicyDocument=json.dumps(allow("s3:PutObject"))
    )
    admin.create_group(GroupName="editors", UserPoolId=pool, RoleArn=editors, Precedence=1)
    admin.admin_add_user_to_group(UserPoolId=pool, Username=EMAIL, GroupName="editors")
    return app


def role_of(app: Any) -> str:
    """The caller's ARN, with the credentials that the identity pool gives."""
    logins = app.logins(app.initiate()["AuthenticationResult"]["IdToken"])
    identity = app.identities.get_id(IdentityPoolId=app.outputs["IdentityPool"], Logins=logins)[
        "IdentityId"
    ]
    keys = app.identities.get_credentials_for_identity(IdentityId=identity, Logins=logins)[
        "Credentials"
    ]
    sts = app.clients.with_keys("sts", keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"])
    return str(sts.get_caller_identity()["Arn"])


def test_a_role_mapping_chooses_by_the_users_group(editor: Any) -> None:
    provider = (
        f"cognito-idp.{REGION}.amazonaws.com/{editor.outputs['UserPool']}:"
        f"{editor.outputs['Client']}"
    )
    editor.clients.root("cognito-identity").set_identity_pool_roles(
        IdentityPoolId=editor.outputs["IdentityPool"],
        Roles={},
        RoleMappings={provider: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}},
    )
    assert ":assumed-role/editors-" in role_of(editor)


def test_a_role_mapping_of_a_template_names_its_provider(editor: Any) -> None:
    """A key of a template cannot hold what is known at deployment only."""
    provider = (
        f"cognito-idp.{REGION}.amazonaws.com/{editor.outputs['UserPool']}:"
        f"{editor.outputs['Client']}"
    )
    attachment = {
        "Type": "AWS::Cognito::IdentityPoolRoleAttachment",
        "Properties": {
            "IdentityPoolId": editor.outputs["IdentityPool"],
            "RoleMappings": {
                "users": {
                    "IdentityProvider": provider,
                    "Type": "Token",
                    "AmbiguousRoleResolution": "Deny",
                }
            },
        },
    }
    editor.clients.root("cloudformation").create_stack(
        StackName="mapping",
        TemplateBody=json.dumps({"Resources": {"Attachment": attachment}}),
    )
    assert ":assumed-role/editors-" in role_of(editor)


# Which role a mapping chooses, asked in this process ------------------------------------------

USER_POOL = f"cognito-idp.{REGION}.amazonaws.com/{REGION}_x"
GOOGLE = "accounts.google.com"
SAML = "arn:aws:iam::111122223333:saml-provider/corp"


def token(**claims: Any) -> str:
    """What is read of an ID token, unsigned."""
    parts = ({"alg": "none"}, {"aud": "app", "iss": f"https://{USER_POOL}", **claims})
    encoded = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode() for each in parts]
    return ".".join([*(each.rstrip("=") for each in encoded), "x"])


def rule(claim: str, match: str, value: str, role: str = "STAFF") -> dict[str, str]:
    return {"Claim": claim, "MatchType": match, "Value": value, "RoleARN": role}


def chosen(
    provider: str,
    id_token: str,
    *rules: dict[str, str],
    named: str = "",
    ask_for: str | None = None,
    resolution: str = "Deny",
) -> str | None:
    """The role that a pool gives out which maps by these rules, or else by token."""
    mapping: dict[str, Any] = {
        "IdentityProvider": named or provider,
        "Type": "Rules" if rules else "Token",
        "AmbiguousRoleResolution": resolution,
        "RulesConfiguration": {"Rules": list(rules)},
    }
    pool = {"_roles": {"authenticated": "SIGNED_IN"}, "_role_mappings": {"one": mapping}}
    return role_mapping.role_arn(pool, {provider: id_token}, ask_for)


def test_a_provider_without_clients_is_named_by_itself() -> None:
    at_home = rule("hd", "Equals", "example.com")
    assert chosen(GOOGLE, token(hd="example.com"), at_home) == "STAFF"
    with pytest.raises(SessionRefusedError, match="denies this user"):
        chosen(GOOGLE, token(hd="evil.example"), at_home)
    with pytest.raises(SessionRefusedError, match="denies this user"):
        chosen(SAML, "PHNhbWw+", at_home)
    other = chosen(GOOGLE, token(hd="evil.example"), at_home, resolution="AuthenticatedRole")
    assert other == "SIGNED_IN"


def test_a_client_of_a_user_pool_is_named_with_it() -> None:
    staff = rule("department", "Equals", "it")
    for client, expected in (("app", "STAFF"), ("another", "SIGNED_IN")):
        named = f"{USER_POOL}:{client}"
        assert chosen(USER_POOL, token(department="it"), staff, named=named) == expected


@pytest.mark.parametrize(
    ("match", "value", "claim", "fits"),
    [
        ("Equals", "it", "it", True),
        ("Equals", "it", "its", False),
        ("NotEqual", "it", "sales", True),
        ("NotEqual", "it", "it", False),
        ("NotEqual", "it", None, False),
        ("Contains", "admin", "not-admin", True),
        ("Contains", "admin", ["administrators"], True),
        ("Contains", "admin", "editors", False),
        ("StartsWith", "admin", "admin-eu", True),
        ("StartsWith", "admin", "not-admin", False),
        ("Equals", '["editors","readers"]', ["editors", "readers"], True),
        ("Equals", "['editors', 'readers']", ["editors", "readers"], False),
        ("Equals", "true", True, True),
        ("Equals", "True", True, False),
    ],
)
def test_a_rule_fits_as_it_says(match: str, value: str, claim: Any, fits: bool) -> None:
    given = token() if claim is None else token(k=claim)
    role = chosen(GOOGLE, given, rule("k", match, value), resolution="AuthenticatedRole")
    assert role == ("STAFF" if fits else "SIGNED_IN")


def test_the_first_rule_that_fits_wins() -> None:
    rules = (rule("k", "Contains", "a", "FIRST"), rule("k", "Equals", "a", "SECOND"))
    assert chosen(GOOGLE, token(k="a"), *rules) == "FIRST"


def test_who_gets_a_role_by_rule_or_by_default_asks_for_none() -> None:
    for named in (GOOGLE, "another"):
        with pytest.raises(SessionRefusedError, match="whose role mapping is by token"):
            chosen(GOOGLE, token(k="a"), rule("k", "Equals", "a"), named=named, ask_for="STAFF")


@pytest.mark.parametrize(
    ("precedences", "ask_for", "expected"),
    [
        ({"a": 1, "b": 2}, None, "A"),
        ({"a": 2, "b": 1}, None, "B"),
        ({"a": None, "b": 5}, None, "B"),
        ({"a": 0, "b": None}, None, "A"),
        ({"a": 1, "b": 1}, None, None),
        ({"a": 1, "b": 2}, "B", "B"),
        ({"a": 1, "b": 2}, "C", None),
        ({}, None, None),
    ],
)
def test_a_user_of_several_groups_gets_the_role_of_the_first(
    precedences: dict[str, int | None],
    ask_for: str | None,
    expected: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    groups = {
        name: {"RoleArn": name.upper(), "Precedence": each} for name, each in precedences.items()
    }
    groups["c"] = {"RoleArn": "C", "Precedence": 0}  # One that this user is not in.
    monkeypatch.setattr(
        "ministack.services.cognito._user_pools", {f"{REGION}_x": {"_groups": groups}}
    )
    asked = {"named": f"{USER_POOL}:app", "ask_for": ask_for}
    id_token = token(**{"cognito:groups": list(precedences)})
    if expected is None:
        with pytest.raises(SessionRefusedError):
            chosen(USER_POOL, id_token, **asked)  # type: ignore[arg-type]
    else:
        assert chosen(USER_POOL, id_token, **asked) == expected  # type: ignore[arg-type]
