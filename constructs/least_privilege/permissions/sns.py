"""Amazon SNS: one topic, and its KMS key with it.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import REGION, Condition, Statement
from ..policy.tokens import beside_tokens, holds_token
from ._regional import (
    Environment,
    Key,
    check_construct,
    check_key_arn,
    check_region,
    check_resource_arn,
    key_arn_of,
    region_of,
    use_of_key,
)
from .base import Permission

_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo")
_ARN_PROTOCOLS = ("sqs", "lambda", "firehose")
_ENDPOINTS = {
    **{name: re.compile(rf"arn:[a-z-]+:{name}:[^:*?]+:[^:*?]+:[^*?]+") for name in _ARN_PROTOCOLS},
    "https": re.compile(r"https://[^\s*?]+(\?[^\s*?]*)?"),
    "email": re.compile(r"[^\s@*?]+@[^\s@*?]+"),
}


class _Topic(Protocol):
    """What `of` reads of a CDK topic."""

    @property
    def topic_arn(self) -> str: ...
    @property
    def master_key(self) -> Key | None: ...
    @property
    def env(self) -> Environment: ...


def _check_topic_arn(topic_arn: str) -> None:
    check_resource_arn(
        topic_arn,
        service="sns",
        form=_TOPIC,
        argument="topic_arn",
        example="arn:aws:sns:eu-central-1:111122223333:orders",
    )


def _check_topic(topic: _Topic) -> _Topic:
    check_construct(
        topic, attributes=("topic_arn", "master_key"), kind="a topic", argument="topic_arn"
    )
    return topic


@dataclass(frozen=True, slots=True, kw_only=True)
class SnsPublish(Permission):
    """Publish to one topic, alone or in batches; neither subscribe nor text to phones.

    `kms_key_arn` is the topic's own key, which may then be used through SNS and for this topic
    alone: `kms:GenerateDataKey` and `kms:Decrypt`. The key that SNS manages (`alias/aws/sns`) needs
    none. `region` counts where the ARN is known at deployment only.

    Example:
        >>> topic = "arn:aws:sns:eu-central-1:111122223333:orders"
        >>> SnsPublish(topic_arn=topic).statements()[0].actions
        ('sns:Publish',)

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#send-to-encrypted-topic
    """

    topic_arn: str
    kms_key_arn: str | None = None
    region: str = REGION

    def __post_init__(self) -> None:
        _check_topic_arn(self.topic_arn)
        check_key_arn(self.kms_key_arn)
        check_region(self.region)

    @classmethod
    def of(cls, topic: _Topic) -> Self:
        """For a topic of the CDK, with its key if it has one of its own.

        The CDK does not know the key of a topic imported by its ARN alone: give `kms_key_arn` then.
        """
        return cls(
            topic_arn=_check_topic(topic).topic_arn,
            kms_key_arn=key_arn_of(topic.master_key),
            region=topic.env.region,
        )

    def statements(self) -> tuple[Statement, ...]:
        publish = Statement(actions=("sns:Publish",), resources=(self.topic_arn,))
        if self.kms_key_arn is None:
            return (publish,)
        return publish, use_of_key(
            self.kms_key_arn,
            "kms:GenerateDataKey",
            "kms:Decrypt",
            service="sns",
            region=region_of(self.topic_arn, self.region),
            context=("aws:sns:topicArn", self.topic_arn),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SnsSubscribe(Permission):
    """Subscribe one endpoint to one topic, and nothing else to it: whoever may subscribe anything
    may read all messages.

    `endpoint` is the ARN of a queue, function or delivery stream, an `https://` URL or an e-mail
    address; `protocol` is `sqs`, `lambda`, `firehose`, `https` or `email`. `of` takes the topic. To
    confirm or end a subscription takes more.

    Example:
        >>> SnsSubscribe(
        ...     topic_arn="arn:aws:sns:eu-central-1:111122223333:orders",
        ...     protocol="sqs",
        ...     endpoint="arn:aws:sqs:eu-central-1:111122223333:orders",
        ... ).statements()[0].conditions[0]
        Condition(operator='StringEquals', key='sns:Protocol', values=('sqs',))

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html#sns-policy-keys
    """

    topic_arn: str
    protocol: str
    endpoint: str

    def __post_init__(self) -> None:
        _check_topic_arn(self.topic_arn)
        if not isinstance(self.protocol, str) or self.protocol not in _ENDPOINTS:
            raise InvalidPermissionError(
                f"protocol must be one of {', '.join(_ENDPOINTS)}, got {self.protocol!r}"
            )
        if not isinstance(self.endpoint, str) or not _is_endpoint(self.protocol, self.endpoint):
            kind = "the ARN of a resource" if self.protocol in _ARN_PROTOCOLS else "one address"
            raise InvalidPermissionError(
                f"endpoint must be {kind} for the protocol {self.protocol}, without wildcards, "
                f"got {self.endpoint!r}"
            )

    @classmethod
    def of(cls, topic: _Topic, *, protocol: str, endpoint: str) -> Self:
        """For a topic of the CDK."""
        return cls(topic_arn=_check_topic(topic).topic_arn, protocol=protocol, endpoint=endpoint)

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=("sns:Subscribe",),
                resources=(self.topic_arn,),
                conditions=(
                    Condition.of("StringEquals", "sns:Protocol", self.protocol),
                    Condition.of("StringEquals", "sns:Endpoint", self.endpoint),
                ),
            ),
        )


def _is_endpoint(protocol: str, endpoint: str) -> bool:
    if holds_token(endpoint):
        return not any(sign in beside_tokens(endpoint) for sign in "*?")
    return _ENDPOINTS[protocol].fullmatch(endpoint) is not None
