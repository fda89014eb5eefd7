"""Tags that roles get from around them, and that would pass for tags of their users.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import jsii
from aws_cdk import NestedStack, Stack, TagManager, aws_iam as iam
from constructs import Construct, IValidation


@jsii.implements(IValidation)
class NoTagsOfUsers:
    """Looks when the app is validated: `Tags.of` adds its tags at the very end.

    CloudFormation gives the tags of a stack to its roles as well.
    """

    def __init__(self, roles: Sequence[Construct], principal_tags: Iterable[str]) -> None:
        self._roles = tuple(roles)
        self._keys = {each.lower() for each in principal_tags}

    def validate(self) -> list[str]:
        return [
            f"{role.node.path} has the tag {key!r} of {where}, which is a key of principal_tags: a "
            "role's own tag stands in for one that a session lacks, so that users without the "
            "claim would have that value; rename one of them, or keep it away from the role and "
            "its stack, as with Tags.of(...).add(..., exclude_resource_types=['AWS::IAM::Role', "
            "'aws:cdk:stack'])"
            for role in self._roles
            for key, where in _tags(role)
            if key.lower() in self._keys
        ]


def _tags(role: Construct) -> Iterator[tuple[str, str]]:
    resource = role.node.default_child
    if isinstance(resource, iam.CfnRole):
        yield from _keys(resource.tags, "its own")
    stack: Stack | None = Stack.of(role)
    while stack is not None:
        yield from _keys(stack.tags, f"the stack {stack.node.path}")
        stack = stack.nested_stack_parent if isinstance(stack, NestedStack) else None


def _keys(tags: TagManager, where: str) -> Iterator[tuple[str, str]]:
    for key in tags.tag_values():
        yield key, where
