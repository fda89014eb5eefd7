"""`Fn::GetAtt` attributes that the emulator's own resource types lack."""

from collections.abc import Callable
from typing import Any

from ministack.services import ec2
from ministack.services.cloudformation import provisioners


def install() -> None:
    """Add them to what the emulator's handlers return."""
    for name, missing in _MISSING.items():
        handler = provisioners._RESOURCE_HANDLERS[name]
        for operation in ("create", "update"):
            if operation in handler:
                handler[operation] = _completed(handler[operation], missing)


def _completed(
    handle: Callable[..., tuple[str, dict[str, Any]]],
    missing: Callable[[str], dict[str, Any]],
) -> Callable[..., tuple[str, dict[str, Any]]]:
    def complete(*arguments: Any) -> tuple[str, dict[str, Any]]:
        physical_id, attributes = handle(*arguments)
        return physical_id, {**missing(physical_id), **attributes}

    return complete


def _vpc(physical_id: str) -> dict[str, Any]:
    return {
        "CidrBlock": ec2._vpcs[physical_id]["CidrBlock"],
        "CidrBlockAssociations": [],
        "Ipv6CidrBlocks": [],
    }


def _subnet(physical_id: str) -> dict[str, Any]:
    subnet = ec2._subnets[physical_id]
    return {
        "AvailabilityZoneId": subnet["AvailabilityZoneId"],
        "CidrBlock": subnet["CidrBlock"],
        "Ipv6CidrBlocks": [],
        "VpcId": subnet["VpcId"],
    }


_MISSING: dict[str, Callable[[str], dict[str, Any]]] = {
    "AWS::EC2::VPC": _vpc,
    "AWS::EC2::Subnet": _subnet,
}
