"""Users of the app upload their pictures with temporary credentials of their own."""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration, aws_cognito as cognito, aws_s3 as s3
from constructs import Construct

from least_privilege.identity_pool import (
    HardenedUserPoolClient,
    IdentityPoolRoles,
    UserPoolClient,
    own_prefix,
)
from least_privilege.permissions import S3Read, S3Write

from .app_stack import AppStack
from .picture_storage import ORIGINALS
from .settings import Settings


class UserAccess(AppStack):
    """A user pool to sign in to, and an identity pool that turns a sign-in into credentials."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, pictures: s3.IBucket
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            description="Signed-in users upload and read pictures under their own prefix alone",
        )
        self.user_pool = cognito.UserPool(
            self,
            "Users",
            sign_in_aliases=cognito.SignInAliases(email=True),
            self_sign_up_enabled=False,
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=14,
                require_digits=True,
                require_lowercase=True,
                require_symbols=True,
                require_uppercase=True,
                temp_password_validity=Duration.days(1),
            ),
            feature_plan=cognito.FeaturePlan.PLUS,
            standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION,
            deletion_protection=settings.termination_protection,
            removal_policy=self.removal_policy,
        )
        # Sign-in with SRP alone: no password leaves the browser, no implicit grant, no hosted page.
        self.client = HardenedUserPoolClient(self.user_pool, "App", user_pool=self.user_pool)
        own_pictures = f"{ORIGINALS}{own_prefix(self)}"
        self.identity_pool = IdentityPoolRoles(
            self,
            "Identities",
            # Short, as identity pools of AWS GovCloud (US-East) need it.
            role_name="PictureUsers",
            user_pool_clients=[UserPoolClient.of(self.user_pool, self.client)],
            authenticated_permissions=[
                S3Write.of(pictures, own_pictures),
                S3Read.of(pictures, own_pictures),
            ],
            policy_type=settings.policy_type,
        )
        CfnOutput(self, "UserPoolId", value=self.user_pool.user_pool_id)
        CfnOutput(self, "UserPoolClientId", value=self.client.user_pool_client_id)
        CfnOutput(self, "IdentityPoolId", value=self.identity_pool.identity_pool_id)
