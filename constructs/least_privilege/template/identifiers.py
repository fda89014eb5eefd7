"""What AWS makes up for resources: IDs, and ARNs and addresses with one of those in them.

Such a value is equal to itself alone. What is not listed here could be what the template, a custom
resource or a service decides: it is not known, and whoever uses it is told so.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REF = "Ref"


def _made(attributes: str = "") -> frozenset[str]:
    """`Ref` and these attributes."""
    return frozenset({REF, *attributes.split()})


def _only(attributes: str) -> frozenset[str]:
    """These attributes; what `Ref` gives is a name that the template may fix."""
    return frozenset(attributes.split())


MADE_BY_AWS: Mapping[str, frozenset[str]] = MappingProxyType({
    "AWS::ApiGateway::ApiKey": _made("APIKeyId"),
    "AWS::ApiGateway::Authorizer": _made("AuthorizerId"),
    "AWS::ApiGateway::Deployment": _made("DeploymentId"),
    "AWS::ApiGateway::Resource": _made("ResourceId"),
    "AWS::ApiGateway::RestApi": _made("RootResourceId"),
    "AWS::ApiGateway::UsagePlan": _made("Id"),
    "AWS::ApiGateway::VpcLink": _made("VpcLinkId"),
    "AWS::ApiGatewayV2::Api": _made("ApiEndpoint"),
    "AWS::ApiGatewayV2::Authorizer": _made("AuthorizerId"),
    "AWS::ApiGatewayV2::Integration": _made("IntegrationId"),
    "AWS::ApiGatewayV2::VpcLink": _made("VpcLinkId"),
    "AWS::AppConfig::Application": _made("ApplicationId"),
    "AWS::AppConfig::ConfigurationProfile": _made("ConfigurationProfileId"),
    "AWS::AppConfig::Environment": _made("EnvironmentId"),
    "AWS::AppSync::GraphQLApi": _made("ApiId Arn GraphQLUrl GraphQLDns RealtimeUrl RealtimeDns"),
    "AWS::Backup::BackupPlan": _made("BackupPlanId BackupPlanArn VersionId"),
    "AWS::Backup::BackupSelection": _made("Id SelectionId"),
    "AWS::Bedrock::Agent": _made("AgentId AgentArn"),
    "AWS::Bedrock::AgentAlias": _made("AgentAliasId AgentAliasArn"),
    "AWS::Bedrock::DataSource": _made("DataSourceId"),
    "AWS::Bedrock::Guardrail": _made("GuardrailId GuardrailArn"),
    "AWS::Bedrock::KnowledgeBase": _made("KnowledgeBaseId KnowledgeBaseArn"),
    "AWS::CertificateManager::Certificate": _made(),
    "AWS::CloudFront::CachePolicy": _made("Id"),
    "AWS::CloudFront::CloudFrontOriginAccessIdentity": _made("Id S3CanonicalUserId"),
    "AWS::CloudFront::Distribution": _made("Id DomainName"),
    "AWS::CloudFront::OriginAccessControl": _made("Id"),
    "AWS::CloudFront::OriginRequestPolicy": _made("Id"),
    "AWS::CloudFront::ResponseHeadersPolicy": _made("Id"),
    "AWS::Cognito::UserPoolClient": _made("ClientId ClientSecret"),
    "AWS::DynamoDB::Table": _only("TableId"),
    "AWS::EC2::DHCPOptions": _made("DhcpOptionsId"),
    "AWS::EC2::EIP": _made("AllocationId PublicIp"),
    "AWS::EC2::FlowLog": _made("Id"),
    "AWS::EC2::Instance": _made("PrivateDnsName PrivateIp PublicDnsName PublicIp"),
    "AWS::EC2::InternetGateway": _made("InternetGatewayId"),
    "AWS::EC2::LaunchTemplate": _made("LaunchTemplateId"),
    "AWS::EC2::NatGateway": _made("NatGatewayId"),
    "AWS::EC2::NetworkAcl": _made("Id"),
    "AWS::EC2::NetworkInterface": _made("Id"),
    "AWS::EC2::RouteTable": _made("RouteTableId"),
    "AWS::EC2::Subnet": _made("SubnetId NetworkAclAssociationId"),
    "AWS::EC2::TransitGateway": _made("Id"),
    "AWS::EC2::VPC": _made("DefaultNetworkAcl DefaultSecurityGroup"),
    "AWS::EC2::VPCEndpoint": _made("DnsEntries NetworkInterfaceIds"),
    "AWS::EC2::VPCEndpointService": _made("ServiceId"),
    "AWS::EC2::Volume": _made("VolumeId"),
    "AWS::EFS::MountTarget": _made("Id"),
    "AWS::EKS::Cluster": _only("ClusterSecurityGroupId Endpoint OpenIdConnectIssuerUrl"),
    "AWS::ElasticLoadBalancingV2::Listener": _made("ListenerArn"),
    "AWS::ElasticLoadBalancingV2::ListenerRule": _made("RuleArn"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _made(
        "CanonicalHostedZoneID DNSName LoadBalancerArn LoadBalancerFullName"
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": _made("TargetGroupArn TargetGroupFullName"),
    "AWS::GuardDuty::Detector": _made("Id"),
    "AWS::IAM::AccessKey": _made("SecretAccessKey"),
    "AWS::IAM::Role": _only("RoleId"),
    "AWS::IAM::ServerCertificate": _only("ServerCertificateMetadata.ServerCertificateId"),
    "AWS::Kinesis::StreamConsumer": _made("ConsumerARN"),
    "AWS::Lambda::CodeSigningConfig": _made("CodeSigningConfigArn CodeSigningConfigId"),
    "AWS::Lambda::EventSourceMapping": _made("Id EventSourceMappingArn"),
    "AWS::Lambda::Url": _only("FunctionUrl"),
    "AWS::OpenSearchService::Domain": _only("DomainEndpoint Id"),
    "AWS::RDS::DBCluster": _only(
        "DBClusterResourceId Endpoint.Address MasterUserSecret.SecretArn ReadEndpoint.Address"
    ),
    "AWS::RDS::DBInstance": _only("DbiResourceId Endpoint.Address MasterUserSecret.SecretArn"),
    "AWS::RDS::DBProxy": _only("DBProxyArn Endpoint"),
    "AWS::Route53::HealthCheck": _made("HealthCheckId"),
    "AWS::Route53::HostedZone": _made("Id NameServers"),
    "AWS::S3::AccessPoint": _only("Alias"),
    "AWS::S3ObjectLambda::AccessPoint": _only("Alias.Value"),
    "AWS::SNS::Subscription": _made("Arn"),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": _made("Arn HostedZoneId Id"),
    "AWS::ServiceDiscovery::Service": _made("Arn Id"),
    "AWS::WAFv2::IPSet": _made("Arn Id"),
    "AWS::WAFv2::WebACL": _made("Arn Id"),
})  # fmt: skip
"""By type: `Ref` and the attributes that AWS makes up."""
