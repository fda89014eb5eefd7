"""What looks like a policy, or makes one, and is not read: said with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .context import Context, condition_of
from .findings import FindingKind
from .lambda_permissions import LAYER_PERMISSION, PERMISSION
from .resource_policies import EVENT_BUS_POLICY
from .scope import Scope
from .service_policies import (
    DOUBTFUL_PREFIXES,
    POLICY_PROPERTIES,
    PRINCIPAL_PROPERTIES,
    UNSUPPORTED_TYPES,
)
from .source import Place
from .static_checks import check_functions

# Quotes of JSON inside of JSON have backslashes in front.
_STATEMENT = re.compile(r'"Statement\\*"')
_EFFECT = re.compile(r'"Effect\\*"')
_READ_WHOLE = (PERMISSION, LAYER_PERMISSION, EVENT_BUS_POLICY, "AWS::CloudFormation::Stack")
_KNOWN_TRANSFORMS = {
    "AWS::LanguageExtensions": "its loops are not run",
    "AWS::Serverless-2016-10-31": "what it makes of AWS::Serverless resources, roles too, is not "
    "in the template",
}
_PROCESSED = (
    "give the template as CloudFormation has processed it (get-template --template-stage Processed)"
)


def report_macros(context: Context, scope: Scope) -> None:
    """Macros and loops, which may write any role or policy of the stack."""
    transforms = scope.source.data.get("Transform", [])
    doubts = context.doubts.setdefault(scope.id, [])
    for transform in transforms if isinstance(transforms, list) else [transforms]:
        name = transform_name(transform)
        what = _KNOWN_TRANSFORMS.get(name, "it may change any part of the template")
        if name == "AWS::LanguageExtensions" and not _has_loops(scope):
            continue
        finding = context.findings.add(
            FindingKind.UNSUPPORTED,
            scope,
            ("Transform",),
            f"the macro {name} is not run: {what}",
            _PROCESSED,
        )
        doubts.append(finding)
    for place, name in check_functions(scope):
        what = (
            "is a loop, which is not run" if "ForEach" in name else "is a macro, which is not run"
        )
        doubts.append(
            context.findings.add(
                FindingKind.UNSUPPORTED, scope, place, f"{what}; it may write policies", _PROCESSED
            )
        )


def transform_name(transform: Any) -> str:
    """The name of a macro, which may stand beside its parameters."""
    return str(transform.get("Name", "")) if isinstance(transform, dict) else str(transform)


def _has_loops(scope: Scope) -> bool:
    return "Fn::ForEach::" in json.dumps(scope.source.data, default=str)


def report_unsupported(context: Context) -> None:
    """Types and properties that hold principals or policies and are not read."""
    for scope in context.world.scopes:
        for logical_id, resource in scope.resources.items():
            if condition_of(scope, logical_id) is None:
                continue
            kind = resource["Type"]
            place: Place = ("Resources", logical_id)
            what = UNSUPPORTED_TYPES.get(kind)
            if what is None and (kind.startswith(DOUBTFUL_PREFIXES) or kind.endswith("::MODULE")):
                what = "becomes other resources, perhaps roles"
            if what is not None:
                context.findings.add(
                    FindingKind.UNSUPPORTED, scope, place, f"{kind} {what}, which is not read"
                )
            _report_properties(context, scope, logical_id, kind)


def _report_properties(context: Context, scope: Scope, logical_id: str, kind: str) -> None:
    if kind in _READ_WHOLE or kind in UNSUPPORTED_TYPES:
        return
    properties = scope.resources[logical_id].get("Properties", {})
    for place in _not_read(kind, properties, ("Resources", logical_id, "Properties")):
        _report_policy(context, scope, kind, place)


def report_resolved(context: Context, scope: Scope, logical_id: str, properties: Any) -> None:
    """What looks like a policy only once the functions in properties are resolved."""
    kind = scope.resources[logical_id]["Type"]
    if kind in _READ_WHOLE or kind in UNSUPPORTED_TYPES:
        return
    root: Place = ("Resources", logical_id, "Properties")
    written = list(_documents(scope.resources[logical_id].get("Properties", {}), root))
    for place in _not_read(kind, properties, root):
        # Those that can be seen in the template itself are reported already.
        if not any(each[: len(place)] == place[: len(each)] for each in written):
            _report_policy(context, scope, kind, place)


def _report_policy(context: Context, scope: Scope, kind: str, place: Place) -> None:
    what = f"looks like a policy, and {kind} is not read for policies there"
    context.findings.add(FindingKind.UNSUPPORTED, scope, place, what)


def _not_read(kind: str, properties: Any, root: Place) -> Iterator[Place]:
    """The places of what looks like a policy, and is not where policies of a type are read."""
    read: list[tuple[str, ...]] = [(name,) for name in PRINCIPAL_PROPERTIES.get(kind, ())]
    read += [each.path for each in POLICY_PROPERTIES.get(kind, ())]
    for place in _documents(properties, root):
        inner = tuple("*" if isinstance(part, int) else part for part in place[3:])
        if not any(inner[: len(path)] == path for path in read):
            yield place


def _documents(value: Any, place: Place) -> Iterator[Place]:
    """The places of what looks like a policy document, as a value or as JSON in a string."""
    match value:
        case {"Statement": statement} if _has_effect(statement):
            yield place
        case dict():
            for key, inner in value.items():
                yield from _documents(inner, (*place, key))
        case list():
            for index, inner in enumerate(value):
                yield from _documents(inner, (*place, index))
        case str() if _STATEMENT.search(value) and _EFFECT.search(value):
            yield place


def _has_effect(value: Any) -> bool:
    match value:
        case dict():
            return "Effect" in value or any(map(_has_effect, value.values()))
        case list():
            return any(map(_has_effect, value))
        case _:
            return False
