"""AWS::EC2::SecurityGroupIngress and AWS::EC2::SecurityGroupEgress: a rule of its own."""

# ruff: noqa: ARG002 - a type need not use all that CloudFormation tells it.

from typing import Any, ClassVar

from ministack.services import ec2

from least_privilege.embedded.emulator.resources.handler import (
    Attributes,
    Properties,
    ResourceType,
)

_SHARED = ("GroupId", "IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6")


class _Rule(ResourceType):
    # "Source" or "Destination": how the properties of the other end are called.
    other_end: ClassVar[str]
    # Where the emulator keeps the rules of a group in this direction.
    rules: ClassVar[str]

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        rules = self._rules_of(properties["GroupId"])
        rule = self._rule(properties)
        # The emulator's own operation would lose a prefix list.
        rule_id = ec2._sg_rule_id(properties["GroupId"], self.rules == "IpPermissionsEgress", rule)
        if any(ec2._rules_match(rule, other) for other in rules):
            raise ValueError("the specified rule already exists in the security group")
        rules.append({**rule, "SecurityGroupRuleId": rule_id})
        return rule_id, {"Id": rule_id}

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        # Only the description changes in place.
        rules = self._rules_of(new["GroupId"])
        changed = {**self._rule(new), "SecurityGroupRuleId": physical_id}
        rules[:] = [
            changed if rule.get("SecurityGroupRuleId") == physical_id else rule for rule in rules
        ]
        return {"Id": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        group = ec2._security_groups.get(properties["GroupId"])
        if group is not None:
            rules = group[self.rules]
            rules[:] = [r for r in rules if r.get("SecurityGroupRuleId") != physical_id]

    def _rules_of(self, group_id: str) -> list[dict[str, Any]]:
        group = ec2._security_groups.get(group_id)
        if group is None:
            raise ValueError(f"The security group '{group_id}' does not exist")
        rules: list[dict[str, Any]] = group[self.rules]
        return rules

    def _rule(self, properties: Properties) -> dict[str, Any]:
        described = (
            {"Description": properties.get("Description")} if properties.get("Description") else {}
        )

        def end(key: str, name: str) -> list[dict[str, Any]]:
            return [{key: properties[name], **described}] if properties.get(name) else []

        ports = {
            port: int(properties[port])
            for port in ("FromPort", "ToPort")
            if properties.get(port) is not None
        }
        return {
            "IpProtocol": str(properties["IpProtocol"]),
            **ports,
            "IpRanges": end("CidrIp", "CidrIp"),
            "Ipv6Ranges": end("CidrIpv6", "CidrIpv6"),
            "PrefixListIds": end("PrefixListId", f"{self.other_end}PrefixListId"),
            "UserIdGroupPairs": end("GroupId", f"{self.other_end}SecurityGroupId"),
        }


class SecurityGroupIngress(_Rule):
    name = "AWS::EC2::SecurityGroupIngress"
    other_end = "Source"
    rules = "IpPermissions"
    create_only = (*_SHARED, "SourcePrefixListId", "SourceSecurityGroupId")


class SecurityGroupEgress(_Rule):
    name = "AWS::EC2::SecurityGroupEgress"
    other_end = "Destination"
    rules = "IpPermissionsEgress"
    create_only = (*_SHARED, "DestinationPrefixListId", "DestinationSecurityGroupId")
