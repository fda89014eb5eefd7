"""Who may publish metrics, read and query logs, send traces, and be reached by Session Manager."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack, aws_kms as kms, aws_logs as logs

from least_privilege.errors import InvalidInputError, InvalidPermissionError
from least_privilege.permissions import (
    CloudWatchAgent,
    LogsQuery,
    LogsRead,
    LogsWrite,
    MetricsRead,
    MetricsWrite,
    Permission,
    SessionManagerCore,
    XRayWrite,
)
from tests.permissions.kit import OTHER_ACCOUNT, allow, check_is_known_to_aws, is_allowed, said

REASON = "the autoscaler reads how long the queue is"
GROUP = "arn:aws:logs:eu-central-1:111122223333:log-group:/app"
STREAM = f"{GROUP}:log-stream:2026/11/24"
HERE = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/app"
TRACES = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (
        MetricsWrite(namespace="Shop/Orders"),
        [
            allow(
                "cloudwatch:PutMetricData",
                "*",
                StringEquals={"cloudwatch:namespace": "Shop/Orders"},
            )
        ],
    ),
    (
        MetricsRead(reason=REASON),
        [
            allow(
                [
                    "cloudwatch:GetMetricData",
                    "cloudwatch:GetMetricStatistics",
                    "cloudwatch:ListMetrics",
                ],
                "*",
            )
        ],
    ),
    (
        LogsWrite(log_group_name="/app"),
        [allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{HERE}:log-stream:*")],
    ),
    (
        LogsRead(log_group_name="/app"),
        [
            allow("logs:FilterLogEvents", [HERE, f"{HERE}:*"]),
            allow("logs:GetLogEvents", f"{HERE}:log-stream:*"),
        ],
    ),
    (
        LogsQuery(log_group_name="/app"),
        [allow(["logs:StartQuery", "logs:GetQueryResults"], [HERE, f"{HERE}:*"])],
    ),
    (XRayWrite(), [allow(TRACES, "*")]),
    (
        XRayWrite(sampling=True),
        [allow([*TRACES, "xray:GetSamplingRules", "xray:GetSamplingTargets"], "*")],
    ),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_a_permission_says_exactly_this(
    permission: Permission, statements: list[dict[str, Any]]
) -> None:
    assert said(permission) == statements
    check_is_known_to_aws(permission)


WRITE_METRICS = MetricsWrite(namespace="Shop/Orders")
READ_METRICS = MetricsRead(reason=REASON)
AGENT = CloudWatchAgent(log_group_names=("/app",))
WRITE = LogsWrite(log_group_name="/app")
READ = LogsRead(log_group_name="/app")
QUERY = LogsQuery(log_group_name="/app")
PUT = "cloudwatch:PutMetricData"
INSTANCE = "arn:aws:ec2:eu-central-1:111122223333:instance/i-0123456789abcdef0"

ALLOWED: list[tuple[Permission, str, str, dict[str, Any]]] = [
    (WRITE_METRICS, PUT, "*", {"cloudwatch:namespace": "Shop/Orders"}),
    (READ_METRICS, "cloudwatch:GetMetricData", "*", {}),
    (READ_METRICS, "cloudwatch:ListMetrics", "*", {}),
    (AGENT, PUT, "*", {"cloudwatch:namespace": "CWAgent"}),
    (AGENT, "logs:PutLogEvents", STREAM, {}),
    (WRITE, "logs:CreateLogStream", STREAM, {}),
    (WRITE, "logs:PutLogEvents", STREAM, {}),
    (READ, "logs:FilterLogEvents", GROUP, {}),
    (READ, "logs:FilterLogEvents", f"{GROUP}:log-stream:", {}),
    (READ, "logs:GetLogEvents", STREAM, {}),
    (QUERY, "logs:StartQuery", GROUP, {}),
    (QUERY, "logs:StartQuery", f"{GROUP}:log-stream:", {}),
    (QUERY, "logs:GetQueryResults", GROUP, {}),
    (XRayWrite(), "xray:PutTraceSegments", "*", {}),
    (XRayWrite(sampling=True), "xray:GetSamplingTargets", "*", {}),
    (SessionManagerCore(), "ssm:UpdateInstanceInformation", INSTANCE, {}),
    (SessionManagerCore(), "ssmmessages:OpenDataChannel", "*", {}),
]


@pytest.mark.parametrize(("permission", "action", "resource", "context"), ALLOWED)
def test_what_it_is_for_is_allowed(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert is_allowed(permission, action, resource, context)


NEXT = GROUP + "-2"
NOT_ALLOWED: list[tuple[Permission, str, str, dict[str, Any]]] = [
    (WRITE_METRICS, PUT, "*", {}),
    (WRITE_METRICS, PUT, "*", {"cloudwatch:namespace": "Shop/Orders/2"}),
    (WRITE_METRICS, PUT, "*", {"cloudwatch:namespace": "Shop"}),
    (WRITE_METRICS, PUT, "*", {"cloudwatch:namespace": "shop/orders"}),
    (WRITE_METRICS, "cloudwatch:GetMetricData", "*", {"cloudwatch:namespace": "Shop/Orders"}),
    (WRITE_METRICS, "cloudwatch:PutMetricAlarm",
     "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:a", {}),
    (READ_METRICS, PUT, "*", {"cloudwatch:namespace": "Shop/Orders"}),
    (READ_METRICS, "cloudwatch:DescribeAlarms", "*", {}),
    (AGENT, PUT, "*", {"cloudwatch:namespace": "Shop/Orders"}),
    (AGENT, "logs:PutLogEvents", f"{NEXT}:log-stream:a", {}),
    (WRITE, "logs:PutLogEvents", f"{NEXT}:log-stream:a", {}),
    (WRITE, "logs:PutLogEvents", STREAM.replace("111122223333", OTHER_ACCOUNT), {}),
    (WRITE, "logs:CreateLogGroup", GROUP, {}),
    (WRITE, "logs:GetLogEvents", STREAM, {}),
    (WRITE, "logs:DeleteLogStream", STREAM, {}),
    (WRITE, "logs:PutRetentionPolicy", GROUP, {}),
    (READ, "logs:FilterLogEvents", NEXT, {}),
    (READ, "logs:FilterLogEvents", f"{NEXT}:log-stream:", {}),
    (READ, "logs:FilterLogEvents", f"{GROUP}/sub", {}),
    (READ, "logs:FilterLogEvents", GROUP.replace("111122223333", OTHER_ACCOUNT), {}),
    (READ, "logs:GetLogEvents", f"{NEXT}:log-stream:a", {}),
    (READ, "logs:StartQuery", GROUP, {}),
    (READ, "logs:Unmask", GROUP, {}),
    (READ, "logs:DescribeLogStreams", GROUP, {}),
    (READ, "logs:DescribeLogGroups", "*", {}),
    (READ, "logs:PutLogEvents", STREAM, {}),
    (READ, "logs:DeleteLogGroup", GROUP, {}),
    (QUERY, "logs:StartQuery", NEXT, {}),
    (QUERY, "logs:StartQuery", f"{NEXT}:log-stream:", {}),
    (QUERY, "logs:StartQuery", GROUP.replace("111122223333", OTHER_ACCOUNT), {}),
    (QUERY, "logs:GetQueryResults", NEXT, {}),
    (QUERY, "logs:GetLogEvents", STREAM, {}),
    (QUERY, "logs:DescribeQueries", "*", {}),
    (QUERY, "logs:StopQuery", "*", {}),
    (XRayWrite(), "xray:GetSamplingRules", "*", {}),
    (XRayWrite(sampling=True), "xray:BatchGetTraces", "*", {}),
    (XRayWrite(sampling=True), "xray:GetSamplingStatisticSummaries", "*", {}),
    (SessionManagerCore(), "ssm:GetParameter",
     "arn:aws:ssm:eu-central-1:111122223333:parameter/a", {}),
    (SessionManagerCore(), "ssm:StartSession", INSTANCE, {}),
    (SessionManagerCore(), "ssm:SendCommand", INSTANCE, {}),
    (SessionManagerCore(), "ssm:UpdateInstanceInformation",
     INSTANCE.replace("111122223333", OTHER_ACCOUNT), {}),
    (SessionManagerCore(), "ec2messages:GetMessages", "*", {}),
]  # fmt: skip


@pytest.mark.parametrize(("permission", "action", "resource", "context"), NOT_ALLOWED)
def test_its_neighbours_are_not_allowed(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert not is_allowed(permission, action, resource, context)


@pytest.mark.parametrize(
    "permission", [WRITE_METRICS, READ_METRICS, AGENT, WRITE, READ, QUERY, XRayWrite()]
)
def test_every_wildcard_has_its_reason(permission: Permission) -> None:
    wildcards = {
        each for statement in permission.statements() for each in statement.resources if "*" in each
    }
    assert set(permission.wildcard_reasons()) == wildcards


def test_a_log_group_of_the_cdk_is_taken_by_its_name_region_and_account(stack: Stack) -> None:
    own = logs.LogGroup(stack, "Own", encryption_key=kms.Key(stack, "Key"))
    there = logs.LogGroup.from_log_group_arn(
        stack, "There", "arn:aws:logs:us-east-1:444455556666:log-group:/there:*"
    )
    for kind in (LogsWrite, LogsRead, LogsQuery):
        assert kind.of(own).log_group_name == own.log_group_name
        # The service uses the key of the group, by the policy of the key.
        assert not any("kms" in str(each) for each in kind.of(own).statements())
        assert kind.of(there) == kind(
            log_group_name="/there", region="us-east-1", account_id=OTHER_ACCOUNT
        )
        with pytest.raises(InvalidPermissionError, match="of\\(\\) takes a log group of the CDK"):
            kind.of(stack)  # type: ignore[arg-type]


REFUSED: list[tuple[Any, dict[str, Any], type[InvalidInputError], str]] = [
    (MetricsWrite, {"namespace": ""}, InvalidPermissionError, "one namespace of metrics"),
    (MetricsWrite, {"namespace": "Shop/*"}, InvalidPermissionError, "one namespace of metrics"),
    (MetricsWrite, {"namespace": "Shop?"}, InvalidPermissionError, "one namespace of metrics"),
    (MetricsWrite, {"namespace": ":Shop"}, InvalidPermissionError, "one namespace of metrics"),
    (MetricsWrite, {"namespace": "x" * 256}, InvalidPermissionError, "1 to 255"),
    (MetricsWrite, {"namespace": None}, InvalidPermissionError, "one namespace of metrics"),
    (MetricsWrite, {"namespace": "AWS/EC2"}, InvalidPermissionError, "AWS keeps those"),
    (MetricsRead, {"reason": "needed"}, InvalidPermissionError, "at least 20 characters"),
    (LogsRead, {"log_group_name": "/app*"}, InvalidPermissionError, "must name one log group"),
    (LogsRead, {"log_group_name": ""}, InvalidPermissionError, "must name one log group"),
    (LogsQuery, {"log_group_name": "/app", "region": "*"}, InvalidPermissionError, "region"),
    (LogsQuery, {"log_group_name": "/app", "account_id": "*"}, InvalidInputError, "12 digits"),
]


@pytest.mark.parametrize(("kind", "arguments", "error", "says"), REFUSED)
def test_what_would_match_nothing_or_too_much_is_refused(
    kind: Any, arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)
