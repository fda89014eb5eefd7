"""What senders and receivers of a queue, publishers and subscribers of a topic may do."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack, aws_kms as kms, aws_sns as sns, aws_sqs as sqs

from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import Permission, SnsPublish, SnsSubscribe, SqsReceive, SqsSend
from least_privilege.policy import Condition
from tests.conftest import new_stack
from tests.permissions.kit import (
    KEY,
    OTHER_ACCOUNT,
    OTHER_KEY,
    allow,
    check_is_known_to_aws,
    is_allowed,
    said,
)

QUEUE = "arn:aws:sqs:eu-central-1:111122223333:orders"
TOPIC = "arn:aws:sns:eu-central-1:111122223333:orders"
RECEIVE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
THROUGH_SQS = {"StringEquals": {"kms:ViaService": "sqs.eu-central-1.${AWS::URLSuffix}"}}
THROUGH_SNS = {
    "StringEquals": {
        "kms:ViaService": "sns.eu-central-1.${AWS::URLSuffix}",
        "kms:EncryptionContext:aws:sns:topicArn": TOPIC,
    }
}
SEND = SqsSend(queue_arn=QUEUE, kms_key_arn=KEY)
TAKE = SqsReceive(queue_arn=QUEUE, kms_key_arn=KEY)
PUBLISH = SnsPublish(topic_arn=TOPIC, kms_key_arn=KEY)
SUBSCRIBE = SnsSubscribe(topic_arn=TOPIC, protocol="sqs", endpoint=QUEUE)

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (SqsSend(queue_arn=QUEUE), [allow("sqs:SendMessage", QUEUE)]),
    (
        SEND,
        [
            allow("sqs:SendMessage", QUEUE),
            allow(["kms:GenerateDataKey", "kms:Decrypt"], KEY, **THROUGH_SQS),
        ],
    ),
    (SqsReceive(queue_arn=QUEUE), [allow(RECEIVE, QUEUE)]),
    (TAKE, [allow(RECEIVE, QUEUE), allow("kms:Decrypt", KEY, **THROUGH_SQS)]),
    (
        SqsReceive(queue_arn=QUEUE, lambda_source=True),
        [allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], QUEUE)],
    ),
    (
        SqsReceive(queue_arn=QUEUE, kms_key_arn=KEY, source_key_arns=(KEY, OTHER_KEY)),
        [
            allow(RECEIVE, QUEUE),
            allow("kms:Decrypt", KEY, **THROUGH_SQS),
            allow("kms:Decrypt", OTHER_KEY, **THROUGH_SQS),
        ],
    ),
    (SnsPublish(topic_arn=TOPIC), [allow("sns:Publish", TOPIC)]),
    (
        PUBLISH,
        [
            allow("sns:Publish", TOPIC),
            allow(["kms:GenerateDataKey", "kms:Decrypt"], KEY, **THROUGH_SNS),
        ],
    ),
    (
        SUBSCRIBE,
        [
            allow(
                "sns:Subscribe",
                TOPIC,
                StringEquals={"sns:Protocol": "sqs", "sns:Endpoint": QUEUE},
            )
        ],
    ),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_it_says_exactly_this(permission: Permission, statements: list[dict[str, Any]]) -> None:
    assert said(permission) == statements
    check_is_known_to_aws(permission)


SQS = {"kms:ViaService": "sqs.eu-central-1.amazonaws.com"}
SNS = {
    "kms:ViaService": "sns.eu-central-1.amazonaws.com",
    "kms:EncryptionContext:aws:sns:topicArn": TOPIC,
}
TO_QUEUE = {"sns:Protocol": "sqs", "sns:Endpoint": QUEUE}
Asked = tuple[Permission, str, str, dict[str, Any]]
MAY: list[Asked] = [
    (SEND, "sqs:SendMessage", QUEUE, {}),
    (SEND, "kms:GenerateDataKey", KEY, SQS),
    (SEND, "kms:Decrypt", KEY, SQS),
    *((TAKE, action, QUEUE, {}) for action in RECEIVE),
    (TAKE, "kms:Decrypt", KEY, SQS),
    (PUBLISH, "sns:Publish", TOPIC, {}),
    (PUBLISH, "kms:GenerateDataKey", KEY, SNS),
    (SUBSCRIBE, "sns:Subscribe", TOPIC, TO_QUEUE),
]
MAY_NOT: list[Asked] = [
    (SEND, "sqs:SendMessage", f"{QUEUE}-2", {}),
    (SEND, "sqs:SendMessage", QUEUE[:-1], {}),
    (SEND, "sqs:SendMessage", QUEUE.replace("111122223333", OTHER_ACCOUNT), {}),
    (SEND, "sqs:SendMessage", QUEUE.replace("eu-central-1", "eu-west-1"), {}),
    (SEND, "sqs:ReceiveMessage", QUEUE, {}),
    (SEND, "sqs:DeleteMessage", QUEUE, {}),
    (SEND, "sqs:PurgeQueue", QUEUE, {}),
    (SEND, "kms:Decrypt", KEY, {}),
    (SEND, "kms:Decrypt", KEY, {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}),
    (SEND, "kms:Decrypt", KEY, {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}),
    (SEND, "kms:GenerateDataKey", OTHER_KEY, SQS),
    (SqsSend(queue_arn=QUEUE), "kms:GenerateDataKey", KEY, SQS),
    (TAKE, "sqs:ReceiveMessage", f"{QUEUE}-dead", {}),
    (TAKE, "sqs:SendMessage", QUEUE, {}),
    (TAKE, "sqs:PurgeQueue", QUEUE, {}),
    (TAKE, "sqs:DeleteQueue", QUEUE, {}),
    (TAKE, "sqs:SetQueueAttributes", QUEUE, {}),
    (TAKE, "sqs:AddPermission", QUEUE, {}),
    (TAKE, "kms:GenerateDataKey", KEY, SQS),
    (TAKE, "kms:Decrypt", OTHER_KEY, SQS),
    (PUBLISH, "sns:Publish", f"{TOPIC}-2", {}),
    (PUBLISH, "sns:Publish", TOPIC.replace("111122223333", OTHER_ACCOUNT), {}),
    (PUBLISH, "sns:Publish", "*", {}),
    (PUBLISH, "sns:Subscribe", TOPIC, TO_QUEUE),
    (PUBLISH, "sns:AddPermission", TOPIC, {}),
    (PUBLISH, "kms:Decrypt", KEY, SQS),
    (PUBLISH, "kms:Decrypt", KEY, SNS | {"kms:EncryptionContext:aws:sns:topicArn": f"{TOPIC}2"}),
    (PUBLISH, "kms:Decrypt", OTHER_KEY, SNS),
    (SUBSCRIBE, "sns:Subscribe", f"{TOPIC}-2", TO_QUEUE),
    (SUBSCRIBE, "sns:Subscribe", TOPIC, {}),
    (SUBSCRIBE, "sns:Subscribe", TOPIC, TO_QUEUE | {"sns:Endpoint": f"{QUEUE}-2"}),
    (SUBSCRIBE, "sns:Subscribe", TOPIC, {"sns:Protocol": "https", "sns:Endpoint": "https://a.b"}),
    (SUBSCRIBE, "sns:Publish", TOPIC, {}),
    (SUBSCRIBE, "sns:SetSubscriptionAttributes", f"{TOPIC}:11111111", {}),
]


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


def test_lambda_leaves_the_visibility_of_messages_alone() -> None:
    source = SqsReceive(queue_arn=QUEUE, lambda_source=True)
    assert is_allowed(source, "sqs:GetQueueAttributes", QUEUE)
    assert not is_allowed(source, "sqs:ChangeMessageVisibility", QUEUE)


# Of the CDK's own resources --------------------------------------------------------------------


def test_a_queue_brings_its_key_along(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    queue = sqs.Queue(stack, "Queue", encryption_master_key=key)
    assert SqsSend.of(queue) == SqsSend(
        queue_arn=queue.queue_arn, kms_key_arn=key.key_arn, region=queue.env.region
    )
    received = SqsReceive.of(queue, lambda_source=True, source_key_arns=(KEY,))
    assert received == SqsReceive(
        queue_arn=queue.queue_arn,
        kms_key_arn=key.key_arn,
        region=queue.env.region,
        lambda_source=True,
        source_key_arns=(KEY,),
    )


def test_of_an_alias_it_takes_the_key_behind_it(stack: Stack) -> None:
    """A policy on the ARN of an alias would allow nothing."""
    key = kms.Key(stack, "Key")
    queue = sqs.Queue(stack, "Queue", encryption_master_key=key.add_alias("orders"))
    assert SqsSend.of(queue).kms_key_arn == key.key_arn


def test_an_imported_alias_has_no_key_to_take(stack: Stack) -> None:
    alias = kms.Alias.from_alias_name(stack, "Alias", "alias/orders")
    queue = sqs.Queue(stack, "Queue", encryption_master_key=alias)
    with pytest.raises(InvalidPermissionError, match="the key behind the imported alias/orders"):
        SqsSend.of(queue)


def test_the_key_that_aws_manages_for_a_service_needs_no_permission(stack: Stack) -> None:
    alias = kms.Alias.from_alias_name(stack, "Alias", "alias/aws/sqs")
    queue = sqs.Queue(stack, "Queue", encryption_master_key=alias)
    assert SqsSend.of(queue).kms_key_arn is None


def test_a_queue_without_a_key_of_its_own_needs_no_kms(stack: Stack) -> None:
    for encryption in (sqs.QueueEncryption.SQS_MANAGED, sqs.QueueEncryption.KMS_MANAGED):
        queue = sqs.Queue(stack, encryption.name, encryption=encryption)
        assert SqsSend.of(queue).kms_key_arn is None


def test_an_imported_queue_is_taken_by_its_arn(stack: Stack) -> None:
    plain = sqs.Queue.from_queue_arn(stack, "Plain", QUEUE)
    assert said(SqsSend.of(plain)) == said(SqsSend(queue_arn=QUEUE))
    encrypted = sqs.Queue.from_queue_attributes(stack, "Encrypted", queue_arn=QUEUE, key_arn=KEY)
    assert said(SqsReceive.of(encrypted)) == said(TAKE)


def test_the_key_is_used_in_the_region_of_the_queue() -> None:
    stack = new_stack(region="us-east-1")
    queue = sqs.Queue(stack, "Queue", encryption_master_key=kms.Key(stack, "Key"))
    via = SqsSend.of(queue).statements()[1].conditions
    assert via == (
        Condition.of("StringEquals", "kms:ViaService", "sqs.us-east-1.${AWS::URLSuffix}"),
    )


def test_a_topic_brings_its_key_along(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    topic = sns.Topic(stack, "Topic", master_key=key)
    assert SnsPublish.of(topic) == SnsPublish(
        topic_arn=topic.topic_arn, kms_key_arn=key.key_arn, region=topic.env.region
    )
    assert SnsPublish.of(sns.Topic(stack, "Plain")).kms_key_arn is None
    imported = sns.Topic.from_topic_arn(stack, "Imported", TOPIC)
    assert said(SnsPublish.of(imported)) == said(SnsPublish(topic_arn=TOPIC))


def test_a_queue_of_the_cdk_subscribes_to_a_topic_of_the_cdk(stack: Stack) -> None:
    topic, queue = sns.Topic(stack, "Topic"), sqs.Queue(stack, "Queue")
    subscribe = SnsSubscribe.of(topic, protocol="sqs", endpoint=queue.queue_arn)
    assert subscribe.statements()[0].resources == (topic.topic_arn,)
    assert subscribe.statements()[0].conditions[1].values == (queue.queue_arn,)


@pytest.mark.parametrize("kind", [SqsSend, SqsReceive, SnsPublish])
def test_of_takes_its_own_kind_of_resource_alone(kind: Any, stack: Stack) -> None:
    for other in (kms.Key(stack, "Key"), QUEUE, None):
        with pytest.raises(InvalidPermissionError, match=r"of\(\) takes a (queue|topic) of the"):
            kind.of(other)


# Bad input -------------------------------------------------------------------------------------

Refusal = tuple[type[Permission], dict[str, Any], type[InvalidInputError], str]
REFUSED: list[Refusal] = [
    (SqsSend, {"queue_arn": "orders"}, InvalidArnError, "queue_arn must be an ARN like"),
    (SqsSend, {"queue_arn": TOPIC}, InvalidArnError, "111122223333:orders, got"),
    (SqsSend, {"queue_arn": f"{QUEUE}*"}, InvalidArnError, "must name one resource"),
    (SqsSend, {"queue_arn": f"{QUEUE}:2"}, InvalidArnError, "queue_arn must be an ARN like"),
    (SqsSend, {"queue_arn": "arn:aws:sqs:::orders"}, InvalidArnError, "must be an ARN like"),
    (SqsSend, {"queue_arn": QUEUE.replace("1111", "111")}, InvalidInputError, "12 digits"),
    (SqsSend, {"queue_arn": "arn:aws:sqs:here:111122223333:a"}, InvalidInputError, "one region"),
    (SqsSend, {"queue_arn": None}, InvalidArnError, "queue_arn must be a string"),
    (SqsSend, {"queue_arn": QUEUE, "kms_key_arn": "alias/orders"}, InvalidArnError, "kms_key_arn"),
    (SqsSend, {"queue_arn": QUEUE, "region": "*"}, InvalidPermissionError, "region must name one"),
    (SqsReceive, {"queue_arn": QUEUE, "source_key_arns": KEY}, InvalidPermissionError,
     "source_key_arns must be a list"),
    (SqsReceive, {"queue_arn": QUEUE, "source_key_arns": (QUEUE,)}, InvalidArnError,
     "source_key_arns must be an ARN like"),
    (SqsReceive, {"queue_arn": QUEUE, "lambda_source": "no"}, InvalidPermissionError,
     "lambda_source must be True or False"),
    (SqsReceive, {"queue_arn": f"{QUEUE}?"}, InvalidArnError, "must name one resource"),
    (SnsPublish, {"topic_arn": QUEUE}, InvalidArnError, "topic_arn must be an ARN like"),
    (SnsPublish, {"topic_arn": f"{TOPIC}:11111111-2222"}, InvalidArnError, "an ARN like"),
    (SnsPublish, {"topic_arn": TOPIC, "kms_key_arn": KEY[:-36] + "*"}, InvalidArnError,
     "kms_key_arn must name one resource"),
    (SnsSubscribe, {"topic_arn": TOPIC, "protocol": "sms", "endpoint": "+49"},
     InvalidPermissionError, "protocol must be one of sqs, lambda"),
    (SnsSubscribe, {"topic_arn": TOPIC, "protocol": "sqs", "endpoint": "https://a.b"},
     InvalidPermissionError, "endpoint must be the ARN of a resource for the protocol sqs"),
    (SnsSubscribe, {"topic_arn": TOPIC, "protocol": "https", "endpoint": "http://a.b"},
     InvalidPermissionError, "endpoint must be one address for the protocol https"),
    (SnsSubscribe, {"topic_arn": TOPIC, "protocol": "sqs", "endpoint": f"{QUEUE}*"},
     InvalidPermissionError, "without wildcards"),
    (SnsSubscribe, {"topic_arn": TOPIC, "protocol": "email", "endpoint": "${Token[A.1]}*"},
     InvalidPermissionError, "without wildcards"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "error", "says"), REFUSED)
def test_what_does_not_name_one_thing_is_refused(
    kind: type[Permission], arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)
