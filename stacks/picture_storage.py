"""Where the app's pictures are: an encrypted, versioned bucket that only TLS reaches."""

from __future__ import annotations

from aws_cdk import (
    CfnOutput,
    Duration,
    RemovalPolicy,
    Stack,
    aws_iam as iam,
    aws_kms as kms,
    aws_s3 as s3,
)
from constructs import Construct

from least_privilege.acknowledgements import Acknowledgement, acknowledge

from .settings import Settings

ORIGINALS = "originals/"
THUMBNAILS = "thumbnails/"


class PictureStorage(Stack):
    """A bucket for pictures, its key, and the bucket of its access logs."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            env=settings.environment,
            termination_protection=settings.termination_protection,
            description="Pictures of the app: encrypted, versioned, TLS only, with access logs",
        )
        removal = RemovalPolicy.RETAIN if settings.retain_data else RemovalPolicy.DESTROY
        self.key = kms.Key(
            self,
            "Key",
            description="Encrypts the pictures",
            enable_key_rotation=True,
            removal_policy=removal,
        )
        self.access_logs = access_log_bucket(self, "AccessLogs", removal)
        self.bucket = s3.Bucket(
            self,
            "Pictures",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            versioned=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix="pictures/",
            removal_policy=removal,
            cors=_browser_uploads(settings.app_origins),
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="ForgetOldVersions",
                    noncurrent_version_expiration=Duration.days(90),
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                )
            ],
        )
        self._publish_new_pictures()
        if settings.organization_id:
            self._keep_in_organization(settings.organization_id)
        acknowledge(self.bucket, *not_replicated("pictures"))
        CfnOutput(self, "BucketName", value=self.bucket.bucket_name)

    def _publish_new_pictures(self) -> None:
        # The CDK's own way is a custom resource whose role may change the notifications of every
        # bucket. The property does the same without any role.
        cfn_bucket = self.bucket.node.default_child
        assert isinstance(cfn_bucket, s3.CfnBucket)
        cfn_bucket.add_property_override(
            "NotificationConfiguration", {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
        )

    def _keep_in_organization(self, organization_id: str) -> None:
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OnlyOurOrganization",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:*"],
                resources=[self.bucket.bucket_arn, self.bucket.arn_for_objects("*")],
                conditions={
                    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization_id},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                },
            )
        )


def access_log_bucket(scope: Construct, construct_id: str, removal: RemovalPolicy) -> s3.Bucket:
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
        removal_policy=removal,
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
        for pack in ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")
    )


def _holds_access_logs() -> tuple[Acknowledgement, ...]:
    packs = ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")
    logs_of_logs = "This bucket holds access logs; logging the logging would never end."
    sse_s3 = "S3 delivers server access logs to buckets that are encrypted with SSE-S3 alone."
    return (
        Acknowledgement(rule="AwsSolutions-S1", reason=logs_of_logs),
        *(
            Acknowledgement(rule=f"{pack}-S3BucketLoggingEnabled", reason=logs_of_logs)
            for pack in packs
        ),
        *(Acknowledgement(rule=f"{pack}-S3DefaultEncryptionKMS", reason=sse_s3) for pack in packs),
    )


def _browser_uploads(origins: tuple[str, ...]) -> list[s3.CorsRule] | None:
    if not origins:
        return None
    return [
        s3.CorsRule(
            allowed_origins=list(origins),
            allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.PUT, s3.HttpMethods.POST],
            allowed_headers=["*"],
            exposed_headers=["ETag"],
            max_age=3000,
        )
    ]
