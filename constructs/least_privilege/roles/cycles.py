"""Finds trust policies that name a resource which itself needs the role.

The ARN of a Lambda function in the trust policy of its own role makes a circle: CloudFormation
would have to make each before the other, and refuses the deployment. The CDK does not see it.

Source: https://repost.aws/knowledge-center/unable-validate-circular-dependency-cloudformation
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import jsii
from aws_cdk import CfnResource, Stack, aws_iam as iam
from constructs import IValidation

from ..policy import PolicyDocument

_REFERENCE = re.compile(r"\$\{Token\[(?!AWS\.)")
"""A token of the CDK for something else than the account, region or partition of deployment."""
_IN_SUB = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}")
_MEND = (
    "CloudFormation refuses such a circle; give that resource a name, and write its ARN with the "
    "name, as in stack.format_arn(service=..., resource=..., resource_name=NAME)"
)


def watch_for_circles(role: iam.CfnRole, trust_policy: PolicyDocument) -> None:
    """Let the synth fail if this trust policy names something that needs the role.

    Followed are the properties and the `DependsOn` of resources in the role's stack; what is set by
    `add_property_override` is not.
    """
    if not _REFERENCE.search(str(trust_policy.to_dict())):
        return
    stack = Stack.of(role)
    watch = _WATCHES.get(stack)
    if watch is None:
        watch = _WATCHES[stack] = _Watch(stack)
        stack.node.add_validation(watch)
    watch.roles.append(role)


@jsii.implements(IValidation)
class _Watch:
    """One for a stack: to read its resources takes about a millisecond for each."""

    def __init__(self, stack: Stack) -> None:
        self._resolve = stack.resolve
        self._find_all = stack.node.find_all
        self.roles: list[iam.CfnRole] = []

    def validate(self) -> list[str]:
        found = [each for each in self._find_all() if isinstance(each, CfnResource)]
        names = self._resolve([each.logical_id for each in found])
        resources = dict(zip(names, found, strict=True))
        needs: dict[str, tuple[str, ...]] = {}
        return [
            problem for role in self.roles for problem in self._problems(role, resources, needs)
        ]

    def _problems(
        self,
        role: iam.CfnRole,
        resources: Mapping[str, CfnResource],
        needs: dict[str, tuple[str, ...]],
    ) -> Iterator[str]:
        own = self._resolve(role.logical_id)
        named = _references(self._resolve(role.assume_role_policy_document))
        for start in dict.fromkeys(name for name in named if name in resources and name != own):
            way = self._way(start, own, resources, needs)
            if way:
                # An L1 inside a construct that is known by its own path.
                paths = [resources[name].node.path.removesuffix("/Resource") for name in way]
                through = "".join(f", which needs {path}" for path in paths[1:-1])
                yield (
                    f"{paths[-1]}: trusted_by names {paths[0]} "
                    f"({resources[start].cfn_resource_type}){through}, which needs this role "
                    f"itself; {_MEND}"
                )

    def _way(
        self,
        start: str,
        goal: str,
        resources: Mapping[str, CfnResource],
        needs: dict[str, tuple[str, ...]],
    ) -> list[str]:
        """The shortest way from one resource to another, both included; nothing if none."""
        came_from = {start: ""}
        for name in (queue := [start]):
            if name == goal:
                way = [name]
                while came_from[way[0]]:
                    way.insert(0, came_from[way[0]])
                return way
            if name not in needs:
                needs[name] = self._needs(resources[name], resources)
            for needed in needs[name]:
                if needed not in came_from:
                    came_from[needed] = name
                    queue.append(needed)
        return []

    def _needs(
        self, resource: CfnResource, resources: Mapping[str, CfnResource]
    ) -> tuple[str, ...]:
        named = [*_references(self._resolve(resource._cfn_properties))]
        waits_for = resource.obtain_dependencies()
        named += self._resolve(
            [each.logical_id for each in waits_for if isinstance(each, CfnResource)]
        )
        return tuple(dict.fromkeys(name for name in named if name in resources))


_WATCHES: WeakKeyDictionary[Stack, _Watch] = WeakKeyDictionary()


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
