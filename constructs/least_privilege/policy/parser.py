"""A policy from plain JSON, with every fault named at its place.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from .grammar import (
    check_account_part,
    check_action,
    check_condition,
    check_operator,
    check_principal,
    check_resource,
    check_sid,
)
from .kind import RULES, VERSIONS, PolicyKind, Presence, with_article
from .plain import number_text
from .refusal import brief, inside, refuse
from .statement import Condition, Effect, NamedPrincipal, PrincipalType, Statement

_DOCUMENT = ("Version", "Id", "Statement")
_STATEMENT = (
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
    "Condition",
)  # fmt: skip
_HAS_VARIABLES = VERSIONS[0]
_OF_THIS_API = "execute-api:/"
"""API Gateway completes such a resource to the ARN of the API that has the policy.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
"""


def read_statements(source: Any, kind: PolicyKind) -> tuple[tuple[Statement, ...], str, str | None]:
    """The statements, the version and the ID of a policy, given as plain JSON."""
    document = _mapping("policy", source, _DOCUMENT, inner="")
    version = _version(document, kind)
    identifier = _identifier(document, kind)
    if "Statement" not in document:
        refuse("policy", "must have a Statement; add one, or a list of them")
    given = document["Statement"]
    blocks = given if isinstance(given, list) else [given]
    if not blocks:
        refuse("Statement", "must hold at least one statement, got []")
    variables = version == _HAS_VARIABLES
    statements = tuple(
        _statement(
            f"Statement[{index}]" if isinstance(given, list) else "Statement",
            block,
            kind,
            variables=variables,
        )
        for index, block in enumerate(blocks)
    )
    _check_sids(statements)
    return statements, version, identifier


def _version(document: Mapping[str, Any], kind: PolicyKind) -> str:
    rules = RULES[kind]
    if "Version" not in document:
        if rules.version is Presence.REQUIRED:
            refuse("policy", f'must have "Version": {rules.versions[0]!r} in a {kind}; add it')
        return VERSIONS[1]
    version = document["Version"]
    if not isinstance(version, str) or version not in rules.versions:
        refuse("Version", f"must be {' or '.join(rules.versions)}, got {brief(version)}")
    return version


def _identifier(document: Mapping[str, Any], kind: PolicyKind) -> str | None:
    if "Id" not in document:
        return None
    if RULES[kind].identifier is Presence.FORBIDDEN:
        refuse("Id", f"must be left out of {with_article(kind)}; resource policies have one")
    identifier = document["Id"]
    if not isinstance(identifier, str):
        refuse("Id", f"must be a string, got {brief(identifier)}")
    return identifier


def _statement(place: str, source: Any, kind: PolicyKind, *, variables: bool) -> Statement:
    block = _mapping(place, source, _STATEMENT)
    effect = _effect(place, block)
    if "Sid" in block:
        check_sid(f"{place}.Sid", block["Sid"], kind)
    rules = RULES[kind]
    _one_of(place, block, ("Action", "NotAction"), Presence.REQUIRED, kind)
    _one_of(place, block, ("Principal", "NotPrincipal"), rules.principal, kind)
    _one_of(place, block, ("Resource", "NotResource"), rules.resource, kind)
    for name, presence in (("NotAction", rules.not_action), ("NotPrincipal", rules.not_principal)):
        if name in block and presence is Presence.FORBIDDEN:
            refuse(
                f"{place}.{name}",
                f"must be left out of {with_article(kind)}; give {name.removeprefix('Not')}",
            )
    statement = Statement(
        sid=block.get("Sid"),
        effect=effect,
        principals=_principals(place, block, "Principal", kind),
        not_principals=_principals(place, block, "NotPrincipal", kind),
        actions=_actions(place, block, "Action", kind),
        not_actions=_actions(place, block, "NotAction", kind),
        resources=_resources(place, block, "Resource", kind, variables=variables),
        not_resources=_resources(place, block, "NotResource", kind, variables=variables),
        conditions=_conditions(place, block, variables=variables),
    )
    if kind is PolicyKind.RESOURCE_CONTROL:
        _check_resource_control(place, statement)
    return statement


def _effect(place: str, block: Mapping[str, Any]) -> Effect:
    if "Effect" not in block:
        refuse(place, "must have an Effect; add 'Allow' or 'Deny'")
    effect = block["Effect"]
    if not isinstance(effect, str) or effect not in ("Allow", "Deny"):
        refuse(f"{place}.Effect", f"must be 'Allow' or 'Deny', got {brief(effect)}")
    return Effect(effect)


def _one_of(
    place: str,
    block: Mapping[str, Any],
    names: tuple[str, str],
    wanted: Presence,
    kind: PolicyKind,
) -> None:
    plain, negated = names
    found = [name for name in names if name in block]
    if len(found) == 2:
        refuse(place, f"must have either {plain} or {negated}, got both; drop one")
    if found and wanted is Presence.FORBIDDEN:
        refuse(f"{place}.{found[0]}", f"must be left out of {with_article(kind)}")
    if not found and wanted is Presence.REQUIRED:
        refuse(place, f"must have {plain} or {negated} in {with_article(kind)}; add one")


def _actions(place: str, block: Mapping[str, Any], name: str, kind: PolicyKind) -> tuple[str, ...]:
    values = _strings(place, block, name)
    for where, value in values:
        check_action(where, value, kind)
    return tuple(value for _, value in values)


def _resources(
    place: str, block: Mapping[str, Any], name: str, kind: PolicyKind, *, variables: bool
) -> tuple[str, ...]:
    values = _strings(place, block, name)
    for where, value in values:
        if kind is PolicyKind.RESOURCE and value.startswith(_OF_THIS_API):
            continue
        check_resource(where, value, variables=variables)
        if kind is PolicyKind.ENDPOINT:
            check_account_part(where, value)
    return tuple(value for _, value in values)


def _principals(
    place: str, block: Mapping[str, Any], name: str, kind: PolicyKind
) -> tuple[NamedPrincipal, ...]:
    if name not in block:
        return ()
    where, given = f"{place}.{name}", block[name]
    if given == "*":
        return (NamedPrincipal(type=PrincipalType.AWS, identifier="*", is_bare=True),)
    if not isinstance(given, Mapping):
        refuse(where, f"must be '*' or an object like {{\"AWS\": ...}}, got {brief(given)}")
    if not given:
        refuse(where, "must name at least one principal, got {}")
    principals = []
    for key in _mapping(where, given, tuple(map(str, PrincipalType))):
        for at, identifier in _strings(where, given, key):
            check_principal(at, PrincipalType(key), identifier, kind)
            principals.append(NamedPrincipal(type=PrincipalType(key), identifier=identifier))
    return tuple(principals)


def _conditions(place: str, block: Mapping[str, Any], *, variables: bool) -> tuple[Condition, ...]:
    if "Condition" not in block:
        return ()
    found = []
    for operator, keys in _mapping(f"{place}.Condition", block["Condition"]).items():
        where = inside(f"{place}.Condition", operator)
        check_operator(where, operator)
        seen: set[str] = set()
        for key, given in _mapping(where, keys).items():
            at = inside(where, key)
            if key.lower() in seen:
                refuse(
                    at,
                    "stands there twice; keys are the same in upper and lower case, give one "
                    "with all values",
                )
            seen.add(key.lower())
            values = _condition_values(at, given)
            condition = Condition(operator=operator, key=key, values=values)
            check_condition(where, condition, variables=variables)
            found.append(condition)
    return tuple(found)


def _condition_values(place: str, given: Any) -> tuple[str, ...]:
    values = given if isinstance(given, list) else [given]
    if not values:
        refuse(place, "must hold at least one value, got []")
    read = []
    for value in values:
        match value:
            case bool():
                read.append(str(value).lower())
            case str():
                read.append(value)
            case int() | float() | Decimal():
                read.append(number_text(value))
            case _:
                refuse(place, f"must be strings, numbers or booleans, got {brief(value)}")
    return tuple(read)


def _check_sids(statements: Iterable[Statement]) -> None:
    seen: set[str] = set()
    for index, statement in enumerate(statements):
        if statement.sid and statement.sid in seen:
            refuse(
                f"Statement[{index}].Sid",
                f"{brief(statement.sid)} is that of another statement too; give each its own",
            )
        seen.add(statement.sid or "")


def _check_resource_control(place: str, statement: Statement) -> None:
    """Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html"""
    if [each.identifier for each in statement.principals] != ["*"]:
        refuse(f"{place}.Principal", "must be '*' in a resource control policy; use a Condition")
    allows_all = statement.actions == ("*",) and statement.resources == ("*",)
    if statement.effect is Effect.ALLOW and (not allows_all or statement.conditions):
        refuse(
            f"{place}.Effect",
            "must be 'Deny' in a resource control policy (AWS's own RCPFullAWSAccess apart)",
        )
    if statement.effect is Effect.DENY and "*" in statement.actions:
        refuse(
            f"{place}.Action",
            "must name a service in a resource control policy, like 's3:*', got '*'",
        )


def _mapping(
    place: str, source: Any, names: tuple[str, ...] = (), *, inner: str | None = None
) -> Mapping[str, Any]:
    """An object, with no names but these; `inner` is what its members' places begin with."""
    if not isinstance(source, Mapping):
        refuse(place, f"must be an object, got {brief(source)}")
    for name in source if names else ():
        if name not in names:
            alike = {each.lower(): each for each in names}
            near = difflib.get_close_matches(name.lower()[:40], alike, n=1, cutoff=0.8)
            hint = f"did you mean {alike[near[0]]!r}?" if near else f"there are {', '.join(names)}"
            refuse(inside(place if inner is None else inner, name), f"is no element of it; {hint}")
    return source


def _strings(place: str, block: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
    """Each string of a member that is one string or a list, with its place."""
    if name not in block:
        return []
    where, given = inside(place, name), block[name]
    if isinstance(given, str):
        return [(where, given)]
    if not isinstance(given, list):
        refuse(where, f"must be a string or a list of strings, got {brief(given)}")
    if not given:
        refuse(where, "must hold at least one string, got []")
    for index, value in enumerate(given):
        if not isinstance(value, str):
            refuse(f"{where}[{index}]", f"must be a string, got {brief(value)}")
    return [(f"{where}[{index}]", value) for index, value in enumerate(given)]
