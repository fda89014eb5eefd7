"""One boundary over every role and user of a scope.

`aws_iam.PermissionsBoundary.of(scope).apply` is an Aspect too. It replaces what a role was given
itself, stops at stages, and tells nothing of what it missed.

Source: https://docs.aws.amazon.com/cdk/v2/guide/aspects.html
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeGuard

import jsii
from aws_cdk import (
    Annotations,
    AspectPriority,
    Aspects,
    CfnResource,
    IAspect,
    Stack,
    Stage,
    aws_iam as iam,
)
from constructs import IConstruct, IValidation, Node

from ..errors import InvalidInputError

_PROPERTY = "PermissionsBoundary"
_TYPES = ("AWS::IAM::Role", "AWS::IAM::User")
_KEPT = "least-privilege:boundary-kept"

# After all that changes constructs, so that nothing undoes it; before what only reads them.
_PRIORITY = AspectPriority.READONLY - 50


def lay(scope: IConstruct, arn: str, *, replace: bool) -> None:
    """Lay the boundary over what is below this scope, and look afterwards whether it is there."""
    if not isinstance(getattr(scope, "node", None), Node):
        raise InvalidInputError(f"scope must be an app, stage, stack or construct, got {scope!r}")
    aspect = _Laying(arn, replace=replace)
    stages = [each for each in scope.node.find_all() if isinstance(each, Stage)]
    # Aspects stop at stages, so each has its own.
    for each in dict.fromkeys([scope, *stages]):
        Aspects.of(each).add(aspect, priority=_PRIORITY)
    scope.node.add_validation(_Complete(scope, aspect))


def _is_role_or_user(node: IConstruct) -> TypeGuard[CfnResource]:
    if isinstance(node, (iam.CfnRole, iam.CfnUser)):
        return True
    # Custom resource providers make theirs without a class of their own.
    return (
        isinstance(node, CfnResource)
        and not _is_of_another_class(type(node))
        and node.cfn_resource_type in _TYPES
    )


@cache
def _is_of_another_class(kind: type[CfnResource]) -> bool:
    """Whether it is the class of one resource type; saves a call for each resource."""
    own: object = getattr(kind, "CFN_RESOURCE_TYPE_NAME", None)
    return own is not None and own not in _TYPES


def _given(node: CfnResource) -> Any:
    """The boundary that a role or user was given itself."""
    if isinstance(node, (iam.CfnRole, iam.CfnUser)):
        return node.permissions_boundary
    return node._cfn_properties.get(_PROPERTY)


def _same(node: CfnResource, one: Any, other: Any) -> bool:
    stack = Stack.of(node)
    return bool(one == other or stack.resolve(one) == stack.resolve(other))


@jsii.implements(IAspect)
class _Laying:
    def __init__(self, arn: str, *, replace: bool) -> None:
        self._arn = arn
        self._replace = replace
        self.reached: set[str] = set()

    def visit(self, node: IConstruct) -> None:
        """Called by the CDK for each construct of the scope."""
        if not _is_role_or_user(node):
            return
        boundary = self._arn
        given = _given(node)
        if given is not None and not self._replace and not _same(node, given, boundary):
            Annotations.of(node).add_info_v2(
                _KEPT, "keeps the permissions boundary that it was given itself"
            )
            boundary = given
        # An override, as what the CDK lays itself is one, and would win over the property.
        node.add_property_override(_PROPERTY, boundary)
        self.reached.add(node.node.path)


@jsii.implements(IValidation)
class _Complete:
    def __init__(self, scope: IConstruct, aspect: _Laying) -> None:
        self._scope = scope
        self._aspect = aspect

    def validate(self) -> list[str]:
        """Called by the CDK once the app is complete."""
        return [
            f"{each.node.path} has no permissions boundary, although one was laid over "
            f"{self._scope.node.path or 'the app'}: it came later; lay the boundary over it, or "
            "over the scope once it is complete"
            for each in self._scope.node.find_all()
            if _is_role_or_user(each) and each.node.path not in self._aspect.reached
        ]
