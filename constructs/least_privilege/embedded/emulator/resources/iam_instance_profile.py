"""AWS::IAM::InstanceProfile: `Ref` is its name on AWS, where the emulator returns its ARN."""

from ministack.services import iam

from least_privilege.embedded.emulator.resources.handler import (
    Attributes,
    Properties,
    ResourceType,
    call,
    call_unless_gone,
    generated_name,
)


class InstanceProfile(ResourceType):
    name = "AWS::IAM::InstanceProfile"
    create_only = ("InstanceProfileName", "Path")
    custom_name = "InstanceProfileName"

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        profile = properties.get("InstanceProfileName") or generated_name(stack, logical_id)
        path = properties.get("Path") or "/"
        call(iam._create_instance_profile, InstanceProfileName=profile, Path=path)
        try:
            return profile, self.update(profile, {}, properties)
        except ValueError:
            self.delete(profile, properties)
            raise

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        before, after = old.get("Roles") or [], new.get("Roles") or []
        # The old role goes first: a profile holds one.
        for role in set(before) - set(after):
            self._remove(physical_id, role)
        for role in after:
            if role not in before:
                call(
                    iam._add_role_to_instance_profile,
                    InstanceProfileName=physical_id,
                    RoleName=role,
                )
        return {"Arn": iam._instance_profiles[physical_id]["Arn"]}

    def delete(self, physical_id: str, properties: Properties) -> None:
        for role in properties.get("Roles") or []:
            self._remove(physical_id, role)
        call_unless_gone(iam._delete_instance_profile, InstanceProfileName=physical_id)

    def _remove(self, profile: str, role: str) -> None:
        call_unless_gone(
            iam._remove_role_from_instance_profile, InstanceProfileName=profile, RoleName=role
        )
