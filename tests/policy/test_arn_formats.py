"""Types of resources by their ARNs, keys on a type, and the actions that others depend on."""

from __future__ import annotations

import pytest

from least_privilege.policy.service_reference import (
    can_be_of_format,
    dependent_actions as kept,
    dependent_actions_of,
    expand_actions,
    is_of_type,
    resource_type,
    resource_types_of,
    resource_types_of_arn,
    services,
    supports_condition_key_on,
)

HERE = "eu-central-1:111122223333"

TYPES = [
    ("s3", "arn:aws:s3:::pictures", ["bucket"]),
    ("s3", "arn:aws:s3:::pictures/a", ["object"]),
    ("s3", "arn:aws:s3:::pictures/a/b/c", ["object"]),
    ("S3", "arn:aws:s3:::pictures/*", ["object"]),
    ("s3", "arn:aws:s3:eu-central-1::pictures", []),
    ("dynamodb", f"arn:aws:dynamodb:{HERE}:table/orders", ["table"]),
    ("dynamodb", f"arn:aws:dynamodb:{HERE}:table/orders/index/a", ["index"]),
    ("dynamodb", f"arn:aws:dynamodb:{HERE}:table/orders/other/a", []),
    ("dynamodb", "arn:aws:dynamodb:*:111122223333:table/orders", []),
    ("dynamodb", "arn:aws:dynamodb:::table/orders", []),
    ("sns", f"arn:aws:sns:{HERE}:orders", ["topic"]),
    ("sqs", "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders", ["queue"]),
    ("sqs", "${Token[Orders.Arn.1]}", []),
    ("lambda", f"arn:aws:lambda:{HERE}:function:a", ["function"]),
    ("lambda", f"arn:aws:lambda:{HERE}:function:a:live", ["function alias", "function version"]),
    ("identitystore", "arn:aws:identitystore:::group/1", ["Group"]),
    ("identitystore", "arn:aws:identitystore:::group/*", ["AllGroups"]),
    ("braket", "arn:aws:braket:*:*:device/qpu/ionq/x", ["device"]),
    ("braket", "arn:aws:braket:us-east-1::device/qpu/ionq/x", ["device"]),
    ("ssm", "arn:aws:ssm:eu-central-1::document/AWS-RunShellScript", ["document"]),
    ("apigateway", "arn:aws:apigateway:eu-central-1::/restapis/a/stages/b", ["Stage"]),
    ("apigateway", "arn:aws:apigateway:eu-central-1::/apis/a/stages/b", ["Stage"]),
    ("retired", "arn:aws:retired:::a", []),
    ("s3", "pictures", []),
]


@pytest.mark.parametrize(("service", "arn", "names"), TYPES)
def test_an_arn_is_of_the_type_whose_format_says_most_of_it(
    service: str, arn: str, names: list[str]
) -> None:
    assert [each.name for each in resource_types_of_arn(service, arn)] == names


def test_nearly_every_format_is_told_from_every_other() -> None:
    """AWS gives some types the same format; there are few of them."""
    unclear = [
        (service, known.name)
        for service in services()
        for known in resource_types_of(service)
        for arn_format in known.arn_patterns
        if [each.name for each in resource_types_of_arn(service, _like(arn_format))] != [known.name]
    ]
    assert ("iot", "thinggroup") in unclear
    assert len(unclear) < 50


def _like(arn_format: str) -> str:
    return arn_format.replace("${Partition}", "aws").replace("${", "x").replace("}", "")


FORMAT = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}"
CAN_BE = [
    (f"arn:aws:dynamodb:{HERE}:table/orders", True),
    ("*", True),
    ("arn:aws:dynamodb:*", True),
    ("arn:aws:dynamodb:*:*:table/or?ers-*", True),
    ("arn:aws:dynamodb:*:*:tab*", True),
    ("arn:aws:dynamodb:*:*:tab?e/a", True),
    ("${Token[Orders.Arn.1]}", True),
    ("${Token[Orders.Arn.1]}/index/a", False),
    ("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/a", True),
    ("arn:aws:dynamodb:${AWS::AccountId}:table/a", False),
    (f"arn:aws:dynamodb:{HERE}:table/${{aws:PrincipalTag/team}}", True),
    (f"arn:aws:dynamodb:{HERE}:table/", False),
    (f"arn:aws:dynamodb:{HERE}:table/a/index/*", False),
    (f"arn:aws:dynamodb:{HERE}:table/?", True),
    (f"arn:aws:dynamodb:{HERE}:tables/*", False),
    ("arn:aws:dynamodb::111122223333:table/a", False),
    ("arn:aws:dax:*:*:*", False),
]


@pytest.mark.parametrize(("arn", "can_be"), CAN_BE)
def test_an_arn_with_wildcards_can_be_of_a_format(arn: str, can_be: bool) -> None:
    assert can_be_of_format(arn, FORMAT) is can_be
    table = resource_type("dynamodb", "table")
    assert table is not None
    assert table.arn_patterns == (FORMAT,)
    assert is_of_type(arn, table) is can_be


def test_every_arn_can_be_of_the_format_that_it_is_made_from() -> None:
    for service in services()[::20]:
        for known in resource_types_of(service):
            for arn_format in known.arn_patterns:
                assert can_be_of_format(_like(arn_format), arn_format)
                assert is_of_type(_like(arn_format)[:-1] + "*", known)


KEYS = [
    ("s3:GetObject", "s3:ExistingObjectTag/team", ["object"], True),
    ("s3:GetBucketLocation", "s3:ExistingObjectTag/team", ["bucket"], False),
    ("s3:GetObject", "s3:DataAccessPointAccount", ["object"], True),
    ("s3:CreateJob", "s3:DataAccessPointAccount", [], False),
    ("ec2:RunInstances", "ec2:VolumeType", ["volume"], True),
    ("ec2:RunInstances", "ec2:VolumeType", ["image", "subnet"], False),
    ("athena:GetWorkGroup", "aws:ResourceTag/team", ["workgroup"], True),
    ("athena:GetWorkGroup", "AWS:resourcetag/team", ["WorkGroup"], True),
    ("athena:GetWorkGroup", "aws:RequestTag/team", ["workgroup"], False),
    ("athena:GetWorkGroup", "aws:RequestTag/${Token[Key.1]}", ["workgroup"], False),
    ("athena:ListWorkGroups", "aws:ResourceTag/team", [], False),
    ("athena:CreateWorkGroup", "aws:TagKeys", ["workgroup"], True),
    ("athena:GetWorkGroup", "aws:SourceVpc", [], True),
    ("athena:GetWorkGroup", "athena:Other", ["workgroup"], False),
    ("athena:GetWorkGroup", "athena:${Token[Key.1]}", ["workgroup"], None),
    ("athena:GetWorkGroup", "${Token[Key.1]}", ["workgroup"], None),
    ("sqs:SendMessage", "gitlab.example.com:sub", ["queue"], True),
    ("retired:Anything", "retired:Key", [], None),
]


@pytest.mark.parametrize(("action", "key", "types", "supported"), KEYS)
def test_a_key_counts_for_the_types_that_are_named(
    action: str, key: str, types: list[str], supported: bool | None
) -> None:
    assert supports_condition_key_on(action, key, types) is supported


def test_dependent_actions_are_those_of_aws_s_list() -> None:
    assert "iam:PassRole" in dependent_actions_of("LAMBDA:createfunction")
    assert dependent_actions_of("sqs:SendMessage") == ()
    assert dependent_actions_of("retired:Anything") == ()


def test_what_the_data_itself_says_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "dependent_actions_in_data", lambda action: frozenset({"a:B"}))
    assert kept.dependent_actions_of.__wrapped__("ecs:RunTask") == ("a:B", "iam:PassRole")


def test_nearly_all_actions_with_dependent_ones_are_known_still() -> None:
    """The list is older than the data: it must not drift far from it unseen."""
    content = kept._kept()
    assert len(content) > 1_700
    known = [action for action in content if expand_actions(action)]
    assert len(known) / len(content) > 0.97
    others = {other for each in content.values() for other in each}
    assert {"iam:PassRole", "kms:Decrypt"} <= others
