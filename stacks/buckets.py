"""The app's buckets: encrypted, versioned, private, reached by TLS alone."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, aws_kms as kms, aws_s3 as s3
from constructs import Construct

from least_privilege.acknowledgements import Acknowledgement, acknowledge

_PACKS = ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")


def data_bucket(
    scope: Construct,
    construct_id: str,
    *,
    holds: str,
    removal_policy: RemovalPolicy,
    cors: Sequence[s3.CorsRule] | None = None,
) -> s3.Bucket:
    """A bucket for the app's data, with its own key (`Key`) and access logs (`AccessLogs`)."""
    key = kms.Key(
        scope,
        "Key",
        description=f"Encrypts the {holds}",
        enable_key_rotation=True,
        removal_policy=removal_policy,
    )
    bucket = s3.Bucket(
        scope,
        construct_id,
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        versioned=True,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        server_access_logs_bucket=access_log_bucket(scope, "AccessLogs", removal_policy),
        server_access_logs_prefix=f"{holds}/",
        removal_policy=removal_policy,
        cors=cors,
        lifecycle_rules=[
            s3.LifecycleRule(
                id="ForgetOldVersions",
                noncurrent_version_expiration=Duration.days(90),
                abort_incomplete_multipart_upload_after=Duration.days(7),
            )
        ],
    )
    acknowledge(bucket, *not_replicated(holds))
    return bucket


def access_log_bucket(
    scope: Construct, construct_id: str, removal_policy: RemovalPolicy
) -> s3.Bucket:
    """A bucket for S3 server access logs, kept for a year."""
    bucket = s3.Bucket(
        scope,
        construct_id,
        encryption=s3.BucketEncryption.S3_MANAGED,
        versioned=True,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=removal_policy,
        lifecycle_rules=[
            s3.LifecycleRule(
                id="ForgetOldLogs",
                expiration=Duration.days(365),
                noncurrent_version_expiration=Duration.days(30),
            )
        ],
    )
    acknowledge(bucket, *not_replicated("access logs"), *_holds_access_logs())
    return bucket


def not_replicated(what: str) -> tuple[Acknowledgement, ...]:
    """Why one region is enough for a bucket of this app."""
    return tuple(
        Acknowledgement(
            rule=f"{pack}-S3BucketReplicationEnabled",
            reason=f"Versions protect the {what} from being overwritten or deleted; losing a whole "
            "region is accepted for this app.",
        )
        for pack in _PACKS
    )


def _holds_access_logs() -> tuple[Acknowledgement, ...]:
    logs_of_logs = "This bucket holds access logs; logging the logging would never end."
    sse_s3 = "S3 delivers server access logs to buckets that are encrypted with SSE-S3 alone."
    return (
        Acknowledgement(rule="AwsSolutions-S1", reason=logs_of_logs),
        *(
            Acknowledgement(rule=f"{pack}-S3BucketLoggingEnabled", reason=logs_of_logs)
            for pack in _PACKS
        ),
        *(Acknowledgement(rule=f"{pack}-S3DefaultEncryptionKMS", reason=sse_s3) for pack in _PACKS),
    )
