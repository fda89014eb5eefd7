"""A policy from its JSON, with every fault named at its place.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from ..errors import InvalidPolicyError
from .grammar import check_action, check_condition, check_principal, check_resource, check_sid
from .kind import RULES, PolicyKind, Presence
from .statement import Condition, Effect, NamedPrincipal, PrincipalType, Statement

VERSIONS = ("2012-10-17", "2008-10-17")
MAXIMUM_CHARACTERS = 1_000_000
"""No policy of AWS comes near; what is longer is no policy."""

_DOCUMENT = ("Version", "Id", "Statement")
_STATEMENT = (
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
    "Condition",
)  # fmt: skip


def read_json(text: str | bytes) -> Any:
    """JSON, of which AWS takes no duplicate keys."""
    if len(text) > MAXIMUM_CHARACTERS:
        _refuse("policy", f"has {len(text):,} characters, at most {MAXIMUM_CHARACTERS:,} are read")
    try:
        return json.loads(
            text.decode("utf-8") if isinstance(text, bytes) else text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        _refuse("policy", f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}")
    except UnicodeDecodeError as error:
        _refuse("policy", f"is not UTF-8: {error.reason} at byte {error.start}")
    except (RecursionError, ValueError) as error:
        if isinstance(error, InvalidPolicyError):
            raise
        _refuse("policy", "is nested too deeply, or holds a number out of range")


def read_statements(source: Any, kind: PolicyKind) -> tuple[tuple[Statement, ...], str, str | None]:
    """The statements, the version and the ID of a policy."""
    document = _mapping("policy", source, _DOCUMENT)
    version = document.get("Version", VERSIONS[1])
    if version not in VERSIONS:
        _refuse("Version", f"must be one of {', '.join(VERSIONS)}, got {version!r}")
    identifier = document.get("Id")
    if identifier is not None and not isinstance(identifier, str):
        _refuse("Id", f"must be a string, got {identifier!r}")
    if "Statement" not in document:
        _refuse("policy", "must have a Statement")
    given = document["Statement"]
    blocks = given if isinstance(given, list) else [given]
    if not blocks:
        _refuse("Statement", "must hold at least one statement, got []")
    statements = tuple(
        _statement(f"Statement[{index}]" if isinstance(given, list) else "Statement", block, kind)
        for index, block in enumerate(blocks)
    )
    _check_sids(statements)
    return statements, version, identifier


def _statement(place: str, source: Any, kind: PolicyKind) -> Statement:
    block = _mapping(place, source, _STATEMENT)
    effect = block.get("Effect")
    if effect not in ("Allow", "Deny"):
        _refuse(f"{place}.Effect", f"must be 'Allow' or 'Deny', got {effect!r}")
    sid = block.get("Sid")
    if sid is not None:
        check_sid(f"{place}.Sid", sid, kind)
    rules = RULES[kind]
    _one_of(place, block, "Action", "NotAction", Presence.REQUIRED, kind)
    _one_of(place, block, "Principal", "NotPrincipal", rules.principal, kind)
    _one_of(place, block, "Resource", "NotResource", rules.resource, kind)
    statement = Statement(
        sid=sid,
        effect=Effect(effect),
        principals=_principals(place, block, "Principal", kind),
        not_principals=_principals(place, block, "NotPrincipal", kind),
        actions=_strings(place, block, "Action", kind),
        not_actions=_strings(place, block, "NotAction", kind),
        resources=_strings(place, block, "Resource", kind),
        not_resources=_strings(place, block, "NotResource", kind),
        conditions=_conditions(f"{place}.Condition", block.get("Condition")),
    )
    if kind is PolicyKind.RESOURCE_CONTROL:
        _check_resource_control(place, statement)
    return statement


def _one_of(
    place: str,
    block: Mapping[str, Any],
    plain: str,
    negated: str,
    wanted: Presence,
    kind: PolicyKind,
) -> None:
    found = [name for name in (plain, negated) if name in block]
    if len(found) == 2:
        _refuse(place, f"must have either {plain} or {negated}, got both")
    if found and wanted is Presence.FORBIDDEN:
        _refuse(f"{place}.{found[0]}", f"must be left out of a {kind}")
    if not found and wanted is Presence.REQUIRED:
        _refuse(place, f"must have {plain} or {negated} in a {kind}")


def _strings(place: str, block: Mapping[str, Any], name: str, kind: PolicyKind) -> tuple[str, ...]:
    if name not in block:
        return ()
    values = _string_or_list(f"{place}.{name}", block[name])
    for index, value in enumerate(values):
        where = f"{place}.{name}[{index}]" if isinstance(block[name], list) else f"{place}.{name}"
        if name.endswith("Action"):
            check_action(where, value, kind)
        else:
            check_resource(where, value)
    return values


def _principals(
    place: str, block: Mapping[str, Any], name: str, kind: PolicyKind
) -> tuple[NamedPrincipal, ...]:
    if name not in block:
        return ()
    where, given = f"{place}.{name}", block[name]
    if given == "*":
        return (NamedPrincipal(type=PrincipalType.AWS, identifier="*"),)
    if isinstance(given, str):
        _refuse(where, f"must be '*' or an object like {{\"AWS\": ...}}, got {given!r}")
    principals = []
    for key, value in _mapping(where, given, tuple(map(str, PrincipalType))).items():
        for identifier in _string_or_list(f"{where}.{key}", value):
            check_principal(f"{where}.{key}", PrincipalType(key), identifier, kind)
            principals.append(NamedPrincipal(type=PrincipalType(key), identifier=identifier))
    if not principals:
        _refuse(where, "must name at least one principal, got {}")
    return tuple(principals)


def _conditions(place: str, given: Any) -> tuple[Condition, ...]:
    if given is None:
        return ()
    found = []
    for operator, keys in _mapping(place, given).items():
        seen: set[str] = set()
        for key, values in _mapping(f"{place}.{operator}", keys).items():
            where = f"{place}.{operator}.{key}"
            if key.lower() in seen:
                _refuse(where, "stands there twice; keys are the same in upper and lower case")
            seen.add(key.lower())
            condition = Condition(
                operator=operator, key=key, values=_condition_values(where, values)
            )
            check_condition(f"{place}.{operator}", condition)
            found.append(condition)
    return tuple(found)


def _condition_values(place: str, given: Any) -> tuple[str, ...]:
    values = given if isinstance(given, list) else [given]
    read = []
    for value in values:
        match value:
            case bool():
                read.append(str(value).lower())
            case str():
                read.append(value)
            case int() | float():
                read.append(str(value))
            case _:
                _refuse(place, f"must be strings, numbers or booleans, got {value!r}")
    return tuple(read)


def _check_sids(statements: Iterable[Statement]) -> None:
    seen: set[str] = set()
    for index, statement in enumerate(statements):
        if statement.sid and statement.sid in seen:
            _refuse(
                f"Statement[{index}].Sid", f"{statement.sid!r} is that of another statement too"
            )
        seen.add(statement.sid or "")


def _check_resource_control(place: str, statement: Statement) -> None:
    if statement.not_principals or statement.not_actions:
        _refuse(place, "must have neither NotPrincipal nor NotAction in a resource control policy")
    if [each.identifier for each in statement.principals] != ["*"]:
        _refuse(f"{place}.Principal", "must be '*' in a resource control policy")
    allows_all = statement.actions == ("*",) and statement.resources == ("*",)
    if statement.effect is Effect.ALLOW and (not allows_all or statement.conditions):
        _refuse(
            f"{place}.Effect",
            "must be 'Deny' in a resource control policy (AWS's own RCPFullAWSAccess apart)",
        )


def _mapping(place: str, source: Any, names: tuple[str, ...] = ()) -> Mapping[str, Any]:
    if not isinstance(source, Mapping):
        _refuse(place, f"must be an object, got {_brief(source)}")
    for name in source:
        if not isinstance(name, str):
            _refuse(place, f"must have strings as keys, got {name!r}")
        if names and name not in names:
            near = next((each for each in names if each.lower() == name.lower()), None)
            hint = f"; did you mean {near!r}?" if near else f"; there are {', '.join(names)}"
            _refuse(f"{place}.{name}", f"is no element of it{hint}")
    return source


def _string_or_list(place: str, given: Any) -> tuple[str, ...]:
    values = given if isinstance(given, list) else [given]
    if not values:
        _refuse(place, "must hold at least one string, got []")
    for value in values:
        if not isinstance(value, str):
            _refuse(place, f"must be a string or a list of strings, got {_brief(value)}")
    return tuple(values)


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 80 else f"{text[:60]}..."


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            _refuse("policy", f"has the key {key!r} twice in one object")
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    _refuse("policy", f"holds {name}, which is no JSON")


def _refuse(place: str, what: str) -> NoReturn:
    raise InvalidPolicyError(f"{place}: {what}")
