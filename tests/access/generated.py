"""Requests and policies made by chance."""

from __future__ import annotations

import functools
import os
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, settings, strategies as st

from least_privilege.access import AccessRequest, PolicySet
from least_privilege.policy import Condition, Effect, NamedPrincipal, PolicyDocument, Statement
from tests.access.words import (
    ALSO,
    AROUND,
    ASKED,
    CAN_BE_SPARED,
    CONTEXT,
    EVERYBODY,
    FAMILIES,
    GIVEN,
    HERE,
    KEYS,
    NAMES,
    NOISE,
    PRINCIPALS,
    TAGS,
    TEAM,
    THERE,
    TYPED,
)

Draw = Callable[[st.SearchStrategy[Any]], Any]

TIMES = int(os.environ.get("LEAST_PRIVILEGE_EXAMPLES", "1"))
"""`LEAST_PRIVILEGE_EXAMPLES=100` tries a hundred times as many, other ones at every run."""
ALL = Statement(actions=("*",), resources=("*",))
_SPARSE = (False, False, False, True)


def tried(number: int) -> Callable[[Any], Any]:
    """So many examples, the same at every run; with the variable set, more and other ones."""
    return settings(
        max_examples=number * TIMES,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )


def one(*statements: Statement, version: str = "2012-10-17") -> PolicyDocument:
    return PolicyDocument(statements=statements, version=version)


def _pick(draw: Draw, among: Sequence[Any]) -> Any:
    return draw(st.sampled_from(among))


def _some(draw: Draw, among: Sequence[Any]) -> tuple[Any, ...]:
    first = _pick(draw, among)
    return (first,) if draw(st.booleans()) else (first, _pick(draw, among))


def operators(draw: Draw, names: Sequence[str]) -> str:
    """One of the operators, now and then with a quantifier and with `IfExists`."""
    name: str = _pick(draw, names)
    if name == "Null":
        return name
    before, after = _pick(draw, (*[AROUND[0]] * 4, *AROUND))
    return f"{before}{name}{after}"


@st.composite
def conditions_and_contexts(draw: Draw) -> tuple[Condition, dict[str, Any]]:
    """A condition, and a context with values near those that it asks for."""
    names, wanted, known = _pick(draw, FAMILIES)
    chosen = _some(draw, wanted)
    condition = Condition.of(_pick(draw, names), _pick(draw, ("x:Key", "X:kEY", TEAM)), *chosen)
    same = (chosen[0], chosen[-1], chosen[0].upper(), chosen[0].lower())
    values = st.sampled_from((*same, *same, *known, *NOISE, *TYPED))
    context: dict[str, Any] = {"x:key": draw(values)}
    kind = draw(st.integers(0, 15))
    if kind % 4 == 1:
        context["x:key"] = draw(st.lists(values, max_size=3))
    elif kind % 4 == 2:
        context["x:key"] = [context["x:key"], draw(values)]
    elif kind == 3:
        del context["x:key"]
    elif kind == 7:
        context["x:key"] = ""
    if kind >= 8:
        context[TEAM] = draw(values)
    if kind % 2:
        context[TAGS] = [chosen[0]] if kind % 4 == 1 else chosen[0]
    return condition, context


@st.composite
def conditions(draw: Draw) -> Condition:
    index = draw(st.integers(0, len(FAMILIES) - 1))
    names, wanted, _ = FAMILIES[index]
    key = _pick(draw, KEYS[index])
    also = ALSO.get(key.lower(), (HERE, THERE) if "Account" in key else ())
    wanted = also if also and names[0] == "StringEquals" and draw(st.booleans()) else wanted
    return Condition.of(operators(draw, names), key, *_some(draw, wanted))


def contexts(draw: Draw, of: dict[str, tuple[Any, ...]], most: int = 4) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(sorted(of)), max_size=most, unique=True))
    return {name: _pick(draw, of[name]) for name in names}


@st.composite
def requests(draw: Draw, *, overrides: bool = True) -> AccessRequest:
    """Any of the principals, actions and resources, in any context."""
    action, resource = _pick(draw, ASKED)
    context = contexts(draw, CONTEXT)
    if overrides and _pick(draw, _SPARSE):
        context |= contexts(draw, GIVEN, 2)
    return AccessRequest(
        principal=_pick(draw, PRINCIPALS),
        action=action,
        resource=resource,
        resource_account=_pick(draw, (None, None, HERE, THERE)),
        context=context,
    )


@functools.cache
def near_actions(action: str) -> tuple[str, ...]:
    """`*` mostly, and patterns that match the action, or miss it by a sign."""
    service, _, name = action.partition(":")
    middle = len(name) // 2
    return (
        *["*"] * 8, f"{service}:*", f"{service.upper()}:{name[:3]}*", action.swapcase(), action,
        f"{service}:{name[:middle]}?{name[middle + 1 :]}", f"{service}:{name[:middle]}?{name}",
        f"{service}:*{name[middle:]}", f"{service}:{name[:2]}**{name[-1]}", f"{service}:?",
        f"{service}:{name}?", f"{service}:{name}*",
    )  # fmt: skip


_PIECES = (
    "*", "*", "*", "?", "?", "**", "a", ":", "${*}", "${?}", "${$}", "${aws:username}",
    f"${{{TEAM}}}", f"${{{TEAM}, 'a'}}", f"${{{TAGS}, '*'}}",
)  # fmt: skip


@functools.cache
def near_resources(resource: str) -> tuple[str, ...]:
    """`*`, the resource, and what comes of it where pieces of it are replaced."""
    if resource == "*":
        return ("*",)
    found = [resource.replace("alice", "${aws:username}"), resource]
    chance = random.Random(resource)  # noqa: S311
    path = len(resource) - len(resource.split(":", 5)[-1])
    for turn in range(60):
        pattern, least = chance.choice(found[:2]), 4 if turn % 8 == 0 else path
        for _ in range(chance.randint(1, 2)):
            begin, end = sorted(chance.randint(least, len(pattern)) for _ in "ab")
            pattern = pattern[:begin] + chance.choice(_PIECES) + pattern[end:]
        if re.sub(r"\$\{[^{}]*\}", "", pattern).count("${") == 0:
            found.append(pattern)
    return (*["*"] * 30, *found, resource, resource)


def statement(
    draw: Draw,
    request: AccessRequest,
    *,
    names: Sequence[NamedPrincipal] = (),
    has_resource: bool = True,
) -> Statement:
    """One that may speak of the request. `names` are those that it can hold; none: no Principal."""
    chances = draw(st.integers(0, 0xFFFFF))

    def happens(one_in: int) -> bool:
        nonlocal chances
        chances, left = divmod(chances, one_in)
        return bool(left == one_in - 1)

    def some(near: Sequence[str], far: int) -> tuple[bool, tuple[str, ...]]:
        chosen = (_pick(draw, near),)
        if happens(8):
            return True, chosen
        return False, (*chosen, _pick(draw, ASKED)[far]) if happens(6) else chosen

    parts: dict[str, Any] = {"effect": Effect.DENY if happens(6) else Effect.ALLOW}
    inverted, actions = some(near_actions(request.action), 0)
    parts["not_actions" if inverted else "actions"] = actions
    if has_resource:
        inverted, resources = some(near_resources(request.resource), 1)
        parts["not_resources" if inverted else "resources"] = resources
    if names is EVERYBODY:
        parts["principals"] = EVERYBODY
    elif names:
        inverted = happens(6)
        near = CAN_BE_SPARED if inverted else names
        chosen = EVERYBODY if not inverted and happens(4) else (_pick(draw, near),)
        while happens(3):
            chosen = (*chosen, _pick(draw, near))
        parts["not_principals" if inverted else "principals"] = chosen
    found = [draw(conditions()) for _ in range(_pick(draw, (0, 0, 0, 1, 2)))]
    unique = {(each.operator, each.key.lower()): each for each in found}
    return Statement(conditions=tuple(unique.values()), **parts)


def document(draw: Draw, request: AccessRequest, **options: Any) -> PolicyDocument:
    kind = draw(st.integers(0, 11))
    return PolicyDocument(
        version="2008-10-17" if kind in (5, 11) else "2012-10-17",
        statements=tuple(statement(draw, request, **options) for _ in range(1 + kind // 8)),
    )


def documents(draw: Draw, request: AccessRequest, number: int, **options: Any) -> Any:
    return [document(draw, request, **options) for _ in range(number)]


@st.composite
def policy_sets(draw: Draw, request: AccessRequest) -> PolicySet:
    """Policies of all kinds, of which most may speak of the request."""
    has = draw(st.integers(0, 0xFFF))
    is_trust = request.action.startswith("sts:") and ":role/" in request.resource
    parts: dict[str, Any] = {"identity": documents(draw, request, (1, 1, 2, 0)[has % 4])}
    has //= 4
    if has & 1 or is_trust:
        parts["resource"] = document(draw, request, names=NAMES, has_resource=not is_trust)
    if has & 6 == 6:
        parts["boundary"] = document(draw, request)
    if has & 24 == 24:
        parts["session"] = documents(draw, request, (1, 2, 0)[has % 3])
    if has & 96 == 96:
        numbers = ((1,), (2,), (1, 1), (), (0,))[has % 5]
        parts["service_control"] = [documents(draw, request, number) for number in numbers]
    if has & 160 == 160:
        numbers = ((1,), (2,), (1, 1), (), (0,))[has % 5]
        parts["resource_control"] = [
            documents(draw, request, number, names=EVERYBODY) for number in numbers
        ]
    if has & 768 == 768:
        parts["endpoint"] = document(draw, request, names=NAMES)
    return PolicySet(**parts)


@st.composite
def asked(draw: st.DrawFn, /, **options: Any) -> tuple[AccessRequest, PolicySet]:
    """A request, and policies that may speak of it."""
    request = draw(requests(**options))
    return request, draw(policy_sets(request))
