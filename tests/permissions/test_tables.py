"""What readers and writers of a table, of some of its items, and of its stream may do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import Stack, aws_dynamodb as dynamodb, aws_kms as kms

from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import (
    DynamoDbDelete,
    DynamoDbRead,
    DynamoDbReadStream,
    DynamoDbWrite,
    DynamoDbWriteBatches,
    Permission,
)
from tests.conftest import new_stack
from tests.permissions.kit import (
    ACCOUNT,
    KEY,
    OTHER_ACCOUNT,
    OTHER_KEY,
    allow,
    check_is_known_to_aws,
    is_allowed,
    said,
)

TABLE = f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/orders"
STREAM = f"{TABLE}/stream/2026-11-24T09:30:00.000"
INDEX = f"{TABLE}/index/by-day"
READS = [
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:Query",
]
STREAM_READS = ["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"]
OWN = {
    "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "${aws:PrincipalTag/tenant}"},
    "Null": {"dynamodb:LeadingKeys": "false"},
}
UNSEEN = {"StringEqualsIfExists": {"dynamodb:ReturnValues": "NONE"}}
DECRYPT = allow(
    "kms:Decrypt",
    KEY,
    StringEquals={
        "kms:ViaService": "dynamodb.eu-central-1.${AWS::URLSuffix}",
        "kms:EncryptionContext:aws:dynamodb:tableName": "orders",
        "kms:EncryptionContext:aws:dynamodb:subscriberId": ACCOUNT,
    },
)
TENANT = ("${aws:PrincipalTag/tenant}",)
READ = DynamoDbRead(table_arn=TABLE, index_names=("by-day",), kms_key_arn=KEY)
WRITE = DynamoDbWrite(table_arn=TABLE, kms_key_arn=KEY)
DELETE = DynamoDbDelete(table_arn=TABLE)
BATCHES = DynamoDbWriteBatches(table_arn=TABLE)
FOLLOW = DynamoDbReadStream(stream_arn=STREAM)

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (DynamoDbRead(table_arn=TABLE), [allow(READS, TABLE)]),
    (READ, [allow(READS, TABLE), allow("dynamodb:Query", INDEX), DECRYPT]),
    (
        DynamoDbRead(table_arn=TABLE, index_names=("by-day", "by-name"), scan=True),
        [
            allow([*READS, "dynamodb:Scan"], TABLE),
            allow(["dynamodb:Query", "dynamodb:Scan"], [INDEX, f"{TABLE}/index/by-name"]),
        ],
    ),
    (
        DynamoDbRead(table_arn=TABLE, index_names=("by-day",), leading_keys=TENANT),
        [allow(READS, TABLE, **OWN), allow("dynamodb:Query", INDEX, **OWN)],
    ),
    (
        WRITE,
        [allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], TABLE, **UNSEEN), DECRYPT],
    ),
    (
        DynamoDbWrite(table_arn=TABLE, leading_keys=TENANT, return_values=True),
        [allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], TABLE, **OWN)],
    ),
    (DELETE, [allow("dynamodb:DeleteItem", TABLE, **UNSEEN)]),
    (
        DynamoDbDelete(table_arn=TABLE, leading_keys=TENANT, kms_key_arn=KEY),
        [allow("dynamodb:DeleteItem", TABLE, **OWN, **UNSEEN), DECRYPT],
    ),
    (BATCHES, [allow("dynamodb:BatchWriteItem", TABLE)]),
    (
        DynamoDbWriteBatches(table_arn=TABLE, leading_keys=TENANT, kms_key_arn=KEY),
        [allow("dynamodb:BatchWriteItem", TABLE, **OWN), DECRYPT],
    ),
    (FOLLOW, [allow(STREAM_READS, STREAM)]),
    (
        DynamoDbReadStream(stream_arn=STREAM, lambda_source=True, kms_key_arn=KEY),
        [allow(STREAM_READS, STREAM), allow("dynamodb:ListStreams", "*"), DECRYPT],
    ),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_a_permission_says_exactly_this(
    permission: Permission, statements: list[dict[str, Any]]
) -> None:
    assert said(permission) == statements


@pytest.mark.parametrize("permission", [permission for permission, _ in SAID])
def test_aws_knows_what_is_said(permission: Permission) -> None:
    check_is_known_to_aws(permission)


# What is allowed, and what is beside it ---------------------------------------------------------

ACTIONS: dict[Permission, set[str]] = {
    DynamoDbRead(table_arn=TABLE): {*READS},
    DynamoDbRead(table_arn=TABLE, scan=True): {*READS, "dynamodb:Scan"},
    DynamoDbWrite(table_arn=TABLE): {"dynamodb:PutItem", "dynamodb:UpdateItem"},
    DELETE: {"dynamodb:DeleteItem"},
    BATCHES: {"dynamodb:BatchWriteItem"},
    FOLLOW: set(),
}
ALL = {action for actions in ACTIONS.values() for action in actions} | {
    "dynamodb:DescribeTable",
    "dynamodb:DeleteTable",
    "dynamodb:UpdateTable",
    "dynamodb:ExportTableToPointInTime",
    "dynamodb:PartiQLSelect",
    "dynamodb:PartiQLInsert",
    "dynamodb:PutResourcePolicy",
}


@pytest.mark.parametrize("permission", ACTIONS)
def test_each_verb_is_that_verb_on_that_table(permission: Permission) -> None:
    others = (
        f"{TABLE}-2",
        TABLE.replace(ACCOUNT, OTHER_ACCOUNT),
        TABLE.replace("eu-central-1", "us-east-1"),
        INDEX,
    )
    for action in ALL:
        assert is_allowed(permission, action, TABLE) is (action in ACTIONS[permission])
        assert not any(is_allowed(permission, action, table) for table in others)


def test_an_index_is_queried_if_it_is_named_and_scanned_if_that_is_said() -> None:
    assert is_allowed(READ, "dynamodb:Query", INDEX)
    assert not is_allowed(READ, "dynamodb:Query", f"{TABLE}/index/by-day-2")
    assert not is_allowed(READ, "dynamodb:Scan", INDEX)
    assert is_allowed(replace(READ, scan=True), "dynamodb:Scan", INDEX)


def of_tenant(*keys: str, tenant: str = "red", **more: Any) -> dict[str, Any]:
    return {"aws:PrincipalTag/tenant": tenant, "dynamodb:LeadingKeys": list(keys), **more}


@pytest.mark.parametrize(
    ("context", "allowed"),
    [
        (of_tenant("red"), True),
        (of_tenant("red", "red"), True),
        (of_tenant("red", "blue"), False),
        (of_tenant("blue"), False),
        (of_tenant("red-2"), False),
        (of_tenant("re"), False),
        (of_tenant("*"), False),
        (of_tenant(), False),
        ({"aws:PrincipalTag/tenant": "red"}, False),
        ({"dynamodb:LeadingKeys": ["red"]}, False),
        ({}, False),
    ],
)
def test_with_leading_keys_a_request_names_them_and_no_others(
    context: dict[str, Any], allowed: bool
) -> None:
    """A request that names no key, as a scan does, must not count as one that names its own."""
    for permission, action in (
        (DynamoDbRead(table_arn=TABLE, leading_keys=TENANT), "dynamodb:Query"),
        (DynamoDbRead(table_arn=TABLE, leading_keys=TENANT), "dynamodb:BatchGetItem"),
        (DynamoDbWrite(table_arn=TABLE, leading_keys=TENANT), "dynamodb:PutItem"),
        (DynamoDbDelete(table_arn=TABLE, leading_keys=TENANT), "dynamodb:DeleteItem"),
        (DynamoDbWriteBatches(table_arn=TABLE, leading_keys=TENANT), "dynamodb:BatchWriteItem"),
    ):
        assert is_allowed(permission, action, TABLE, context) is allowed
        assert not is_allowed(permission, "dynamodb:Scan", TABLE, context)


@pytest.mark.parametrize("permission", [WRITE, DELETE])
@pytest.mark.parametrize(
    ("returned", "allowed"),
    [({}, True), ("NONE", True), ("ALL_OLD", False), ("UPDATED_NEW", False)],
)
def test_a_writer_does_not_read_by_asking_for_what_it_wrote(
    permission: Any, returned: Any, allowed: bool
) -> None:
    action = "dynamodb:DeleteItem" if permission is DELETE else "dynamodb:UpdateItem"
    context = {"dynamodb:ReturnValues": returned} if returned else {}
    assert is_allowed(permission, action, TABLE, context) is allowed
    assert is_allowed(replace(permission, return_values=True), action, TABLE, context)


THROUGH = {
    "kms:ViaService": "dynamodb.eu-central-1.amazonaws.com",
    "kms:EncryptionContext:aws:dynamodb:tableName": "orders",
    "kms:EncryptionContext:aws:dynamodb:subscriberId": ACCOUNT,
}


@pytest.mark.parametrize("permission", [READ, WRITE])
def test_the_key_is_used_through_dynamodb_for_this_table_alone(permission: Permission) -> None:
    assert is_allowed(permission, "kms:Decrypt", KEY, THROUGH)
    assert not is_allowed(permission, "kms:Decrypt", OTHER_KEY, THROUGH)
    assert not is_allowed(permission, "kms:GenerateDataKey", KEY, THROUGH)
    assert not is_allowed(permission, "kms:CreateGrant", KEY, THROUGH)
    for key, value in (
        ("kms:ViaService", "dynamodb.us-east-1.amazonaws.com"),
        ("kms:ViaService", "s3.eu-central-1.amazonaws.com"),
        ("kms:EncryptionContext:aws:dynamodb:tableName", "orders-2"),
        ("kms:EncryptionContext:aws:dynamodb:subscriberId", OTHER_ACCOUNT),
    ):
        assert not is_allowed(permission, "kms:Decrypt", KEY, THROUGH | {key: value})
        without = {name: each for name, each in THROUGH.items() if name != key}
        assert not is_allowed(permission, "kms:Decrypt", KEY, without)


def test_who_reads_a_stream_reads_neither_the_table_nor_other_streams() -> None:
    for action in STREAM_READS:
        assert is_allowed(FOLLOW, action, STREAM)
        assert not is_allowed(FOLLOW, action, f"{TABLE}/stream/2025-01-01T00:00:00.000")
        assert not is_allowed(FOLLOW, action, STREAM.replace("orders", "orders-2"))
    assert not is_allowed(FOLLOW, "dynamodb:GetItem", TABLE)
    assert not is_allowed(FOLLOW, "dynamodb:ListStreams")
    assert is_allowed(replace(FOLLOW, lambda_source=True), "dynamodb:ListStreams")


# Of the CDK's own resources --------------------------------------------------------------------

PARTITION_KEY = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)


@pytest.mark.parametrize(
    "kind", [DynamoDbRead, DynamoDbWrite, DynamoDbDelete, DynamoDbWriteBatches]
)
def test_a_table_brings_its_key_its_name_and_where_it_is(kind: Any) -> None:
    stack = new_stack(region="us-east-1")
    key = kms.Key(stack, "Key")
    table = dynamodb.Table(stack, "Table", partition_key=PARTITION_KEY, encryption_key=key)
    permission = kind.of(table, leading_keys=("a",))
    assert (permission.table_arn, permission.leading_keys) == (table.table_arn, ("a",))
    assert permission.kms_key_arn == key.key_arn
    through = permission.statements()[-1].conditions
    assert [condition.values[0] for condition in through] == [
        "dynamodb.us-east-1.${AWS::URLSuffix}",
        table.table_name,
        ACCOUNT,
    ]


def test_a_global_table_and_an_imported_one_are_tables_too(stack: Stack) -> None:
    modern = dynamodb.TableV2(stack, "Modern", partition_key=PARTITION_KEY)
    assert DynamoDbWrite.of(modern).table_arn == modern.table_arn
    assert DynamoDbWrite.of(modern).kms_key_arn is None
    imported = dynamodb.Table.from_table_arn(stack, "Imported", TABLE)
    assert DynamoDbRead.of(imported, index_names=("by-day",)) == DynamoDbRead(
        table_arn=TABLE,
        index_names=("by-day",),
        table_name="orders",
        region="eu-central-1",
        account_id=ACCOUNT,
    )


def test_a_table_that_was_imported_from_elsewhere_is_used_there(stack: Stack) -> None:
    """The CDK says that it is where the stack is; its ARN knows better."""
    elsewhere = f"arn:aws:dynamodb:eu-west-1:{OTHER_ACCOUNT}:table/orders"
    table = dynamodb.Table.from_table_attributes(
        stack,
        "Imported",
        table_arn=elsewhere,
        encryption_key=kms.Key.from_key_arn(stack, "Key", KEY),
    )
    through = DynamoDbRead.of(table).statements()[-1].conditions
    assert [condition.values[0] for condition in through] == [
        "dynamodb.eu-west-1.${AWS::URLSuffix}",
        "orders",
        OTHER_ACCOUNT,
    ]


def test_the_stream_of_a_table_is_taken_with_the_key_of_the_table(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    table = dynamodb.Table(
        stack,
        "Table",
        partition_key=PARTITION_KEY,
        encryption_key=key,
        stream=dynamodb.StreamViewType.NEW_IMAGE,
    )
    follow = DynamoDbReadStream.of(table, lambda_source=True)
    assert (follow.stream_arn, follow.lambda_source) == (table.table_stream_arn, True)
    assert follow.kms_key_arn == key.key_arn
    assert follow.statements()[-1].conditions[1].values == (table.table_name,)


def test_a_table_without_a_stream_has_none_to_read(stack: Stack) -> None:
    table = dynamodb.Table(stack, "Table", partition_key=PARTITION_KEY)
    with pytest.raises(InvalidPermissionError, match="takes a table with a stream"):
        DynamoDbReadStream.of(table)


@pytest.mark.parametrize(
    "kind", [DynamoDbRead, DynamoDbWrite, DynamoDbWriteBatches, DynamoDbReadStream]
)
@pytest.mark.parametrize("thing", ["orders", None, object()])
def test_what_is_no_table_is_refused(kind: Any, thing: object) -> None:
    with pytest.raises(InvalidPermissionError, match=r"of\(\) takes a table of the CDK"):
        kind.of(thing)


# Bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "arguments", "error", "says"),
    [
        (DynamoDbRead, {"table_arn": "orders"}, InvalidArnError, "table_arn must be an ARN like"),
        (DynamoDbRead, {"table_arn": f"{TABLE}*"}, InvalidArnError, "one resource"),
        (DynamoDbRead, {"table_arn": INDEX}, InvalidArnError, "table/orders, got"),
        (DynamoDbWrite, {"table_arn": STREAM}, InvalidArnError, "table/orders, got"),
        (DynamoDbWrite, {"table_arn": TABLE.replace(ACCOUNT, "")}, InvalidArnError, "ARN like"),
        (DynamoDbRead, {"table_arn": TABLE, "index_names": ("*",)}, InvalidPermissionError,
         "without wildcards, got '\\*'"),
        (DynamoDbRead, {"table_arn": TABLE, "index_names": "by-day"}, InvalidPermissionError,
         "index_names must be a list"),
        (DynamoDbRead, {"table_arn": TABLE, "scan": True, "leading_keys": ("a",)},
         InvalidPermissionError, "scan must not go with leading_keys"),
        (DynamoDbRead, {"table_arn": TABLE, "leading_keys": "alice"}, InvalidPermissionError,
         "leading_keys must be a list"),
        (DynamoDbRead, {"table_arn": TABLE, "leading_keys": ("",)}, InvalidPermissionError,
         "must not be empty"),
        (DynamoDbWrite, {"table_arn": TABLE, "leading_keys": ("tenant#*",)},
         InvalidPermissionError, "whole partition keys"),
        (DynamoDbDelete, {"table_arn": TABLE, "leading_keys": ("${aws:PrincipalTag/a",)},
         InvalidPermissionError, "leading_keys"),
        (DynamoDbWriteBatches, {"table_arn": TABLE, "kms_key_arn": "alias/a"}, InvalidArnError,
         "kms_key_arn must be an ARN like"),
        (DynamoDbRead, {"table_arn": "${Token[TOKEN.1]}", "kms_key_arn": KEY},
         InvalidPermissionError, "table_name must be given with kms_key_arn"),
        (DynamoDbRead, {"table_arn": TABLE, "table_name": "*"}, InvalidPermissionError,
         "table_name must be letters"),
        (DynamoDbRead, {"table_arn": TABLE, "table_name": None}, InvalidPermissionError,
         "table_name must be a string"),
        (DynamoDbRead, {"table_arn": TABLE, "region": "*"}, InvalidPermissionError, "one region"),
        (DynamoDbRead, {"table_arn": TABLE, "account_id": "1"}, InvalidInputError, "12 digits"),
        (DynamoDbReadStream, {"stream_arn": TABLE}, InvalidArnError, "stream_arn must be an ARN"),
        (DynamoDbReadStream, {"stream_arn": f"{TABLE}/stream/*"}, InvalidArnError, "one resource"),
    ],
)  # fmt: skip
def test_what_would_be_wider_than_it_looks_is_refused(
    kind: type[Permission], arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)
