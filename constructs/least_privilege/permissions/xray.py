"""AWS X-Ray: sending traces.

Source: https://docs.aws.amazon.com/xray/latest/devguide/security_iam_service-with-iam.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..policy import Statement
from .base import Permission, check_flags


@dataclass(frozen=True, slots=True, kw_only=True)
class XRayWrite(Permission):
    """Send segments to X-Ray, as its SDK, daemon and collector do; not read traces.

    `sampling=True` also fetches the rules for how many requests to trace; without it the SDK goes
    by its own default. Narrower than the AWS managed policy AWSXRayDaemonWriteAccess, which also
    reads sampling statistics.

    Example:
        >>> XRayWrite().statements()[0].actions
        ('xray:PutTraceSegments', 'xray:PutTelemetryRecords')

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    """

    sampling: bool = False

    def __post_init__(self) -> None:
        check_flags(self)

    def statements(self) -> tuple[Statement, ...]:
        actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
        if self.sampling:
            actions += ["xray:GetSamplingRules", "xray:GetSamplingTargets"]
        return (Statement(actions=tuple(actions), resources=("*",)),)

    def wildcard_reasons(self) -> Mapping[str, str]:
        return {
            "*": "The X-Ray actions that send traces take no narrower resource; traces belong to "
            "the account and region."
        }
