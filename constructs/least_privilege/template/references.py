"""`Ref` and `Fn::GetAtt`: pseudo parameters, parameters, and the names and ARNs of resources.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from .identifiers import MADE_BY_AWS, REF
from .imports import cross_region
from .resource_types import RESOURCE_TYPES, Naming, ResourceType
from .scope import NO_VALUE, Scope, kind_by_name, text_of
from .source import Place, near
from .symbols import SymbolKind

_FIELD = re.compile(r"\{(?P<name>[A-Za-z]+)(?P<rest>[=/:-][A-Za-z/]*)?\}")
_UNKNOWN_TYPE = ResourceType(naming=Naming.IDENTIFIER)


def ref(scope: Scope, name: str, place: Place) -> Any:
    """What `Ref` gives."""
    if name.startswith("AWS::"):
        return _pseudo(scope, name, place)
    if name in scope.section("Parameters"):
        return scope.parameter(name, place)
    if name not in scope.resources:
        return _nothing(scope, name, place)
    kind = scope.resources[name]["Type"]
    if kind == "AWS::CloudFormation::Stack":
        return _stack_id(scope, name)
    return _fill(scope, name, resource_type(kind).ref, place)


def get_att(scope: Scope, argument: Any, place: Place) -> Any:
    """What `Fn::GetAtt` gives."""
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    if not isinstance(argument, list) or len(argument) < 2 or not isinstance(argument[0], str):
        scope.source.refuse(place, "must be a logical ID and the name of an attribute")
    parts = [text_of(scope.resolve(each, (*place, at))) for at, each in enumerate(argument[1:], 1)]
    return attribute(scope, argument[0], ".".join(parts), place)


def reference(scope: Scope, name: str, place: Place) -> Any:
    """What `${name}` in `Fn::Sub` gives: a `Ref`, or an attribute where it has a dot."""
    logical_id, dot, rest = name.partition(".")
    return attribute(scope, logical_id, rest, place) if dot else ref(scope, name, place)


def attribute(scope: Scope, logical_id: str, name: str, place: Place) -> Any:
    """An attribute of a resource."""
    resource = scope.resources.get(logical_id)
    if resource is None:
        return _nothing(scope, logical_id, place)
    kind = resource["Type"]
    if kind == "AWS::CloudFormation::Stack" and name.startswith("Outputs."):
        return _output(scope, logical_id, name.removeprefix("Outputs."), place)
    if kind == "Custom::CrossRegionExportReader":
        return cross_region(scope, name, place)
    if kind == "Custom::AWSCDKCfnJson" and name == "Value":
        return _cfn_json(scope, logical_id)
    template = resource_type(kind).attributes.get(name)
    if template is not None:
        return _fill(scope, logical_id, template, place)
    if name in MADE_BY_AWS.get(kind, ()):
        key = f"{scope.id}/{logical_id}.{name}"
        meaning = f"{name} of {logical_id} of {scope.id}"
        return _generated(scope, key, meaning, kind_by_name(name), f"{logical_id}.{name}")
    return _decided_elsewhere(scope, logical_id, name)


def _decided_elsewhere(scope: Scope, logical_id: str, name: str = "") -> str:
    """What a resource of a type that is not known gives: perhaps a name that the template has."""
    kind = scope.resources[logical_id]["Type"]
    is_custom = kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"
    of = f"the custom resource {logical_id}" if is_custom else f"{logical_id} ({kind})"
    dotted = f".{name}" if name else ""
    return scope.world.symbols.open(
        f"{scope.id}/{logical_id}{dotted}",
        label=f"{scope.id}.{logical_id}{dotted}",
        kind=kind_by_name(name),
        meaning=f"{name or 'what Ref gives'} of {of} of {scope.id}",
        mend="hand the value over as a parameter instead",
    )


def resource_type(name: str) -> ResourceType:
    """What is known of a type."""
    return RESOURCE_TYPES.get(name, _UNKNOWN_TYPE)


def own_arn(scope: Scope, logical_id: str) -> str:
    """The ARN of a resource; empty where its type has none that is known."""
    place: Place = ("Resources", logical_id)
    template = resource_type(scope.resources[logical_id]["Type"]).arn
    return _fill(scope, logical_id, template, place) if template else ""


def physical_name(scope: Scope, logical_id: str) -> str:
    """The name that a resource has in AWS."""
    type_name = scope.resources[logical_id]["Type"]
    kind = resource_type(type_name)
    if type_name not in RESOURCE_TYPES and REF not in MADE_BY_AWS.get(type_name, ()):
        return _decided_elsewhere(scope, logical_id)
    if kind.name:
        place: Place = ("Resources", logical_id, "Properties", kind.name)
        properties = properties_of(scope, logical_id)
        if kind.name in properties:
            value = properties[kind.name]
            with scope.world.as_it_is():
                given = scope.world.once(
                    scope, logical_id, place, lambda: scope.resolve(value, place)
                )
            if given is not NO_VALUE:
                return text_of(given)
    # Identifiers of types that are not known may well be ARNs.
    is_name = bool(kind.arn or kind.name)
    mark = _generated(
        scope,
        f"{scope.id}/{logical_id}",
        f"the name of {logical_id} of {scope.id}",
        SymbolKind.NAME if is_name else SymbolKind.TEXT,
        logical_id if kind.naming is Naming.IDENTIFIER else "",
    )
    match kind.naming:
        case Naming.STACK:
            return f"{scope.name}-{logical_id}-{mark}"
        case Naming.LOWER_CASE:
            return f"{scope.name}-{logical_id}-{mark}".lower()
        case Naming.LOGICAL_ID:
            return f"{logical_id}-{mark}"
        case Naming.IDENTIFIER:
            return mark


def properties_of(scope: Scope, logical_id: str) -> dict[str, Any]:
    """The properties of a resource as they stand in the template."""
    properties = scope.resources[logical_id].get("Properties")
    return properties if isinstance(properties, dict) else {}


def _fill(scope: Scope, logical_id: str, template: str, place: Place) -> str:
    where = scope.environment
    known = {
        "partition": where.partition, "region": where.region, "account": where.account,
        "suffix": where.url_suffix,
    }  # fmt: skip

    def value(found: re.Match[str]) -> str:
        name = found["name"]
        if name in known:
            return known[name]
        key = f"{scope.id}/{logical_id}/{name}"
        match name:
            case "name":
                return physical_name(scope, logical_id)
            case "arn":
                return own_arn(scope, logical_id)
            case "id":
                return _generated(scope, key, f"an identifier of {logical_id} of {scope.id}")
            case "six":
                meaning = f"the end of the ARN of {logical_id} of {scope.id}"
                return _generated(scope, key, meaning, SymbolKind.SIX_SIGNS)
        return _property(scope, logical_id, name, found["rest"] or "", place)

    # A parameter's name may begin with a slash of its own.
    return _FIELD.sub(value, template).replace(":parameter//", ":parameter/")


def _property(scope: Scope, logical_id: str, name: str, rest: str, place: Place) -> str:
    """A property inside an ARN: `=` begins its default, the other signs say how it is written."""
    given = properties_of(scope, logical_id).get(name)
    value = NO_VALUE
    if given is not None:
        where = ("Resources", logical_id, "Properties", name)
        with scope.world.as_it_is():
            value = scope.world.once(
                scope, f"{logical_id}.{name}", place, lambda: scope.resolve(given, where)
            )
    text = "" if value is NO_VALUE else text_of(value)
    match rest[:1]:
        case "=":
            return text or rest[1:]
        case ":":
            return text.split(":")[-1]  # A name, or the end of an ARN.
        case "-":
            return text.removeprefix("https://")
        case _:
            return f"{text.split('/')[-1]}/" if text and text != "default" else ""


def _pseudo(scope: Scope, name: str, place: Place) -> Any:
    where = scope.environment
    match name:
        case "AWS::NoValue":
            return NO_VALUE
        case "AWS::AccountId":
            return where.account
        case "AWS::Region":
            return where.region
        case "AWS::Partition":
            return where.partition
        case "AWS::URLSuffix":
            return where.url_suffix
        case "AWS::StackName":
            return scope.name
        case "AWS::StackId":
            unique = _generated(scope, f"{scope.id}/stack", f"the ID of {scope.id}")
            here = f"{where.partition}:cloudformation:{where.region}:{where.account}"
            return f"arn:{here}:stack/{scope.name}/{unique}"
        case "AWS::NotificationARNs":
            return scope.world.symbols.open(
                f"{scope.id}/notifications",
                label=f"{scope.id}.NotificationARNs",
                kind=SymbolKind.ARN,
                meaning=f"the topics that {scope.id} tells of its events",
                mend="write the ARNs themselves",
            )
    known = ("AccountId", "NoValue", "NotificationARNs", "Partition", "Region", "StackId",
             "StackName", "URLSuffix")  # fmt: skip
    hint = near(name, [f"AWS::{each}" for each in known])
    return scope.source.refuse(place, f"names {name!r}, which is no pseudo parameter{hint}")


def _nothing(scope: Scope, name: str, place: Place) -> str:
    """A name that the template does not have: a macro may make it, or it is a slip."""
    known = [*scope.resources, *scope.section("Parameters")]
    if not writes_more(scope):
        scope.source.refuse(
            place, f"names {name!r}, which is no parameter or resource there{near(name, known)}"
        )
    return scope.world.symbols.open(
        f"{scope.id}/{name}",
        label=f"{scope.id}.{name}",
        meaning=f"{name}, which a macro or loop of {scope.id} makes",
        mend="give the template as CloudFormation has processed it (get-template "
        "--template-stage Processed)",
    )


def writes_more(scope: Scope) -> bool:
    """Whether macros or loops write resources that are not in the template."""
    sections = (scope.source.data, scope.section("Resources"))
    return any(
        key in ("Transform", "Fn::Transform") or key.startswith("Fn::ForEach")
        for section in sections
        for key in section
    )


def _output(scope: Scope, logical_id: str, name: str, place: Place) -> Any:
    child = scope.nested.get(logical_id)
    if child is None:
        return scope.world.symbols.open(
            f"{scope.id}/{logical_id}.Outputs.{name}",
            label=f"{scope.id}.{logical_id}.{name}",
            kind=kind_by_name(name),
            meaning=f"the output {name} of the nested stack {logical_id}, which is not read",
            mend="give the template of the nested stack beside this one",
        )
    outputs = child.section("Outputs")
    if name not in outputs:
        scope.source.refuse(
            place, f"names {name!r}, which is no output of {child.id}{near(name, outputs)}"
        )
    return child.world.once(
        child,
        f"output {name}",
        place,
        lambda: child.resolve(outputs[name].get("Value"), ("Outputs", name, "Value")),
    )


def _stack_id(scope: Scope, logical_id: str) -> str:
    child = scope.nested.get(logical_id)
    if child is not None:
        return text_of(_pseudo(child, "AWS::StackId", ()))
    return _generated(
        scope, f"{scope.id}/{logical_id}", f"the ID of the nested stack {logical_id}",
        SymbolKind.ARN,
    )  # fmt: skip


def _cfn_json(scope: Scope, logical_id: str) -> Any:
    """What the CDK's custom resource makes of a JSON text: the same as a value."""
    place: Place = ("Resources", logical_id, "Properties", "Value")
    given = properties_of(scope, logical_id).get("Value", "")

    def value() -> Any:
        try:
            return json.loads(text_of(scope.resolve(given, place)))
        except ValueError:
            return scope.source.refuse(place, "is not JSON, which the custom resource needs")

    return scope.world.once(scope, f"{logical_id}.Value", place, value)


def _generated(
    scope: Scope,
    key: str,
    meaning: str,
    kind: SymbolKind = SymbolKind.TEXT,
    label: str = "",
) -> str:
    where = scope.environment
    # The same stack can be there once an account and region.
    return scope.world.symbols.generated(
        f"{where.account}/{where.region}/{key}", meaning=meaning, kind=kind, label=label
    )
