"""AWS::IAM::RolePolicy, UserPolicy and GroupPolicy: one inline policy of one principal."""

# ruff: noqa: ARG002 - a type need not use all that CloudFormation tells it.

from typing import ClassVar

from ministack.services import iam

from least_privilege.embedded.emulator.resources.handler import (
    Attributes,
    Properties,
    ResourceType,
    call,
    call_unless_gone,
    policy_text,
)


class _InlinePolicy(ResourceType):
    owner: ClassVar[str]

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        self._put(properties)
        return f"{properties['PolicyName']}|{properties[self.owner]}", {}

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        self._put(new)
        return {}

    def delete(self, physical_id: str, properties: Properties) -> None:
        policy, owner = physical_id.split("|", 1)
        delete = {
            "RoleName": iam._delete_role_policy,
            "UserName": iam._delete_user_policy,
            "GroupName": iam._delete_group_policy,
        }[self.owner]
        call_unless_gone(delete, **{self.owner: owner, "PolicyName": policy})

    def _put(self, properties: Properties) -> None:
        put = {
            "RoleName": iam._put_role_policy,
            "UserName": iam._put_user_policy,
            "GroupName": iam._put_group_policy,
        }[self.owner]
        call(
            put,
            **{
                self.owner: properties[self.owner],
                "PolicyName": properties["PolicyName"],
                "PolicyDocument": policy_text(properties.get("PolicyDocument", {})),
            },
        )


class RolePolicy(_InlinePolicy):
    name = "AWS::IAM::RolePolicy"
    owner = "RoleName"
    create_only = ("PolicyName", "RoleName")


class UserPolicy(_InlinePolicy):
    name = "AWS::IAM::UserPolicy"
    owner = "UserName"
    create_only = ("PolicyName", "UserName")


class GroupPolicy(_InlinePolicy):
    name = "AWS::IAM::GroupPolicy"
    owner = "GroupName"
    create_only = ("PolicyName", "GroupName")
