"""AWS::IAM::Group and AWS::IAM::UserToGroupAddition."""

# ruff: noqa: ARG002 - a type need not use all that CloudFormation tells it.

from ministack.services import iam

from least_privilege.embedded.emulator.resources.handler import (
    Attributes,
    Properties,
    ResourceType,
    call,
    call_unless_gone,
    generated_name,
    policy_text,
)


class Group(ResourceType):
    name = "AWS::IAM::Group"
    create_only = ("GroupName",)
    custom_name = "GroupName"

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        group = properties.get("GroupName") or generated_name(stack, logical_id)
        call(iam._create_group, GroupName=group, Path=properties.get("Path") or "/")
        return group, self.update(group, {}, properties)

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        group = iam._groups[physical_id]
        path = new.get("Path") or "/"
        if path != group["Path"]:
            group["Path"] = path
            group["Arn"] = f"{group['Arn'].split(':group/')[0]}:group{path}{physical_id}"
        self._change_managed_policies(physical_id, old, new)
        self._change_inline_policies(physical_id, old, new)
        return {"Arn": group["Arn"]}

    def delete(self, physical_id: str, properties: Properties) -> None:
        self._change_managed_policies(physical_id, properties, {})
        call_unless_gone(iam._delete_group, GroupName=physical_id)

    def _change_managed_policies(self, group: str, old: Properties, new: Properties) -> None:
        before, after = old.get("ManagedPolicyArns") or [], new.get("ManagedPolicyArns") or []
        for arn in set(before) - set(after):
            call_unless_gone(iam._detach_group_policy, GroupName=group, PolicyArn=arn)
        for arn in sorted(set(after) - set(before)):
            call(iam._attach_group_policy, GroupName=group, PolicyArn=arn)

    def _change_inline_policies(self, group: str, old: Properties, new: Properties) -> None:
        before = {policy["PolicyName"] for policy in old.get("Policies") or []}
        after = {policy["PolicyName"]: policy for policy in new.get("Policies") or []}
        for name in before - after.keys():
            call_unless_gone(iam._delete_group_policy, GroupName=group, PolicyName=name)
        for name, policy in after.items():
            document = policy_text(policy["PolicyDocument"])
            call(iam._put_group_policy, GroupName=group, PolicyName=name, PolicyDocument=document)


class UserToGroupAddition(ResourceType):
    name = "AWS::IAM::UserToGroupAddition"
    create_only = ("GroupName",)

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        self.update("", {}, properties)
        return generated_name(stack, logical_id), {}

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        before, after = set(old.get("Users") or []), set(new.get("Users") or [])
        for user in sorted(after - before):
            call(iam._add_user_to_group, GroupName=new["GroupName"], UserName=user)
        for user in before - after:
            self._remove(new["GroupName"], user)
        return {}

    def delete(self, physical_id: str, properties: Properties) -> None:
        for user in properties.get("Users") or []:
            self._remove(properties["GroupName"], user)

    def _remove(self, group: str, user: str) -> None:
        call_unless_gone(iam._remove_user_from_group, GroupName=group, UserName=user)
