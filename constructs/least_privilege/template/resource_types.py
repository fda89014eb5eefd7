"""What `Ref` and `Fn::GetAtt` give for resources, as far as the template fixes it.

A type that is not here has a symbol for each of its values; `identifiers` says which of these AWS
makes up.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType


class Naming(Enum):
    """How AWS names a resource that the template gives no name."""

    STACK = auto()
    """`Stack-LogicalId-ABC123`"""
    LOWER_CASE = auto()
    """The same in lower case."""
    LOGICAL_ID = auto()
    """`LogicalId-abc123`"""
    IDENTIFIER = auto()
    """An identifier of the service's own, such as a UUID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """One type: the property that fixes its name, its ARN, what `Ref` and `Fn::GetAtt` give.

    Texts hold `{partition}`, `{region}`, `{account}`, `{suffix}`, `{name}`, `{arn}`, and the names
    of properties such as `{Path=/}`, with what is there without them.
    """

    name: str = ""
    arn: str = ""
    ref: str = "{name}"
    naming: Naming = Naming.STACK
    attributes: Mapping[str, str] = field(default_factory=dict)


_HERE = "{region}:{account}"


def _iam(kind: str, name: str, *, ref: str = "{name}", attribute: str = "Arn") -> ResourceType:
    arn = f"arn:{{partition}}:iam::{{account}}:{kind}{{Path=/}}{{name}}"
    return ResourceType(name=name, arn=arn, ref=ref, attributes={attribute: "{arn}"})


def _regional(
    service: str,
    resource: str,
    name: str = "",
    *,
    ref: str = "{name}",
    naming: Naming = Naming.STACK,
    **attributes: str,
) -> ResourceType:
    arn = f"arn:{{partition}}:{service}:{_HERE}:{resource}"
    return ResourceType(
        name=name, arn=arn, ref=ref, naming=naming, attributes={"Arn": "{arn}", **attributes}
    )


_ID = Naming.IDENTIFIER
_NAMED_BY_ID = ResourceType(naming=_ID)
_ARN_REF = "{arn}"

RESOURCE_TYPES: Mapping[str, ResourceType] = MappingProxyType({
    "AWS::IAM::Role": _iam("role", "RoleName"),
    "AWS::IAM::User": _iam("user", "UserName"),
    "AWS::IAM::Group": _iam("group", "GroupName"),
    "AWS::IAM::InstanceProfile": _iam("instance-profile", "InstanceProfileName"),
    "AWS::IAM::ManagedPolicy": _iam(
        "policy", "ManagedPolicyName", ref=_ARN_REF, attribute="PolicyArn"
    ),
    "AWS::IAM::OIDCProvider": ResourceType(
        arn="arn:{partition}:iam::{account}:oidc-provider/{Url-}",
        ref=_ARN_REF, attributes={"Arn": "{arn}"},
    ),
    "AWS::IAM::SAMLProvider": ResourceType(
        name="Name", arn="arn:{partition}:iam::{account}:saml-provider/{name}",
        ref=_ARN_REF, attributes={"Arn": "{arn}"},
    ),
    "AWS::S3::Bucket": ResourceType(
        name="BucketName", arn="arn:{partition}:s3:::{name}", naming=Naming.LOWER_CASE,
        attributes={
            "Arn": "{arn}",
            "DomainName": "{name}.s3.{suffix}",
            "RegionalDomainName": "{name}.s3.{region}.{suffix}",
            "DualStackDomainName": "{name}.s3.dualstack.{region}.{suffix}",
        },
    ),
    "AWS::S3::AccessPoint": _regional(
        "s3", "accesspoint/{name}", "Name", naming=Naming.LOWER_CASE, Name="{name}"
    ),
    "AWS::S3Express::DirectoryBucket": _regional("s3express", "bucket/{name}", "BucketName"),
    "AWS::KMS::Key": _regional("kms", "key/{name}", naming=_ID, KeyId="{name}"),
    "AWS::KMS::ReplicaKey": _regional("kms", "key/{name}", naming=_ID, KeyId="{name}"),
    "AWS::KMS::Alias": _regional("kms", "{name}", "AliasName"),
    "AWS::SQS::Queue": _regional(
        "sqs", "{name}", "QueueName",
        ref="https://sqs.{region}.{suffix}/{account}/{name}",
        QueueName="{name}", QueueUrl="https://sqs.{region}.{suffix}/{account}/{name}",
    ),
    "AWS::SNS::Topic": _regional(
        "sns", "{name}", "TopicName", ref=_ARN_REF, TopicArn="{arn}", TopicName="{name}"
    ),
    "AWS::Lambda::Function": _regional("lambda", "function:{name}", "FunctionName"),
    "AWS::Lambda::Alias": ResourceType(
        name="Name",
        arn="arn:{partition}:lambda:{region}:{account}:function:{FunctionName:}:{name}",
        ref=_ARN_REF, attributes={"AliasArn": "{arn}"},
    ),
    "AWS::Lambda::Version": ResourceType(
        arn="arn:{partition}:lambda:{region}:{account}:function:{FunctionName:}:{name}",
        ref=_ARN_REF, naming=_ID, attributes={"FunctionArn": "{arn}", "Version": "{name}"},
    ),
    "AWS::Lambda::LayerVersion": ResourceType(
        arn="arn:{partition}:lambda:{region}:{account}:layer:{name}", name="LayerName",
        ref="{arn}:{id}", attributes={"LayerVersionArn": "{arn}:{id}"},
    ),
    "AWS::DynamoDB::Table": _regional(
        "dynamodb", "table/{name}", "TableName", StreamArn="{arn}/stream/{id}"
    ),
    "AWS::DynamoDB::GlobalTable": _regional(
        "dynamodb", "table/{name}", "TableName", StreamArn="{arn}/stream/{id}", TableId="{id}"
    ),
    "AWS::SecretsManager::Secret": ResourceType(
        name="Name", arn="arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{six}",
        ref=_ARN_REF, naming=Naming.LOGICAL_ID, attributes={"Id": "{arn}"},
    ),
    "AWS::Logs::LogGroup": ResourceType(
        name="LogGroupName", arn="arn:{partition}:logs:{region}:{account}:log-group:{name}",
        attributes={"Arn": "{arn}:*"},
    ),
    "AWS::Logs::Destination": _regional("logs", "destination:{name}", "DestinationName"),
    "AWS::StepFunctions::StateMachine": _regional(
        "states", "stateMachine:{name}", "StateMachineName", ref=_ARN_REF, Name="{name}"
    ),
    "AWS::StepFunctions::Activity": _regional(
        "states", "activity:{name}", "Name", ref=_ARN_REF, Name="{name}"
    ),
    "AWS::Kinesis::Stream": _regional("kinesis", "stream/{name}", "Name"),
    "AWS::KinesisFirehose::DeliveryStream": _regional(
        "firehose", "deliverystream/{name}", "DeliveryStreamName"
    ),
    "AWS::ECR::Repository": _regional(
        "ecr", "repository/{name}", "RepositoryName", naming=Naming.LOWER_CASE,
        RepositoryUri="{account}.dkr.ecr.{region}.{suffix}/{name}",
    ),
    "AWS::Events::EventBus": _regional("events", "event-bus/{name}", "Name", Name="{name}"),
    "AWS::Events::Rule": _regional("events", "rule/{EventBusName/}{name}", "Name"),
    "AWS::Scheduler::Schedule": _regional(
        "scheduler", "schedule/{GroupName=default}/{name}", "Name"
    ),
    "AWS::EFS::FileSystem": _regional(
        "elasticfilesystem", "file-system/{name}", naming=_ID, FileSystemId="{name}"
    ),
    "AWS::EFS::AccessPoint": _regional(
        "elasticfilesystem", "access-point/{name}", naming=_ID, AccessPointId="{name}"
    ),
    "AWS::OpenSearchService::Domain": _regional(
        "es", "domain/{name}", "DomainName", naming=Naming.LOWER_CASE, DomainArn="{arn}"
    ),
    "AWS::Elasticsearch::Domain": _regional(
        "es", "domain/{name}", "DomainName", naming=Naming.LOWER_CASE, DomainArn="{arn}"
    ),
    "AWS::Cognito::UserPool": _regional(
        "cognito-idp", "userpool/{name}", naming=_ID, UserPoolId="{name}",
        ProviderName="cognito-idp.{region}.{suffix}/{name}",
        ProviderURL="https://cognito-idp.{region}.{suffix}/{name}",
    ),
    "AWS::Cognito::UserPoolClient": _NAMED_BY_ID,
    "AWS::Cognito::IdentityPool": ResourceType(naming=_ID, attributes={"Id": "{name}"}),
    "AWS::CodeBuild::Project": _regional("codebuild", "project/{name}", "Name"),
    "AWS::CodeCommit::Repository": ResourceType(
        name="RepositoryName", arn="arn:{partition}:codecommit:{region}:{account}:{name}",
        ref="{id}", attributes={"Arn": "{arn}", "Name": "{name}"},
    ),
    "AWS::CodePipeline::Pipeline": ResourceType(
        name="Name", arn="arn:{partition}:codepipeline:{region}:{account}:{name}"
    ),
    "AWS::CloudWatch::Alarm": _regional("cloudwatch", "alarm:{name}", "AlarmName"),
    "AWS::CloudTrail::Trail": _regional("cloudtrail", "trail/{name}", "TrailName"),
    "AWS::ECS::Cluster": _regional("ecs", "cluster/{name}", "ClusterName"),
    "AWS::EKS::Cluster": _regional("eks", "cluster/{name}", "Name"),
    "AWS::RDS::DBInstance": ResourceType(
        name="DBInstanceIdentifier", arn="arn:{partition}:rds:{region}:{account}:db:{name}",
        naming=Naming.LOWER_CASE, attributes={"DBInstanceArn": "{arn}"},
    ),
    "AWS::RDS::DBCluster": ResourceType(
        name="DBClusterIdentifier", arn="arn:{partition}:rds:{region}:{account}:cluster:{name}",
        naming=Naming.LOWER_CASE, attributes={"DBClusterArn": "{arn}"},
    ),
    "AWS::SSM::Parameter": ResourceType(
        name="Name", arn="arn:{partition}:ssm:{region}:{account}:parameter/{name}",
        attributes={"Type": "{Type=}", "Value": "{Value=}"},
    ),
    "AWS::SecretsManager::SecretTargetAttachment": ResourceType(
        ref="{SecretId=}", attributes={"Id": "{SecretId=}"}
    ),
    "AWS::Backup::BackupVault": ResourceType(
        name="BackupVaultName",
        arn="arn:{partition}:backup:{region}:{account}:backup-vault:{name}",
        attributes={"BackupVaultArn": "{arn}", "BackupVaultName": "{name}"},
    ),
    "AWS::ApiGateway::RestApi": ResourceType(
        naming=_ID, arn="arn:{partition}:execute-api:{region}:{account}:{name}",
        attributes={"RestApiId": "{name}"},
    ),
    "AWS::ApiGatewayV2::Api": ResourceType(
        naming=_ID, arn="arn:{partition}:execute-api:{region}:{account}:{name}",
        attributes={"ApiId": "{name}"},
    ),
    "AWS::EC2::VPCEndpoint": _regional("ec2", "vpc-endpoint/{name}", naming=_ID, Id="{name}"),
    "AWS::EC2::Instance": _regional("ec2", "instance/{name}", naming=_ID, InstanceId="{name}"),
    "AWS::EC2::VPC": _regional("ec2", "vpc/{name}", naming=_ID, VpcId="{name}"),
    "AWS::EC2::Subnet": _regional(
        "ec2", "subnet/{name}", naming=_ID, SubnetId="{name}", VpcId="{VpcId=}"
    ),
    "AWS::EC2::SecurityGroup": _regional(
        "ec2", "security-group/{name}", naming=_ID, GroupId="{name}", Id="{name}",
        VpcId="{VpcId=}",
    ),
    "AWS::Athena::WorkGroup": ResourceType(
        name="Name", arn="arn:{partition}:athena:{region}:{account}:workgroup/{name}"
    ),
    "AWS::Glue::Crawler": ResourceType(
        name="Name", arn="arn:{partition}:glue:{region}:{account}:crawler/{name}"
    ),
    "AWS::Glue::Job": ResourceType(
        name="Name", arn="arn:{partition}:glue:{region}:{account}:job/{name}"
    ),
    "AWS::IoT::Thing": _regional("iot", "thing/{name}", "ThingName"),
    "AWS::SSM::Document": ResourceType(
        name="Name", arn="arn:{partition}:ssm:{region}:{account}:document/{name}"
    ),
    "AWS::Scheduler::ScheduleGroup": _regional("scheduler", "schedule-group/{name}", "Name"),
    "AWS::CertificateManager::Certificate": ResourceType(
        naming=_ID, arn="arn:{partition}:acm:{region}:{account}:certificate/{name}", ref=_ARN_REF
    ),
    "AWS::CloudFront::Distribution": ResourceType(
        naming=_ID, arn="arn:{partition}:cloudfront::{account}:distribution/{name}",
        attributes={"Id": "{name}"},
    ),
    "AWS::CodeArtifact::Domain": _regional(
        "codeartifact", "domain/{DomainName=}", ref=_ARN_REF, Name="{DomainName=}"
    ),
    "AWS::CodeArtifact::Repository": _regional(
        "codeartifact", "repository/{DomainName=}/{RepositoryName=}", ref=_ARN_REF,
        Name="{RepositoryName=}",
    ),
    "AWS::MediaStore::Container": _regional(
        "mediastore", "container/{ContainerName=}", ref=_ARN_REF
    ),
})  # fmt: skip
