"""What roles do is recorded, and what matters raises an alarm."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import (
    CfnOutput,
    aws_accessanalyzer as accessanalyzer,
    aws_logs as logs,
)
from constructs import Construct

from least_privilege.acknowledgements import acknowledge
from least_privilege.activity import (
    ROLE_ACTIVITY,
    ActivityTrail,
    RoleActivityAlarms,
    assumption_of,
)

from .app_stack import AppStack
from .buckets import access_log_bucket, not_replicated
from .settings import Settings


class RoleActivity(AppStack):
    """A trail, alarms on its events, and an analyzer that finds roles open to outsiders.

    `watched_roles` are the ARNs of roles whose every assumption raises an alarm, by a name each.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        watched_roles: Mapping[str, str],
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            description="CloudTrail, alarms on role activity, and IAM Access Analyzer",
        )
        log_group = self._log_group(settings)
        alarms = RoleActivityAlarms(
            self,
            "Alarms",
            log_group=log_group,
            watched=[
                *ROLE_ACTIVITY,
                *(assumption_of(arn, name=f"{name}Assumed") for name, arn in watched_roles.items()),
            ],
            email=settings.alarm_email,
            removal_policy=self.removal_policy,
        )
        if not settings.existing_analyzer:
            accessanalyzer.CfnAnalyzer(self, "Analyzer", type="ACCOUNT")
        CfnOutput(self, "TopicArn", value=alarms.topic.topic_arn)
        CfnOutput(self, "LogGroupName", value=log_group.log_group_name)

    def _log_group(self, settings: Settings) -> logs.ILogGroup:
        if settings.existing_trail_log_group:
            return logs.LogGroup.from_log_group_name(
                self, "Events", settings.existing_trail_log_group
            )
        trail = ActivityTrail(
            self,
            "Trail",
            trail_name="role-activity",
            removal_policy=self.removal_policy,
            access_logs=access_log_bucket(self, "AccessLogs", self.removal_policy),
            policy_type=settings.policy_type,
        )
        acknowledge(trail.bucket, *not_replicated("events"))
        return trail.log_group
