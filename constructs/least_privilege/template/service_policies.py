"""The resource types that carry a resource policy: which property, and of which resource.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..policy import PolicyKind

OWN = "{own}"
"""The resource itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyProperty:
    """A property that holds a document; `*` in its path stands for each of a list.

    `of` is the ARN of the resource that it protects, with `{Property}` for properties of the
    resource that holds it; one that is a list of ARNs, or of queues, makes a policy for each.
    """

    path: tuple[str, ...]
    of: str = OWN
    kind: PolicyKind = PolicyKind.RESOURCE


_HERE = "{region}:{account}"
_ARN = "arn:{partition}"


def _one(path: str, of: str = OWN, kind: PolicyKind = PolicyKind.RESOURCE) -> tuple[PolicyProperty]:
    return (PolicyProperty(path=tuple(path.split(".")), of=of, kind=kind),)


POLICY_PROPERTIES: Mapping[str, tuple[PolicyProperty, ...]] = MappingProxyType({
    "AWS::ApiGateway::RestApi": _one("Policy"),
    "AWS::Backup::BackupVault": _one("AccessPolicy"),
    "AWS::CloudTrail::ResourcePolicy": _one("ResourcePolicy", "{ResourceArn}"),
    "AWS::CodeArtifact::Domain": _one("PermissionsPolicyDocument"),
    "AWS::CodeArtifact::Repository": _one("PermissionsPolicyDocument"),
    "AWS::DynamoDB::GlobalTable": (
        PolicyProperty(path=("Replicas", "*", "ResourcePolicy", "PolicyDocument")),
        PolicyProperty(
            path=(
                "Replicas", "*", "ReplicaStreamSpecification", "ResourcePolicy", "PolicyDocument",
            ),
            of="{own}/stream/*",
        ),
    ),
    "AWS::DynamoDB::Table": (
        PolicyProperty(path=("ResourcePolicy", "PolicyDocument")),
        PolicyProperty(
            path=("StreamSpecification", "ResourcePolicy", "PolicyDocument"), of="{own}/stream/*"
        ),
    ),
    "AWS::EC2::VPCEndpoint": _one("PolicyDocument", kind=PolicyKind.ENDPOINT),
    "AWS::ECR::PublicRepository": _one("RepositoryPolicyText"),
    "AWS::ECR::RegistryPolicy": _one("PolicyText", f"{_ARN}:ecr:{_HERE}:repository/*"),
    "AWS::ECR::Repository": _one("RepositoryPolicyText"),
    "AWS::EFS::FileSystem": _one("FileSystemPolicy"),
    "AWS::Elasticsearch::Domain": _one("AccessPolicies"),
    "AWS::EventSchemas::RegistryPolicy": _one(
        "Policy", f"{_ARN}:schemas:{_HERE}:registry/{{RegistryName}}"
    ),
    "AWS::Events::EventBus": _one("Policy"),
    "AWS::KMS::Key": _one("KeyPolicy"),
    "AWS::KMS::ReplicaKey": _one("KeyPolicy"),
    "AWS::Kinesis::ResourcePolicy": _one("ResourcePolicy", "{ResourceArn}"),
    "AWS::Lex::ResourcePolicy": _one("Policy", "{ResourceArn}"),
    "AWS::Logs::Destination": _one("DestinationPolicy"),
    "AWS::Logs::LogGroup": _one("ResourcePolicyDocument"),
    "AWS::Logs::ResourcePolicy": _one("PolicyDocument", f"{_ARN}:logs:{_HERE}:*"),
    "AWS::MediaStore::Container": _one("Policy"),
    "AWS::OpenSearchService::Domain": _one("AccessPolicies"),
    "AWS::S3::AccessGrantsInstance": _one("AccessGrantsInstancePolicy"),
    "AWS::S3::AccessPoint": _one("Policy"),
    "AWS::S3::BucketPolicy": _one("PolicyDocument", f"{_ARN}:s3:::{{Bucket}}"),
    "AWS::S3::MultiRegionAccessPointPolicy": _one(
        "Policy", f"{_ARN}:s3::{{account}}:accesspoint/{{MrapName}}"
    ),
    "AWS::S3Express::AccessPoint": _one(
        "Policy", f"{_ARN}:s3express:{_HERE}:accesspoint/{{Name}}"
    ),
    "AWS::S3Express::BucketPolicy": _one(
        "PolicyDocument", f"{_ARN}:s3express:{_HERE}:bucket/{{Bucket}}"
    ),
    "AWS::S3ObjectLambda::AccessPointPolicy": _one(
        "PolicyDocument",
        f"{_ARN}:s3-object-lambda:{_HERE}:accesspoint/{{ObjectLambdaAccessPoint}}",
    ),
    "AWS::S3Outposts::AccessPoint": _one("Policy"),
    "AWS::S3Outposts::BucketPolicy": _one("PolicyDocument", "{Bucket}"),
    "AWS::S3Tables::TableBucketPolicy": _one("ResourcePolicy", "{TableBucketARN}"),
    "AWS::S3Tables::TablePolicy": _one("ResourcePolicy", "{TableARN}"),
    "AWS::SNS::TopicInlinePolicy": _one("PolicyDocument", "{TopicArn}"),
    "AWS::SNS::TopicPolicy": _one("PolicyDocument", "{Topics}"),
    "AWS::SQS::QueueInlinePolicy": _one("PolicyDocument", "{Queue}"),
    "AWS::SQS::QueuePolicy": _one("PolicyDocument", "{Queues}"),
    "AWS::SSM::ResourcePolicy": _one("Policy", "{ResourceArn}"),
    "AWS::SecretsManager::ResourcePolicy": _one("ResourcePolicy", "{SecretId}"),
    "AWS::VpcLattice::AuthPolicy": _one("Policy", "{ResourceIdentifier}"),
    "AWS::VpcLattice::ResourcePolicy": _one("Policy", "{ResourceArn}"),
    "AWS::XRay::ResourcePolicy": _one("PolicyDocument", f"{_ARN}:xray:{_HERE}:*"),
})  # fmt: skip

PRINCIPAL_PROPERTIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "AWS::IAM::Group": frozenset({"Policies"}),
        "AWS::IAM::GroupPolicy": frozenset({"PolicyDocument"}),
        "AWS::IAM::ManagedPolicy": frozenset({"PolicyDocument"}),
        "AWS::IAM::Policy": frozenset({"PolicyDocument"}),
        "AWS::IAM::Role": frozenset({"AssumeRolePolicyDocument", "Policies"}),
        "AWS::IAM::RolePolicy": frozenset({"PolicyDocument"}),
        "AWS::IAM::User": frozenset({"Policies"}),
        "AWS::IAM::UserPolicy": frozenset({"PolicyDocument"}),
    }
)
"""What is read as the policy of a principal."""

UNSUPPORTED_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "AWS::ACMPCA::Permission": "lets a service use a certificate authority",
        "AWS::CloudFormation::StackSet": "deploys templates to other accounts",
        "AWS::EC2::NetworkInterfacePermission": "lets an account use a network interface",
        "AWS::EC2::VPCEndpointServicePermissions": "lets principals connect to a service",
        "AWS::EKS::AccessEntry": "gives a principal permissions in a cluster",
        "AWS::IAM::ServiceLinkedRole": "makes a role with the service's own trust and policies",
        "AWS::LakeFormation::DataLakeSettings": "names the administrators of a data lake",
        "AWS::LakeFormation::Permissions": "gives a principal permissions in a data lake",
        "AWS::LakeFormation::PrincipalPermissions": "gives a principal permissions in a data lake",
        "AWS::LakeFormation::TagAssociation": "decides what permissions by tags are for",
        "AWS::Organizations::Policy": "may limit every principal of an organization",
        "AWS::Organizations::ResourcePolicy": "is the resource policy of an organization",
        "AWS::RAM::Permission": "says what those may do with whom resources are shared",
        "AWS::RAM::ResourceShare": "shares resources with other principals",
        "AWS::RolesAnywhere::Profile": "limits sessions by policies of its own",
        "AWS::S3::AccessGrant": "lets a principal read or write a part of a bucket",
        "AWS::SSO::Assignment": "gives a user or group a permission set in an account",
        "AWS::SSO::PermissionSet": "makes roles in the accounts that it is assigned to",
        "AWS::ServiceCatalog::CloudFormationProduct": "deploys templates of its own",
        "AWS::ServiceCatalog::PortfolioPrincipalAssociation": "lets a principal use a portfolio",
        "AWS::ServiceCatalog::PortfolioShare": "shares a portfolio with another account",
    }
)
"""Types that make principals, policies or grants which are not read, and what they do."""

DOUBTFUL_PREFIXES = ("AWS::Serverless::",)
"""Resources of a macro: what they become is not in the template."""
