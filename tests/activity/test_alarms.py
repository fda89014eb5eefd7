"""An alarm for each watched activity, and somebody whom it tells."""

from __future__ import annotations

import re

import pytest
from aws_cdk import RemovalPolicy, Stack, assertions, aws_logs as logs

from least_privilege.activity import (
    ROLE_ACTIVITY,
    RoleActivityAlarms,
    WatchedActivity,
    assumption_of,
)
from least_privilege.errors import InvalidNameError
from tests.conftest import ACCOUNT, only, resources

ALARM = "AWS::CloudWatch::Alarm"
READER = "arn:aws:iam::111122223333:role/Reader"


def group(stack: Stack) -> logs.ILogGroup:
    return logs.LogGroup.from_log_group_name(stack, "Events", "/cloudtrail/main")


def test_every_watched_activity_has_a_filter_and_an_alarm_that_tells(stack: Stack) -> None:
    watched = [*ROLE_ACTIVITY, assumption_of(READER, name="ReaderAssumed")]
    made = RoleActivityAlarms(stack, "Alarms", log_group=group(stack), watched=watched)
    assert len(made.alarms) == len(watched)
    filters = {
        each["MetricTransformations"][0]["MetricName"]: each
        for each in resources(stack, "AWS::Logs::MetricFilter").values()
    }
    alarms = {each["MetricName"]: each for each in resources(stack, ALARM).values()}
    ((topic_id, _),) = resources(stack, "AWS::SNS::Topic").items()
    for activity in watched:
        assert filters[activity.name]["FilterPattern"] == activity.pattern
        assert filters[activity.name]["LogGroupName"] == "/cloudtrail/main"
        alarm = alarms[activity.name]
        transformation = filters[activity.name]["MetricTransformations"][0]
        assert alarm["Namespace"] == transformation["MetricNamespace"]
        assert alarm["Threshold"] == activity.threshold
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert (alarm["Statistic"], alarm["Period"]) == ("Sum", 300)
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["AlarmActions"] == [f"${{{topic_id}}}"]
        assert activity.meaning in alarm["AlarmDescription"]


def test_alarms_may_use_the_key_of_the_topic_for_this_account_alone(stack: Stack) -> None:
    RoleActivityAlarms(stack, "Alarms", log_group=group(stack))
    ((key_id, key),) = resources(stack, "AWS::KMS::Key").items()
    assert only(stack, "AWS::SNS::Topic")["KmsMasterKeyId"] == f"${{{key_id}.Arn}}"
    assert key["KeyPolicy"]["Statement"][-1] == {
        "Sid": "AlarmsTell",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }


def test_alarms_may_publish_to_the_topic(stack: Stack) -> None:
    """A topic policy replaces SNS's own, which lets the account publish: one that only denies
    plain HTTP leaves nobody who may tell.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    RoleActivityAlarms(stack, "Alarms", log_group=group(stack))
    allowed = [
        statement
        for statement in only(stack, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert any(
        statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        and statement["Action"].lower() == "sns:publish"
        and ACCOUNT in str(statement["Condition"])
        for statement in allowed
    )


def test_plain_http_is_denied(stack: Stack) -> None:
    RoleActivityAlarms(stack, "Alarms", log_group=group(stack))
    document = only(stack, "AWS::SNS::TopicPolicy")["PolicyDocument"]
    denied = [each for each in document["Statement"] if each["Effect"] == "Deny"]
    assert [each["Condition"] for each in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]


@pytest.mark.parametrize("email", ["", "security@example.com"])
def test_somebody_is_told_by_mail_if_named(stack: Stack, email: str) -> None:
    RoleActivityAlarms(stack, "Alarms", log_group=group(stack), email=email)
    told = [each["Endpoint"] for each in resources(stack, "AWS::SNS::Subscription").values()]
    assert told == ([email] if email else [])


def test_the_key_goes_with_the_alarms_where_that_is_wanted(stack: Stack) -> None:
    RoleActivityAlarms(
        stack, "Alarms", log_group=group(stack), removal_policy=RemovalPolicy.DESTROY
    )
    (key,) = assertions.Template.from_stack(stack).find_resources("AWS::KMS::Key").values()
    assert key["DeletionPolicy"] == "Delete"


def test_changes_of_trust_and_of_permissions_are_watched() -> None:
    patterns = {activity.name: activity.pattern for activity in ROLE_ACTIVITY}
    for name, events in {
        "TrustPolicyChanged": ["UpdateAssumeRolePolicy"],
        "PermissionPolicyChanged": [
            "AttachRolePolicy",
            "PutRolePolicy",
            "CreatePolicyVersion",
            "SetDefaultPolicyVersion",
            "PutRolePermissionsBoundary",
            "DeleteRolePermissionsBoundary",
        ],
    }.items():
        for event in events:
            assert f'($.eventName = "{event}")' in patterns[name]


def test_the_assumption_of_a_role_is_watched_by_its_arn() -> None:
    watched = assumption_of(READER, name="ReaderAssumed")
    assert f'($.requestParameters.roleArn = "{READER}")' in watched.pattern
    assert '"sts.amazonaws.com"' in watched.pattern


@pytest.mark.parametrize("activity", ROLE_ACTIVITY, ids=lambda activity: activity.name)
def test_a_pattern_is_well_formed(activity: WatchedActivity) -> None:
    assert re.fullmatch(r"\{ .* \}", activity.pattern)
    assert activity.pattern.count("(") == activity.pattern.count(")")
    assert activity.pattern.count('"') % 2 == 0
    assert len(activity.pattern) <= 1_024


def test_two_watched_activities_of_one_name_are_refused(stack: Stack) -> None:
    twice = [assumption_of(READER, name="Assumed"), assumption_of(READER, name="Assumed")]
    events = group(stack)
    before = len(stack.node.children)
    with pytest.raises(InvalidNameError, match=r"^Stack/Alarms: watched must have names of their"):
        RoleActivityAlarms(stack, "Alarms", log_group=events, watched=twice)
    assert len(stack.node.children) == before


@pytest.mark.parametrize("name", ["", "a b", "a-b"])
def test_a_name_that_is_no_metric_and_construct_id_is_refused(name: str) -> None:
    with pytest.raises(InvalidNameError, match="name must be letters and digits"):
        WatchedActivity(name=name, meaning="something", pattern="{ $.a = 1 }")
