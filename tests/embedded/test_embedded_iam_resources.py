"""CloudFormation resource types of IAM that the embedded AWS adds or mends."""

from __future__ import annotations

from typing import Any

from tests.embedded.kit import ACCOUNT, Clients, Stack, allow, changed, trust

POLICY = allow("s3:ListAllMyBuckets")


def test_a_role_keeps_everything_and_its_boundary_holds(stack: Stack, clients: Clients) -> None:
    boundary = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": allow("s3:ListAllMyBuckets"), "Path": "/limits/"},
    }
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": trust(AWS=ACCOUNT),
            "Path": "/app/",
            "Description": "reads",
            "MaxSessionDuration": 7200,
            "PermissionsBoundary": {"Ref": "Boundary"},
            "Tags": [{"Key": "team", "Value": "payments"}],
            "Policies": [{"PolicyName": "all", "PolicyDocument": allow("*")}],
        },
    }
    resources = {"Boundary": boundary, "Role": role}
    outputs = stack.deploy(resources, Role={"Ref": "Role"}, Boundary={"Ref": "Boundary"})
    iam = clients.root("iam")
    found = iam.get_role(RoleName=outputs["Role"])["Role"]
    assert found["Path"] == "/app/"
    assert (found["Description"], found["MaxSessionDuration"]) == ("reads", 7200)
    assert {"Key": "team", "Value": "payments"} in found["Tags"]
    attached = found["PermissionsBoundary"]["PermissionsBoundaryArn"]
    assert attached == outputs["Boundary"]

    again = changed(resources, "Role", PermissionsBoundary=None, Description="reads more")
    assert stack.deploy(again, Role={"Ref": "Role"})["Role"] == outputs["Role"]
    after = iam.get_role(RoleName=outputs["Role"])["Role"]
    assert "PermissionsBoundary" not in after
    assert (after["RoleId"], after["Description"]) == (found["RoleId"], "reads more")

    moved = stack.deploy(changed(again, "Role", Path="/other/"), Role={"Ref": "Role"})
    assert moved["Role"] != outputs["Role"]


def test_a_role_with_a_boundary_that_is_not_there_fails_the_stack(
    stack: Stack, clients: Clients
) -> None:
    stack.start(
        {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": "no-such-boundary",
                    "AssumeRolePolicyDocument": trust(AWS=ACCOUNT),
                    "PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/none",
                },
            }
        }
    )
    assert stack.settled()["StackStatus"] == "ROLLBACK_COMPLETE"
    roles = clients.root("iam").list_roles()["Roles"]
    assert "no-such-boundary" not in [role["RoleName"] for role in roles]


def test_inline_policies_users_and_groups_come_and_go(stack: Stack, clients: Clients) -> None:
    resources: dict[str, Any] = {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": trust(AWS=ACCOUNT)},
        },
        "RolePolicy": {
            "Type": "AWS::IAM::RolePolicy",
            "Properties": {
                "RoleName": {"Ref": "Role"},
                "PolicyName": "list",
                "PolicyDocument": POLICY,
            },
        },
        "User": {"Type": "AWS::IAM::User", "Properties": {}},
        "UserPolicy": {
            "Type": "AWS::IAM::UserPolicy",
            "Properties": {
                "UserName": {"Ref": "User"},
                "PolicyName": "list",
                "PolicyDocument": POLICY,
            },
        },
        "Group": {
            "Type": "AWS::IAM::Group",
            "Properties": {
                "Path": "/people/",
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
                "Policies": [{"PolicyName": "own", "PolicyDocument": POLICY}],
            },
        },
        "Membership": {
            "Type": "AWS::IAM::UserToGroupAddition",
            "Properties": {"GroupName": {"Ref": "Group"}, "Users": [{"Ref": "User"}]},
        },
    }
    names = {name: {"Ref": name} for name in ("Role", "User", "Group")}
    outputs = stack.deploy(resources, **names)
    iam = clients.root("iam")
    role, user, group = outputs["Role"], outputs["User"], outputs["Group"]
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["list"]
    assert iam.list_user_policies(UserName=user)["PolicyNames"] == ["list"]
    assert iam.list_group_policies(GroupName=group)["PolicyNames"] == ["own"]
    assert [item["UserName"] for item in iam.get_group(GroupName=group)["Users"]] == [user]
    assert iam.get_group(GroupName=group)["Group"]["Path"] == "/people/"

    renamed = changed(resources, "RolePolicy", PolicyName="renamed")
    renamed = changed(renamed, "Membership", Users=[])
    stack.deploy(renamed, **names)
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["renamed"]
    assert iam.get_group(GroupName=group)["Users"] == []

    stack.delete()
    assert group not in [item["GroupName"] for item in iam.list_groups()["Groups"]]


def test_identity_providers_keep_their_arn_when_they_change(stack: Stack, clients: Clients) -> None:
    resources: dict[str, Any] = {
        "Oidc": {
            "Type": "AWS::IAM::OIDCProvider",
            "Properties": {
                "Url": "https://token.actions.githubusercontent.com",
                "ClientIdList": ["sts.amazonaws.com"],
            },
        },
        "Saml": {
            "Type": "AWS::IAM::SAMLProvider",
            "Properties": {"Name": "people", "SamlMetadataDocument": "<one/>"},
        },
    }
    outputs = stack.deploy(resources, Oidc={"Ref": "Oidc"}, Saml={"Ref": "Saml"})
    assert outputs == {
        "Oidc": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
        "Saml": f"arn:aws:iam::{ACCOUNT}:saml-provider/people",
    }
    again = changed(resources, "Oidc", ClientIdList=["other"])
    stack.deploy(changed(again, "Saml", SamlMetadataDocument="<two/>"))
    iam = clients.root("iam")
    oidc = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=outputs["Oidc"])
    assert oidc["ClientIDList"] == ["other"]
    saml = iam.get_saml_provider(SAMLProviderArn=outputs["Saml"])
    assert saml["SAMLMetadataDocument"] == "<two/>"
    stack.delete()
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
