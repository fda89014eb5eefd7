"""AWS::EC2::Instance: a record that can be described, and an instance metadata service.

Nothing boots. What runs "on" the instance is a shell that asks its metadata service.
"""

# ruff: noqa: ARG002 - a type need not use all that CloudFormation tells it.

import ipaddress
from typing import Any

from ministack.services import ec2

from least_privilege.embedded.emulator.resources.handler import (
    Attributes,
    Properties,
    ResourceType,
    call,
    call_unless_gone,
    element,
    flat,
    is_true,
)


class Instance(ResourceType):
    name = "AWS::EC2::Instance"
    create_only = (
        "AvailabilityZone",
        "BlockDeviceMappings",
        "ImageId",
        "KeyName",
        "LaunchTemplate",
        "NetworkInterfaces",
        "PrivateIpAddress",
        "SecurityGroups",
        "SubnetId",
    )
    tagged = True

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        ec2._ensure_defaults_initialized()
        wanted = _with_launch_template(properties)
        subnet = _subnet(wanted)
        answer = call(
            ec2._run_instances,
            ImageId=_required(wanted, "ImageId"),
            InstanceType=wanted.get("InstanceType") or "m1.small",
            KeyName=wanted.get("KeyName") or "",
            SubnetId=subnet["SubnetId"],
            PrivateIpAddress=wanted.get("PrivateIpAddress") or _free_address(subnet),
            **flat("SecurityGroupId", _security_groups(wanted)),
        )
        instance_id = element(answer, "instanceId")
        instance = ec2._instances[instance_id]
        _place(instance, subnet, wanted)
        try:
            self._apply(instance, {}, wanted)
            _attach_volumes(instance, wanted.get("BlockDeviceMappings") or [])
        except ValueError:
            self.delete(instance_id, properties)
            raise
        return instance_id, _attributes(instance)

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        instance = ec2._instances[physical_id]
        self._apply(instance, _with_launch_template(old), _with_launch_template(new))
        return _attributes(instance)

    def delete(self, physical_id: str, properties: Properties) -> None:
        call_unless_gone(ec2._terminate_instances, **{"InstanceId.1": physical_id})

    def _apply(self, instance: dict[str, Any], old: Properties, new: Properties) -> None:
        instance["InstanceType"] = new.get("InstanceType") or instance["InstanceType"]
        instance["UserData"] = new.get("UserData") or ""
        instance["MetadataOptions"] = dict(new.get("MetadataOptions") or {})
        monitored = is_true(new.get("Monitoring", False))
        instance["Monitoring"] = {"State": "enabled" if monitored else "disabled"}
        instance["SecurityGroups"] = [
            {"GroupId": group, "GroupName": ec2._security_groups[group]["GroupName"]}
            for group in _security_groups(new) or [ec2._DEFAULT_SG_ID]
        ]
        ec2._tags[instance["InstanceId"]] = [dict(tag) for tag in new.get("Tags") or []]
        if old.get("IamInstanceProfile") != new.get("IamInstanceProfile"):
            _change_profile(instance["InstanceId"], new.get("IamInstanceProfile"))


def _with_launch_template(properties: Properties) -> Properties:
    """The instance's own properties over those of its launch template."""
    reference = properties.get("LaunchTemplate")
    if not reference:
        return properties
    data, _template, error = ec2._resolve_launch_template_data(reference)
    if error is not None:
        raise ValueError(f"the launch template {reference} does not exist")
    inherited = dict(data)
    profile = inherited.get("IamInstanceProfile") or {}
    inherited["IamInstanceProfile"] = profile.get("Name") or profile.get("Arn")
    inherited["Monitoring"] = (inherited.get("Monitoring") or {}).get("Enabled", False)
    tags = {
        tag["Key"]: tag
        for specification in inherited.get("TagSpecifications") or []
        if specification.get("ResourceType") == "instance"
        for tag in specification.get("Tags") or []
    }
    tags |= {tag["Key"]: tag for tag in properties.get("Tags") or []}
    return {**inherited, **properties, "Tags": list(tags.values())}


def _change_profile(instance_id: str, profile: str | None) -> None:
    association = ec2._find_active_iam_instance_profile_association(instance_id)
    if association is not None:
        call(
            ec2._disassociate_iam_instance_profile,
            AssociationId=association["AssociationId"],
        )
    if profile:
        kind = "Arn" if profile.startswith("arn:") else "Name"
        call(
            ec2._associate_iam_instance_profile,
            **{"InstanceId": instance_id, f"IamInstanceProfile.{kind}": profile},
        )


def _required(properties: Properties, name: str) -> str:
    if not properties.get(name):
        raise ValueError(f"AWS::EC2::Instance needs {name}, of its own or of its launch template")
    return str(properties[name])


def _first_interface(properties: Properties) -> Properties:
    return dict((properties.get("NetworkInterfaces") or [{}])[0])


def _security_groups(properties: Properties) -> list[str]:
    groups = properties.get("SecurityGroupIds") or _first_interface(properties).get("GroupSet")
    for group in groups or []:
        if group not in ec2._security_groups:
            raise ValueError(f"The security group '{group}' does not exist")
    return list(groups or [])


def _subnet(properties: Properties) -> dict[str, Any]:
    subnet_id = (
        properties.get("SubnetId")
        or _first_interface(properties).get("SubnetId")
        or ec2._DEFAULT_SUBNET_ID
    )
    if subnet_id not in ec2._subnets:
        raise ValueError(f"The subnet ID '{subnet_id}' does not exist")
    subnet: dict[str, Any] = ec2._subnets[subnet_id]
    return subnet


def _free_address(subnet: dict[str, Any]) -> str:
    taken = {instance["PrivateIpAddress"] for instance in ec2._instances.values()}
    hosts = list(ipaddress.ip_network(subnet["CidrBlock"]).hosts())
    # AWS keeps the first four addresses of a subnet for itself.
    free = (str(host) for host in hosts[3:] if str(host) not in taken)
    address = next(free, None)
    if address is None:
        raise ValueError(f"there are no free addresses in subnet '{subnet['SubnetId']}'")
    return address


def _place(instance: dict[str, Any], subnet: dict[str, Any], properties: Properties) -> None:
    """Put what follows from the subnet, where the emulator has fixed values."""
    zone = subnet["AvailabilityZone"]
    instance["Placement"]["AvailabilityZone"] = zone
    for mapping in instance["BlockDeviceMappings"]:
        ec2._volumes[mapping["Ebs"]["VolumeId"]]["AvailabilityZone"] = zone
    dashed = instance["PrivateIpAddress"].replace(".", "-")
    instance["PrivateDnsName"] = f"ip-{dashed}.{zone[:-1]}.compute.internal"
    public = _first_interface(properties).get(
        "AssociatePublicIpAddress", subnet.get("MapPublicIpOnLaunch", False)
    )
    if not is_true(public):
        instance["PublicIpAddress"] = instance["PublicDnsName"] = ""


def _attach_volumes(instance: dict[str, Any], mappings: list[Properties]) -> None:
    root = instance["BlockDeviceMappings"][0]
    for mapping in mappings:
        wanted = mapping.get("Ebs")
        if wanted is None:
            continue
        if mapping["DeviceName"] == root["DeviceName"]:
            volume_id = root["Ebs"]["VolumeId"]
            attached = root
        else:
            volume_id, attached = _new_volume(instance, mapping["DeviceName"])
        volume = ec2._volumes[volume_id]
        volume["Size"] = int(wanted.get("VolumeSize") or volume["Size"])
        volume["VolumeType"] = wanted.get("VolumeType") or volume["VolumeType"]
        volume["Encrypted"] = is_true(wanted.get("Encrypted", False))
        if wanted.get("KmsKeyId"):
            volume["KmsKeyId"] = wanted["KmsKeyId"]
        deleted = is_true(wanted.get("DeleteOnTermination", True))
        volume["Attachments"][0]["DeleteOnTermination"] = deleted
        attached["Ebs"]["DeleteOnTermination"] = deleted


def _new_volume(instance: dict[str, Any], device: str) -> tuple[str, dict[str, Any]]:
    zone = instance["Placement"]["AvailabilityZone"]
    volume_id = element(call(ec2._create_volume, AvailabilityZone=zone), "volumeId")
    call(
        ec2._attach_volume,
        VolumeId=volume_id,
        InstanceId=instance["InstanceId"],
        Device=device,
    )
    attached = {
        "DeviceName": device,
        "Ebs": {
            "VolumeId": volume_id,
            "Status": "attached",
            "AttachTime": ec2._volumes[volume_id]["Attachments"][0]["AttachTime"],
            "DeleteOnTermination": True,
        },
    }
    instance["BlockDeviceMappings"].append(attached)
    return volume_id, attached


def _attributes(instance: dict[str, Any]) -> Attributes:
    return {
        "InstanceId": instance["InstanceId"],
        "AvailabilityZone": instance["Placement"]["AvailabilityZone"],
        "PrivateDnsName": instance["PrivateDnsName"],
        "PrivateIp": instance["PrivateIpAddress"],
        "PublicDnsName": instance["PublicDnsName"],
        "PublicIp": instance["PublicIpAddress"],
        "VpcId": instance["VpcId"],
    }
