"""Where the app's pictures are."""

from __future__ import annotations

from aws_cdk import CfnOutput, aws_iam as iam, aws_s3 as s3
from constructs import Construct

from .app_stack import AppStack
from .buckets import data_bucket
from .settings import Settings

ORIGINALS = "originals/"
THUMBNAILS = "thumbnails/"


class PictureStorage(AppStack):
    """A bucket for pictures, its key, and the bucket of its access logs."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            description="Pictures of the app: encrypted, versioned, TLS only, with access logs",
        )
        self.bucket = data_bucket(
            self,
            "Pictures",
            holds="pictures",
            removal_policy=self.removal_policy,
            cors=_browser_uploads(settings.app_origins),
        )
        self._publish_new_pictures()
        if settings.organization_id:
            self._keep_in_organization(settings.organization_id)
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
