"""Amazon CloudWatch Logs and the CloudWatch agent.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import ACCOUNT, PARTITION, REGION, Condition, Statement, check_account_id
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens
from .base import Permission

_REGION = re.compile(r"[a-z0-9-]+")
_NAME = re.compile(r"[A-Za-z0-9_./#-]{1,512}")


class _Environment(Protocol):
    @property
    def region(self) -> str: ...
    @property
    def account(self) -> str: ...


class _LogGroup(Protocol):
    """What `of` reads of a CDK log group."""

    @property
    def log_group_name(self) -> str: ...
    @property
    def env(self) -> _Environment: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsWrite(Permission):
    """Make streams in one log group and write to them; the group itself must exist.

    Region and account are those that the role is deployed to, unless given.

    Example:
        >>> LogsWrite(log_group_name="/app/orders").statements()[0].actions
        ('logs:CreateLogStream', 'logs:PutLogEvents')

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
    """

    log_group_name: str
    region: str = REGION
    account_id: str = ACCOUNT

    def __post_init__(self) -> None:
        if not isinstance(self.log_group_name, str):
            raise InvalidPermissionError(
                f"log_group_name must be a string, got {self.log_group_name!r}"
            )
        known = beside_tokens(self.log_group_name, "x")
        if not _NAME.fullmatch(known) or not _REGION.fullmatch(beside_tokens(self.region, "x-1")):
            raise InvalidPermissionError(
                "log_group_name and region must name one log group, got "
                f"{self.log_group_name!r} in {self.region!r}"
            )
        check_account_id(self.account_id)

    @classmethod
    def of(cls, log_group: _LogGroup) -> Self:
        """For a log group of the CDK."""
        if not hasattr(log_group, "log_group_name"):
            raise InvalidPermissionError(
                f"of() takes a log group of the CDK, got {log_group!r}; for a name say "
                "log_group_name="
            )
        where = log_group.env
        return cls(
            log_group_name=log_group.log_group_name,
            region=where.region,
            account_id=where.account,
        )

    @property
    def _streams(self) -> str:
        return (
            f"arn:{PARTITION}:logs:{self.region}:{self.account_id}:"
            f"log-group:{self.log_group_name}:log-stream:*"
        )

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=("logs:CreateLogStream", "logs:PutLogEvents"), resources=(self._streams,)
            ),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return {
            self._streams: "The writer names its log streams when it starts; the wildcard covers "
            "the streams of this one log group."
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudWatchAgent(Permission):
    """What the CloudWatch agent on an instance needs: metrics of one namespace, and the log groups
    that it is to write to.

    Example:
        >>> CloudWatchAgent(log_group_names=("/host/messages",)).statements()[0].conditions[0].key
        'cloudwatch:namespace'

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/create-iam-roles-for-cloudwatch-agent.html
    """

    namespace: str = "CWAgent"
    log_group_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.namespace or "*" in self.namespace:
            raise InvalidPermissionError(
                f"namespace must name one namespace of metrics, got {self.namespace!r}"
            )
        names = check_strings(
            self.log_group_names, argument="log_group_names", error=InvalidPermissionError
        )
        object.__setattr__(self, "log_group_names", names)
        self._logs()

    def _logs(self) -> tuple[LogsWrite, ...]:
        return tuple(LogsWrite(log_group_name=name) for name in self.log_group_names)

    def statements(self) -> tuple[Statement, ...]:
        metrics = Statement(
            actions=("cloudwatch:PutMetricData",),
            resources=("*",),
            conditions=(Condition.of("StringEquals", "cloudwatch:namespace", self.namespace),),
        )
        return metrics, *(statement for logs in self._logs() for statement in logs.statements())

    def wildcard_reasons(self) -> Mapping[str, str]:
        reasons = {
            "*": "Metrics have no ARN; cloudwatch:PutMetricData is limited to the namespace "
            f"{self.namespace} by its condition."
        }
        for logs in self._logs():
            reasons |= logs.wildcard_reasons()
        return reasons
