"""An audit firm's program, in its own account, reads reports of ours: both sides of it."""

from __future__ import annotations

from aws_cdk import CfnOutput
from constructs import Construct

from least_privilege.permissions import S3List, S3Read
from least_privilege.roles import CrossAccountAccess, CrossAccountRole, ServiceRole
from least_privilege.trust import AwsRoles

from .app_stack import AppStack
from .buckets import data_bucket
from .settings import Settings

PROGRAM_ROLE = "AuditProgram"
REPORTS = "reports/"


def report_reading(settings: Settings) -> CrossAccountAccess:
    """Who may read reports, for both sides; two apps could share it as well as two stacks."""
    return CrossAccountAccess(
        account_id=settings.account,
        role_name="ReportReader",
        trusted_by=[
            AwsRoles(
                account_id=settings.audit_account,
                role_names=(PROGRAM_ROLE,),
                external_ids=(settings.audit_external_id,),
            )
        ],
    )


class ReportAccess(AppStack):
    """The trusting side: the reports, and the role by which the program reads them."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            description="Reports that the audit account may read, with an external ID",
        )
        self.bucket = data_bucket(
            self, "Reports", holds="reports", removal_policy=self.removal_policy
        )
        self.role = CrossAccountRole.of(
            self,
            "ReportReader",
            access=report_reading(settings),
            description="The audit firm's program reads the reports",
            permissions=[S3List.of(self.bucket, REPORTS), S3Read.of(self.bucket, REPORTS)],
            policy_type=settings.policy_type,
        )
        CfnOutput(self, "BucketName", value=self.bucket.bucket_name)
        CfnOutput(self, "RoleArn", value=self.role.role_arn)


class AuditProgram(AppStack):
    """The trusted side, in the audit account: the program's role, which may assume the other."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            environment=settings.audit_environment,
            description="The audit firm's program, which assumes the report reader",
        )
        self.role = ServiceRole(
            self,
            "Program",
            role_name=PROGRAM_ROLE,
            service="ecs-tasks.amazonaws.com",
            description="The audit firm's program; it reads reports of another account",
            permissions=[report_reading(settings).caller_permission()],
            policy_type=settings.policy_type,
        )
        CfnOutput(self, "RoleArn", value=self.role.role_arn)
