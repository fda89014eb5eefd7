"""Stand-ins are recognized, whatever place they had to fit, and real names are not."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.template import is_symbolic
from tests.template.kit import document, read, resource, role, statement, text, trust


@pytest.mark.parametrize(
    "value",
    [
        "picture-storage-@generated.0f1e2d3c4b5a@",
        "arn:aws:kms:eu-central-1:111122223333:key/@generated.Key.0f1e2d3c4b5a@",
        "arn:aws:s3:::@unknown.App.Name@/*",
        "arn:aws:iam::000000123456:root",
        "000000000001",
        "arn:aws-unknown:s3:::b",
        "arn:aws-unknown-abcdefgh:s3:::b",
        "unknown-app-who.amazonaws.com",
        "logs.unknown-aws-region.amazonaws.com",
        "${Token[unknown.App.Port]}",
        "0" * 24 + "a1" * 20,
        "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-@0a1b@",
    ],
)
def test_stand_ins_are_recognized(value: str) -> None:
    assert is_symbolic(value)


@pytest.mark.parametrize(
    "value",
    [
        "arn:aws:iam::111122223333:role/Reader",
        "000000000000",
        "100000012345",
        "${aws:username}",
        "alice@example.com",
        "user+tag@b.example",
        "unknown-bucket",
        "arn:aws-us-gov:s3:::unknown.b",
        "a1" * 32,
        "*",
    ],
)
def test_real_names_are_not(value: str) -> None:
    assert not is_symbolic(value)


PLACES: list[Any] = [
    {"AWS": {"Ref": "Open"}},
    {"AWS": {"Fn::Sub": "arn:${Open}:iam::111122223333:root"}},
    {"Service": {"Fn::Sub": "logs.${Open}.amazonaws.com"}},
    {"Federated": {"Ref": "Open"}},
]


@pytest.mark.parametrize("principal", PLACES)
def test_what_is_written_for_a_symbol_is_recognized(principal: Any) -> None:
    reading = read(
        {"R": role(AssumeRolePolicyDocument=trust(principal))},
        Parameters={"Open": {"Type": "String"}},
    )
    found = reading.role("R").trust
    assert found is not None
    assert is_symbolic(found.statements[0].principals[0].identifier)


def test_a_canonical_user_has_one_too() -> None:
    access = {
        "Policy": resource(
            "AWS::S3::BucketPolicy",
            Bucket="b",
            PolicyDocument=document(
                statement(
                    "arn:aws:s3:::b/*",
                    Principal={"CanonicalUser": {"Fn::GetAtt": ["Identity", "S3CanonicalUserId"]}},
                )
            ),
        ),
        "Identity": resource("AWS::CloudFront::CloudFrontOriginAccessIdentity"),
    }
    (policy,) = read(access).resource_policies
    assert policy.document is not None
    assert is_symbolic(policy.document.statements[0].principals[0].identifier)
    assert policy.is_complete


def test_a_parameter_named_for_an_arn_is_one_wherever_it_stands() -> None:
    parameters = {"TopicArn": {"Type": "String"}}
    reading = read(
        {
            "R": role(
                document(
                    statement(
                        {"Ref": "TopicArn"},
                        Condition={"StringEquals": {"aws:SourceArn": {"Ref": "TopicArn"}}},
                    )
                )
            )
        },
        Parameters=parameters,
    )
    document_ = reading.role("R").policies[0].document
    assert document_ is not None
    (each,) = document_.statements
    assert each.resources == each.conditions[0].values
    assert each.resources == ("arn:aws:unknown:::@unknown.App.TopicArn@",)
    assert reading.symbols["@unknown.App.TopicArn@"] == (
        "parameter TopicArn of App, which has no value"
    )


def test_an_account_is_the_same_in_arns_and_alone() -> None:
    parameters = {"PeerAccountId": {"Type": "String"}}
    alone, inside = text(
        [{"Ref": "PeerAccountId"}, {"Fn::Sub": "arn:aws:iam::${PeerAccountId}:root"}],
        Parameters=parameters,
    )
    assert inside == f"arn:aws:iam::{alone}:root"
    assert alone.isdecimal()
    assert len(alone) == 12
