"""CloudFormation resource types that the embedded AWS adds: made, changed, replaced, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.embedded.kit import ACCOUNT, Clients, Stack, changed, trust

AMI_PARAMETER = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64"


NETWORK: dict[str, Any] = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.30.0.0/16"}},
    "Subnet": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "CidrBlock": "10.30.7.0/24",
            "AvailabilityZone": "eu-central-1a",
        },
    },
    "Group": {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "GroupDescription": "endpoints",
            "SecurityGroupEgress": [
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.30.0.0/16"}
            ],
        },
    },
}

INSTANCE: dict[str, Any] = {
    **NETWORK,
    "Role": {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": trust(Service="ec2.amazonaws.com")},
    },
    "Profile": {
        "Type": "AWS::IAM::InstanceProfile",
        "Properties": {"Roles": [{"Ref": "Role"}], "Path": "/app/"},
    },
    "Template": {
        "Type": "AWS::EC2::LaunchTemplate",
        "Properties": {
            "LaunchTemplateData": {
                "ImageId": f"{{{{resolve:ssm:{AMI_PARAMETER}}}}}",
                "InstanceType": "t4g.nano",
                "MetadataOptions": {"HttpTokens": "required"},
                "IamInstanceProfile": {"Arn": {"Fn::GetAtt": ["Profile", "Arn"]}},
            }
        },
    },
    "Instance": {
        "Type": "AWS::EC2::Instance",
        "Properties": {
            "LaunchTemplate": {
                "LaunchTemplateId": {"Ref": "Template"},
                "Version": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]},
            },
            "SubnetId": {"Ref": "Subnet"},
            "SecurityGroupIds": [{"Ref": "Group"}],
            "Tags": [{"Key": "Name", "Value": "worker"}],
            "BlockDeviceMappings": [
                {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "VolumeSize": 12}},
                {"DeviceName": "/dev/xvdb", "Ebs": {"Encrypted": True, "VolumeSize": 20}},
            ],
        },
    },
}


def describe_instance(ec2: Any, instance_id: str) -> dict[str, Any]:
    found = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    instance: dict[str, Any] = found[0]["Instances"][0]
    return instance


def test_an_instance_takes_what_its_launch_template_and_its_subnet_say(
    stack: Stack, clients: Clients
) -> None:
    outputs = stack.deploy(
        INSTANCE,
        Instance={"Ref": "Instance"},
        Address={"Fn::GetAtt": ["Instance", "PrivateIp"]},
        Profile={"Ref": "Profile"},
        VpcRange={"Fn::GetAtt": ["Vpc", "CidrBlock"]},
    )
    ec2 = clients.root("ec2")
    instance = describe_instance(ec2, outputs["Instance"])
    assert outputs["VpcRange"] == "10.30.0.0/16"
    assert instance["InstanceType"] == "t4g.nano"
    assert instance["PrivateIpAddress"] == outputs["Address"] == "10.30.7.4"
    assert instance["Placement"]["AvailabilityZone"] == "eu-central-1a"
    assert not instance.get("PublicIpAddress")
    assert instance["IamInstanceProfile"]["Arn"].endswith(f"/app/{outputs['Profile']}")
    assert {"Key": "Name", "Value": "worker"} in instance["Tags"]
    volumes = ec2.describe_volumes(
        Filters=[{"Name": "attachment.instance-id", "Values": [outputs["Instance"]]}]
    )["Volumes"]
    assert sorted((v["Size"], v["Encrypted"]) for v in volumes) == [(12, True), (20, True)]


def test_an_instance_changes_its_profile_in_place_and_its_subnet_by_replacement(
    stack: Stack, clients: Clients
) -> None:
    ec2 = clients.root("ec2")
    output = {"Instance": {"Ref": "Instance"}}
    simple = changed(
        INSTANCE,
        "Instance",
        LaunchTemplate=None,
        ImageId="ami-0c2023a1b2c3d4e5f",
        InstanceType="t3.micro",
    )
    first = stack.deploy(simple, **output)["Instance"]
    assert "IamInstanceProfile" not in describe_instance(ec2, first)

    attached = changed(simple, "Instance", IamInstanceProfile={"Ref": "Profile"})
    assert stack.deploy(attached, **output)["Instance"] == first
    assert "IamInstanceProfile" in describe_instance(ec2, first)

    assert stack.deploy(simple, **output)["Instance"] == first
    assert "IamInstanceProfile" not in describe_instance(ec2, first)

    moved = changed(simple, "Instance", PrivateIpAddress="10.30.7.99")
    second = stack.deploy(moved, **output)["Instance"]
    assert second != first
    assert describe_instance(ec2, first)["State"]["Name"] == "terminated"

    stack.delete()
    assert describe_instance(ec2, second)["State"]["Name"] == "terminated"


def test_an_instance_in_a_subnet_that_is_not_there_fails_the_stack(stack: Stack) -> None:
    stack.start(
        {
            "Instance": {
                "Type": "AWS::EC2::Instance",
                "Properties": {"ImageId": "ami-1", "SubnetId": "subnet-nowhere"},
            }
        }
    )
    assert stack.settled()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any("subnet-nowhere" in failure for failure in stack.failures())


def test_rules_of_their_own_come_and_go_with_their_resources(
    stack: Stack, clients: Clients
) -> None:
    rules = {
        **NETWORK,
        "In": {
            "Type": "AWS::EC2::SecurityGroupIngress",
            "Properties": {
                "GroupId": {"Ref": "Group"},
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "SourceSecurityGroupId": {"Ref": "Group"},
                "Description": "first",
            },
        },
        "Out": {
            "Type": "AWS::EC2::SecurityGroupEgress",
            "Properties": {
                "GroupId": {"Ref": "Group"},
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "DestinationPrefixListId": "pl-6da54004",
            },
        },
    }
    outputs = stack.deploy(rules, Group={"Ref": "Group"}, In={"Ref": "In"})
    ec2 = clients.root("ec2")

    def group() -> dict[str, Any]:
        found = ec2.describe_security_groups(GroupIds=[outputs["Group"]])["SecurityGroups"]
        result: dict[str, Any] = found[0]
        return result

    pair = group()["IpPermissions"][0]["UserIdGroupPairs"][0]
    assert (pair["GroupId"], pair["Description"]) == (outputs["Group"], "first")
    assert [
        item["PrefixListIds"][0]["PrefixListId"]
        for item in group()["IpPermissionsEgress"]
        if item["PrefixListIds"]
    ] == ["pl-6da54004"]

    described = stack.deploy(changed(rules, "In", Description="second"), In={"Ref": "In"})
    assert described["In"] == outputs["In"]
    replaced = stack.deploy(changed(rules, "In", FromPort=442), In={"Ref": "In"})
    assert replaced["In"] != outputs["In"]
    assert [item["FromPort"] for item in group()["IpPermissions"]] == [442]

    without = {name: value for name, value in rules.items() if name not in ("In", "Out")}
    stack.deploy(without)
    assert group()["IpPermissions"] == []
    assert len(group()["IpPermissionsEgress"]) == 1


def test_a_trail_a_flow_log_and_an_analyzer_are_there(stack: Stack, clients: Clients) -> None:
    resources: dict[str, Any] = {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {}},
        "Trail": {
            "Type": "AWS::CloudTrail::Trail",
            "Properties": {
                "S3BucketName": {"Ref": "Bucket"},
                "IsLogging": True,
                "IsMultiRegionTrail": True,
                "EnableLogFileValidation": True,
                "EventSelectors": [
                    {
                        "ReadWriteType": "All",
                        "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
                    }
                ],
            },
        },
        **NETWORK,
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}},
        "FlowLog": {
            "Type": "AWS::EC2::FlowLog",
            "Properties": {
                "ResourceId": {"Ref": "Vpc"},
                "ResourceType": "VPC",
                "TrafficType": "ALL",
                "LogGroupName": {"Ref": "Logs"},
                "DeliverLogsPermissionArn": f"arn:aws:iam::{ACCOUNT}:role/flow",
            },
        },
        "Analyzer": {
            "Type": "AWS::AccessAnalyzer::Analyzer",
            "Properties": {"Type": "ACCOUNT", "AnalyzerName": "account"},
        },
    }
    refs = {"Trail": {"Fn::GetAtt": ["Trail", "Arn"]}, "Analyzer": {"Ref": "Analyzer"}}
    outputs = stack.deploy(resources, FlowLog={"Ref": "FlowLog"}, **refs)
    assert outputs["Analyzer"].endswith(":analyzer/account")
    cloudtrail, ec2 = clients.root("cloudtrail"), clients.root("ec2")
    trail = cloudtrail.get_trail(Name=outputs["Trail"])["Trail"]
    assert trail["IsMultiRegionTrail"]
    assert trail["LogFileValidationEnabled"]
    assert cloudtrail.get_trail_status(Name=outputs["Trail"])["IsLogging"]

    again = changed(resources, "Trail", IsLogging=False)
    replaced = stack.deploy(
        changed(again, "FlowLog", TrafficType="REJECT"), FlowLog={"Ref": "FlowLog"}, **refs
    )
    assert not cloudtrail.get_trail_status(Name=outputs["Trail"])["IsLogging"]
    assert replaced["FlowLog"] != outputs["FlowLog"]
    flow_logs = ec2.describe_flow_logs()["FlowLogs"]
    assert [(f["FlowLogId"], f["TrafficType"]) for f in flow_logs] == [
        (replaced["FlowLog"], "REJECT")
    ]
    stack.delete()
    assert ec2.describe_flow_logs()["FlowLogs"] == []
    assert cloudtrail.describe_trails()["trailList"] == []


def test_a_stack_without_changes_reports_none(stack: Stack, clients: Clients) -> None:
    stack.deploy(NETWORK)
    with pytest.raises(
        clients.root("cloudformation").exceptions.ClientError, match="No updates are to be"
    ):
        stack.start(NETWORK)


def test_an_unknown_type_and_an_unknown_service_are_refused_in_words(
    stack: Stack, clients: Clients
) -> None:
    cloudformation = clients.root("cloudformation")
    with pytest.raises(cloudformation.exceptions.ClientError, match="AWS::RolesAnywhere::Profile"):
        stack.start({"Profile": {"Type": "AWS::RolesAnywhere::Profile"}})
    analyzer = clients.root("accessanalyzer")
    with pytest.raises(analyzer.exceptions.ClientError, match="the embedded AWS has no access"):
        analyzer.list_analyzers()


def test_a_custom_resource_whose_function_fails_fails_the_stack_at_once(stack: Stack) -> None:
    code = "def handler(event, context):\n    raise ValueError('no luck')\n"
    resources = {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": trust(Service="lambda.amazonaws.com")},
        },
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Code": {"ZipFile": code},
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            },
        },
        "Custom": {
            "Type": "Custom::Thing",
            "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}},
        },
    }
    stack.start(resources)
    assert stack.settled()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any("no luck" in failure for failure in stack.failures()), json.dumps(stack.failures())
