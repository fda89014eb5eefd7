"""Alarms on what matters for roles, from the events of CloudTrail.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-alarms-for-cloudtrail.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import (
    Duration,
    RemovalPolicy,
    aws_cloudwatch as cloudwatch,
    aws_cloudwatch_actions as actions,
    aws_iam as iam,
    aws_kms as kms,
    aws_logs as logs,
    aws_sns as sns,
    aws_sns_subscriptions as subscriptions,
)
from constructs import Construct

from .._edge import placed
from ..errors import InvalidNameError
from ..policy import check_arn

NAMESPACE = "RoleActivity"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedActivity:
    """A kind of event, and how many of them in five minutes raise the alarm.

    `pattern` is a filter pattern of CloudWatch Logs over CloudTrail's events.

    Example:
        >>> WatchedActivity(
        ...     name="RootUse", meaning="root was used", pattern='{ $.userIdentity.type = "Root" }'
        ... ).threshold
        1

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    """

    name: str
    meaning: str
    pattern: str
    threshold: int = 1

    def __post_init__(self) -> None:
        if not self.name.isalnum():
            raise InvalidNameError(f"name must be letters and digits, got {self.name!r}")


def _events(source: str, *names: str) -> str:
    any_of = " || ".join(f'($.eventName = "{name}")' for name in names)
    return f'{{ ($.eventSource = "{source}.amazonaws.com") && ({any_of}) }}'


ROLE_ACTIVITY = (
    WatchedActivity(
        name="TrustPolicyChanged",
        meaning="somebody changed who may assume a role",
        pattern=_events("iam", "UpdateAssumeRolePolicy", "CreateRole", "DeleteRole"),
    ),
    WatchedActivity(
        name="IdentityProviderChanged",
        meaning="somebody changed whose sign-in roles may trust",
        pattern=_events(
            "iam",
            "AddClientIDToOpenIDConnectProvider",
            "CreateOpenIDConnectProvider",
            "CreateSAMLProvider",
            "UpdateOpenIDConnectProviderThumbprint",
            "UpdateSAMLProvider",
        ),
    ),
    WatchedActivity(
        name="TrailChanged",
        meaning="somebody changed or stopped what records role activity",
        pattern=_events(
            "cloudtrail", "DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"
        ),
    ),
    WatchedActivity(
        name="PermissionPolicyChanged",
        meaning="somebody changed what a role may do",
        pattern=_events(
            "iam",
            "AttachRolePolicy",
            "CreatePolicy",
            "CreatePolicyVersion",
            "DeletePolicy",
            "DeletePolicyVersion",
            "DeleteRolePermissionsBoundary",
            "DeleteRolePolicy",
            "DetachRolePolicy",
            "PutRolePermissionsBoundary",
            "PutRolePolicy",
            "SetDefaultPolicyVersion",
        ),
    ),
    WatchedActivity(
        name="RootUse",
        meaning="the root user of the account did something",
        pattern='{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && '
        '($.eventType != "AwsServiceEvent") }',
    ),
    WatchedActivity(
        name="SignInWithoutMfa",
        meaning="an IAM user signed in to the console without MFA",
        pattern='{ ($.eventName = "ConsoleLogin") && ($.userIdentity.type = "IAMUser") && '
        '($.additionalEventData.MFAUsed != "Yes") && '
        '($.responseElements.ConsoleLogin = "Success") }',
    ),
    WatchedActivity(
        name="ManyDeniedCalls",
        meaning="many calls were denied: somebody may be trying doors",
        pattern='{ ($.errorCode = "AccessDenied*") || ($.errorCode = "*UnauthorizedOperation") }',
        threshold=10,
    ),
)
"""What is watched in every account."""


def assumption_of(role_arn: str, *, name: str) -> WatchedActivity:
    """Every assumption of one role, such as one that another account may assume.

    Example:
        >>> assumption_of("arn:aws:iam::111122223333:role/Reader", name="ReaderAssumed").threshold
        1

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
    """
    check_arn(role_arn, service="iam", resource="role/", argument="role_arn")
    return WatchedActivity(
        name=name,
        meaning="a role of special interest was assumed",
        pattern='{ ($.eventSource = "sts.amazonaws.com") && '
        f'($.requestParameters.roleArn = "{role_arn}") }}',
    )


class RoleActivityAlarms(Construct):
    """A metric filter and an alarm for each watched activity, and a topic that tells of them.

    :param log_group: where CloudTrail writes its events, of a trail of ours or one that exists
    :param watched: what to watch, `ROLE_ACTIVITY` by default; `assumption_of` watches a role
    :param email: who is told; the address has to confirm. Nobody by default
    :param removal_policy: of the topic's key

    Example:
        >>> from aws_cdk import App, Stack, aws_logs as logs
        >>> stack = Stack(App(), "Activity")
        >>> group = logs.LogGroup.from_log_group_name(stack, "Events", "/cloudtrail/main")
        >>> alarms = RoleActivityAlarms(stack, "Alarms", log_group=group)
        >>> len(alarms.alarms)
        7

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-alarms-for-cloudtrail.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        log_group: logs.ILogGroup,
        watched: Sequence[WatchedActivity] = ROLE_ACTIVITY,
        email: str = "",
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        names = [each.name for each in watched]
        with placed(scope, construct_id):
            if len(set(names)) < len(names):
                raise InvalidNameError(f"watched must have names of their own, got {names}")
        super().__init__(scope, construct_id)
        self.topic = self._make_topic(removal_policy)
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))
        self.alarms = tuple(self._watch(log_group, each) for each in watched)

    def _make_topic(self, removal_policy: RemovalPolicy) -> sns.Topic:
        key = kms.Key(
            self,
            "Key",
            description="Encrypts what is told about role activity",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsTell",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": key.env.account}},
            )
        )
        topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        # A policy of its own takes the place of the one by which SNS admits the whole account.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsTell",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": topic.env.account}},
            )
        )
        return topic

    def _watch(self, log_group: logs.ILogGroup, activity: WatchedActivity) -> cloudwatch.Alarm:
        logs.MetricFilter(
            self,
            f"{activity.name}Filter",
            log_group=log_group,
            filter_pattern=logs.FilterPattern.literal(activity.pattern),
            metric_namespace=NAMESPACE,
            metric_name=activity.name,
            metric_value="1",
            default_value=0,
        )
        alarm = cloudwatch.Alarm(
            self,
            activity.name,
            alarm_description=f"Role activity: {activity.meaning}",
            metric=cloudwatch.Metric(
                namespace=NAMESPACE,
                metric_name=activity.name,
                statistic="Sum",
                period=Duration.minutes(5),
            ),
            threshold=activity.threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        return alarm
