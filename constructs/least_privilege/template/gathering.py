"""Everything that a reading holds, gathered from its stacks."""

from __future__ import annotations

from typing import Any

from .context import Context, condition_of
from .findings import FindingKind
from .managed import ManagedPolicies
from .model import IdentityPoolAttachment, InstanceProfile, Resource, Stack
from .principals import Principals
from .reading import Reading
from .references import own_arn, physical_name
from .resource_policies import resource_policies
from .scope import Scope
from .unsupported import report_macros, report_resolved, report_unsupported, transform_name

_PROFILE = "AWS::IAM::InstanceProfile"
_ATTACHMENT = "AWS::Cognito::IdentityPoolRoleAttachment"


def gather(context: Context) -> Reading:
    """Read all stacks of a context."""
    scopes = context.world.scopes
    for scope in scopes:
        report_macros(context, scope)
    managed = ManagedPolicies(context)
    principals = Principals(context, managed)
    policies = resource_policies(context)
    profiles = tuple(
        _profile(context, scope, logical_id) for scope, logical_id in context.resources(_PROFILE)
    )
    attachments = tuple(
        _attachment(context, scope, logical_id)
        for scope, logical_id in context.resources(_ATTACHMENT)
    )
    report_unsupported(context)
    return Reading(
        stacks=tuple(_stack(context, scope) for scope in scopes),
        resources=tuple(
            _resource(context, scope, logical_id)
            for scope in scopes
            for logical_id in scope.resources
            if condition_of(scope, logical_id) is not None
        ),
        roles=principals.roles,
        users=principals.users,
        groups=principals.groups,
        managed_policies=managed.all,
        inline_policies=principals.inline_policies,
        instance_profiles=profiles,
        identity_pool_attachments=attachments,
        resource_policies=policies,
        findings=context.findings.all(),
        symbols=context.symbols.meanings(),
    )


def _stack(context: Context, scope: Scope) -> Stack:
    text = context.stand_ins.text
    where = scope.environment
    transforms = scope.source.data.get("Transform", [])
    names = [
        transform_name(each)
        for each in (transforms if isinstance(transforms, list) else [transforms])
    ]
    outputs: dict[str, Any] = {}
    for name, output in scope.section("Outputs").items():
        condition = output.get("Condition") if isinstance(output, dict) else None
        absent = condition and scope.condition(str(condition), ("Outputs", name)) is False
        if isinstance(output, dict) and not absent:
            resolved = scope.resolve(output.get("Value"), ("Outputs", name, "Value"))
            outputs[name] = context.stand_ins.plain(resolved)
    scope.world.met.clear()
    return Stack(
        id=scope.id,
        name=text(scope.name),
        display_name=scope.display_name,
        file=scope.source.file,
        account=text(where.account),
        region=text(where.region),
        partition=text(f"arn:{where.partition}:").split(":")[1],
        parent=scope.parent[0].id if scope.parent else "",
        transforms=tuple(names),
        outputs=outputs,
    )


def _resource(context: Context, scope: Scope, logical_id: str) -> Resource:
    resource = scope.resources[logical_id]
    place = ("Resources", logical_id, "Properties")
    properties = scope.resolve(resource.get("Properties") or {}, place)
    arn = own_arn(scope, logical_id)
    scope.world.met.clear()
    if not isinstance(properties, dict):
        context.findings.add(
            FindingKind.UNSUPPORTED,
            scope,
            place,
            "the properties come from a macro, not known here",
        )
        properties = {}
    report_resolved(context, scope, logical_id, properties)
    return Resource(
        **context.common(scope, logical_id),
        type=resource["Type"],
        arn=context.stand_ins.text(arn),
        properties=context.stand_ins.plain(properties),
    )


def _profile(context: Context, scope: Scope, logical_id: str) -> InstanceProfile:
    text = context.stand_ins.text
    roles = context.value(scope, logical_id, "Roles")
    return InstanceProfile(
        **context.common(scope, logical_id),
        name=text(physical_name(scope, logical_id)),
        arn=text(own_arn(scope, logical_id)),
        path=context.text(scope, logical_id, "Path", "/"),
        roles=tuple(map(str, roles)) if isinstance(roles, list) else (),
    )


def _attachment(context: Context, scope: Scope, logical_id: str) -> IdentityPoolAttachment:
    place = ("Resources", logical_id, "Properties")
    roles = context.value(scope, logical_id, "Roles")
    mappings = context.value(scope, logical_id, "RoleMappings")
    for name, value in (("Roles", roles), ("RoleMappings", mappings)):
        if value is not None and not isinstance(value, dict):
            context.findings.add(
                FindingKind.UNKNOWN, scope, (*place, name), f"hangs on {value}, which is not known"
            )
    roles = roles if isinstance(roles, dict) else {}
    mapped: list[str] = []
    uses_token = False
    for name, mapping in mappings.items() if isinstance(mappings, dict) else ():
        kind, found = _mapped_roles(mapping)
        uses_token = uses_token or kind == "Token"
        mapped += found
        if not kind or (kind == "Rules" and not found):
            what = "hangs on what is not known, or is no role mapping"
            context.findings.add(
                FindingKind.UNKNOWN, scope, (*place, "RoleMappings", str(name)), what
            )
    return IdentityPoolAttachment(
        **context.common(scope, logical_id),
        identity_pool=context.text(scope, logical_id, "IdentityPoolId"),
        authenticated_role=str(roles.get("authenticated", "")),
        unauthenticated_role=str(roles.get("unauthenticated", "")),
        mapped_roles=tuple(dict.fromkeys(mapped)),
        uses_token_roles=uses_token,
    )


def _mapped_roles(mapping: Any) -> tuple[str, list[str]]:
    """The type of a role mapping, and the roles that its rules choose; empty for what is none."""
    match mapping:
        case {"Type": "Rules" as kind, "RulesConfiguration": {"Rules": [*rules]}}:
            return kind, [
                str(rule["RoleARN"])
                for rule in rules
                if isinstance(rule, dict) and "RoleARN" in rule
            ]
        case {"Type": "Token" as kind}:
            return kind, []
        case {"Type": "Rules" as kind}:
            return kind, []
        case _:
            return "", []
