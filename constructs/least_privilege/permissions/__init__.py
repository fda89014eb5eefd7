"""What a role may do: values, a module a service. Pure Python."""

from ..policy.service_reference import AccessLevel
from .access_to import AccessTo, access_to
from .api_gateway import ApiGatewayInvoke
from .appconfig import AppConfigRead
from .athena import AthenaQuery
from .base import ActionsOn, Permission
from .bedrock import BedrockInvoke, BedrockInvokeProfile
from .cloudwatch import MetricsRead, MetricsWrite
from .dynamodb import (
    DynamoDbDelete,
    DynamoDbRead,
    DynamoDbReadStream,
    DynamoDbWrite,
    DynamoDbWriteBatches,
)
from .ecr import EcrPull, EcrPush
from .ecs import EcsExec
from .efs import EfsMount, EfsRootAccess, EfsWrite
from .event_bridge import EventBridgePut
from .firehose import FirehosePut
from .glue import GlueRead
from .kinesis import KinesisRead, KinesisSubscribe, KinesisWrite
from .kms import (
    KmsDecrypt,
    KmsEncrypt,
    KmsGenerateDataKey,
    KmsGetPublicKey,
    KmsSign,
    KmsVerify,
    SigningAlgorithm,
)
from .lambda_functions import LambdaInvoke
from .logs import CloudWatchAgent, LogsQuery, LogsRead, LogsWrite
from .parameter_store import ParameterRead, ParametersByPath
from .pass_role import PassRole
from .perimeter import (
    FromOwnVpc,
    FromVpc,
    FromVpcEndpoint,
    Perimeter,
    SameAccount,
    SameOrganization,
    Tls,
)
from .rds import RdsConnect
from .revocation import REVOCATION_POLICY_NAME, session_revocation
from .s3 import S3Delete, S3List, S3ListAllBuckets, S3ListUploads, S3Read, S3Write
from .secrets_manager import SecretRead
from .session_manager import SessionManagerCore
from .sns import SnsPublish, SnsSubscribe
from .sqs import SqsReceive, SqsSend
from .step_functions import StepFunctionsStart, StepFunctionsWatch
from .sts import AssumeRole
from .xray import XRayWrite

__all__ = [
    "REVOCATION_POLICY_NAME",
    "AccessLevel",
    "AccessTo",
    "ActionsOn",
    "ApiGatewayInvoke",
    "AppConfigRead",
    "AssumeRole",
    "AthenaQuery",
    "BedrockInvoke",
    "BedrockInvokeProfile",
    "CloudWatchAgent",
    "DynamoDbDelete",
    "DynamoDbRead",
    "DynamoDbReadStream",
    "DynamoDbWrite",
    "DynamoDbWriteBatches",
    "EcrPull",
    "EcrPush",
    "EcsExec",
    "EfsMount",
    "EfsRootAccess",
    "EfsWrite",
    "EventBridgePut",
    "FirehosePut",
    "FromOwnVpc",
    "FromVpc",
    "FromVpcEndpoint",
    "GlueRead",
    "KinesisRead",
    "KinesisSubscribe",
    "KinesisWrite",
    "KmsDecrypt",
    "KmsEncrypt",
    "KmsGenerateDataKey",
    "KmsGetPublicKey",
    "KmsSign",
    "KmsVerify",
    "LambdaInvoke",
    "LogsQuery",
    "LogsRead",
    "LogsWrite",
    "MetricsRead",
    "MetricsWrite",
    "ParameterRead",
    "ParametersByPath",
    "PassRole",
    "Perimeter",
    "Permission",
    "RdsConnect",
    "S3Delete",
    "S3List",
    "S3ListAllBuckets",
    "S3ListUploads",
    "S3Read",
    "S3Write",
    "SameAccount",
    "SameOrganization",
    "SecretRead",
    "SessionManagerCore",
    "SigningAlgorithm",
    "SnsPublish",
    "SnsSubscribe",
    "SqsReceive",
    "SqsSend",
    "StepFunctionsStart",
    "StepFunctionsWatch",
    "Tls",
    "XRayWrite",
    "access_to",
    "session_revocation",
]
