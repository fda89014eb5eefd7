"""What the tests of the reader share: short templates, and what comes out of them."""

from __future__ import annotations

from typing import Any

from least_privilege.policy import PolicyDocument
from least_privilege.template import Reading, read_template

ACCOUNT = "111122223333"
REGION = "eu-central-1"

Properties = dict[str, Any]


def read(resources: dict[str, Any], **sections: Any) -> Reading:
    """A template of these resources in a known account and region, read."""
    options = {
        key: sections.pop(key)
        for key in ("account", "region", "partition", "parameters", "stack_name")
        if key in sections
    }
    known = {"account": ACCOUNT, "region": REGION, "stack_name": "App", **options}
    return read_template({"Resources": resources, **sections}, **known)


def resource(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_, "Properties": properties}


def statement(resource: Any = "*", *, action: Any = "s3:GetObject", **more: Any) -> Properties:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def document(*statements: Any) -> Properties:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trust(principal: Any = None) -> Properties:
    return document(
        {
            "Effect": "Allow",
            "Principal": principal or {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    )


def role(*policies: Any, **more: Any) -> dict[str, Any]:
    """A role with an inline policy for each document."""
    inline = [
        {"PolicyName": f"Policy{index}", "PolicyDocument": each}
        for index, each in enumerate(policies)
    ]
    properties = {"AssumeRolePolicyDocument": trust(), **more}
    return resource("AWS::IAM::Role", **properties, **({"Policies": inline} if inline else {}))


def resources_of(policy: PolicyDocument | None) -> tuple[str, ...]:
    """The resources that the first statement names."""
    assert policy is not None
    return policy.statements[0].resources


def resolved(value: Any, **sections: Any) -> Any:
    """What a value is once it is resolved, as the resource of a policy."""
    others = sections.pop("resources", {})
    reading = read({"Role": role(document(statement(value))), **others}, **sections)
    found = resources_of(reading.role("Role").policies[0].document)
    return found[0] if len(found) == 1 else found


def text(value: Any, **sections: Any) -> Any:
    """What a value is once it is resolved, as a property of any resource."""
    others = sections.pop("resources", {})
    reading = read({"Any": resource("AWS::X::Y", Value=value), **others}, **sections)
    (found,) = [each for each in reading.resources if each.logical_id == "Any"]
    return found.properties.get("Value")
