"""AWS::IAM::Role, whose boundary the emulator drops, and AWS::IAM::ServiceLinkedRole."""

# ruff: noqa: ARG002 - a type need not use all that CloudFormation tells it.

from ministack.services import iam
from ministack.services.cloudformation import provisioners

from least_privilege.embedded.emulator.resources.handler import (
    Attributes,
    Properties,
    ResourceType,
    call,
    call_unless_gone,
    element,
)


class Role(ResourceType):
    """The emulator's own handler, and what it leaves out."""

    name = "AWS::IAM::Role"
    create_only = ("RoleName", "Path")
    custom_name = "RoleName"
    tagged = True

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        name = properties.get("RoleName")
        if name and name in iam._roles:
            raise ValueError(f"Role with name {name} already exists.")
        role, attributes = provisioners._iam_role_create(logical_id, properties, stack)
        try:
            self._change_boundary(role, {}, properties)
        except ValueError:
            provisioners._iam_role_delete(role, properties)
            raise
        return role, attributes

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        # Replacing is decided before this is called, so the name is the one it has.
        kept = {**new, "RoleName": physical_id}
        _, attributes = provisioners._iam_role_update(physical_id, old, kept, "", physical_id)
        self._change_boundary(physical_id, old, new)
        return dict(attributes)

    def delete(self, physical_id: str, properties: Properties) -> None:
        provisioners._iam_role_delete(physical_id, properties)

    def _change_boundary(self, role: str, old: Properties, new: Properties) -> None:
        before, after = old.get("PermissionsBoundary"), new.get("PermissionsBoundary")
        if after and after != before:
            call(iam._put_role_permissions_boundary, RoleName=role, PermissionsBoundary=after)
        elif before and not after:
            call_unless_gone(iam._delete_role_permissions_boundary, RoleName=role)


class ServiceLinkedRole(ResourceType):
    name = "AWS::IAM::ServiceLinkedRole"
    create_only = ("AWSServiceName", "CustomSuffix")

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        given = {key: properties[key] for key in _LINKED if properties.get(key)}
        role = element(call(iam._create_service_linked_role, **given), "RoleName")
        return role, {"RoleName": role}

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        iam._roles[physical_id]["Description"] = new.get("Description") or ""
        return {"RoleName": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call_unless_gone(iam._delete_service_linked_role, RoleName=physical_id)


_LINKED = ("AWSServiceName", "CustomSuffix", "Description")
