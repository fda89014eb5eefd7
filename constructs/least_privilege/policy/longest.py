"""How long a value can become that is known at deployment only, by the kind of resource.

A policy that fits with the shortest names may be refused with the longest. AWS limits the names of
each kind of resource, and so the length of its ARN.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .tokens import TOKEN

_PARTITION = len("aws-us-gov")
_REGION = len("ap-northeast-1")
_ACCOUNT = 12
_PSEUDO = MappingProxyType(
    {
        "Partition": _PARTITION,
        "AccountId": _ACCOUNT,
        "Region": _REGION,
        "URLSuffix": len("amazonaws.com.cn"),
        "StackName": 128,
        "StackId": 255,
    }
)
UNKNOWN_NAME = 255
UNKNOWN_ARN = 512


@dataclass(frozen=True, slots=True)
class _Kind:
    """A type of resource: the longest name, and what stands around it in an ARN."""

    service: str
    before: str
    name: int
    has_region: bool = True
    has_account: bool = True
    after: str = ""
    ref_is_arn: bool = False

    @property
    def arn(self) -> int:
        region = _REGION if self.has_region else 0
        account = _ACCOUNT if self.has_account else 0
        colons = len("arn::::") + 1
        around = len(self.service) + len(self.before) + len(self.after)
        return _PARTITION + colons + region + account + around + self.name


_ID = 36
"""A UUID."""
_BELOW = 64
"""For the ARN of something below a resource, as the stream of a table."""
_EC2 = 32
"""`prefix-` and 17 hexadecimal digits, with room."""

KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "AWS::ApiGateway::RestApi": _Kind("execute-api", "", 10),
        "AWS::ApiGatewayV2::Api": _Kind("execute-api", "", 10),
        "AWS::AppConfig::Application": _Kind("appconfig", "application/", 7),
        "AWS::Athena::WorkGroup": _Kind("athena", "workgroup/", 128),
        "AWS::CloudWatch::Alarm": _Kind("cloudwatch", "alarm:", 255),
        "AWS::CodeBuild::Project": _Kind("codebuild", "project/", 255),
        "AWS::CodeCommit::Repository": _Kind("codecommit", "", 100),
        "AWS::Cognito::IdentityPool": _Kind("cognito-identity", "identitypool/", 55),
        "AWS::Cognito::UserPool": _Kind("cognito-idp", "userpool/", 55),
        "AWS::DynamoDB::GlobalTable": _Kind("dynamodb", "table/", 255),
        "AWS::DynamoDB::Table": _Kind("dynamodb", "table/", 255),
        "AWS::EC2::Instance": _Kind("ec2", "instance/", _EC2),
        "AWS::EC2::SecurityGroup": _Kind("ec2", "security-group/", _EC2),
        "AWS::EC2::Subnet": _Kind("ec2", "subnet/", _EC2),
        "AWS::EC2::VPC": _Kind("ec2", "vpc/", _EC2),
        "AWS::EC2::VPCEndpoint": _Kind("ec2", "vpc-endpoint/", _EC2),
        "AWS::ECR::Repository": _Kind("ecr", "repository/", 256),
        "AWS::ECS::Cluster": _Kind("ecs", "cluster/", 255),
        "AWS::ECS::Service": _Kind("ecs", "service/", 511, ref_is_arn=True),
        "AWS::ECS::TaskDefinition": _Kind("ecs", "task-definition/", 266, ref_is_arn=True),
        "AWS::EFS::AccessPoint": _Kind("elasticfilesystem", "access-point/", 22),
        "AWS::EFS::FileSystem": _Kind("elasticfilesystem", "file-system/", 20),
        "AWS::EKS::Cluster": _Kind("eks", "cluster/", 100),
        "AWS::Events::EventBus": _Kind("events", "event-bus/", 256),
        "AWS::Events::Rule": _Kind("events", "rule/", 64 + 1 + 256),
        "AWS::Glue::Database": _Kind("glue", "database/", 255),
        "AWS::Glue::Table": _Kind("glue", "table/", 255 + 1 + 255),
        "AWS::IAM::InstanceProfile": _Kind("iam", "instance-profile/", 128, has_region=False),
        "AWS::IAM::ManagedPolicy": _Kind("iam", "policy/", 128, has_region=False, ref_is_arn=True),
        "AWS::IAM::Role": _Kind("iam", "role/", 64, has_region=False),
        "AWS::IAM::User": _Kind("iam", "user/", 64, has_region=False),
        "AWS::KMS::Alias": _Kind("kms", "alias/", 256),
        "AWS::KMS::Key": _Kind("kms", "key/", _ID),
        "AWS::Kinesis::Stream": _Kind("kinesis", "stream/", 128),
        "AWS::KinesisFirehose::DeliveryStream": _Kind("firehose", "deliverystream/", 64),
        "AWS::Lambda::Alias": _Kind("lambda", "function:", 64 + 1 + 128, ref_is_arn=True),
        "AWS::Lambda::Function": _Kind("lambda", "function:", 64),
        "AWS::Lambda::Version": _Kind("lambda", "function:", 64 + 1 + 10, ref_is_arn=True),
        "AWS::Logs::LogGroup": _Kind("logs", "log-group:", 512, after=":*"),
        "AWS::RDS::DBCluster": _Kind("rds", "cluster:", 63),
        "AWS::RDS::DBInstance": _Kind("rds", "db:", 63),
        "AWS::S3::AccessPoint": _Kind("s3", "accesspoint/", 50),
        "AWS::S3::Bucket": _Kind("s3", "", 63, has_region=False, has_account=False),
        "AWS::SNS::Topic": _Kind("sns", "", 256, ref_is_arn=True),
        "AWS::SQS::Queue": _Kind("sqs", "", 80),
        "AWS::SSM::Parameter": _Kind("ssm", "parameter", 1_011),
        "AWS::Scheduler::ScheduleGroup": _Kind("scheduler", "schedule-group/", 64),
        "AWS::SecretsManager::Secret": _Kind("secretsmanager", "secret:", 519, ref_is_arn=True),
        "AWS::StepFunctions::Activity": _Kind("states", "activity:", 80, ref_is_arn=True),
        "AWS::StepFunctions::StateMachine": _Kind("states", "stateMachine:", 80, ref_is_arn=True),
    }
)
"""By CloudFormation type, for the resources that permissions name most."""


def longest(resource_type: str, attribute: str) -> int:
    """The most characters that an attribute of a resource can have; `Ref` is its reference value.

    What is not in the table counts as a long name or a long ARN of its own.

    Example:
        >>> longest("AWS::S3::Bucket", "Arn")
        83

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    kind = KINDS.get(resource_type)
    is_arn = attribute.rpartition(".")[2].lower().endswith("arn")
    if attribute == "Ref" and kind is not None:
        is_arn = kind.ref_is_arn
    if kind is None:
        return UNKNOWN_ARN if is_arn else UNKNOWN_NAME
    if is_arn:
        return kind.arn + (0 if attribute in ("Arn", "Ref") else _BELOW)
    return max(kind.name, _ID)


def longest_length(text: str, of_token: Callable[[str], int] = lambda _: UNKNOWN_ARN) -> int:
    """How long the text is at the most; `of_token` says it for a token of the CDK.

    Example:
        >>> longest_length("arn:${AWS::Partition}:s3:::pictures")
        28

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    if "${" not in text:
        return len(text)
    longer = sum(_of(found[0], of_token) - len(found[0]) for found in TOKEN.finditer(text))
    return len(text) + longer


def _of(token: str, of_token: Callable[[str], int]) -> int:
    for name, most in _PSEUDO.items():
        if token in (f"${{AWS::{name}}}",) or token.startswith(f"${{Token[AWS.{name}."):
            return most
    return of_token(token)
