"""AWS::EC2::FlowLog. It is there and can be described; no traffic is recorded."""

# ruff: noqa: ARG002 - a type need not use all that CloudFormation tells it.

from ministack.services import ec2

from least_privilege.embedded.emulator.resources.handler import (
    Attributes,
    Properties,
    ResourceType,
    call,
    call_unless_gone,
    element,
    flat,
)

_CREATE_ONLY = (
    "DeliverCrossAccountRole",
    "DeliverLogsPermissionArn",
    "DestinationOptions",
    "LogDestination",
    "LogDestinationType",
    "LogFormat",
    "LogGroupName",
    "MaxAggregationInterval",
    "ResourceId",
    "ResourceType",
    "TrafficType",
)


class FlowLog(ResourceType):
    name = "AWS::EC2::FlowLog"
    create_only = _CREATE_ONLY
    tagged = True

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        tags = [{"ResourceType": "vpc-flow-log", "Tag": properties.get("Tags") or []}]
        plain = {
            key: properties[key]
            for key in _CREATE_ONLY
            if key != "ResourceId" and isinstance(properties.get(key), str)
        }
        answer = call(
            ec2._create_flow_logs,
            **{"ResourceId.1": properties["ResourceId"], **plain, **flat("TagSpecification", tags)},
        )
        flow_log = element(element(answer, "flowLogIdSet"), "item")
        self.update(flow_log, {}, properties)
        return flow_log, {"Id": flow_log}

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        ec2._tags[physical_id] = [dict(tag) for tag in new.get("Tags") or []]
        return {"Id": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call_unless_gone(ec2._delete_flow_logs, **{"FlowLogId.1": physical_id})
