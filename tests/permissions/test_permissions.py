"""The statements of each permission value, word by word, and their near misses."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Stack, aws_kms as kms, aws_logs as logs, aws_s3 as s3

from least_privilege import permissions
from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import (
    ActionsOn,
    AssumeRole,
    CloudWatchAgent,
    KmsDecrypt,
    KmsEncrypt,
    LogsWrite,
    Permission,
    S3Delete,
    S3List,
    S3ListAllBuckets,
    S3Read,
    S3Write,
    SessionManagerCore,
)
from least_privilege.policy import Condition
from tests.conftest import new_stack

BUCKET = "arn:aws:s3:::pictures"
KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
ROLE = "arn:aws:iam::444455556666:role/Reader"
QUEUE = "arn:aws:sqs:eu-central-1:111122223333:orders"
STREAMS = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/app:log-stream:*"
THROUGH_S3 = {
    "StringEquals": {"kms:ViaService": "s3.${AWS::Region}.${AWS::URLSuffix}"},
    "StringLike": {"kms:EncryptionContext:aws:s3:arn": [BUCKET, f"{BUCKET}/in/*"]},
}


def allow(action: str | list[str], resource: str, **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (S3Read(bucket_arn=BUCKET), [allow("s3:GetObject", f"{BUCKET}/*")]),
    (S3Read(bucket_arn=BUCKET, prefix="in/"), [allow("s3:GetObject", f"{BUCKET}/in/*")]),
    (
        S3Read(bucket_arn=BUCKET, prefix="in/", kms_key_arn=KEY),
        [allow("s3:GetObject", f"{BUCKET}/in/*"), allow("kms:Decrypt", KEY, **THROUGH_S3)],
    ),
    (
        S3Write(bucket_arn=BUCKET, prefix="in/", kms_key_arn=KEY),
        [
            allow(["s3:PutObject", "s3:AbortMultipartUpload"], f"{BUCKET}/in/*"),
            allow(["kms:GenerateDataKey", "kms:Decrypt"], KEY, **THROUGH_S3),
        ],
    ),
    (
        S3Write(bucket_arn=BUCKET, prefix="in/", kms_key_arn=KEY, multipart=False),
        [allow("s3:PutObject", f"{BUCKET}/in/*"), allow("kms:GenerateDataKey", KEY, **THROUGH_S3)],
    ),
    (
        S3Delete(bucket_arn=BUCKET, prefix="in/", kms_key_arn=KEY),
        [allow("s3:DeleteObject", f"{BUCKET}/in/*")],
    ),
    (S3List(bucket_arn=BUCKET), [allow("s3:ListBucket", BUCKET)]),
    (
        S3List(bucket_arn=BUCKET, prefix="in/"),
        [allow("s3:ListBucket", BUCKET, StringLike={"s3:prefix": "in/*"})],
    ),
    (
        S3ListAllBuckets(reason="operators look for their bucket by name"),
        [allow("s3:ListAllMyBuckets", "*")],
    ),
    (KmsDecrypt(key_arn=KEY), [allow("kms:Decrypt", KEY)]),
    (
        KmsEncrypt(key_arn=KEY, via_service="sqs.eu-central-1.amazonaws.com",
                   encryption_context={"team": "a", "app": "b"}),
        [
            allow(
                "kms:Encrypt",
                KEY,
                StringEquals={
                    "kms:ViaService": "sqs.eu-central-1.amazonaws.com",
                    "kms:EncryptionContext:team": "a",
                    "kms:EncryptionContext:app": "b",
                },
            )
        ],
    ),
    (
        LogsWrite(log_group_name="/app"),
        [allow(["logs:CreateLogStream", "logs:PutLogEvents"], STREAMS)],
    ),
    (
        CloudWatchAgent(namespace="Host", log_group_names=("/app",)),
        [
            allow("cloudwatch:PutMetricData", "*", StringEquals={"cloudwatch:namespace": "Host"}),
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], STREAMS),
        ],
    ),
    (
        SessionManagerCore(),
        [
            allow(
                "ssm:UpdateInstanceInformation",
                "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:instance/*",
            ),
            allow(
                [
                    "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel",
                    "ssmmessages:OpenControlChannel",
                    "ssmmessages:OpenDataChannel",
                ],
                "*",
            ),
        ],
    ),
    (AssumeRole(role_arn=ROLE), [allow("sts:AssumeRole", ROLE)]),
    (
        AssumeRole(role_arn=ROLE, external_ids=("abc",)),
        [allow("sts:AssumeRole", ROLE, StringEquals={"sts:ExternalId": "abc"})],
    ),
    (
        ActionsOn(actions=("sqs:SendMessage",), resources=(QUEUE,),
                  conditions=(Condition.of("Bool", "aws:SecureTransport", "true"),)),
        [allow("sqs:SendMessage", QUEUE, Bool={"aws:SecureTransport": "true"})],
    ),
    (
        ActionsOn(actions=("ec2:DescribeInstances",), resources=("*",),
                  reason="ec2:DescribeInstances takes no narrower resource"),
        [allow("ec2:DescribeInstances", "*")],
    ),
]  # fmt: skip
# Other services have their own files, with a table of this name; what follows holds for all.
_BESIDE = sorted(each.stem for each in Path(__file__).parent.glob("test_*.py"))
_TABLES = [
    getattr(import_module(f"tests.permissions.{name}"), "SAID", [])
    for name in _BESIDE
    if name != Path(__file__).stem
]
VALUES: list[Permission] = [permission for table in [SAID, *_TABLES] for permission, _ in table]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_a_permission_says_exactly_this(
    permission: Permission, statements: list[dict[str, Any]]
) -> None:
    assert [each.to_dict() for each in permission.statements()] == statements


def test_every_public_permission_is_in_the_table() -> None:
    named = {name: getattr(permissions, name) for name in permissions.__all__}
    classes = {name: each for name, each in named.items() if isinstance(each, type)}
    public = {name for name, each in classes.items() if issubclass(each, Permission)}
    assert {type(value).__name__ for value in VALUES} == public - {"Permission"}


@pytest.mark.parametrize("permission", VALUES)
def test_no_action_is_a_wildcard(permission: Permission) -> None:
    for statement in permission.statements():
        assert statement.actions
        assert not any("*" in action or "?" in action for action in statement.actions)


@pytest.mark.parametrize("permission", VALUES)
def test_every_wildcard_has_its_reason_and_no_reason_is_without_one(permission: Permission) -> None:
    wildcards = {
        text
        for statement in permission.statements()
        for text in (*statement.actions, *statement.resources)
        if "*" in text or "?" in text
    }
    reasons = permission.wildcard_reasons()
    assert set(reasons) == wildcards
    assert all(len(reason) > 20 for reason in reasons.values())


@pytest.mark.parametrize("permission", VALUES)
def test_a_statement_never_lacks_its_resources(permission: Permission) -> None:
    assert all(statement.resources for statement in permission.statements())


# Of the CDK's own resources --------------------------------------------------------------------


def test_a_bucket_with_a_key_brings_it_along(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    bucket = s3.Bucket(stack, "Bucket", encryption_key=key)
    for kind in (S3Read, S3Write, S3Delete):
        value = kind.of(bucket, "in/")
        assert (value.bucket_arn, value.prefix) == (bucket.bucket_arn, "in/")
        assert value.kms_key_arn == key.key_arn


def test_a_bucket_without_a_key_of_its_own_needs_no_kms(stack: Stack) -> None:
    plain = s3.Bucket(stack, "Plain", encryption=s3.BucketEncryption.S3_MANAGED)
    imported = s3.Bucket.from_bucket_name(stack, "Imported", "pictures")
    for bucket in (plain, imported):
        assert S3Read.of(bucket).kms_key_arn is None
        assert len(S3Read.of(bucket).statements()) == 1
    assert S3List.of(plain, "in/").bucket_arn == plain.bucket_arn


def test_the_key_of_a_bucket_is_used_through_s3_of_the_region_of_the_bucket() -> None:
    """IAM is global: the role may well be deployed by a stack of another region."""
    stack = new_stack(region="us-east-1")
    bucket = s3.Bucket(stack, "Bucket", encryption_key=kms.Key(stack, "Key"))
    via = S3Read.of(bucket).statements()[1].conditions[0]
    assert via == Condition.of("StringEquals", "kms:ViaService", "s3.us-east-1.${AWS::URLSuffix}")


def test_a_log_group_is_taken_by_its_name(stack: Stack) -> None:
    group = logs.LogGroup(stack, "Group")
    assert LogsWrite.of(group).log_group_name == group.log_group_name


# Bad input -------------------------------------------------------------------------------------

REASON = "AWS leaves no choice, as its page says"
Refusal = tuple[type[Permission], dict[str, Any], type[InvalidInputError], str]
REFUSED: list[Refusal] = [
    (S3Read, {"bucket_arn": "pictures"}, InvalidArnError, "bucket_arn must be an ARN like"),
    (S3Read, {"bucket_arn": ROLE}, InvalidArnError, "arn:aws:s3:::my-bucket, got"),
    (S3Read, {"bucket_arn": f"{BUCKET}/in"}, InvalidPermissionError, "say which objects in prefix"),
    (S3Read, {"bucket_arn": f"{BUCKET}*"}, InvalidArnError, "must name one resource"),
    (S3Read, {"bucket_arn": "arn:aws:s3:::picture?"}, InvalidArnError, "must name one resource"),
    (S3Read, {"bucket_arn": "${Token[Bucket.Arn.1]}/*"}, InvalidArnError, "one resource"),
    (S3Read, {"bucket_arn": BUCKET, "prefix": "in"}, InvalidInputError, "must end with '/'"),
    (S3Write, {"bucket_arn": BUCKET, "prefix": "/in/"}, InvalidInputError, "not begin with '/'"),
    (S3Delete, {"bucket_arn": BUCKET, "prefix": "*"}, InvalidInputError, "not hold a wildcard"),
    (S3Read, {"bucket_arn": BUCKET, "kms_key_arn": "alias/pictures"}, InvalidArnError,
     "kms_key_arn must be an ARN like"),
    (S3Read, {"bucket_arn": BUCKET, "kms_key_arn": KEY.replace(":key/", ":alias/")},
     InvalidArnError, "kms_key_arn must be an ARN like"),
    (S3Read, {"bucket_arn": BUCKET, "kms_key_arn": KEY[:-36] + "*"}, InvalidArnError,
     "kms_key_arn must name one resource"),
    (S3List, {"bucket_arn": f"{BUCKET}/*"}, InvalidArnError, "one resource"),
    (S3List, {"bucket_arn": BUCKET, "prefix": "in"}, InvalidInputError, "must end with '/'"),
    (S3ListAllBuckets, {"reason": "needed"}, InvalidPermissionError, "at least 20 characters"),
    (KmsDecrypt, {"key_arn": "alias/a"}, InvalidArnError, "key_arn must be an ARN like"),
    (KmsDecrypt, {"key_arn": KEY[:-36] + "*"}, InvalidArnError, "must name one resource"),
    (KmsEncrypt, {"key_arn": KEY[:-36] + "?" * 36}, InvalidArnError, "must name one resource"),
    (LogsWrite, {"log_group_name": ""}, InvalidPermissionError, "must name one log group"),
    (LogsWrite, {"log_group_name": "/app/*"}, InvalidPermissionError, "must name one log group"),
    (LogsWrite, {"log_group_name": "/app", "account_id": "1"}, InvalidInputError, "12 digits"),
    (LogsWrite, {"log_group_name": "/app", "region": "*"}, InvalidInputError, "region"),
    (LogsWrite, {"log_group_name": "${Token[TOKEN.1]}*"}, InvalidPermissionError, "one log group"),
    (CloudWatchAgent, {"namespace": "*"}, InvalidPermissionError, "one namespace of metrics"),
    (CloudWatchAgent, {"log_group_names": ("*",)}, InvalidPermissionError, "one log group"),
    (AssumeRole, {"role_arn": "Reader"}, InvalidArnError, "role_arn must be an ARN like"),
    (AssumeRole, {"role_arn": "arn:aws:iam::444455556666:user/a"}, InvalidArnError, "role/Name"),
    (AssumeRole, {"role_arn": ROLE + "*"}, InvalidArnError, "must name one resource"),
    (AssumeRole, {"role_arn": "arn:aws:iam::444455556666:role/Reade?"}, InvalidArnError,
     "must name one resource"),
    (AssumeRole, {"role_arn": ROLE, "external_ids": "abc"}, InvalidInputError, "got the string"),
    (ActionsOn, {"actions": "s3:GetObject", "resources": (QUEUE,)}, InvalidPermissionError,
     "actions must be a list, got the string"),
    (ActionsOn, {"actions": (), "resources": (QUEUE,)}, InvalidPermissionError, "at least one"),
    (ActionsOn, {"actions": ("sqs:SendMessage",), "resources": ()}, InvalidPermissionError,
     "resources must hold at least one"),
    (ActionsOn, {"actions": ("*",), "resources": (QUEUE,), "reason": REASON},
     InvalidPermissionError, "SERVICE:ACTION"),
    (ActionsOn, {"actions": ("*:*",), "resources": ("*",), "reason": REASON},
     InvalidPermissionError, "SERVICE:ACTION"),
    (ActionsOn, {"actions": ("SendMessage",), "resources": (QUEUE,)}, InvalidPermissionError,
     "SERVICE:ACTION like 's3:GetObject', got 'SendMessage'"),
    (ActionsOn, {"actions": ("sqs:Send*",), "resources": (QUEUE,)}, InvalidPermissionError,
     r"'sqs:Send\*' holds a wildcard"),
    (ActionsOn, {"actions": ("sqs:SendMessag?",), "resources": (QUEUE,)}, InvalidPermissionError,
     "holds a wildcard"),
    (ActionsOn, {"actions": ("sqs:SendMessage",), "resources": ("*",)}, InvalidPermissionError,
     "give a reason why AWS leaves no choice"),
    (ActionsOn, {"actions": ("sqs:SendMessage",), "resources": (QUEUE[:-1] + "?",)},
     InvalidPermissionError, "holds a wildcard"),
    (ActionsOn, {"actions": ("sqs:SendMessage",), "resources": ("*",), "reason": "needed"},
     InvalidPermissionError, "at least 20 characters"),
    (ActionsOn, {"actions": ("sqs:SendMessage",), "resources": ("orders",)}, InvalidInputError,
     "or an ARN like"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "error", "says"), REFUSED)
def test_a_permission_that_would_be_wider_than_it_looks_is_refused(
    kind: type[Permission], arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)


@pytest.mark.parametrize("argument", ["actions", "resources"])
def test_a_list_is_as_good_as_a_tuple(argument: str) -> None:
    """Not a TypeError from the inside, once a role takes it."""
    arguments: dict[str, Any] = {"actions": ("sqs:SendMessage",), "resources": (QUEUE,)}
    arguments[argument] = list(arguments[argument])
    assert ActionsOn(**arguments) == ActionsOn(actions=("sqs:SendMessage",), resources=(QUEUE,))
    hash(ActionsOn(**arguments).statements()[0])
