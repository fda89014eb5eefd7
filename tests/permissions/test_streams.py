"""What readers and writers of a data stream, and writers of a delivery stream may do."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import (
    Stack,
    aws_kinesis as kinesis,
    aws_kinesisfirehose as firehose,
    aws_kms as kms,
    aws_s3 as s3,
)

from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import (
    FirehosePut,
    KinesisRead,
    KinesisSubscribe,
    KinesisWrite,
    Permission,
)
from tests.permissions.kit import (
    KEY,
    OTHER_ACCOUNT,
    OTHER_KEY,
    allow,
    check_is_known_to_aws,
    is_allowed,
    said,
)

STREAM = "arn:aws:kinesis:eu-central-1:111122223333:stream/clicks"
CONSUMER = f"{STREAM}/consumer/reports:1700000000"
DELIVERY = "arn:aws:firehose:eu-central-1:111122223333:deliverystream/clicks"
READING = ["kinesis:ListShards", "kinesis:GetShardIterator", "kinesis:GetRecords"]
WRITING = ["kinesis:PutRecord", "kinesis:PutRecords"]
SUBSCRIBING = ["kinesis:SubscribeToShard", "kinesis:DescribeStreamConsumer"]
PUTTING = ["firehose:PutRecord", "firehose:PutRecordBatch"]
THROUGH_KINESIS = {
    "StringEquals": {
        "kms:ViaService": "kinesis.eu-central-1.${AWS::URLSuffix}",
        "kms:EncryptionContext:aws:kinesis:arn": STREAM,
    }
}
WRITE = KinesisWrite(stream_arn=STREAM, kms_key_arn=KEY)
READ = KinesisRead(stream_arn=STREAM, kms_key_arn=KEY)
SUBSCRIBE = KinesisSubscribe(stream_arn=STREAM, consumer_arn=CONSUMER, kms_key_arn=KEY)
PUT = FirehosePut(delivery_stream_arn=DELIVERY)

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (KinesisWrite(stream_arn=STREAM), [allow(WRITING, STREAM)]),
    (WRITE, [allow(WRITING, STREAM), allow("kms:GenerateDataKey", KEY, **THROUGH_KINESIS)]),
    (KinesisRead(stream_arn=STREAM), [allow(READING, STREAM)]),
    (READ, [allow(READING, STREAM), allow("kms:Decrypt", KEY, **THROUGH_KINESIS)]),
    (
        KinesisRead(stream_arn=STREAM, lambda_source=True),
        [allow([*READING, "kinesis:DescribeStream", "kinesis:DescribeStreamSummary"], STREAM)],
    ),
    (
        SUBSCRIBE,
        [
            allow(SUBSCRIBING, CONSUMER),
            allow("kinesis:ListShards", STREAM),
            allow("kms:Decrypt", KEY, **THROUGH_KINESIS),
        ],
    ),
    (PUT, [allow(PUTTING, DELIVERY)]),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_it_says_exactly_this(permission: Permission, statements: list[dict[str, Any]]) -> None:
    assert said(permission) == statements
    check_is_known_to_aws(permission)


KINESIS = {
    "kms:ViaService": "kinesis.eu-central-1.amazonaws.com",
    "kms:EncryptionContext:aws:kinesis:arn": STREAM,
}
Asked = tuple[Permission, str, str, dict[str, Any]]
MAY: list[Asked] = [
    *((WRITE, action, STREAM, {}) for action in WRITING),
    (WRITE, "kms:GenerateDataKey", KEY, KINESIS),
    *((READ, action, STREAM, {}) for action in READING),
    (READ, "kms:Decrypt", KEY, KINESIS),
    *((SUBSCRIBE, action, CONSUMER, {}) for action in SUBSCRIBING),
    (SUBSCRIBE, "kinesis:ListShards", STREAM, {}),
    (SUBSCRIBE, "kms:Decrypt", KEY, KINESIS),
    *((PUT, action, DELIVERY, {}) for action in PUTTING),
]
MAY_NOT: list[Asked] = [
    (WRITE, "kinesis:PutRecord", f"{STREAM}-2", {}),
    (WRITE, "kinesis:PutRecord", STREAM.replace("111122223333", OTHER_ACCOUNT), {}),
    (WRITE, "kinesis:GetRecords", STREAM, {}),
    (WRITE, "kinesis:DeleteStream", STREAM, {}),
    (WRITE, "kms:Decrypt", KEY, KINESIS),
    (WRITE, "kms:GenerateDataKey", KEY, {}),
    (WRITE, "kms:GenerateDataKey", OTHER_KEY, KINESIS),
    (READ, "kinesis:GetRecords", f"{STREAM}-2", {}),
    (READ, "kinesis:PutRecord", STREAM, {}),
    (READ, "kinesis:SubscribeToShard", CONSUMER, {}),
    (READ, "kinesis:RegisterStreamConsumer", STREAM, {}),
    (READ, "kinesis:DescribeStream", STREAM, {}),
    (READ, "kms:GenerateDataKey", KEY, KINESIS),
    (READ, "kms:Decrypt", KEY, KINESIS | {"kms:ViaService": "sqs.eu-central-1.amazonaws.com"}),
    (READ, "kms:Decrypt", KEY,
     KINESIS | {"kms:EncryptionContext:aws:kinesis:arn": f"{STREAM}-2"}),
    (SUBSCRIBE, "kinesis:SubscribeToShard", f"{STREAM}/consumer/other:1700000000", {}),
    (SUBSCRIBE, "kinesis:SubscribeToShard", f"{STREAM}/consumer/reports:1800000000", {}),
    (SUBSCRIBE, "kinesis:GetRecords", STREAM, {}),
    (SUBSCRIBE, "kinesis:DeregisterStreamConsumer", CONSUMER, {}),
    (SUBSCRIBE, "kinesis:RegisterStreamConsumer", STREAM, {}),
    (PUT, "firehose:PutRecord", f"{DELIVERY}-2", {}),
    (PUT, "firehose:PutRecord", DELIVERY.replace("111122223333", OTHER_ACCOUNT), {}),
    (PUT, "firehose:UpdateDestination", DELIVERY, {}),
    (PUT, "firehose:DeleteDeliveryStream", DELIVERY, {}),
]  # fmt: skip


@pytest.mark.parametrize(("permission", "action", "resource", "context"), MAY)
def test_it_allows_what_it_is_for(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert is_allowed(permission, action, resource, context)


@pytest.mark.parametrize(("permission", "action", "resource", "context"), MAY_NOT)
def test_it_does_not_allow_the_neighbour(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert not is_allowed(permission, action, resource, context)


# Of the CDK's own resources --------------------------------------------------------------------


def test_a_stream_brings_its_key_along(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    stream = kinesis.Stream(stack, "Stream", encryption_key=key)
    expected = {
        "stream_arn": stream.stream_arn,
        "kms_key_arn": key.key_arn,
        "region": stream.env.region,
    }
    assert KinesisWrite.of(stream) == KinesisWrite(**expected)
    assert KinesisRead.of(stream, lambda_source=True) == KinesisRead(**expected, lambda_source=True)
    consumer = kinesis.StreamConsumer(
        stack, "Consumer", stream=stream, stream_consumer_name="reports"
    )
    assert KinesisSubscribe.of(consumer) == KinesisSubscribe(
        **expected, consumer_arn=consumer.stream_consumer_arn
    )


def test_a_stream_without_a_key_of_its_own_needs_no_kms(stack: Stack) -> None:
    for encryption in (kinesis.StreamEncryption.MANAGED, kinesis.StreamEncryption.UNENCRYPTED):
        stream = kinesis.Stream(stack, encryption.name, encryption=encryption)
        assert KinesisWrite.of(stream).kms_key_arn is None


def test_an_imported_stream_is_taken_by_its_arn(stack: Stack) -> None:
    plain = kinesis.Stream.from_stream_arn(stack, "Plain", STREAM)
    assert said(KinesisWrite.of(plain)) == said(KinesisWrite(stream_arn=STREAM))
    encrypted = kinesis.Stream.from_stream_attributes(
        stack,
        "Encrypted",
        stream_arn=STREAM,
        encryption_key=kms.Key.from_key_arn(stack, "Key", KEY),
    )
    assert said(KinesisRead.of(encrypted)) == said(READ)
    consumer = kinesis.StreamConsumer.from_stream_consumer_arn(stack, "Consumer", CONSUMER)
    unencrypted = KinesisSubscribe(stream_arn=STREAM, consumer_arn=CONSUMER)
    assert KinesisSubscribe.of(consumer).consumer_arn == CONSUMER
    assert len(said(KinesisSubscribe.of(consumer))) == len(said(unencrypted))


def test_a_delivery_stream_is_taken_by_its_arn(stack: Stack) -> None:
    delivery = firehose.DeliveryStream(
        stack, "Delivery", destination=firehose.S3Bucket(s3.Bucket(stack, "Bucket"))
    )
    assert FirehosePut.of(delivery).delivery_stream_arn == delivery.delivery_stream_arn
    imported = firehose.DeliveryStream.from_delivery_stream_arn(stack, "Imported", DELIVERY)
    assert FirehosePut.of(imported) == PUT


def test_of_takes_its_own_kind_of_resource_alone(stack: Stack) -> None:
    key, stream = kms.Key(stack, "Key"), kinesis.Stream(stack, "Stream")
    consumer = kinesis.StreamConsumer(stack, "C", stream=stream, stream_consumer_name="reports")
    wrong: list[tuple[Any, Any, str]] = [
        (KinesisWrite, key, r"of\(\) takes a stream of the CDK"),
        (KinesisRead, STREAM, "for an ARN say stream_arn="),
        (KinesisRead, consumer, "take KinesisSubscribe"),
        (KinesisSubscribe, stream, r"of\(\) takes a stream consumer of the CDK"),
        (FirehosePut, stream, r"of\(\) takes a delivery stream of the CDK"),
    ]
    for kind, thing, says in wrong:
        with pytest.raises(InvalidPermissionError, match=says):
            kind.of(thing)


# Bad input -------------------------------------------------------------------------------------

Refusal = tuple[type[Permission], dict[str, Any], type[InvalidInputError], str]
REFUSED: list[Refusal] = [
    (KinesisWrite, {"stream_arn": "clicks"}, InvalidArnError, "stream_arn must be an ARN like"),
    (KinesisWrite, {"stream_arn": DELIVERY}, InvalidArnError, "stream/clicks, got"),
    (KinesisWrite, {"stream_arn": f"{STREAM}*"}, InvalidArnError, "must name one resource"),
    (KinesisWrite, {"stream_arn": STREAM.replace("stream/", "")}, InvalidArnError, "an ARN like"),
    (KinesisRead, {"stream_arn": CONSUMER}, InvalidArnError, "stream_arn must be an ARN like"),
    (KinesisRead, {"stream_arn": STREAM, "kms_key_arn": STREAM}, InvalidArnError, "kms_key_arn"),
    (KinesisRead, {"stream_arn": STREAM, "region": ""}, InvalidPermissionError, "region must"),
    (KinesisRead, {"stream_arn": STREAM, "lambda_source": 1}, InvalidPermissionError,
     "lambda_source must be True or False"),
    (KinesisSubscribe, {"stream_arn": STREAM, "consumer_arn": STREAM}, InvalidArnError,
     "consumer_arn must be an ARN like"),
    (KinesisSubscribe, {"stream_arn": STREAM, "consumer_arn": f"{STREAM}/consumer/reports:*"},
     InvalidArnError, "must name one resource"),
    (KinesisSubscribe, {"stream_arn": f"{STREAM}-2", "consumer_arn": CONSUMER},
     InvalidArnError, "must be a consumer of stream_arn"),
    (FirehosePut, {"delivery_stream_arn": STREAM}, InvalidArnError, "delivery_stream_arn must be"),
    (FirehosePut, {"delivery_stream_arn": f"{DELIVERY}?"}, InvalidArnError, "one resource"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "error", "says"), REFUSED)
def test_what_does_not_name_one_thing_is_refused(
    kind: type[Permission], arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)
