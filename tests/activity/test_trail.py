"""A trail that can be believed, and that nobody but CloudTrail writes to."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import RemovalPolicy, Stack, assertions, aws_s3 as s3

from least_privilege.activity import ActivityTrail
from least_privilege.errors import InvalidInputError, InvalidNameError
from least_privilege.roles import PolicyType
from tests.conftest import ACCOUNT, REGION, only, resources

TRAIL_ARN = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/role-activity"
LOG_GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/cloudtrail/role-activity"


def statements(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["Sid"]: each for each in document["Statement"] if "Sid" in each}


def test_the_trail_records_every_region_and_shows_what_was_changed(stack: Stack) -> None:
    ActivityTrail(stack, "Trail", trail_name="role-activity")
    trail = only(stack, "AWS::CloudTrail::Trail")
    wanted = {
        "TrailName": "role-activity",
        "IsLogging": True,
        "IsMultiRegionTrail": True,
        "IncludeGlobalServiceEvents": True,
        "EnableLogFileValidation": True,
    }
    assert {name: trail[name] for name in wanted} == wanted
    ((key_id, key),) = resources(stack, "AWS::KMS::Key").items()
    ((group_id, group),) = resources(stack, "AWS::Logs::LogGroup").items()
    ((role_id, _),) = resources(stack, "AWS::IAM::Role").items()
    assert trail["KMSKeyId"] == f"${{{key_id}.Arn}}"
    assert key["EnableKeyRotation"] is True
    assert trail["CloudWatchLogsLogGroupArn"] == f"${{{group_id}.Arn}}"
    assert trail["CloudWatchLogsRoleArn"] == f"${{{role_id}.Arn}}"
    assert group == {
        "KmsKeyId": f"${{{key_id}.Arn}}",
        "LogGroupName": "/cloudtrail/role-activity",
        "RetentionInDays": 365,
    }


def test_the_role_writes_to_the_one_log_group_and_is_trusted_without_conditions(
    stack: Stack,
) -> None:
    """CloudTrail sends neither `aws:SourceAccount` nor `aws:SourceArn` when it assumes a role."""
    ActivityTrail(
        stack, "Trail", trail_name="role-activity", boundary="Ceiling", tags={"team": "a"}
    )
    role = only(stack, "AWS::IAM::Role")
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
    ((group_id, _),) = resources(stack, "AWS::Logs::LogGroup").items()
    assert role["Policies"][0]["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": (
                f"arn:${{AWS::Partition}}:logs:{REGION}:{ACCOUNT}:"
                f"log-group:${{{group_id}}}:log-stream:*"
            ),
        }
    ]
    assert role["PermissionsBoundary"].endswith(":policy/Ceiling")
    assert role["Tags"] == [{"Key": "team", "Value": "a"}]


def test_the_key_is_for_this_trail_and_its_log_group_alone(stack: Stack) -> None:
    ActivityTrail(stack, "Trail", trail_name="role-activity")
    policy = statements(only(stack, "AWS::KMS::Key")["KeyPolicy"])
    assert policy["CloudTrailEncrypts"]["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert policy["CloudTrailEncrypts"]["Condition"] == {
        "StringEquals": {"aws:SourceArn": TRAIL_ARN}
    }
    assert policy["LogsEncrypts"]["Principal"] == {"Service": f"logs.{REGION}.${{AWS::URLSuffix}}"}
    assert policy["LogsEncrypts"]["Condition"] == {
        "ArnEquals": {"kms:EncryptionContext:aws:logs:arn": LOG_GROUP_ARN}
    }


def test_the_bucket_is_for_this_trail_over_tls_and_for_nobody_else(stack: Stack) -> None:
    ActivityTrail(stack, "Trail", trail_name="role-activity")
    document = only(stack, "AWS::S3::BucketPolicy")["PolicyDocument"]
    allowed = [each for each in document["Statement"] if each["Effect"] == "Allow"]
    assert [each["Sid"] for each in allowed] == ["CloudTrailLooks", "CloudTrailWrites"]
    for each in allowed:
        assert each["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
        assert each["Condition"]["StringEquals"]["aws:SourceArn"] == TRAIL_ARN
    assert allowed[1]["Resource"].endswith(f"/AWSLogs/{ACCOUNT}/*")
    assert any("aws:SecureTransport" in str(each) for each in document["Statement"])
    bucket = only(stack, "AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"


def test_the_trail_waits_for_what_it_needs(stack: Stack) -> None:
    ActivityTrail(
        stack, "Trail", trail_name="role-activity", policy_type=PolicyType.CUSTOMER_MANAGED
    )
    template = assertions.Template.from_stack(stack)
    (trail,) = template.find_resources("AWS::CloudTrail::Trail").values()
    for needed in ("AWS::S3::BucketPolicy", "AWS::IAM::Role", "AWS::IAM::ManagedPolicy"):
        assert set(template.find_resources(needed)) <= set(trail["DependsOn"])


@pytest.mark.parametrize("removal", [RemovalPolicy.RETAIN, RemovalPolicy.DESTROY])
def test_what_holds_data_is_kept_unless_said_otherwise(
    stack: Stack, removal: RemovalPolicy
) -> None:
    given: dict[str, Any] = {} if removal is RemovalPolicy.RETAIN else {"removal_policy": removal}
    ActivityTrail(stack, "Trail", trail_name="role-activity", **given)
    template = assertions.Template.from_stack(stack)
    wanted = {RemovalPolicy.RETAIN: "Retain", RemovalPolicy.DESTROY: "Delete"}[removal]
    for kind in ("AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Logs::LogGroup"):
        (resource,) = template.find_resources(kind).values()
        assert resource["DeletionPolicy"] == wanted


def test_access_to_the_bucket_is_logged_where_a_bucket_for_it_is_given(stack: Stack) -> None:
    access_logs = s3.Bucket(stack, "AccessLogs")
    ActivityTrail(stack, "Trail", trail_name="role-activity", access_logs=access_logs)
    (logged,) = [
        bucket["LoggingConfiguration"]
        for bucket in resources(stack, "AWS::S3::Bucket").values()
        if "LoggingConfiguration" in bucket
    ]
    assert logged["LogFilePrefix"] == "trail/"


@pytest.mark.parametrize("name", ["", "ab", "x" * 129, "a b", "a/b", "a@b", "-abc", "abc-", "a..b"])
def test_a_name_that_cloudtrail_refuses_is_refused(stack: Stack, name: str) -> None:
    """3 to 128 letters, digits, `.`, `_` or `-`; a letter or digit at both ends; no two in a row.

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
    """
    with pytest.raises(InvalidNameError, match=r"^Stack/Trail: trail_name must be"):
        ActivityTrail(stack, "Trail", trail_name=name)
    assert not stack.node.children


@pytest.mark.parametrize("arguments", [{"boundary": "a b"}, {"tags": {"aws:a": ""}}])
def test_nothing_is_left_of_a_trail_that_is_refused(
    stack: Stack, arguments: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInputError):
        ActivityTrail(stack, "Trail", trail_name="role-activity", **arguments)
    assert not stack.node.children
