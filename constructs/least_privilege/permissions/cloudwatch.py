"""Amazon CloudWatch: metrics.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import InvalidPermissionError
from ..policy import Condition, Statement
from ..policy.tokens import beside_tokens
from .base import Permission, check_reason

_NAMESPACE = re.compile(r"[A-Za-z0-9._/#-][A-Za-z0-9._/#: -]{0,254}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsWrite(Permission):
    """Publish metrics in one namespace, and in no other; not read any.

    Metrics have no ARN, so that the condition `cloudwatch:namespace` alone limits it. Namespaces
    that begin with `AWS/` are those of AWS services, and refused.

    Example:
        >>> MetricsWrite(namespace="Shop/Orders").statements()[0].conditions[0].values
        ('Shop/Orders',)

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
    """

    namespace: str

    def __post_init__(self) -> None:
        known = beside_tokens(self.namespace, "x") if isinstance(self.namespace, str) else ""
        if not _NAMESPACE.fullmatch(known):
            raise InvalidPermissionError(
                "namespace must name one namespace of metrics, 1 to 255 letters, digits, blanks or "
                f"any of ._/#:- without wildcards, got {self.namespace!r}"
            )
        if known.startswith("AWS/"):
            raise InvalidPermissionError(
                "namespace must be one of your own: AWS keeps those that begin with 'AWS/', "
                f"got {self.namespace!r}"
            )

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=("cloudwatch:PutMetricData",),
                resources=("*",),
                conditions=(Condition.of("StringEquals", "cloudwatch:namespace", self.namespace),),
            ),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return {
            "*": "Metrics have no ARN; cloudwatch:PutMetricData is limited to the namespace "
            f"{self.namespace} by its condition."
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsRead(Permission):
    """Read the metrics of the account and region, and list which there are; not alarms, and not
    dashboards.

    AWS has neither a resource nor a condition that limits it to a namespace, so a `reason` is asked
    for (a sentence).

    Example:
        >>> MetricsRead(reason="the autoscaler reads the load of the queue").statements()[0].actions
        ('cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics')

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
    """

    reason: str

    def __post_init__(self) -> None:
        check_reason(self.reason)

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=(
                    "cloudwatch:GetMetricData",
                    "cloudwatch:GetMetricStatistics",
                    "cloudwatch:ListMetrics",
                ),
                resources=("*",),
            ),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return {
            "*": f"Metrics have no ARN, and reading them takes no condition either; {self.reason}"
        }
