"""Roles, users and groups come out with every policy that any template gives them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from least_privilege.access import AccessRequest, Decision, evaluate
from least_privilege.errors import InvalidInputError, InvalidTemplateError
from least_privilege.policy import PolicyDocument, PolicyKind
from least_privilege.template import FindingKind, PolicyOrigin, Role
from tests.template.kit import (
    ACCOUNT,
    document,
    read,
    resource,
    resources_of,
    role,
    statement,
    trust,
)

BUCKET = "arn:aws:s3:::pictures/*"
OTHER = "arn:aws:s3:::others/*"


def actions(policies: Any) -> list[str]:
    return [
        action
        for policy in policies
        for each in policy.document.statements
        for action in each.actions
    ]


def test_a_role_has_the_fields_that_the_template_gives_it() -> None:
    reading = read(
        {
            "Reader": role(
                RoleName="Reader",
                Path="/team/",
                MaxSessionDuration=7200,
                Description="Reads",
                Tags=[{"Key": "team", "Value": "a"}],
            )
            | {"Metadata": {"aws:cdk:path": "App/Reader/Resource"}}
        }
    )
    (found,) = reading.roles
    assert found.arn == f"arn:aws:iam::{ACCOUNT}:role/team/Reader"
    assert (found.path, found.name, found.account) == ("/team/", "Reader", ACCOUNT)
    assert found.session_duration == timedelta(hours=2)
    assert found.tags == {"team": "a"}
    assert found.construct_path == "App/Reader/Resource"
    assert found.description == "Reads"
    assert found.trust == PolicyDocument.parse(trust(), PolicyKind.TRUST)
    assert found.is_complete
    assert not found.is_conditional


def test_policies_come_from_everywhere() -> None:
    reading = read(
        {
            "Reader": role(document(statement(action="s3:GetObject"))),
            "Extra": resource(
                "AWS::IAM::Policy",
                PolicyName="Extra",
                PolicyDocument=document(statement(action="s3:PutObject")),
                Roles=[{"Ref": "Reader"}],
            ),
            "Own": resource(
                "AWS::IAM::RolePolicy",
                PolicyName="Own",
                PolicyDocument=document(statement(action="s3:DeleteObject")),
                RoleName={"Ref": "Reader"},
            ),
            "Managed": resource(
                "AWS::IAM::ManagedPolicy",
                PolicyDocument=document(statement(action="s3:ListBucket")),
                Roles=[{"Ref": "Reader"}],
            ),
        }
    )
    found = reading.role("Reader")
    assert actions(found.policies) == [
        "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket",
    ]  # fmt: skip
    assert [each.origin for each in found.policies] == [
        *[PolicyOrigin.INLINE] * 3,
        PolicyOrigin.CUSTOMER_MANAGED,
    ]
    assert [each.name for each in found.policies[:3]] == ["Policy0", "Extra", "Own"]
    assert len(found.policy_set().identity) == 4
    assert reading.inline_policies[0].roles == (found.name,)
    assert reading.is_complete


def test_a_managed_policy_that_is_named_twice_is_attached_once() -> None:
    reading = read(
        {
            "Reader": role(RoleName="Reader", ManagedPolicyArns=[{"Ref": "Managed"}]),
            "Managed": resource(
                "AWS::IAM::ManagedPolicy", PolicyDocument=document(statement()), Roles=["Reader"]
            ),
        }
    )
    assert len(reading.role("Reader").policies) == 1
    assert reading.managed_policies[0].arn == reading.role("Reader").policies[0].arn


def test_a_user_has_the_policies_of_its_groups() -> None:
    reading = read(
        {
            "Bob": resource("AWS::IAM::User", UserName="bob", Groups=[{"Ref": "Readers"}]),
            "Eve": resource("AWS::IAM::User", UserName="eve"),
            "Readers": resource(
                "AWS::IAM::Group",
                Policies=[{"PolicyName": "Read", "PolicyDocument": document(statement())}],
            ),
            "Writers": resource("AWS::IAM::Group", GroupName="Writers"),
            "Write": resource(
                "AWS::IAM::GroupPolicy",
                PolicyName="Write",
                GroupName="Writers",
                PolicyDocument=document(statement(action="s3:PutObject")),
            ),
            "Eves": resource(
                "AWS::IAM::UserPolicy",
                PolicyName="Eves",
                UserName={"Ref": "Eve"},
                PolicyDocument=document(statement(action="s3:DeleteObject")),
            ),
            "Adds": resource(
                "AWS::IAM::UserToGroupAddition",
                GroupName={"Ref": "Writers"},
                Users=["bob", {"Ref": "Eve"}],
            ),
        }
    )
    bob, eve = reading.users
    assert actions(bob.policies) == ["s3:GetObject", "s3:PutObject"]
    assert [each.group for each in bob.policies] == [reading.groups[0].name, "Writers"]
    assert actions(eve.policies) == ["s3:DeleteObject", "s3:PutObject"]
    assert eve.groups == ("Writers",)
    assert bob.principal().arn == f"arn:aws:iam::{ACCOUNT}:user/bob"
    assert reading.is_complete


def test_a_boundary_of_the_same_template_limits_the_policy_set() -> None:
    reading = read(
        {
            "Reader": role(
                document(statement(action="s3:*")), PermissionsBoundary={"Ref": "Ceiling"}
            ),
            "Ceiling": resource(
                "AWS::IAM::ManagedPolicy", PolicyDocument=document(statement(BUCKET))
            ),
        }
    )
    found = reading.role("Reader")
    assert found.boundary is not None
    assert found.is_complete
    for action, decision in (
        ("s3:GetObject", Decision.ALLOWED),
        ("s3:PutObject", Decision.IMPLICITLY_DENIED),
    ):
        request = AccessRequest(
            principal=found.session(), action=action, resource="arn:aws:s3:::pictures/a"
        )
        assert evaluate(request, found.policy_set()).decision is decision


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        (
            {"ManagedPolicyArns": [f"arn:aws:iam::{ACCOUNT}:policy/Elsewhere"]},
            "names the managed policy 'arn:aws:iam::111122223333:policy/Elsewhere', which no",
        ),
        (
            {"PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/Elsewhere"},
            "names the managed policy",
        ),
        ({"ManagedPolicyArns": [{"Ref": "Open"}]}, "hangs on parameter Open of App"),
        ({"ManagedPolicyArns": {"Ref": "Open"}}, "hangs on parameter Open of App"),
        ({"PermissionsBoundary": {"Ref": "Open"}}, "hangs on parameter Open of App"),
        (
            {"Policies": [{"PolicyName": "P", "PolicyDocument": {"Ref": "Open"}}]},
            "hangs on parameter Open of App, which has no value; give parameters={'App:Open': ...}",
        ),
        (
            {
                "Policies": [
                    {"PolicyName": "P", "PolicyDocument": document(statement({"Ref": "Open"}))}
                ]
            },
            "hangs on parameter Open of App",
        ),
        (
            {"Policies": [{"PolicyName": "P", "PolicyDocument": {"Statement": []}}]},
            "AWS would refuse this identity policy",
        ),
        ({"Policies": [{"PolicyName": "P", "PolicyDocument": []}]}, "must be a policy document"),
        ({"Policies": [{"PolicyName": "P", "PolicyDocument": "x"}]}, "must be a policy in JSON"),
        ({"Policies": ["x"]}, "must be a policy in JSON"),
    ],
)
def test_a_policy_that_is_not_known_makes_the_role_incomplete(properties: Any, reason: str) -> None:
    reading = read({"Reader": role(**properties)}, Parameters={"Open": {"Type": "String"}})
    found = reading.role("Reader")
    assert not found.is_complete
    assert reason in str(found.unknowns[0])
    assert found.unknowns[0].logical_id == "Reader"
    assert found.unknowns[0].place.startswith("Resources.Reader.Properties.")
    assert found.unknowns[0] in reading.findings


@pytest.mark.parametrize(
    ("resources", "reason"),
    [
        (
            {
                "P": resource(
                    "AWS::IAM::Policy",
                    PolicyName="P",
                    Roles=["Gone"],
                    PolicyDocument=document(statement()),
                )
            },
            "attaches a policy to the role 'Gone' of account 111122223333, which no template here",
        ),
        (
            {"U": resource("AWS::IAM::User", Groups=["Gone"])},
            "is in the group 'Gone', which no template here holds",
        ),
        (
            {"A": resource("AWS::IAM::UserToGroupAddition", GroupName="G", Users=["gone"])},
            "puts the user 'gone' into a group",
        ),
        (
            {"R": role(MaxSessionDuration=10**30)},
            "MaxSessionDuration: must be from 3600 to 43200 seconds, got '1000",
        ),
        (
            {
                "A": resource(
                    "AWS::Cognito::IdentityPoolRoleAttachment",
                    IdentityPoolId="p",
                    RoleMappings={"idp": {"Type": "Rules", "RulesConfiguration": {"Rules": 1}}},
                )
            },
            "Properties.RoleMappings.idp: hangs on what is not known, or is no role mapping",
        ),
        ({"R": resource("AWS::IAM::Role")}, "must have an AssumeRolePolicyDocument"),
    ],
)
def test_what_leads_out_of_the_templates_is_a_finding(resources: Any, reason: str) -> None:
    assert reason in str(read(resources).findings[0])


def test_an_existing_role_is_found_by_its_name_with_a_path() -> None:
    reading = read(
        {
            "Reader": role(RoleName="Reader", Path="/team/"),
            "P": resource(
                "AWS::IAM::Policy",
                PolicyName="P",
                Roles=["team/Reader"],
                PolicyDocument=document(statement()),
            ),
        }
    )
    assert len(reading.role("Reader").policies) == 1


def test_a_trust_policy_names_the_roles_of_the_template() -> None:
    reading = read(
        {
            "A": role(),
            "B": role(AssumeRolePolicyDocument=trust({"AWS": {"Fn::GetAtt": ["A", "Arn"]}})),
        }
    )
    trusted = reading.role("B").trust
    assert trusted is not None
    assert trusted.statements[0].principals[0].identifier == reading.role("A").arn
    assert reading.is_complete


@pytest.mark.parametrize(
    ("principal", "identifier"),
    [
        ({"AWS": {"Ref": "TrustedAccount"}}, r"000000\d{6}"),
        (
            {"AWS": {"Fn::Sub": "arn:aws:iam::${TrustedAccount}:root"}},
            r"arn:aws:iam::000000\d{6}:root",
        ),
        ({"AWS": {"Ref": "Who"}}, r"arn:aws:iam::000000\d{6}:role/@unknown\.App\.Who@"),
        ({"AWS": {"Fn::Sub": "arn:aws:iam::1111${Who}:root"}}, None),
        ({"Service": {"Fn::Sub": "${Who}.amazonaws.com"}}, r"unknown-app-who\.amazonaws\.com"),
        ({"Service": {"Fn::Sub": "ec2.${Who}"}}, r"ec2\.unknown-app-who\.amazonaws\.com"),
        (
            {"Federated": {"Ref": "Who"}},
            r"arn:aws:iam::000000\d{6}:oidc-provider/@unknown\.App\.Who@",
        ),
        ({"AWS": 111122223333}, "111122223333"),
    ],
)
def test_a_principal_that_is_not_known_has_a_stand_in_that_policies_take(
    principal: Any, identifier: str | None
) -> None:
    parameters = {"TrustedAccount": {"Type": "String"}, "Who": {"Type": "String"}}
    reading = read({"R": role(AssumeRolePolicyDocument=trust(principal))}, Parameters=parameters)
    found = reading.role("R")
    is_known = principal == {"AWS": 111122223333}
    assert bool(found.trust_unknowns) is not is_known
    if identifier is None:
        assert found.trust is None
        return
    assert found.trust is not None
    (named,) = found.trust.statements[0].principals
    assert re.fullmatch(identifier, named.identifier)


def test_a_role_is_found_by_name_arn_logical_id_and_path() -> None:
    reading = read(
        {
            "A": role(RoleName="Alpha") | {"Metadata": {"aws:cdk:path": "App/Role/Resource"}},
            "B": role() | {"Metadata": {"aws:cdk:path": "App/Other/Resource"}},
        }
    )
    alpha = reading.roles[0]
    for name in ("Alpha", "A", alpha.arn, "App/Role/Resource", "App/Role", "App/Role/"):
        assert reading.role(name) == alpha
    with pytest.raises(InvalidInputError, match=r"no role has .* 'App/Rol'; there are App/Role/R"):
        reading.role("App/Rol")
    with pytest.raises(InvalidInputError, match="2 roles have"):
        reading.role("App")
    with pytest.raises(InvalidInputError, match="stack must be one of App, got 'Ap'"):
        reading.stack("Ap")
    assert reading.stack("App").account == ACCOUNT


def test_instance_profiles_and_identity_pools_name_their_roles() -> None:
    reading = read(
        {
            "Reader": role(RoleName="Reader"),
            "Profile": resource("AWS::IAM::InstanceProfile", Roles=[{"Ref": "Reader"}]),
            "Pool": resource("AWS::Cognito::IdentityPool"),
            "Roles": resource(
                "AWS::Cognito::IdentityPoolRoleAttachment",
                IdentityPoolId={"Ref": "Pool"},
                Roles={"authenticated": {"Fn::GetAtt": ["Reader", "Arn"]}},
                RoleMappings={
                    "idp": {
                        "Type": "Rules",
                        "RulesConfiguration": {
                            "Rules": [{"RoleARN": {"Fn::GetAtt": ["Reader", "Arn"]}}]
                        },
                    },
                    "other": {"Type": "Token"},
                },
            ),
        }
    )
    arn = reading.role("Reader").arn
    assert reading.instance_profiles[0].roles == ("Reader",)
    (attachment,) = reading.identity_pool_attachments
    assert attachment.authenticated_role == arn
    assert attachment.mapped_roles == (arn,)
    assert attachment.uses_token_roles
    assert reading.symbols[attachment.identity_pool] == "the name of Pool of App"


def test_conditions_of_policies_take_numbers_and_addresses_that_are_not_known() -> None:
    conditions = {
        "NumericLessThan": {"aws:MultiFactorAuthAge": {"Ref": "Age"}},
        "IpAddress": {"aws:SourceIp": {"Ref": "Range"}},
        "Bool": {"aws:SecureTransport": {"Ref": "Tls"}},
        "StringEquals": {"aws:SourceAccount": {"Ref": "Peer"}},
    }
    reading = read(
        {"R": role(document(statement(Condition=conditions)))},
        Parameters={name: {"Type": "String"} for name in ("Age", "Range", "Tls", "Peer")},
    )
    found = reading.role("R")
    assert found.policies[0].document is not None
    values = {
        each.key: each.values[0] for each in found.policies[0].document.statements[0].conditions
    }
    assert values["aws:SourceIp"] == "${Token[unknown.App.Range]}"
    assert values["aws:SourceAccount"].startswith("000000")
    assert len(found.unknowns) == 4


def test_a_document_may_be_json_in_a_string() -> None:
    text = {
        "Fn::Sub": '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "${B.Arn}"}}'
    }
    reading = read({"R": role(text), "B": resource("AWS::S3::Bucket", BucketName="b")})
    assert resources_of(reading.role("R").policies[0].document) == ("arn:aws:s3:::b",)


def test_the_account_of_an_unknown_environment_is_one_and_the_same() -> None:
    resources = {
        "R": role(
            document(statement({"Fn::Sub": "arn:aws:s3:::logs-${AWS::AccountId}"})),
            AssumeRolePolicyDocument=trust(
                {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
            ),
        )
    }
    reading = read(resources, account=None, region=None)
    found: Role = reading.roles[0]
    account = found.account
    assert len(account) == 12
    assert account.isdecimal()
    assert resources_of(found.policies[0].document) == (f"arn:aws:s3:::logs-{account}",)
    assert found.trust is not None
    assert found.trust.statements[0].principals[0].identifier == (
        f"arn:aws-unknown:iam::{account}:root"
    )
    assert {each.kind for each in reading.findings} == {FindingKind.UNKNOWN}
    assert found.session().account == account


def test_an_account_that_a_template_writes_is_no_stand_in() -> None:
    first = read({"R": role()}, account=None, region=None).roles[0].account
    again = read({"R": role(Description=first)}, account=None, region=None).roles[0].account
    assert first != again


def test_managed_policies_of_aws_come_by_their_arn() -> None:
    arn = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonS3ReadOnlyAccess"}
    found = read({"R": role(ManagedPolicyArns=[arn])}).role("R")
    (policy,) = found.policies
    assert policy.origin is PolicyOrigin.AWS_MANAGED
    assert policy.name == "AmazonS3ReadOnlyAccess"
    assert policy.document is not None
    assert "s3:Get*" in policy.document.statements[0].actions
    assert found.is_complete


@pytest.mark.parametrize(
    ("arn", "region", "is_there", "reason"),
    [
        ("arn:aws:iam::aws:policy/NoSuchAccess", "eu-central-1", False, "none of AWS's managed"),
        (
            "arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess",
            "cn-north-1",
            True,
            "is read as it is in the partition aws; it may differ in aws-cn",
        ),
        (
            {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonS3ReadOnlyAccess"},
            None,
            True,
            "hangs on the partition",
        ),
    ],
)
def test_a_managed_policy_that_may_differ_makes_the_role_incomplete(
    arn: Any, region: str | None, is_there: bool, reason: str
) -> None:
    found = read({"R": role(ManagedPolicyArns=[arn])}, region=region).role("R")
    assert (found.policies[0].document is not None) is is_there
    (finding,) = found.unknowns
    assert reason in finding.reason


def test_a_parameter_takes_the_values_that_it_allows_alone() -> None:
    parameters = {"Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]}}
    with pytest.raises(InvalidTemplateError, match="parameters: Stage: must be one of dev, prod"):
        read({"R": role()}, Parameters=parameters, parameters={"Stage": "test"})
