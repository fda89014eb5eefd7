"""A CloudTrail trail that can be believed: all regions, validated, encrypted.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from aws_cdk import (
    RemovalPolicy,
    Stack,
    aws_cloudtrail as cloudtrail,
    aws_iam as iam,
    aws_kms as kms,
    aws_logs as logs,
    aws_s3 as s3,
)
from constructs import Construct

from .._edge import placed
from ..boundary import RoleBoundary
from ..errors import InvalidNameError
from ..permissions import LogsWrite
from ..roles import PolicyType, ServiceRole
from ..roles.plan import plan_role
from ..trust import AwsService

_NAME = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")


class ActivityTrail(Construct):
    """A trail of every management event of the account, in a bucket and a log group.

    It covers all regions and global services such as IAM and STS; its log files are encrypted and
    carry digests, so that a changed or missing one shows (`aws cloudtrail validate-logs`).

    :param trail_name: 3 to 128 characters; fixed, as the bucket's policy names the trail
    :param removal_policy: of the bucket, key and log group
    :param access_logs: a bucket for the server access logs of the trail's bucket
    :param boundary: of the role by which CloudTrail writes to the log group
    :param policy_type: of that role
    :param tags: of that role

    :raises InvalidNameError: for a name that CloudTrail refuses

    Example:
        >>> from aws_cdk import App, Stack
        >>> trail = ActivityTrail(Stack(App(), "Activity"), "Trail", trail_name="role-activity")

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trail_name: str,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        access_logs: s3.IBucket | None = None,
        boundary: RoleBoundary | iam.IManagedPolicy | str | None = None,
        policy_type: PolicyType = PolicyType.INLINE,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        with placed(scope, construct_id):
            _check_trail_name(trail_name)
            plan_role(
                scope,
                trusted_by=[AwsService(principal="cloudtrail.amazonaws.com")],
                boundary=boundary,
                tags=tags,
                policy_type=policy_type,
            )
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        self._trail_arn = stack.format_arn(
            service="cloudtrail", resource="trail", resource_name=trail_name
        )
        self._log_group_name = f"/cloudtrail/{trail_name}"
        key = self._make_key(stack, removal_policy)
        self.bucket = self._make_bucket(stack, key, removal_policy, access_logs)
        self.log_group = logs.LogGroup(
            self,
            "Events",
            log_group_name=self._log_group_name,
            encryption_key=key,
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=removal_policy,
        )
        role = ServiceRole(
            self,
            "LogsRole",
            # CloudTrail sends neither aws:SourceAccount nor aws:SourceArn when it assumes it.
            service="cloudtrail.amazonaws.com",
            description="CloudTrail writes its events to one log group",
            permissions=[LogsWrite.of(self.log_group)],
            boundary=boundary,
            policy_type=policy_type,
            tags=tags,
        )
        self.trail = cloudtrail.CfnTrail(
            self,
            "Resource",
            trail_name=trail_name,
            is_logging=True,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            kms_key_id=key.key_arn,
            s3_bucket_name=self.bucket.bucket_name,
            cloud_watch_logs_log_group_arn=self.log_group.log_group_arn,
            cloud_watch_logs_role_arn=role.role_arn,
        )
        assert self.bucket.policy is not None
        self.trail.node.add_dependency(self.bucket.policy, role)

    def _make_key(self, stack: Stack, removal_policy: RemovalPolicy) -> kms.Key:
        key = kms.Key(
            self,
            "Key",
            description="Encrypts the events of CloudTrail",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="CloudTrailEncrypts",
                principals=[iam.ServicePrincipal("cloudtrail.amazonaws.com")],
                actions=["kms:GenerateDataKey*", "kms:DescribeKey"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceArn": self._trail_arn}},
            )
        )
        log_group_arn = (
            f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:"
            f"log-group:{self._log_group_name}"
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LogsEncrypts",
                principals=[iam.ServicePrincipal(f"logs.{stack.region}.{stack.url_suffix}")],
                actions=["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions={"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": log_group_arn}},
            )
        )
        return key

    def _make_bucket(
        self,
        stack: Stack,
        key: kms.Key,
        removal_policy: RemovalPolicy,
        access_logs: s3.IBucket | None,
    ) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Logs",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            versioned=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="trail/" if access_logs else None,
            removal_policy=removal_policy,
        )
        trail = iam.ServicePrincipal("cloudtrail.amazonaws.com")
        only_this_trail = {"aws:SourceArn": self._trail_arn}
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="CloudTrailLooks",
                principals=[trail],
                actions=["s3:GetBucketAcl"],
                resources=[bucket.bucket_arn],
                conditions={"StringEquals": only_this_trail},
            )
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="CloudTrailWrites",
                principals=[trail],
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects(f"AWSLogs/{stack.account}/*")],
                conditions={
                    "StringEquals": only_this_trail | {"s3:x-amz-acl": "bucket-owner-full-control"}
                },
            )
        )
        return bucket


def _check_trail_name(name: str) -> None:
    if not 3 <= len(name) <= 128 or not _NAME.fullmatch(name):
        raise InvalidNameError(
            "trail_name must be 3 to 128 letters or digits, with single . _ or - between them, "
            f"got {name!r}"
        )
