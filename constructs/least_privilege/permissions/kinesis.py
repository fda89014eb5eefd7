"""Amazon Kinesis Data Streams: one stream, or one enhanced fan-out consumer of it, and its KMS key.

Source: https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidArnError, InvalidPermissionError
from ..policy import REGION, Statement
from ..policy.tokens import TOKEN
from ._regional import (
    Environment,
    Key,
    check_construct,
    check_flag,
    check_key_arn,
    check_region,
    check_resource_arn,
    key_arn_of,
    region_of,
    use_of_key,
)
from .base import Permission

_NAME = r"[A-Za-z0-9_.-]{1,128}"
_STREAM = re.compile(rf"stream/{_NAME}")
_CONSUMER = re.compile(rf"stream/{_NAME}/consumer/{_NAME}:(\d+|x)")


class _Stream(Protocol):
    """What `of` reads of a CDK stream."""

    @property
    def stream_arn(self) -> str: ...
    @property
    def encryption_key(self) -> Key | None: ...
    @property
    def env(self) -> Environment: ...


class _Consumer(Protocol):
    """What `of` reads of a CDK stream consumer."""

    @property
    def stream_consumer_arn(self) -> str: ...
    @property
    def stream(self) -> _Stream: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnStream(Permission):
    """One stream. `kms_key_arn` is its own key, which may then be used through Kinesis and for this
    stream alone.

    The key that Kinesis manages (`alias/aws/kinesis`) needs none. `region` counts where the ARN is
    known at deployment only.
    """

    stream_arn: str
    kms_key_arn: str | None = None
    region: str = REGION

    def __post_init__(self) -> None:
        check_resource_arn(
            self.stream_arn,
            service="kinesis",
            form=_STREAM,
            argument="stream_arn",
            example="arn:aws:kinesis:eu-central-1:111122223333:stream/clicks",
        )
        check_key_arn(self.kms_key_arn)
        check_region(self.region)

    def _on_key(self, *actions: str) -> tuple[Statement, ...]:
        if self.kms_key_arn is None:
            return ()
        return (
            use_of_key(
                self.kms_key_arn,
                *actions,
                service="kinesis",
                region=region_of(self.stream_arn, self.region),
                context=("aws:kinesis:arn", self.stream_arn),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KinesisWrite(_OnStream):
    """Put records into one stream, alone or several; not read. With a key `kms:GenerateDataKey`.

    The Kinesis Producer Library asks for more: it lists shards and writes metrics.

    Example:
        >>> clicks = "arn:aws:kinesis:eu-central-1:111122223333:stream/clicks"
        >>> KinesisWrite(stream_arn=clicks).statements()[0].actions
        ('kinesis:PutRecord', 'kinesis:PutRecords')

    Source: https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
    """

    @classmethod
    def of(cls, stream: _Stream) -> Self:
        """For a stream of the CDK, with its key if it has one of its own.

        The CDK does not know the key of a stream imported by its ARN alone: give `kms_key_arn`
        then.
        """
        if hasattr(stream, "stream_consumer_arn"):
            raise InvalidPermissionError(
                f"of() takes a stream of the CDK, got the consumer {stream!r}; take "
                "KinesisSubscribe"
            )
        check_construct(
            stream,
            attributes=("stream_arn", "encryption_key"),
            kind="a stream",
            argument="stream_arn",
        )
        return cls(
            stream_arn=stream.stream_arn,
            kms_key_arn=key_arn_of(stream.encryption_key),
            region=stream.env.region,
        )

    def statements(self) -> tuple[Statement, ...]:
        put = Statement(
            actions=("kinesis:PutRecord", "kinesis:PutRecords"), resources=(self.stream_arn,)
        )
        return put, *self._on_key("kms:GenerateDataKey")


@dataclass(frozen=True, slots=True, kw_only=True)
class KinesisRead(_OnStream):
    """Read the records of one stream, shard by shard; not write. With a key `kms:Decrypt`.

    `lambda_source=True` is for the role of a Lambda function that takes the stream as its event
    source: Lambda describes the stream as well. The Kinesis Client Library asks for more: it keeps
    its leases in DynamoDB.

    Example:
        >>> clicks = "arn:aws:kinesis:eu-central-1:111122223333:stream/clicks"
        >>> KinesisRead(stream_arn=clicks).statements()[0].actions
        ('kinesis:ListShards', 'kinesis:GetShardIterator', 'kinesis:GetRecords')

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
    """

    lambda_source: bool = False

    def __post_init__(self) -> None:
        # The short super() does not know the class that slots=True makes.
        _OnStream.__post_init__(self)
        check_flag(self.lambda_source, argument="lambda_source")

    @classmethod
    def of(cls, stream: _Stream, *, lambda_source: bool = False) -> Self:
        """For a stream of the CDK, with its key if it has one of its own.

        The CDK does not know the key of a stream imported by its ARN alone: give `kms_key_arn`
        then.
        """
        plain = KinesisWrite.of(stream)
        return cls(
            stream_arn=plain.stream_arn,
            kms_key_arn=plain.kms_key_arn,
            region=plain.region,
            lambda_source=lambda_source,
        )

    def statements(self) -> tuple[Statement, ...]:
        actions = ("kinesis:ListShards", "kinesis:GetShardIterator", "kinesis:GetRecords")
        describe = ("kinesis:DescribeStream", "kinesis:DescribeStreamSummary")
        read = Statement(
            actions=(*actions, *describe) if self.lambda_source else actions,
            resources=(self.stream_arn,),
        )
        return read, *self._on_key("kms:Decrypt")


@dataclass(frozen=True, slots=True, kw_only=True)
class KinesisSubscribe(_OnStream):
    """Read one stream through one enhanced fan-out consumer, which exists already; neither read the
    stream in another way nor register consumers. With a key `kms:Decrypt`.

    `consumer_arn` ends with the time at which the consumer was made:
    `.../stream/clicks/consumer/reports:1700000000`.

    Example:
        >>> clicks = "arn:aws:kinesis:eu-central-1:111122223333:stream/clicks"
        >>> KinesisSubscribe(
        ...     stream_arn=clicks, consumer_arn=f"{clicks}/consumer/reports:1700000000"
        ... ).statements()[0].actions
        ('kinesis:SubscribeToShard', 'kinesis:DescribeStreamConsumer')

    Source: https://docs.aws.amazon.com/streams/latest/dev/building-enhanced-consumers-api.html
    """

    consumer_arn: str

    def __post_init__(self) -> None:
        _OnStream.__post_init__(self)
        check_resource_arn(
            self.consumer_arn,
            service="kinesis",
            form=_CONSUMER,
            argument="consumer_arn",
            example="arn:aws:kinesis:eu-central-1:111122223333:stream/clicks/consumer/reports:1",
        )
        known = not TOKEN.match(self.consumer_arn) and not TOKEN.match(self.stream_arn)
        if known and not self.consumer_arn.startswith(f"{self.stream_arn}/consumer/"):
            raise InvalidArnError(
                f"consumer_arn must be a consumer of stream_arn {self.stream_arn!r}, "
                f"got {self.consumer_arn!r}"
            )

    @classmethod
    def of(cls, consumer: _Consumer) -> Self:
        """For a stream consumer of the CDK, with the key of its stream."""
        check_construct(
            consumer,
            attributes=("stream_consumer_arn", "stream"),
            kind="a stream consumer",
            argument="consumer_arn",
        )
        stream = KinesisWrite.of(consumer.stream)
        return cls(
            consumer_arn=consumer.stream_consumer_arn,
            stream_arn=stream.stream_arn,
            kms_key_arn=stream.kms_key_arn,
            region=stream.region,
        )

    def statements(self) -> tuple[Statement, ...]:
        subscribe = Statement(
            actions=("kinesis:SubscribeToShard", "kinesis:DescribeStreamConsumer"),
            resources=(self.consumer_arn,),
        )
        shards = Statement(actions=("kinesis:ListShards",), resources=(self.stream_arn,))
        return subscribe, shards, *self._on_key("kms:Decrypt")
