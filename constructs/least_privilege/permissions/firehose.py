"""Amazon Data Firehose: records into one delivery stream.

Source: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, Self

from ..policy import Statement
from ._regional import check_construct, check_resource_arn
from .base import Permission

_DELIVERY_STREAM = re.compile(r"deliverystream/[A-Za-z0-9_.-]{1,64}")


class _DeliveryStream(Protocol):
    """What `of` reads of a CDK delivery stream."""

    @property
    def delivery_stream_arn(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FirehosePut(Permission):
    """Put records into one delivery stream, alone or in batches.

    A delivery stream with a key of its own asks nothing of the caller: Firehose uses the key by a
    grant that it made itself.

    Example:
        >>> clicks = "arn:aws:firehose:eu-central-1:111122223333:deliverystream/clicks"
        >>> FirehosePut(delivery_stream_arn=clicks).statements()[0].actions
        ('firehose:PutRecord', 'firehose:PutRecordBatch')

    Source: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
    """

    delivery_stream_arn: str

    def __post_init__(self) -> None:
        check_resource_arn(
            self.delivery_stream_arn,
            service="firehose",
            form=_DELIVERY_STREAM,
            argument="delivery_stream_arn",
            example="arn:aws:firehose:eu-central-1:111122223333:deliverystream/clicks",
        )

    @classmethod
    def of(cls, delivery_stream: _DeliveryStream) -> Self:
        """For a delivery stream of the CDK."""
        check_construct(
            delivery_stream,
            attributes=("delivery_stream_arn",),
            kind="a delivery stream",
            argument="delivery_stream_arn",
        )
        return cls(delivery_stream_arn=delivery_stream.delivery_stream_arn)

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=("firehose:PutRecord", "firehose:PutRecordBatch"),
                resources=(self.delivery_stream_arn,),
            ),
        )
