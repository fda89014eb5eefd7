"""Finds roles that name a resource which itself needs the role.

The ARN of a Lambda function in the trust policy or the permissions of its own role makes a circle:
CloudFormation would have to make each before the other, and refuses the deployment.

Source: https://repost.aws/knowledge-center/unable-validate-circular-dependency-cloudformation
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import jsii
from aws_cdk import CfnResource, NestedStack, Stack, aws_iam as iam
from constructs import IValidation

_REFERENCE = re.compile(r"\$\{Token\[(?!AWS\.)")
"""A token of the CDK for something else than the account, region or partition of deployment."""
_IN_SUB = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}")
_BY_NAME = (
    "give that resource a name, and write its ARN with the name, as in "
    "stack.format_arn(service=..., resource=..., resource_name=NAME)"
)
_BESIDE = (
    f"{_BY_NAME}; or say it in a policy that stands beside the role, as in "
    "iam.Policy(stack, ..., roles=[role], statements=[...])"
)
_SAYS = {
    "assumeRolePolicyDocument": ("trusted_by names", _BY_NAME),
    "policies": ("its permissions name", _BESIDE),
    "managedPolicyArns": ("its permissions name", _BESIDE),
    "permissionsBoundary": ("its boundary is", "give the boundary by its name"),
    "tags": ("its tags name", "give that resource a name, and write the name"),
    "": ("it waits for", "take that dependency away"),
}
"""By the property of a role, what it does and how to mend it; nothing is `DependsOn`."""


def watch_for_circles(
    role: iam.CfnRole,
    is_used: Callable[[], bool],
    *,
    stack: Stack,
    trust: object = "",
    rest: object = "",
) -> None:
    """Let the synth fail if the role names something that needs the role.

    To be said again when the role gets more. `trust` is its trust policy, `rest` is what else it is
    made of; `is_used` says whether something asked for the role, and for the rest and for what it
    waits for a role is not looked at unless it is used. Followed are the properties and the
    `DependsOn` of all resources in the role's stack and the nested stacks around and in it. What is
    set by `add_override` and `add_property_override` is not: that is left to the CDK's own
    validation of the templates.
    """
    watch = _WATCHES.get(stack)
    if watch is None:
        top = stack
        while isinstance(top, NestedStack) and top.nested_stack_parent is not None:
            top = top.nested_stack_parent
        watch = _WATCHES.get(top)
        if watch is None:
            watch = _WATCHES[top] = _Watch(partial(_Graph, top))
            top.node.add_validation(watch)
        _WATCHES[stack] = watch
    known = watch.roles.setdefault(role, _Watched(is_used))
    known.trust = known.trust or _holds_reference(trust)
    known.rest = known.rest or _holds_reference(rest)


def _holds_reference(part: object) -> bool:
    return bool(_REFERENCE.search(str(part)))


@dataclass(slots=True)
class _Watched:
    """What is known of a role without a call to the CDK, where it holds references."""

    is_used: Callable[[], bool]
    trust: bool = False
    rest: bool = False


@jsii.implements(IValidation)
class _Watch:
    """One for a stack and those nested in it: each look at a resource is a call to the CDK."""

    def __init__(self, graph: Callable[[], _Graph]) -> None:
        self._graph = graph
        self.roles: dict[iam.CfnRole, _Watched] = {}

    def validate(self) -> list[str]:
        roles = [
            role
            for role, known in self.roles.items()
            # A dependency leaves no trace in what the role was made of.
            if known.trust or (known.is_used() and (known.rest or role.obtain_dependencies()))
        ]
        if not roles:
            return []
        graph = self._graph()
        graph.read(roles)
        return [problem for role in roles for problem in graph.problems(role)]


_Needs = Mapping[str, tuple[str, ...]]
"""What a resource needs: other resources, by the property that refers to them."""


def _key(construct: Any) -> str:
    """What the CDK knows a construct by: Python has a new object of it with each call."""
    return str(construct.__jsii_ref__.ref)


class _Graph:
    """Which resources need which, of a stack and those nested in it; each known by its key."""

    def __init__(self, top: Stack) -> None:
        found = top.node.find_all()
        self._resources = {_key(each): each for each in found if isinstance(each, CfnResource)}
        self._stack_of = dict.fromkeys(self._resources, top)
        self._holders: dict[Stack, str] = {}
        """The resource of each nested stack in the stack around it."""
        for stack in (each for each in found if isinstance(each, Stack) and each is not top):
            # What is in a stack in the stack is its own: the same logical IDs mean others there.
            inside = (_key(each) for each in stack.node.find_all())
            self._stack_of.update((key, stack) for key in inside if key in self._resources)
            if isinstance(stack, NestedStack) and stack.nested_stack_resource is not None:
                self._holders[stack] = _key(stack.nested_stack_resource)
        self._names: dict[Stack, dict[str, str]] = {}
        self._parameters: dict[Stack, _Needs] = {}
        self._needs: dict[str, _Needs] = {}

    def read(self, resources: Iterable[CfnResource]) -> None:
        """Learn what these need, what that needs, and so on: many of a stack at once."""
        ahead = [_key(each) for each in resources]
        while ahead:
            by_stack: dict[Stack, list[str]] = {}
            for key in ahead:
                by_stack.setdefault(self._stack_of[key], []).append(key)
            for stack, several in by_stack.items():
                self._read(stack, several)
            needed = (each for key in ahead for each in self._needed(key))
            ahead = [key for key in dict.fromkeys(needed) if key not in self._needs]

    def _read(self, stack: Stack, several: list[str]) -> None:
        here = [self._resources[key] for key in several]
        resolved = stack.resolve([each._cfn_properties for each in here])
        for key, resource, properties in zip(several, here, resolved, strict=True):
            waits_for = map(_key, resource.obtain_dependencies())
            self._needs[key] = {
                **{name: self._named(stack, value) for name, value in (properties or {}).items()},
                "": tuple(each for each in waits_for if self._stack_of.get(each) is stack),
            }

    def _needed(self, key: str) -> Iterator[str]:
        for several in self._needs[key].values():
            yield from several

    def _named(self, stack: Stack, value: Any) -> tuple[str, ...]:
        """The resources that a resolved value of a stack refers to."""
        found: list[str] = []
        for name in _references(value):
            resource = self._by_name(stack).get(name)
            if resource is not None:
                found.append(resource)
            elif stack in self._holders:
                found += self._given(stack).get(name, ())
        return tuple(dict.fromkeys(found))

    def _given(self, nested: Stack) -> _Needs:
        """What a nested stack is given by the one around it, by parameter."""
        if nested not in self._parameters:
            holder = self._holders[nested]
            around = self._stack_of[holder]
            given = around.resolve(self._resources[holder]._cfn_properties).get("parameters") or {}
            self._parameters[nested] = {
                name: self._named(around, value) for name, value in given.items()
            }
        return self._parameters[nested]

    def _by_name(self, stack: Stack) -> dict[str, str]:
        if stack not in self._names:
            here = [key for key, where in self._stack_of.items() if where is stack]
            # One text: the CDK takes much longer for a list of them.
            names = stack.resolve("|".join(self._resources[key].logical_id for key in here))
            self._names[stack] = dict(zip(names.split("|"), here, strict=True))
        return self._names[stack]

    def problems(self, role: CfnResource) -> Iterator[str]:
        """Each thing that the role names and that needs the role."""
        goals = [_key(role)]
        # What needs a nested stack needs all that is in it.
        while (stack := self._stack_of[goals[-1]]) in self._holders:
            goals.append(self._holders[stack])
        told = {goals[0]}
        for name, needed in self._needs[goals[0]].items():
            for start in needed:
                if start not in told and (way := self._way(start, goals)):
                    yield self._told(role, name, way)
                told.add(start)

    def _way(self, start: str, goals: list[str]) -> list[str]:
        """The shortest way from a resource to one of others, both included; nothing if none."""
        came_from = {start: ""}
        for key in (queue := [start]):
            if key in goals:
                way = [key]
                while came_from[way[0]]:
                    way.insert(0, came_from[way[0]])
                return way
            for needed in self._needed(key):
                if needed not in came_from:
                    came_from[needed] = key
                    queue.append(needed)
        return []

    def _told(self, role: CfnResource, name: str, way: list[str]) -> str:
        path, paths = _path(role), [_path(self._resources[key]) for key in way]
        if len(way) > 2 and paths[0].startswith(f"{path}/"):
            # Its own managed policy, which is at fault only for what it names.
            way, paths = way[1:], paths[1:]
        does, mend = _SAYS.get(name, (f"its {name} names", _BY_NAME))
        through = "".join(f", which needs {each}" for each in paths[1:-1])
        end = "this role itself" if way[-1] == _key(role) else "the nested stack of this role"
        return (
            f"{path}: {does} {paths[0]} ({self._resources[way[0]].cfn_resource_type}){through}, "
            f"which needs {end}; CloudFormation refuses such a circle; {mend}"
        )


_WATCHES: WeakKeyDictionary[Stack, _Watch] = WeakKeyDictionary()


def _path(resource: CfnResource) -> str:
    """An L1 inside a construct is known by the path of that."""
    return resource.node.path.removesuffix("/Resource")


def _references(value: Any) -> Iterator[str]:
    """The logical IDs that a resolved value refers to, and names of parameters among them."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::GetAtt": str(name)}:
            yield name.partition(".")[0]
        case {"Fn::Sub": str(text)}:
            yield from _IN_SUB.findall(text)
        case {"Fn::Sub": [str(text), Mapping() as values]}:
            yield from (name for name in _IN_SUB.findall(text) if name not in values)
            yield from _references(values)
        case Mapping():
            for each in value.values():
                yield from _references(each)
        case list():
            for each in value:
                yield from _references(each)
