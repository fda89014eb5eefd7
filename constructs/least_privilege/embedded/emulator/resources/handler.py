"""What a resource type has to say, and how the emulator is told."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar
from xml.sax.saxutils import unescape

from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]
Attributes = dict[str, str]
# What the emulator's service functions return: status, headers and body.
Response = tuple[int, dict[str, Any], Any]


class ResourceType(ABC):
    """A CloudFormation resource type."""

    name: ClassVar[str]
    # Properties whose change makes CloudFormation replace the resource.
    create_only: ClassVar[tuple[str, ...]] = ()
    # The property that names the resource, where CloudFormation makes up a name otherwise: a
    # resource so named cannot be replaced under the same name.
    custom_name: ClassVar[str | None] = None
    # Whether `Tags` takes the tags of the stack too.
    tagged: ClassVar[bool] = False

    @abstractmethod
    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        """Make the resource; return its physical ID (`Ref`) and attributes (`Fn::GetAtt`)."""

    @abstractmethod
    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        """Change the resource in place; return its attributes."""

    @abstractmethod
    def delete(self, physical_id: str, properties: Properties) -> None:
        """Delete the resource. One that is gone already is no error."""


def register(resource_type: ResourceType) -> None:
    """Enter a type into the emulator's tables, in place of its own handler if it has one."""

    def update(
        physical_id: str, old: Properties, new: Properties, _stack: str, _logical_id: str
    ) -> tuple[str, Attributes]:
        return physical_id, resource_type.update(physical_id, old, new)

    name = resource_type.name
    provisioners._RESOURCE_HANDLERS[name] = {
        "create": resource_type.create,
        "update": update,
        "update_with_logical_id": True,
        "delete": resource_type.delete,
    }
    provisioners._REPLACING_PROPERTIES[name] = resource_type.create_only
    if resource_type.custom_name:
        provisioners._CUSTOM_NAME_REPLACEMENT[name] = {"name": resource_type.custom_name}
    if resource_type.tagged:
        provisioners._STACK_TAG_PROPERTY[name] = ("Tags", "list")


def generated_name(stack: str, logical_id: str, *, limit: int = 128) -> str:
    """The name that CloudFormation makes up for a resource without one."""
    return str(provisioners._physical_name(stack, logical_id, max_len=limit))


def call(operation: Callable[[dict[str, Any]], Response], **parameters: Any) -> str:
    """Call an operation of a service; return the body of its answer, or raise its error."""
    status, _headers, body = operation(parameters)
    text = body.decode() if isinstance(body, bytes) else str(body)
    if status >= 400:
        raise ValueError(_message(text))
    return text


def call_unless_gone(operation: Callable[[dict[str, Any]], Response], **parameters: Any) -> None:
    """Call a deleting operation, where what it deletes may be gone already."""
    operation(parameters)


def flat(name: str, value: Any, *, member: str = "") -> dict[str, str]:
    """A nested value as parameters of the query protocol: `Tags.member.1.Key` and so on.

    IAM counts its lists with `member.`, EC2 without.
    """
    if isinstance(value, dict):
        pairs = value.items()
        return _joined(flat(f"{name}.{key}", item, member=member) for key, item in pairs)
    if isinstance(value, list):
        numbered = enumerate(value, start=1)
        return _joined(flat(f"{name}.{member}{i}", item, member=member) for i, item in numbered)
    return {} if value is None else {name: _text(value)}


def element(xml: str, tag: str) -> str:
    """The text of the first element of that name in an answer."""
    found = re.search(rf"<{tag}>(.*?)</{tag}>", xml, re.DOTALL)
    if found is None:
        raise ValueError(f"the emulator's answer has no {tag}: {xml}")
    return unescape(found[1])


def policy_text(document: Any) -> str:
    """A policy document as the services store it."""
    return document if isinstance(document, str) else json.dumps(document)


def is_true(value: Any) -> bool:
    """A template's boolean, which YAML and parameters turn into text."""
    return str(value).lower() == "true"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _joined(parts: Any) -> dict[str, str]:
    return {key: value for part in parts for key, value in part.items()}


def _message(body: str) -> str:
    found = re.search(r"<Message>(.*?)</Message>", body, re.DOTALL)
    if found:
        return unescape(found[1])
    try:
        answer = json.loads(body)
    except ValueError:
        return body
    return str(answer.get("message") or answer.get("Message") or body)
