"""Resource policies: documents that resources hold, and statements that add up to one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..policy import PolicyDocument, PolicyKind
from .context import Context
from .documents import Possibilities, ReadDocument, missing_document, possibilities, widest
from .findings import unique
from .lambda_permissions import (
    LAYER_PERMISSION,
    PERMISSION,
    lambda_resource,
    layer_document,
    permission_document,
)
from .model import ResourcePolicy
from .protected import protected_resources
from .references import own_arn, properties_of
from .scope import Scope, text_of
from .service_policies import OWN, POLICY_PROPERTIES, PolicyProperty
from .source import Place
from .stand_ins import TextRole

EVENT_BUS_POLICY = "AWS::Events::EventBusPolicy"
_SHORT_API = re.compile(r"execute-api:/")


def resource_policies(context: Context) -> tuple[ResourcePolicy, ...]:
    """All of them; statements for the same resource are one policy."""
    found = [
        policy
        for scope, logical_id in context.resources(*POLICY_PROPERTIES)
        for prop in POLICY_PROPERTIES[scope.resources[logical_id]["Type"]]
        for policy in _of_property(context, scope, logical_id, prop)
    ]
    adding = [
        _permission(context, scope, logical_id)
        for scope, logical_id in context.resources(PERMISSION, LAYER_PERMISSION)
    ]
    adding += [
        _event_bus(context, scope, logical_id)
        for scope, logical_id in context.resources(EVENT_BUS_POLICY)
    ]
    return (*found, *_added_up(adding))


def _of_property(
    context: Context, scope: Scope, logical_id: str, prop: PolicyProperty
) -> Iterator[ResourcePolicy]:
    root: Place = ("Resources", logical_id, "Properties")
    properties = properties_of(scope, logical_id)
    is_needed = not prop.of.startswith(OWN)
    if is_needed and not any(name in properties for name in (prop.path[0], "Fn::Transform")):
        missing_document(context.findings, scope, root)
    for value, place in _at(properties, prop.path, root):
        change = _change(scope, logical_id, own_arn(scope, logical_id))
        read = context.documents.read(scope, value, place, prop.kind, change=change)
        if read.document is None and not read.unknowns:
            if is_needed:
                missing_document(context.findings, scope, place)
            continue
        for protected in protected_resources(context, scope, logical_id, prop.of):
            yield _policy(
                context,
                scope,
                logical_id,
                protected.arn,
                replace(read, unknowns=(*read.unknowns, *protected.unknowns)),
                prop.kind,
                is_sure=protected.is_sure,
            )


def _at(value: Any, path: Sequence[str], place: Place) -> Iterator[tuple[Any, Place]]:
    """The values at a path. A function on the way there is left to `report_unsupported`."""
    if not path:
        yield value, place
    elif path[0] == "*":
        for index, each in enumerate(value if isinstance(value, list) else []):
            yield from _at(each, path[1:], (*place, index))
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:], (*place, path[0]))


def _change(scope: Scope, logical_id: str, own: str) -> Any:
    """What a service makes of a document: API Gateway takes `execute-api:/...` for its own API."""
    if scope.resources[logical_id]["Type"] != "AWS::ApiGateway::RestApi":
        return None

    def change(value: Any) -> Any:
        match value:
            case str():
                return _SHORT_API.sub(lambda _: f"{own}/", value)
            case dict():
                return {key: change(each) for key, each in value.items()}
            case list():
                return [change(each) for each in value]
            case _:
                return value

    return change


def _policy(
    context: Context,
    scope: Scope,
    logical_id: str,
    arn: str,
    read: ReadDocument,
    kind: PolicyKind = PolicyKind.RESOURCE,
    *,
    is_sure: bool = True,
) -> ResourcePolicy:
    common = context.common(scope, logical_id)
    unknowns = [*read.unknowns, *context.perhaps(scope, logical_id)]
    unknowns += context.doubts.get(scope.id, [])
    document = read.document
    if common["condition"] or not is_sure:
        document = widest([read.document, None])
    return ResourcePolicy(
        **common,
        type=scope.resources[logical_id]["Type"],
        resource=context.stand_ins.text(arn, TextRole.ARN),
        document=document,
        kind=kind,
        account=context.stand_ins.text(scope.environment.account),
        unknowns=unique(unknowns),
    )


def _permission(context: Context, scope: Scope, logical_id: str) -> ResourcePolicy:
    resource = lambda_resource(context, scope, logical_id)
    scope.world.met.clear()
    place: Place = ("Resources", logical_id, "Properties")
    ways = possibilities(scope, properties_of(scope, logical_id), place)
    is_layer = scope.resources[logical_id]["Type"] == LAYER_PERMISSION
    write = layer_document if is_layer else permission_document
    partition = scope.environment.partition
    documents = tuple(
        write(given, resource, partition) if isinstance(given, dict) else given
        for given in ways.values
    )
    return _one_of_ways(context, scope, logical_id, resource, replace(ways, values=documents))


def _event_bus(context: Context, scope: Scope, logical_id: str) -> ResourcePolicy:
    """A statement of its own, or the older form with `Action`, `Principal` and `Condition`."""
    place: Place = ("Resources", logical_id, "Properties")
    ways = possibilities(scope, properties_of(scope, logical_id), place)
    where = scope.environment
    bus = "default"
    documents: list[Any] = []
    for given in ways.values:
        if not isinstance(given, dict):
            documents.append(given)
            continue
        bus = text_of(given.get("EventBusName", "default")).split("/")[-1]
        arn = f"arn:{where.partition}:events:{where.region}:{where.account}:event-bus/{bus}"
        documents.append({"Version": "2012-10-17", "Statement": [_bus_statement(given, arn)]})
    arn = f"arn:{where.partition}:events:{where.region}:{where.account}:event-bus/{bus}"
    ways = replace(ways, values=tuple(documents))
    return _one_of_ways(context, scope, logical_id, arn, ways)


def _bus_statement(given: dict[str, Any], arn: str) -> Any:
    if "Statement" in given:
        statement = given["Statement"]
        return {"Resource": arn, **statement} if isinstance(statement, dict) else statement
    principal = text_of(given.get("Principal", ""))
    statement = {
        "Sid": given.get("StatementId", ""),
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {"AWS": principal},
        "Action": given.get("Action", ""),
        "Resource": arn,
    }
    condition = given.get("Condition")
    if isinstance(condition, dict):
        key, operator = (text_of(condition.get(each, "")) for each in ("Key", "Type"))
        statement["Condition"] = {operator: {key: condition.get("Value", "")}}
    return statement


def _one_of_ways(
    context: Context, scope: Scope, logical_id: str, arn: str, ways: Possibilities
) -> ResourcePolicy:
    place: Place = ("Resources", logical_id, "Properties")
    read = context.documents.read_ways(scope, ways, place, PolicyKind.RESOURCE)
    return _policy(context, scope, logical_id, arn, read)


def _added_up(policies: Iterable[ResourcePolicy]) -> Iterator[ResourcePolicy]:
    by_resource: dict[str, list[ResourcePolicy]] = {}
    for policy in policies:
        by_resource.setdefault(policy.resource, []).append(policy)
    for each in by_resource.values():
        statements = tuple(
            statement
            for policy in each
            if policy.document is not None
            for statement in policy.document.statements
        )
        document = PolicyDocument(statements=statements) if statements else None
        unknowns = unique(finding for policy in each for finding in policy.unknowns)
        yield replace(each[0], document=document, unknowns=unknowns)
