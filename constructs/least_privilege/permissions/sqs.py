"""Amazon SQS: one queue, and its KMS key with it.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
"""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import REGION, Statement
from ..policy.names import check_strings
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

_QUEUE = re.compile(r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo")


class _Queue(Protocol):
    """What `of` reads of a CDK queue."""

    @property
    def queue_arn(self) -> str: ...
    @property
    def encryption_master_key(self) -> Key | None: ...
    @property
    def env(self) -> Environment: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnQueue(Permission):
    """One queue. `kms_key_arn` is its own key, which may then be used through SQS alone.

    Queues with keys that SQS manages (SSE-SQS, `alias/aws/sqs`) need none. `region` counts where
    the ARN is known at deployment only.
    """

    queue_arn: str
    kms_key_arn: str | None = None
    region: str = REGION

    @property
    @abstractmethod
    def _actions(self) -> tuple[str, ...]: ...

    @property
    @abstractmethod
    def _key_actions(self) -> tuple[str, ...]: ...

    @property
    def _key_arns(self) -> tuple[str, ...]:
        return () if self.kms_key_arn is None else (self.kms_key_arn,)

    def __post_init__(self) -> None:
        check_resource_arn(
            self.queue_arn,
            service="sqs",
            form=_QUEUE,
            argument="queue_arn",
            example="arn:aws:sqs:eu-central-1:111122223333:orders",
        )
        check_key_arn(self.kms_key_arn)
        check_region(self.region)

    @classmethod
    def of(cls, queue: _Queue) -> Self:
        """For a queue of the CDK, with its key if it has one of its own.

        The CDK does not know the key of a queue imported by its ARN alone: give `kms_key_arn` then.
        """
        check_construct(
            queue,
            attributes=("queue_arn", "encryption_master_key"),
            kind="a queue",
            argument="queue_arn",
        )
        return cls(
            queue_arn=queue.queue_arn,
            kms_key_arn=key_arn_of(queue.encryption_master_key),
            region=queue.env.region,
        )

    def statements(self) -> tuple[Statement, ...]:
        # AWS documents no encryption context for SQS, and a message that was moved to a dead-letter
        # queue keeps that of its source.
        region = region_of(self.queue_arn, self.region)
        return (
            Statement(actions=self._actions, resources=(self.queue_arn,)),
            *(
                use_of_key(key_arn, *self._key_actions, service="sqs", region=region)
                for key_arn in self._key_arns
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SqsSend(_OnQueue):
    """Send messages to one queue, alone or in batches; neither receive nor delete.

    With a key of its own also `kms:GenerateDataKey`, and `kms:Decrypt`, with which SQS verifies a
    new data key. The sender is given the URL of the queue: looking it up by name takes
    `sqs:GetQueueUrl`, which is not here.

    Example:
        >>> queue = "arn:aws:sqs:eu-central-1:111122223333:orders"
        >>> SqsSend(queue_arn=queue).statements()[0].actions
        ('sqs:SendMessage',)

    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#send-to-encrypted-queue
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("sqs:SendMessage",)

    @property
    def _key_actions(self) -> tuple[str, ...]:
        return ("kms:GenerateDataKey", "kms:Decrypt")


@dataclass(frozen=True, slots=True, kw_only=True)
class SqsReceive(_OnQueue):
    """Receive messages of one queue, delete what was received, and change how long it stays
    invisible; not send, and not purge.

    `lambda_source=True` is for the role of a Lambda function that takes the queue as its event
    source: Lambda reads the attributes of the queue too, and leaves the visibility alone.
    `source_key_arns` are the keys of the queues that a dead-letter queue takes messages from: what
    was moved stays encrypted under them.

    Example:
        >>> queue = "arn:aws:sqs:eu-central-1:111122223333:orders"
        >>> SqsReceive(queue_arn=queue).statements()[0].actions
        ('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility')

    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#receive-from-encrypted-queue
    """

    lambda_source: bool = False
    source_key_arns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # The short super() does not know the class that slots=True makes.
        _OnQueue.__post_init__(self)
        check_flag(self.lambda_source, argument="lambda_source")
        key_arns = check_strings(
            self.source_key_arns, argument="source_key_arns", error=InvalidPermissionError
        )
        for key_arn in key_arns:
            check_key_arn(key_arn, argument="source_key_arns")
        object.__setattr__(self, "source_key_arns", key_arns)

    @classmethod
    def of(
        cls, queue: _Queue, *, lambda_source: bool = False, source_key_arns: tuple[str, ...] = ()
    ) -> Self:
        """For a queue of the CDK, with its key if it has one of its own.

        The CDK does not know the key of a queue imported by its ARN alone: give `kms_key_arn` then.
        """
        plain = SqsSend.of(queue)
        return cls(
            queue_arn=plain.queue_arn,
            kms_key_arn=plain.kms_key_arn,
            region=plain.region,
            lambda_source=lambda_source,
            source_key_arns=source_key_arns,
        )

    @property
    def _actions(self) -> tuple[str, ...]:
        last = "sqs:GetQueueAttributes" if self.lambda_source else "sqs:ChangeMessageVisibility"
        return ("sqs:ReceiveMessage", "sqs:DeleteMessage", last)

    @property
    def _key_actions(self) -> tuple[str, ...]:
        return ("kms:Decrypt",)

    @property
    def _key_arns(self) -> tuple[str, ...]:
        own = () if self.kms_key_arn is None else (self.kms_key_arn,)
        return tuple(dict.fromkeys((*own, *self.source_key_arns)))
