"""People look into the pictures, after they used their MFA device."""

from __future__ import annotations

from aws_cdk import aws_s3 as s3
from constructs import Construct

from least_privilege.permissions import S3List, S3Read
from least_privilege.roles import MfaRole

from .app_stack import AppStack
from .settings import Settings


class OperatorAccess(AppStack):
    """The role of operators, who are IAM users of the account; its outputs are what they need."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, pictures: s3.IBucket
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            description="Operators read pictures for an hour after MFA",
        )
        self.role = MfaRole(
            self,
            "Operator",
            role_name="PictureOperator",
            description="Operators read pictures, after MFA",
            user_names=settings.operators,
            permissions=[S3List.of(pictures), S3Read.of(pictures)],
            policy_type=settings.policy_type,
        )
