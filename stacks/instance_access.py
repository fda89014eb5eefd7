"""An EC2 instance that lists and reads the pictures through its role."""

from __future__ import annotations

from aws_cdk import (
    CfnOutput,
    Fn,
    aws_ec2 as ec2,
    aws_iam as iam,
    aws_logs as logs,
    aws_s3 as s3,
)
from constructs import Construct

from least_privilege.acknowledgements import Acknowledgement, acknowledge
from least_privilege.permissions import ActionsOn, LogsWrite, S3List, S3ListAllBuckets, S3Read
from least_privilege.roles import InstanceRole, ServiceRole, require_imdsv2

from .app_stack import AppStack
from .logs import encrypted_log_group
from .settings import Settings


class InstanceAccess(AppStack):
    """A VPC without a way to the internet, and an instance that is reached by Session Manager."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, pictures: s3.IBucket
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            description="An instance that reads the pictures through its role, without SSH or keys",
        )
        self.role = InstanceRole(
            self,
            "InstanceRole",
            description="Lists and reads the pictures",
            permissions=[
                S3List.of(pictures),
                S3Read.of(pictures),
                S3ListAllBuckets(
                    reason="operators on the instance find the bucket with plain 'aws s3 ls'."
                ),
            ],
            session_manager=True,
            policy_type=settings.policy_type,
        )
        self.vpc = self._make_vpc(settings)
        self.security_group = self._make_security_group()
        self._make_endpoints(pictures)
        self.instance = self._make_instance(settings)

        CfnOutput(self, "InstanceId", value=self.instance.instance_id)
        CfnOutput(
            self,
            "InstanceProfileName",
            value=self.role.instance_profile.instance_profile_name,
            description="Attach it to another running instance, and 'aws s3 ls' works there",
        )
        CfnOutput(self, "SubnetId", value=self.vpc.isolated_subnets[0].subnet_id)

    @property
    def availability_zones(self) -> list[str]:
        """The first two of the region, whichever: the CDK would ask the account at synth."""
        return [Fn.select(index, Fn.get_azs()) for index in range(2)]

    def _make_vpc(self, settings: Settings) -> ec2.Vpc:
        vpc = ec2.Vpc(
            self,
            "Vpc",
            nat_gateways=0,
            max_azs=2,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Instances", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24
                )
            ],
            # The CDK empties the default group by a custom resource with wide permissions.
            restrict_default_security_group=False,
        )
        log_group = encrypted_log_group(
            self,
            "FlowLogs",
            self.removal_policy,
        )
        acknowledge(vpc, *_default_group_unused())
        # The plain resource: the CDK's construct would widen the role that it is given.
        ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_id=vpc.vpc_id,
            resource_type="VPC",
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_group_name=log_group.log_group_name,
            deliver_logs_permission_arn=self._flow_log_role(log_group, settings).role_arn,
        )
        return vpc

    def _flow_log_role(self, log_group: logs.ILogGroup, settings: Settings) -> ServiceRole:
        return ServiceRole(
            self,
            "FlowLogRole",
            service="vpc-flow-logs.amazonaws.com",
            description="Writes the VPC's flow logs",
            permissions=[
                LogsWrite.of(log_group),
                ActionsOn(
                    actions=("logs:DescribeLogStreams",), resources=(log_group.log_group_arn,)
                ),
            ],
            policy_type=settings.policy_type,
        )

    def _make_endpoints(self, pictures: s3.IBucket) -> None:
        s3_endpoint = self.vpc.add_gateway_endpoint(
            "S3", service=ec2.GatewayVpcEndpointAwsService.S3
        )
        ours = {"StringEquals": {"aws:PrincipalAccount": self.account}}
        for sid, actions, resources, conditions in (
            ("Pictures", ["s3:ListBucket"], [pictures.bucket_arn], ours),
            ("PicturesInIt", ["s3:GetObject"], [pictures.arn_for_objects("*")], ours),
            ("NamesOfBuckets", ["s3:ListAllMyBuckets"], ["*"], ours),
            # Unsigned, from the buckets that Amazon Linux documents.
            ("Packages", ["s3:GetObject"], [f"{self._package_bucket}/*"], None),
        ):
            s3_endpoint.add_to_policy(
                iam.PolicyStatement(
                    sid=sid,
                    principals=[iam.AnyPrincipal()],
                    actions=actions,
                    resources=resources,
                    conditions=conditions,
                )
            )
        endpoint_group = ec2.SecurityGroup(
            self,
            "EndpointGroup",
            vpc=self.vpc,
            description="VPC endpoints, reached by the instances alone",
            allow_all_outbound=False,
        )
        endpoint_group.add_ingress_rule(
            self.security_group, ec2.Port.tcp(443), "From the instances"
        )
        for name, service in (
            ("Ssm", ec2.InterfaceVpcEndpointAwsService.SSM),
            ("SsmMessages", ec2.InterfaceVpcEndpointAwsService.SSM_MESSAGES),
        ):
            self.vpc.add_interface_endpoint(
                name, service=service, security_groups=[endpoint_group], open=False
            )

    @property
    def _package_bucket(self) -> str:
        """Where Amazon Linux 2023 gets its packages in this region."""
        return f"arn:{self.partition}:s3:::al2023-repos-{self.region}-de612dc2"

    def _make_security_group(self) -> ec2.SecurityGroup:
        security_group = ec2.SecurityGroup(
            self,
            "InstanceGroup",
            vpc=self.vpc,
            description="No way in; out to the VPC endpoints",
            allow_all_outbound=False,
        )
        security_group.add_egress_rule(
            ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "VPC endpoints; there is no way further"
        )
        return security_group

    def _make_instance(self, settings: Settings) -> ec2.Instance:
        instance = ec2.Instance(
            self,
            "Instance",
            vpc=self.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            instance_type=ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.MICRO),
            machine_image=ec2.MachineImage.latest_amazon_linux2023(),
            instance_profile=self.role.instance_profile,
            security_group=self.security_group,
            disable_api_termination=settings.termination_protection,
            detailed_monitoring=True,
            ebs_optimized=True,
            block_devices=[
                ec2.BlockDevice(
                    device_name="/dev/xvda",
                    volume=ec2.BlockDeviceVolume.ebs(
                        8, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3
                    ),
                )
            ],
        )
        require_imdsv2(instance)
        if not settings.termination_protection:
            acknowledge(
                instance,
                Acknowledgement(
                    rule="AwsSolutions-EC29",
                    reason="Termination protection was switched off by the setting of that name, "
                    "so that the stacks can be destroyed.",
                ),
            )
        return instance


def _default_group_unused() -> tuple[Acknowledgement, ...]:
    return tuple(
        Acknowledgement(
            rule=f"{pack}-VPCDefaultSecurityGroupClosed",
            reason="Nothing uses the default security group; the CDK would empty it by a custom "
            "resource whose role may change any security group.",
        )
        for pack in ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")
    )
