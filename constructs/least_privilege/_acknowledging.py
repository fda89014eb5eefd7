"""The CDK's side of `acknowledgements`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import jsii
from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct, IValidation

from .acknowledgements import Acknowledgement


@jsii.implements(IValidation)
class AcknowledgeAtValidation:
    """Acknowledges what was collected, once references between stacks are resolved."""

    def __init__(self, pending: list[tuple[IConstruct, Acknowledgement]]) -> None:
        self._pending = pending

    def validate(self) -> list[str]:
        """Called by the CDK after it prepared the app; finds nothing wrong itself."""
        while self._pending:
            construct, each = self._pending.pop(0)
            Validations.of(construct).acknowledge(
                Acknowledgment(id=_finding_id(construct, each), reason=each.reason)
            )
        return []


def _finding_id(construct: IConstruct, acknowledgement: Acknowledgement) -> str:
    rule = acknowledgement.qualified_rule
    if acknowledgement.action:
        return f"{rule}[Action::{acknowledgement.action}]"
    if acknowledgement.resource:
        resource: Any = acknowledgement.resource
        if "${Token[" in resource:
            resource = Stack.of(construct).resolve(resource)
        return f"{rule}[Resource::{_flat(resource)}]"
    return rule


def _flat(value: Any) -> str:
    """A resolved value as cdk-nag writes it in the ID of a finding."""
    match value:
        case str():
            return value.replace("${", "<").replace("}", ">")
        case {"Fn::Join": [str(separator), Sequence() as parts]}:
            return separator.join(_flat(part) for part in parts)
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{_flat(resource)}.{_flat(attribute)}>"
        case {"Fn::ImportValue": export} | {"Fn::Sub": export}:
            return _flat(export)
        case {"Ref": name}:
            return f"<{name}>"
        case _:
            return json.dumps(value, separators=(",", ":"))
