"""Amazon CloudWatch Logs and the CloudWatch agent.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import ACCOUNT, PARTITION, REGION, Statement, check_account_id
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens
from .base import Permission
from .cloudwatch import MetricsWrite

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
class _OnLogGroup(Permission):
    """One log group. Region and account are those that the role is deployed to, unless given."""

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
    def _group(self) -> str:
        return (
            f"arn:{PARTITION}:logs:{self.region}:{self.account_id}:log-group:{self.log_group_name}"
        )

    @property
    def _streams(self) -> str:
        return f"{self._group}:log-stream:*"

    @property
    def _whole(self) -> tuple[str, str]:
        """A group as policies name it. AWS's pages have both forms of its ARN."""
        return self._group, f"{self._group}:*"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsWrite(_OnLogGroup):
    """Make streams in one log group and write to them; the group itself must exist.

    Region and account are those that the role is deployed to, unless given. The key of a group that
    is encrypted is used by CloudWatch Logs itself: the writer needs none.

    Example:
        >>> LogsWrite(log_group_name="/app/orders").statements()[0].actions
        ('logs:CreateLogStream', 'logs:PutLogEvents')

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
    """

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
class LogsRead(_OnLogGroup):
    """Read and filter the events of one log group; what a data protection policy masks stays
    masked. Streams cannot be listed; what is found by filtering names its stream.

    Region and account are those that the role is deployed to, unless given.

    Example:
        >>> LogsRead(log_group_name="/app/orders").statements()[1].actions
        ('logs:GetLogEvents',)

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    """

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(actions=("logs:FilterLogEvents",), resources=self._whole),
            Statement(actions=("logs:GetLogEvents",), resources=(self._streams,)),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return {
            self._whole[1]: "CloudWatch Logs writes the ARN of a log group with :* at its end; the "
            "wildcard covers this one group.",
            self._streams: "Writers name their log streams when they start; the wildcard covers "
            "the streams of this one log group.",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsQuery(_OnLogGroup):
    """Query one log group with CloudWatch Logs Insights, and get the results.

    Region and account are those that the role is deployed to, unless given. Stopping a query is
    left out, as AWS cannot limit it to a group; one that nobody stops ends by itself.

    Example:
        >>> LogsQuery(log_group_name="/app/orders").statements()[0].actions
        ('logs:StartQuery', 'logs:GetQueryResults')

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
    """

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(actions=("logs:StartQuery", "logs:GetQueryResults"), resources=self._whole),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return {
            self._whole[1]: "CloudWatch Logs writes the ARN of a log group with :* at its end; the "
            "wildcard covers this one group."
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
        self._metrics()
        names = check_strings(
            self.log_group_names, argument="log_group_names", error=InvalidPermissionError
        )
        object.__setattr__(self, "log_group_names", names)
        self._logs()

    def _metrics(self) -> MetricsWrite:
        return MetricsWrite(namespace=self.namespace)

    def _logs(self) -> tuple[LogsWrite, ...]:
        return tuple(LogsWrite(log_group_name=name) for name in self.log_group_names)

    def statements(self) -> tuple[Statement, ...]:
        return tuple(
            statement
            for each in (self._metrics(), *self._logs())
            for statement in each.statements()
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        reasons: dict[str, str] = {}
        for each in (self._metrics(), *self._logs()):
            reasons |= each.wildcard_reasons()
        return reasons
