"""The intrinsic functions: each computes what it can, and has a symbol for the rest.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from .conditions import named_condition
from .imports import get_stack_output, import_value
from .references import get_att, ref, reference
from .scope import NO_VALUE, Scope, text_of
from .source import Place, near
from .steps import text_weight
from .symbols import MARK

Function = Callable[[Scope, Any, Place], Any]
_VARIABLE = re.compile(r"\$\{([^!{}][^{}]*)\}|\$\{!([^{}]*)\}")
_MAXIMUM_TEXT = 1_000_000


def unknown(scope: Scope, name: str, of: Any, place: Place, *, mend: str = "") -> str:
    """The symbol of what a function gives for an argument that is not known."""
    symbols = scope.world.symbols
    text = json.dumps(of, sort_keys=True, ensure_ascii=False, default=repr)
    scope.world.steps.take(text_weight(text), scope, place)
    known = symbols.known(f"{name}/{text}")
    if known is not None:
        return known
    inside = symbols.of(text)
    meaning = f"what {name} gives at {scope.source.where(place)}"
    mends = [each.mend for each in inside if each.mend]
    where = ".".join(str(part) for part in place[1:3] if part != "Properties")
    return symbols.open(
        f"{name}/{text}",
        label=f"{name.removeprefix('Fn::')}.{scope.id}.{where}",
        meaning=meaning,
        mend=mend or (mends[0] if mends else "write the value itself"),
    )


def not_run(scope: Scope, name: str, argument: Any, place: Place) -> str:
    """The symbol of what a macro or a loop writes, which is not run here."""
    return unknown(
        scope,
        name,
        [scope.id, argument],
        place,
        mend="give the template as CloudFormation has processed it (get-template "
        "--template-stage Processed)",
    )


def _transform(scope: Scope, argument: Any, place: Place) -> str:
    return not_run(scope, "Fn::Transform", argument, place)


def _if(scope: Scope, argument: Any, place: Place) -> Any:
    name, yes, no = _list(scope, argument, place, 3)
    if not isinstance(name, str):
        scope.source.refuse((*place, 0), "must be the name of a condition")
    truth = named_condition(scope, name, (*place, 0))
    if truth.value is not None:
        index = 1 if truth.value else 2
        return scope.resolve(argument[index], (*place, index))
    either = scope.resolve(yes, (*place, 1)), scope.resolve(no, (*place, 2))
    if either[0] == either[1]:
        return either[0]
    for comparison in truth.comparisons:
        scope.world.meet(comparison, name)
    key = [name, truth.comparisons, *map(str, either)]
    mends = scope.world.symbols.of("".join(truth.comparisons))
    return unknown(scope, "Fn::If", key, place, mend=mends[0].mend if mends else "")


def _sub(scope: Scope, argument: Any, place: Place) -> str:
    variables: Mapping[str, Any] = {}
    template, where = argument, place
    if isinstance(argument, list):
        if len(argument) != 2 or not isinstance(argument[1], dict):
            scope.source.refuse(place, "must be a string, or a list of a string and a mapping")
        (template, variables), where = argument, (*place, 0)
    if not isinstance(template, str):
        scope.source.refuse(where, "must be a string")

    length = 0
    resolved_once: dict[str, str] = {}

    def value(found: re.Match[str]) -> str:
        nonlocal length
        if found[2] is not None:
            text = f"${{{found[2]}}}"
        else:
            name = found[1].strip()
            if name not in resolved_once:
                resolved_once[name] = variable(name)
            text = resolved_once[name]
        length = _longer(scope, length + len(text), place)
        return text

    def variable(name: str) -> str:
        if name in variables:
            resolved = scope.resolve(variables[name], (*place, 1, name))
        else:
            resolved = reference(scope, name, where)
        return _one(scope, resolved, where)

    known = scope.resolve(template, where)
    return _short(scope, _VARIABLE.sub(value, known), place)


def _one(scope: Scope, value: Any, place: Place) -> str:
    """A value inside of a string; of several, nobody could say how they are joined."""
    if value is NO_VALUE:
        return ""
    if isinstance(value, list | dict):
        scope.source.refuse(place, f"puts a {type(value).__name__} into a string; join it first")
    return text_of(value)


def _longer(scope: Scope, length: int, place: Place) -> int:
    if length > _MAXIMUM_TEXT:
        scope.source.refuse(
            place, f"makes a string of {length:,} characters; at most {_MAXIMUM_TEXT:,} are read"
        )
    return length


def _short(scope: Scope, text: str, place: Place) -> str:
    _longer(scope, len(text), place)
    scope.world.steps.take(text_weight(text), scope, place)
    # A dynamic reference may have been put together just now.
    return scope.dynamics(text)


def _join(scope: Scope, argument: Any, place: Place) -> str:
    separator, given = _list(scope, argument, place, 2)
    if not isinstance(separator, str):
        scope.source.refuse((*place, 0), "must be the string to join with")
    parts = scope.resolve(given, (*place, 1))
    if isinstance(parts, str) and MARK.fullmatch(parts):
        return unknown(scope, "Fn::Join", [separator, parts], place)
    if not isinstance(parts, list):
        scope.source.refuse((*place, 1), "must be a list to join")
    texts = [_one(scope, each, (*place, 1)) for each in parts]
    _longer(scope, sum(map(len, texts)) + len(separator) * len(texts), place)
    return _short(scope, separator.join(texts), place)


def _split(scope: Scope, argument: Any, place: Place) -> Any:
    separator, given = _list(scope, argument, place, 2)
    text = scope.resolve(given, (*place, 1))
    if not isinstance(separator, str) or not separator or not isinstance(text, str):
        scope.source.refuse(place, "must be the string to split at, and the string to split")
    symbols = scope.world.symbols.of(text)
    scope.world.steps.take(text.count(separator), scope, place)
    # Neither names nor accounts nor regions hold a colon or a slash.
    if all(each.is_simple for each in symbols) and separator in (":", "/"):
        return text.split(separator)
    return (
        unknown(scope, "Fn::Split", [separator, text], place) if symbols else text.split(separator)
    )


def _select(scope: Scope, argument: Any, place: Place) -> Any:
    index, given = _list(scope, argument, place, 2)
    which = text_of(scope.resolve(index, (*place, 0)))
    values = scope.resolve(given, (*place, 1))
    if isinstance(values, str) and MARK.fullmatch(values):
        return unknown(scope, "Fn::Select", [which, values], place)
    if not isinstance(values, list):
        scope.source.refuse((*place, 1), "must be a list to select from")
    if MARK.search(which):
        return unknown(scope, "Fn::Select", [which, values], place)
    if not which.isdecimal() or len(which) > 6 or int(which) >= len(values):
        scope.source.refuse((*place, 0), f"must be from 0 to {len(values) - 1}, got {which!r}")
    return values[int(which)]


def _find_in_map(scope: Scope, argument: Any, place: Place) -> Any:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        scope.source.refuse(place, "must be a list of a mapping, a first and a second key")
    names = [text_of(scope.resolve(each, (*place, at))) for at, each in enumerate(argument[:3])]
    default: Any = None
    if len(argument) == 4 and isinstance(argument[3], dict) and "DefaultValue" in argument[3]:
        default = (argument[3]["DefaultValue"], (*place, 3, "DefaultValue"))
    mappings = scope.section("Mappings")
    found: Any = mappings
    for at, name in enumerate(names):
        if MARK.search(name) or "Fn::Transform" in found:
            return unknown(scope, "Fn::FindInMap", [scope.id, *names], place)
        if name not in found:
            if default is not None:
                return scope.resolve(*default)
            what = ("mapping", "first key", "second key")[at]
            scope.source.refuse(
                (*place, at), f"names {name!r}, which is no {what} there{near(name, found)}"
            )
        found = found[name]
        if at < 2 and not isinstance(found, dict):
            scope.source.refuse(("Mappings", *names[: at + 1]), "must be a mapping")
    return scope.resolve(found, ("Mappings", *names))


def _base64(scope: Scope, argument: Any, place: Place) -> str:
    text = text_of(scope.resolve(argument, place))
    if MARK.search(text):
        return unknown(scope, "Fn::Base64", text, place)
    return _short(scope, base64.b64encode(text.encode(errors="surrogatepass")).decode(), place)


def _cidr(scope: Scope, argument: Any, place: Place) -> Any:
    if not isinstance(argument, list) or len(argument) not in (2, 3):
        scope.source.refuse(place, "must be a list of a block, a count and the bits of each")
    given = [text_of(scope.resolve(each, (*place, at))) for at, each in enumerate(argument)]
    if any(map(MARK.search, given)):
        return unknown(scope, "Fn::Cidr", given, place)
    import ipaddress

    try:
        block = ipaddress.ip_network(given[0], strict=False)
        bits = int(given[2]) if len(given) == 3 else 8
        count = int(given[1])
        found = list(islice(block.subnets(new_prefix=block.max_prefixlen - bits), min(count, 256)))
    except ValueError as error:
        scope.source.refuse(place, f"cannot be computed: {error}")
    if len(found) < count:
        scope.source.refuse((*place, 1), f"must be at most {len(found)}, got {count}")
    return [str(each) for each in found]


def _get_azs(scope: Scope, argument: Any, place: Place) -> str:
    region = text_of(scope.resolve(argument, place)) or scope.environment.region
    return scope.world.symbols.generated(
        f"availability zones of {scope.environment.account}/{region}",
        meaning=f"the availability zones of {region}",
    )


def _length(scope: Scope, argument: Any, place: Place) -> Any:
    values = scope.resolve(argument, place)
    return len(values) if isinstance(values, list) else unknown(scope, "Fn::Length", values, place)


def _to_json(scope: Scope, argument: Any, place: Place) -> str:
    resolved = scope.resolve(argument, place)
    if isinstance(resolved, str) and MARK.fullmatch(resolved):
        return unknown(scope, "Fn::ToJsonString", resolved, place)
    return _short(scope, json.dumps(resolved, separators=(",", ":"), ensure_ascii=False), place)


def _list(scope: Scope, argument: Any, place: Place, count: int) -> list[Any]:
    if not isinstance(argument, list) or len(argument) != count:
        scope.source.refuse(place, f"must be a list of {count} values")
    return argument


FUNCTIONS: Mapping[str, Function] = {
    "Ref": ref,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::GetAtt": get_att,
    "Fn::GetStackOutput": get_stack_output,
    "Fn::If": _if,
    "Fn::ImportValue": import_value,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json,
    "Fn::Transform": _transform,
}
