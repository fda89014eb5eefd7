"""Log groups, encrypted with a key of their own."""

from __future__ import annotations

from aws_cdk import (
    ArnFormat,
    RemovalPolicy,
    Stack,
    aws_iam as iam,
    aws_kms as kms,
    aws_logs as logs,
)
from constructs import Construct


def encrypted_log_group(
    scope: Construct, construct_id: str, removal: RemovalPolicy, *, log_group_name: str = ""
) -> logs.LogGroup:
    """A log group of a year, and the key that only CloudWatch Logs may use, for it alone.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    stack = Stack.of(scope)
    # The key's policy names the log group, which needs the key: so the name is given.
    name = log_group_name or f"/{stack.stack_name}/{construct_id}"
    key = kms.Key(
        scope,
        f"{construct_id}Key",
        description=f"Encrypts the log group {name}",
        enable_key_rotation=True,
        removal_policy=removal,
    )
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(f"logs.{stack.region}.{stack.url_suffix}")],
            actions=["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"],
            resources=["*"],
            conditions={
                "ArnEquals": {
                    "kms:EncryptionContext:aws:logs:arn": stack.format_arn(
                        service="logs",
                        resource="log-group",
                        resource_name=name,
                        arn_format=ArnFormat.COLON_RESOURCE_NAME,
                    )
                }
            },
        )
    )
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        encryption_key=key,
        retention=logs.RetentionDays.ONE_YEAR,
        removal_policy=removal,
    )
