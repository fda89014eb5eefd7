"""A workflow of GitHub Actions deploys this app, without keys that somebody has to keep."""

from __future__ import annotations

from aws_cdk import CfnOutput, aws_iam as iam
from constructs import Construct

from least_privilege.permissions import AssumeRole
from least_privilege.policy import role_arn
from least_privilege.roles import TrustedRole

from .app_stack import AppStack
from .settings import Settings

ISSUER = "https://token.actions.githubusercontent.com"
BOOTSTRAP_ROLES = ("deploy", "file-publishing", "lookup")
"""What `cdk bootstrap` makes, and `cdk deploy` assumes."""


class PipelineAccess(AppStack):
    """The issuer of GitHub's tokens, and the role that jobs of one environment assume."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            description="A workflow of GitHub Actions deploys this app",
        )
        if not settings.existing_github_provider:
            iam.OidcProviderNative(
                self,
                "GitHub",
                url=ISSUER,
                client_ids=["sts.amazonaws.com"],
                removal_policy=self.removal_policy,
            )
        qualifier = self.synthesizer.bootstrap_qualifier or "hnb659fds"
        self.role = TrustedRole(
            self,
            "Deployer",
            role_name="PictureDeployer",
            description="Jobs of one environment of one repository run cdk deploy",
            trusted_by=[settings.pipeline()],
            permissions=[
                AssumeRole(
                    role_arn=role_arn(
                        role_name=f"cdk-{qualifier}-{each}-role-{account}-{self.region}",
                        account=account,
                    )
                )
                # The audit account has to trust this one when it is bootstrapped (--trust).
                for account in (settings.account, settings.audit_account)
                for each in BOOTSTRAP_ROLES
            ],
            policy_type=settings.policy_type,
        )
        CfnOutput(self, "RoleArn", value=self.role.role_arn)
