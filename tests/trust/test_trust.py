"""The statements of each trust value, word by word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from least_privilege import errors
from least_privilege.policy import Condition, PolicyDocument
from least_privilege.trust import (
    AwsAccount,
    AwsRoles,
    AwsService,
    IamUsers,
    IdentityPool,
    Mfa,
    Organization,
    PermissionSets,
    SessionTag,
    SourceIdentity,
    SourceNetwork,
    Trust,
    identity_pool_issuer,
    identity_variable,
)

OTHER = "444455556666"
ROOT_OF_OTHER = {"AWS": f"arn:${{AWS::Partition}}:iam::{OTHER}:root"}
ROLE = f"arn:${{AWS::Partition}}:iam::{OTHER}:role"
POOL = "eu-west-1:11111111-2222-3333-4444-555555555555"
GOV_POOL = POOL.replace("eu-west-1", "us-gov-west-1")
USER = "arn:${AWS::Partition}:iam::${AWS::AccountId}:user"
FUNCTION = "arn:aws:lambda:eu-central-1:111122223333:function:f"
FUNCTIONS = "arn:aws:lambda:*:111122223333:function:g"


def allow(principal: dict[str, Any], action: str = "sts:AssumeRole", **rest: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action} | rest


SAID: list[tuple[Trust, dict[str, Any]]] = [
    (AwsAccount(account_id=OTHER), allow(ROOT_OF_OTHER)),
    (
        AwsAccount(account_id=OTHER, external_ids=("one", "two"), mfa=Mfa()),
        allow(
            ROOT_OF_OTHER,
            Condition={
                "StringEquals": {"sts:ExternalId": ["one", "two"]},
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "NumericLessThanEquals": {"aws:MultiFactorAuthAge": "3600"},
            },
        ),
    ),
    (
        AwsRoles(account_id=OTHER, role_names=("Auditor", "team/Reader")),
        allow(
            ROOT_OF_OTHER,
            Condition={
                "ArnEquals": {"aws:PrincipalArn": [f"{ROLE}/Auditor", f"{ROLE}/team/Reader"]}
            },
        ),
    ),
    (
        AwsRoles(account_id=OTHER, role_names=("Auditor",), external_ids=("one",)),
        allow(
            ROOT_OF_OTHER,
            Condition={
                "ArnEquals": {"aws:PrincipalArn": f"{ROLE}/Auditor"},
                "StringEquals": {"sts:ExternalId": "one"},
            },
        ),
    ),
    (
        IamUsers(user_names=("ops/alice",), mfa=Mfa(max_age=timedelta(minutes=15))),
        allow(
            {"AWS": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"},
            Condition={
                "ArnEquals": {"aws:PrincipalArn": f"{USER}/ops/alice"},
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "NumericLessThanEquals": {"aws:MultiFactorAuthAge": "900"},
            },
        ),
    ),
    (
        Organization(organization_id="o-exampleorgid"),
        allow(
            {"AWS": "*"},
            Condition={
                "StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"},
                "StringNotEquals": {"aws:PrincipalAccount": "${AWS::AccountId}"},
            },
        ),
    ),
    (
        Organization(organization_id="o-exampleorgid", role_names=("ci/Deployer",)),
        allow(
            {"AWS": "*"},
            Condition={
                "StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"},
                "StringNotEquals": {"aws:PrincipalAccount": "${AWS::AccountId}"},
                "ArnLike": {"aws:PrincipalArn": "arn:${AWS::Partition}:iam::*:role/ci/Deployer"},
            },
        ),
    ),
    (
        IdentityPool(identity_pool_id=POOL),
        allow(
            {"Federated": "cognito-identity.amazonaws.com"},
            "sts:AssumeRoleWithWebIdentity",
            Condition={
                "StringEquals": {"cognito-identity.amazonaws.com:aud": POOL},
                "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
            },
        ),
    ),
    (
        IdentityPool(identity_pool_id=GOV_POOL, guests=True, region="us-gov-west-1"),
        allow(
            {"Federated": "cognito-identity-us-gov.amazonaws.com"},
            "sts:AssumeRoleWithWebIdentity",
            Condition={
                "StringEquals": {"cognito-identity-us-gov.amazonaws.com:aud": GOV_POOL},
                "ForAnyValue:StringLike": {
                    "cognito-identity-us-gov.amazonaws.com:amr": "unauthenticated"
                },
            },
        ),
    ),
    (AwsService(principal="ec2.amazonaws.com"), allow({"Service": "ec2.amazonaws.com"})),
    (AwsService(principal="lambda.amazonaws.com"), allow({"Service": "lambda.amazonaws.com"})),
    (
        AwsService(
            principal="lambda.amazonaws.com",
            source_account=True,
            source_arns=(FUNCTION, FUNCTIONS),
        ),
        allow(
            {"Service": "lambda.amazonaws.com"},
            Condition={
                "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
                "ArnLike": {"aws:SourceArn": [FUNCTION, FUNCTIONS]},
            },
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("trust", "statement"), SAID)
def test_a_trust_says_exactly_this(trust: Trust, statement: dict[str, Any]) -> None:
    assert [each.to_dict() for each in trust.statements()] == [statement]


@pytest.mark.parametrize(
    ("trust", "hours"),
    [
        (AwsAccount(account_id=OTHER), 12),
        (AwsRoles(account_id=OTHER, role_names=("A",)), 1),
        (IamUsers(user_names=("a",)), 12),
        (Organization(organization_id="o-exampleorgid"), 12),
        (Organization(organization_id="o-exampleorgid", role_names=("A",)), 1),
        (AwsService(principal="ec2.amazonaws.com"), None),
        (IdentityPool(identity_pool_id=POOL), None),
    ],
)
def test_callers_choose_the_length_of_a_session_and_services_do_not(
    trust: Trust, hours: int | None
) -> None:
    assert trust.longest_session == (hours and timedelta(hours=hours))


def test_mfa_is_demanded_in_a_way_that_long_term_keys_do_not_pass() -> None:
    """`BoolIfExists` and `...IfExists` would admit a request that carries no MFA claim."""
    assert [condition.operator for condition in Mfa().conditions()] == [
        "Bool",
        "NumericLessThanEquals",
    ]


def test_conditions_never_reach_another_who_is_trusted() -> None:
    """Trust statements are OR-ed, so each keeps its own conditions, even of one account."""
    trusted = (
        AwsService(principal="lambda.amazonaws.com"),
        AwsAccount(account_id=OTHER, external_ids=("one",)),
        AwsRoles(account_id=OTHER, role_names=("Auditor",)),
        IamUsers(user_names=("alice",), account_id=OTHER),
        AwsAccount(account_id="777788889999"),
    )
    document = PolicyDocument.of(*(each for trust in trusted for each in trust.statements()))
    keys = [
        sorted(key for operator in statement.get("Condition", {}).values() for key in operator)
        for statement in document.to_dict()["Statement"]
    ]
    assert keys == [
        [],
        ["sts:ExternalId"],
        ["aws:PrincipalArn"],
        ["aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent", "aws:PrincipalArn"],
        [],
    ]


@pytest.mark.parametrize(
    ("region", "issuer"),
    [
        ("", "cognito-identity.amazonaws.com"),
        ("eu-central-1", "cognito-identity.amazonaws.com"),
        ("us-gov-west-1", "cognito-identity-us-gov.amazonaws.com"),
        ("us-gov-east-1", "cognito-identity.us-gov-east-1.amazonaws.com"),
    ],
)
def test_the_identity_of_a_request_is_named_by_the_issuer_of_the_region(
    region: str, issuer: str
) -> None:
    assert identity_pool_issuer(region) == issuer
    assert identity_variable(region) == f"${{{issuer}:sub}}"


REFUSED: list[tuple[type[Any], dict[str, Any], type[errors.InvalidInputError], str]] = [
    (AwsAccount, {"account_id": "123"}, errors.InvalidAccountIdError, "must be 12 digits"),
    (AwsAccount, {"account_id": 123456789012}, errors.InvalidAccountIdError, "put it in quotes"),
    (AwsAccount, {"account_id": OTHER, "external_ids": "abc"}, errors.InvalidExternalIdError,
     "must be a list, got the string 'abc'"),
    (AwsAccount, {"account_id": OTHER, "external_ids": ("a b",)}, errors.InvalidExternalIdError,
     "letters, digits"),
    (AwsAccount, {"account_id": OTHER, "external_ids": ("x" * 1225,)},
     errors.InvalidExternalIdError, "2 to 1,224"),
    (AwsAccount, {"account_id": OTHER, "mfa": True},
     errors.InvalidTrustError, "mfa must be an Mfa"),
    (AwsAccount, {"account_id": OTHER, "source_network": "203.0.113.0/24"},
     errors.InvalidTrustError, "source_network must be a SourceNetwork"),
    (AwsAccount, {"account_id": OTHER, "source_identity": "alice"},
     errors.InvalidTrustError, "source_identity must be a SourceIdentity"),
    (AwsAccount, {"account_id": OTHER, "session_tags": ("team",)},
     errors.InvalidTagError, r"try SessionTag\(key='team'\)"),
    (AwsAccount, {"account_id": OTHER, "session_tags": SessionTag(key="team")},
     errors.InvalidTagError, "must be a list"),
    (AwsAccount, {"account_id": OTHER,
                  "session_tags": (SessionTag(key="team"), SessionTag(key="Team"))},
     errors.InvalidTagError, "more than case"),
    (AwsAccount, {"account_id": OTHER, "conditions": ("aws:SourceIp",)},
     errors.InvalidTrustError, "list of values of least_privilege.policy.Condition"),
    (AwsAccount, {"account_id": OTHER, "conditions": (
        Condition.of("Bool", "aws:MultiFactorAuthPresent", "true"),)},
     errors.InvalidTrustError, "mfa says it safely"),
    (AwsAccount, {"account_id": OTHER, "conditions": (
        Condition.of("StringEquals", "sts:externalid", "one"),)},
     errors.InvalidTrustError, "external_ids says it safely"),
    (AwsAccount, {"account_id": OTHER, "conditions": (
        Condition.of("StringLike", "aws:RequestTag/team", "*"),)},
     errors.InvalidTrustError, "session_tags says it safely"),
    (AwsAccount, {"account_id": OTHER, "conditions": (
        Condition.of("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-x/*"),)},
     errors.InvalidTrustError, "say ForAnyValue"),
    (AwsAccount, {"account_id": OTHER, "conditions": (
        Condition.of("StringEqualsIfExists", "aws:PrincipalTag/team", "red"),)},
     errors.InvalidTrustError, "leave IfExists out"),
    (AwsAccount, {"account_id": OTHER, "conditions": (
        Condition.of("StringEqual", "aws:PrincipalTag/team", "red"),)},
     errors.InvalidTrustError, "StringEqual"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("A",), "conditions": (
        Condition.of("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::444455556666:role/B"),)},
     errors.InvalidInputError, "twice"),
    (AwsAccount, {"account_id": OTHER, "conditions": (
        each for each in [Condition.of("StringEquals", "aws:PrincipalTag/team", "red")])},
     errors.InvalidTrustError, "conditions must be a list"),
    (AwsAccount, {"account_id": OTHER, "conditions": None}, errors.InvalidTrustError, "a list"),
    (AwsAccount, {"account_id": OTHER, "conditions": (
        Condition(operator="StringEquals", key="aws:PrincipalTag/a", values="abc"),)},
     errors.InvalidTrustError, "values must be a list"),
    (AwsAccount, {"account_id": OTHER, "conditions": (
        Condition.of("StringEquals", "aws:PrincipalTag/a"),)},
     errors.InvalidTrustError, "at least one value for aws:PrincipalTag/a"),
    (AwsAccount, {"account_id": OTHER, "conditions": (
        Condition.of("FooBar", "aws:PrincipalTag/a", "${Token[TOKEN.1]}"),)},
     errors.InvalidTrustError, "is no condition operator"),
    (AwsAccount, {"account_id": OTHER, "conditions": (
        Condition.of("stringequalsifexists", "aws:PrincipalTag/a", "${Token[TOKEN.1]}"),)},
     errors.InvalidTrustError, "leave IfExists out"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("A",), "conditions": (
        Condition.of("ArnEquals", "aws:principalarn", "arn:aws:iam::444455556666:role/B"),)},
     errors.InvalidTrustError, "IAM would refuse it: .*twice"),
    (AwsRoles, {"account_id": OTHER, "role_arns": ("arn:aws:iam:::role/A",)},
     errors.InvalidArnError, "like arn:aws:iam::444455556666:role/Name"),
    (AwsRoles, {"account_id": OTHER, "role_arns": ("arn:aws:iam:us-east-1:444455556666:role/A",)},
     errors.InvalidArnError, "like arn:aws:iam::444455556666:role/Name"),
    (AwsRoles, {"account_id": OTHER, "role_arns": ("arn:aws:iam::444455556666:role/a b",)},
     errors.InvalidNameError, "letters"),
    (SourceNetwork, {"ip_ranges": ("203.0.113.0/255.255.255.0",)},
     errors.InvalidTrustError, "number of bits"),
    (SourceIdentity, {"values": ("*",)}, errors.InvalidTrustError, "leave values out for any"),
    (SourceIdentity, {"required": "no"}, errors.InvalidTrustError, "must be True or False"),
    (SessionTag, {"key": "a", "required": "no"}, errors.InvalidTrustError, "must be True or"),
    (AwsAccount, {"account_id": OTHER,
                  "session_tags": [SessionTag(key=f"k{n}") for n in range(51)]},
     errors.InvalidTagError, "at most 50 for one session, got 51"),
    (Organization, {"organization_id": "o-exampleorgid",
                    "unit_paths": ("o-exampleorgid/r-ab12/",)},
     errors.InvalidTrustError, "leave it out for the whole organization"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("A",), "mfa": Mfa()},
     errors.InvalidTrustError, "mfa cannot be demanded of roles: their sessions carry no MFA"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("A",), "named_as": "name"},
     errors.InvalidTrustError, "named_as must be one of 'condition', 'principal'"),
    (AwsRoles, {"account_id": OTHER, "role_arns": ("arn:aws:iam::444455556666:user/a",)},
     errors.InvalidArnError, "role_arns must be an ARN like arn:aws:iam::444455556666:role/Name"),
    (AwsRoles, {"account_id": OTHER, "role_arns": ("arn:aws:iam::111122223333:role/a",)},
     errors.InvalidArnError, "role_arns must be of the account 444455556666"),
    (AwsRoles, {"account_id": OTHER, "role_arns": ("arn:aws:iam::444455556666:role/*",)},
     errors.InvalidArnError, "without wildcards"),
    (IamUsers, {"user_names": ("a",), "mfa": None}, errors.InvalidTrustError, "must be an Mfa"),
    (IamUsers, {"user_names": ("a",), "external_ids": ("abc",)},
     errors.InvalidExternalIdError, "role's own account"),
    (PermissionSets, {"account_id": "1", "names": ("A",)}, errors.InvalidAccountIdError, "12"),
    (PermissionSets, {"account_id": OTHER, "names": ()}, errors.InvalidTrustError, "at least one"),
    (PermissionSets, {"account_id": OTHER, "names": ("A*",)},
     errors.InvalidTrustError, "no wildcard"),
    (PermissionSets, {"account_id": OTHER, "names": ("x" * 33,)},
     errors.InvalidTrustError, "1 to 32"),
    (PermissionSets, {"account_id": OTHER, "names": ("AWSReservedSSO_Admin_0123456789abcdef",)},
     errors.InvalidTrustError, "those of permission sets, not of their roles"),
    (PermissionSets, {"account_id": OTHER, "names": ("A",), "identity_center_region": "Frankfurt"},
     errors.InvalidTrustError, "region like eu-central-1"),
    (PermissionSets, {"account_id": OTHER, "names": ("A",), "mfa": Mfa()},
     errors.InvalidTrustError, "people of IAM Identity Center: their sessions carry no MFA"),
    (Organization, {"organization_id": "o-exampleorgid", "unit_paths": ("ou-ab12-11111111",)},
     errors.InvalidTrustError, "path from the organization down"),
    (Organization, {"organization_id": "o-exampleorgid",
                    "unit_paths": ("o-exampleorgid/r-ab12/ou-ab12-11111111",)},
     errors.InvalidTrustError, "path from the organization down"),
    (Organization, {"organization_id": "o-exampleorgid",
                    "unit_paths": ("o-anotherorgid/r-ab12/ou-ab12-11111111/",)},
     errors.InvalidTrustError, "must be of the organization o-exampleorgid"),
    (Organization, {"organization_id": "o-exampleorgid", "external_ids": ("abc",)},
     errors.InvalidExternalIdError, "are yours"),
    (Organization, {"organization_id": "o-exampleorgid", "role_names": ("A",), "mfa": Mfa()},
     errors.InvalidTrustError, "mfa cannot be demanded of roles"),
    (SourceNetwork, {}, errors.InvalidTrustError, "must be one of ip_ranges"),
    (SourceNetwork, {"ip_ranges": ("203.0.113.0/24",), "vpc_ids": ("vpc-0a1b2c3d",)},
     errors.InvalidTrustError, "must be one of ip_ranges"),
    (SourceNetwork, {"ip_ranges": ("0.0.0.0/0",)}, errors.InvalidTrustError, "/8 or narrower"),
    (SourceNetwork, {"ip_ranges": ("203.0.113.1/24",)}, errors.InvalidTrustError, "host bits"),
    (SourceNetwork, {"ip_ranges": ("10.0.0.0/8",)},
     errors.InvalidTrustError, "public addresses.*vpc_endpoint_ids"),
    (SourceNetwork, {"vpc_endpoint_ids": ("vpc-0a1b2c3d",)},
     errors.InvalidTrustError, "ID like vpce-"),
    (SourceNetwork, {"vpc_ids": ("*",)}, errors.InvalidTrustError, "ID like vpc-"),
    (SourceIdentity, {"values": ("a b",)}, errors.InvalidTrustError, "2 to 64"),
    (SourceIdentity, {"values": "alice"}, errors.InvalidTrustError, "got the string"),
    (SessionTag, {"key": ""}, errors.InvalidTagError, "1 to 128"),
    (SessionTag, {"key": "aws:x"}, errors.InvalidTagError, "must not begin with 'aws:'"),
    (SessionTag, {"key": "team", "values": "red"}, errors.InvalidTagError, "got the string"),
    (SessionTag, {"key": "te*m"}, errors.InvalidTagError, "letters"),
    (AwsAccount, {"account_id": "${AWS::AccountId}", "external_ids": ("abc",)},
     errors.InvalidExternalIdError, "role's own account"),
    (AwsRoles, {"account_id": "123", "role_names": ("A",)}, errors.InvalidAccountIdError, "digits"),
    (AwsRoles, {"account_id": OTHER, "role_names": ()}, errors.InvalidTrustError,
     "role_names must name at least one; to trust all of an account, say AwsAccount"),
    (AwsRoles, {"account_id": OTHER, "role_names": "Auditor"}, errors.InvalidTrustError,
     "got the string"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("*",)}, errors.InvalidTrustError,
     r"role_names must hold no wildcard, got '\*'"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("Audito?",)}, errors.InvalidTrustError,
     "no wildcard"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("te*/Auditor",)}, errors.InvalidTrustError,
     "no wildcard"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("${Token[AWS.StackName.1]}-*",)},
     errors.InvalidTrustError, "no wildcard"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("",)}, errors.InvalidNameError, "at least one"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("x" * 65,)}, errors.InvalidNameError, "64"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("te am/A",)}, errors.InvalidInputError,
     "blank"),
    (AwsRoles, {"account_id": OTHER, "role_names": (f"arn:aws:iam::{OTHER}:role/A",)},
     errors.InvalidInputError, "name.*ARN"),
    (AwsRoles, {"account_id": OTHER, "role_names": ("A",), "external_ids": ("x",)},
     errors.InvalidExternalIdError, "2 to 1,224"),
    (IamUsers, {"user_names": ()}, errors.InvalidTrustError, "user_names must name at least one"),
    (IamUsers, {"user_names": ("*",)}, errors.InvalidTrustError, "user_names must hold no"),
    (IamUsers, {"user_names": "alice"}, errors.InvalidTrustError, "got the string 'alice'"),
    (IamUsers, {"user_names": ("a b",)}, errors.InvalidNameError, "user_names must be letters"),
    (IamUsers, {"user_names": ("a",), "account_id": "1"}, errors.InvalidAccountIdError, "digits"),
    (Organization, {"organization_id": "exampleorgid"}, errors.InvalidOrganizationIdError, "'o-'"),
    (Organization, {"organization_id": "*"}, errors.InvalidOrganizationIdError, "'o-'"),
    (Organization, {"organization_id": "o-exampleorgid", "role_names": ("*",)},
     errors.InvalidTrustError, "no wildcard"),
    (IdentityPool, {"identity_pool_id": ""}, errors.InvalidTrustError, "ID of one identity pool"),
    (IdentityPool, {"identity_pool_id": "eu-west-1:*"}, errors.InvalidTrustError, "one identity"),
    (AwsService, {"principal": "lamda.amazonaws.com"}, errors.InvalidServicePrincipalError,
     "did you mean 'lambda.amazonaws.com'"),
    (AwsService, {"principal": "lambda"}, errors.InvalidServicePrincipalError,
     "must be a service principal like 'lambda.amazonaws.com', got 'lambda'"),
    (AwsService, {"principal": "*"}, errors.InvalidServicePrincipalError, "service principal like"),
    (AwsService, {"principal": "*.amazonaws.com"}, errors.InvalidServicePrincipalError, "like"),
    (AwsService, {"principal": "arn:aws:iam::444455556666:root"},
     errors.InvalidServicePrincipalError, "service principal like"),
    (AwsService, {"principal": "brand-new-thing.amazonaws.com"},
     errors.InvalidServicePrincipalError, "say so in unlisted_reason"),
    (AwsService, {"principal": "brand-new-thing.amazonaws.com", "unlisted_reason": " "},
     errors.InvalidServicePrincipalError, "unlisted_reason"),
    (AwsService, {"principal": "ec2.amazonaws.com", "source_account": True},
     errors.InvalidServicePrincipalError,
     "source_account cannot be demanded of ec2.amazonaws.com: it does not send it"),
    (AwsService, {"principal": "ec2.amazonaws.com", "source_arns": ("arn:aws:ec2:::x",)},
     errors.InvalidServicePrincipalError, "source_arns cannot be demanded of ec2.amazonaws.com"),
    (AwsService, {"principal": "lambda.amazonaws.com", "source_arns": ("my-function",)},
     errors.InvalidArnError, "source_arns must be an ARN"),
    (AwsService, {"principal": "lambda.amazonaws.com", "source_arns": ("*",)},
     errors.InvalidArnError, "source_arns must be an ARN"),
    (AwsService, {"principal": "lambda.amazonaws.com", "source_arns": FUNCTION},
     errors.InvalidInputError, "got the string"),
    (Mfa, {"max_age": timedelta(minutes=14)}, errors.InvalidDurationError, "from 15 minutes"),
    (Mfa, {"max_age": timedelta(hours=37)}, errors.InvalidDurationError, "15 minutes to 36 hours"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "error", "says"), REFUSED)
def test_a_trust_that_would_not_hold_is_refused(
    kind: type[Any],
    arguments: dict[str, Any],
    error: type[errors.InvalidInputError],
    says: str,
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)


def test_a_service_newer_than_the_table_is_admitted_with_a_reason() -> None:
    trust = AwsService(
        principal="brand-new-thing.amazonaws.com",
        unlisted_reason="announced at the summit last week",
        source_account=True,
    )
    (statement,) = trust.statements()
    assert statement.conditions[0].key == "aws:SourceAccount"
