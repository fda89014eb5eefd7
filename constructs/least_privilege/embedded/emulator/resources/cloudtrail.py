"""AWS::CloudTrail::Trail. It is there and can be described; it delivers nothing."""

# ruff: noqa: ARG002 - a type need not use all that CloudFormation tells it.

import json

from ministack.services import cloudtrail

from least_privilege.embedded.emulator.resources.handler import (
    Attributes,
    Properties,
    ResourceType,
    call,
    call_unless_gone,
    generated_name,
    is_true,
)

_TEXTS = (
    "S3BucketName",
    "S3KeyPrefix",
    "SnsTopicName",
    "CloudWatchLogsLogGroupArn",
    "CloudWatchLogsRoleArn",
)
_SWITCHES = {
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": False,
    "EnableLogFileValidation": False,
    "IsOrganizationTrail": False,
}


class Trail(ResourceType):
    name = "AWS::CloudTrail::Trail"
    create_only = ("TrailName",)
    custom_name = "TrailName"
    tagged = True

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        trail = properties.get("TrailName") or generated_name(stack, logical_id)
        call(cloudtrail._create_trail, Name=trail, **_settings(properties))
        return trail, self.update(trail, {}, properties)

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        answer = json.loads(call(cloudtrail._update_trail, Name=physical_id, **_settings(new)))
        self._select_events(physical_id, old, new)
        logging = is_true(new.get("IsLogging", True))
        call(cloudtrail._start_logging if logging else cloudtrail._stop_logging, Name=physical_id)
        arn = answer["TrailARN"]
        self._tag(arn, old, new)
        return {"Arn": arn, "SnsTopicArn": answer.get("SnsTopicARN", "")}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call_unless_gone(cloudtrail._delete_trail, Name=physical_id)

    def _select_events(self, trail: str, old: Properties, new: Properties) -> None:
        for kind in ("EventSelectors", "AdvancedEventSelectors"):
            if new.get(kind) and new[kind] != old.get(kind):
                call(cloudtrail._put_event_selectors, TrailName=trail, **{kind: new[kind]})

    def _tag(self, arn: str, old: Properties, new: Properties) -> None:
        if old.get("Tags"):
            call(cloudtrail._remove_tags, ResourceId=arn, TagsList=old["Tags"])
        if new.get("Tags"):
            call(cloudtrail._add_tags, ResourceId=arn, TagsList=new["Tags"])


def _settings(properties: Properties) -> Properties:
    texts = {key: properties.get(key) or "" for key in _TEXTS}
    switches = {key: is_true(properties.get(key, off)) for key, off in _SWITCHES.items()}
    return texts | switches | {"KmsKeyId": properties.get("KMSKeyId") or ""}
