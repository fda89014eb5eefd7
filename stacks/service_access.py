"""A Lambda function that makes thumbnails of new pictures, and may do nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from aws_cdk import (
    CfnOutput,
    Duration,
    aws_events as events,
    aws_events_targets as targets,
    aws_lambda as lambda_,
    aws_s3 as s3,
)
from constructs import Construct

from least_privilege.acknowledgements import Acknowledgement, acknowledge
from least_privilege.permissions import LogsWrite, S3Read, S3Write
from least_privilege.roles import ServiceRole

from .app_stack import AppStack
from .bundling import bundled_code
from .logs import encrypted_log_group
from .picture_storage import ORIGINALS, THUMBNAILS
from .settings import Settings

THUMBNAIL_FUNCTION = Path(__file__).parent / "thumbnails"


class ServiceAccess(AppStack):
    """The function, its role, and the rule that calls it for every new original."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, pictures: s3.IBucket
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            description="Thumbnails: a function that reads originals and writes thumbnails",
        )
        log_group = encrypted_log_group(
            self,
            "Thumbnails",
            self.removal_policy,
        )
        self.role = ServiceRole(
            self,
            "ThumbnailRole",
            service="lambda.amazonaws.com",
            description="Reads originals, writes thumbnails, and logs",
            permissions=[
                S3Read.of(pictures, ORIGINALS),
                replace(S3Write.of(pictures, THUMBNAILS), multipart=False),
                LogsWrite.of(log_group),
            ],
            policy_type=settings.policy_type,
        )
        runtime, architecture = lambda_.Runtime.PYTHON_3_14, lambda_.Architecture.X86_64
        self.function = lambda_.Function(
            self,
            "ThumbnailFunction",
            description="Makes a thumbnail of every new picture",
            runtime=runtime,
            architecture=architecture,
            handler="handler.handler",
            code=bundled_code(THUMBNAIL_FUNCTION, runtime=runtime, architecture=architecture),
            role=self.role.role,
            log_group=log_group,
            environment={"PICTURE_BUCKET": pictures.bucket_name},
            memory_size=1024,
            timeout=Duration.seconds(60),
            retry_attempts=2,
        )
        acknowledge(self.function, *_small_function())
        events.Rule(
            self,
            "NewOriginal",
            description="A new picture calls the function that makes its thumbnail",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [pictures.bucket_name]},
                    "object": {"key": [{"prefix": ORIGINALS}]},
                },
            ),
            targets=[targets.LambdaFunction(self.function)],
        )
        CfnOutput(self, "FunctionName", value=self.function.function_name)
        CfnOutput(self, "RoleArn", value=self.role.role_arn)


def _small_function() -> tuple[Acknowledgement, ...]:
    reasons = {
        "LambdaConcurrency": "A reserve would take from the concurrency that the account's other "
        "functions share; events that find none free are tried again for hours.",
        "LambdaDLQ": "A failed thumbnail is logged, counted by Lambda's own metric, and made again "
        "when its picture is uploaded again; no event is worth keeping.",
        "LambdaInsideVPC": "The function calls S3 and KMS alone, whose access its role decides; "
        "nothing that it needs is inside a VPC.",
    }
    return tuple(
        Acknowledgement(rule=f"{pack}-{rule}", reason=reason)
        for rule, reason in reasons.items()
        for pack in ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")
    )
