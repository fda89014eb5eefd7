"""An audit firm's program, in its own account, reads reports of ours: both sides of it."""

from __future__ import annotations

from aws_cdk import CfnOutput, RemovalPolicy, Stack, aws_kms as kms, aws_s3 as s3
from constructs import Construct

from least_privilege.acknowledgements import acknowledge
from least_privilege.permissions import AssumeRole, S3List, S3Read
from least_privilege.roles import CrossAccountRole, ServiceRole
from least_privilege.trust import AwsRoles

from .picture_storage import access_log_bucket, not_replicated
from .settings import Settings

PROGRAM_ROLE = "AuditProgram"
REPORTS = "reports/"


class ReportAccess(Stack):
    """The trusting side: the reports, and the role by which the program reads them."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            env=settings.environment,
            termination_protection=settings.termination_protection,
            description="Reports that the audit account may read, with an external ID",
        )
        removal = RemovalPolicy.RETAIN if settings.retain_data else RemovalPolicy.DESTROY
        self.bucket = s3.Bucket(
            self,
            "Reports",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=kms.Key(
                self,
                "Key",
                description="Encrypts the reports",
                enable_key_rotation=True,
                removal_policy=removal,
            ),
            bucket_key_enabled=True,
            versioned=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            server_access_logs_bucket=access_log_bucket(self, "AccessLogs", removal),
            server_access_logs_prefix="reports/",
            removal_policy=removal,
        )
        acknowledge(self.bucket, *not_replicated("reports"))
        self.role = CrossAccountRole(
            self,
            "ReportReader",
            role_name="ReportReader",
            description="The audit firm's program reads the reports",
            trusted_by=[
                AwsRoles(
                    account_id=settings.audit_account,
                    role_names=(PROGRAM_ROLE,),
                    external_ids=(settings.audit_external_id,),
                )
            ],
            permissions=[S3List.of(self.bucket, REPORTS), S3Read.of(self.bucket, REPORTS)],
            policy_type=settings.policy_type,
            boundary=settings.boundary or None,
        )
        CfnOutput(self, "BucketName", value=self.bucket.bucket_name)
        CfnOutput(self, "RoleArn", value=self.role.role_arn)


class AuditProgram(Stack):
    """The trusted side, in the audit account: the program's role, which may assume the other."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        report_reader: AssumeRole,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=settings.audit_environment,
            termination_protection=settings.termination_protection,
            description="The audit firm's program, which assumes the report reader",
        )
        self.role = ServiceRole(
            self,
            "Program",
            role_name=PROGRAM_ROLE,
            service="ecs-tasks.amazonaws.com",
            description="The audit firm's program; it reads reports of another account",
            permissions=[report_reader],
            policy_type=settings.policy_type,
        )
        CfnOutput(self, "RoleArn", value=self.role.role_arn)
