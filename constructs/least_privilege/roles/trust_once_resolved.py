"""Trust values with tokens of the CDK, checked once more when the tokens are resolved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import jsii
from aws_cdk import Stack
from constructs import Construct, IValidation

from ..errors import LeastPrivilegeError
from .plan import RolePlan, checked_trust_policy

_TOKEN = "${Token["  # noqa: S105 - no secret


@jsii.implements(IValidation)
class TrustOnceResolved:
    """What could not be known when the role was made: an account ID from a lazy value, say.

    What stays a reference until deployment (`Ref`, `Fn::GetAtt`) cannot be known here either.
    """

    def __init__(self, role: Construct, plan: RolePlan) -> None:
        self._role = role
        self._plan = plan

    def validate(self) -> list[str]:
        resolve = Stack.of(self._role).resolve
        try:
            trusts = [_resolved(trust, resolve) for trust in self._plan.trusted_by]
            checked_trust_policy(self._role, trusts)
        except LeastPrivilegeError as error:
            return [str(error)]
        return []


def needs_another_look(plan: RolePlan) -> bool:
    """Whether the trust policy holds what is known later."""
    return _TOKEN in plan.trust_policy.to_json()


def _resolved(value: Any, resolve: Callable[[Any], Any]) -> Any:
    """The same value with what its tokens have become, made anew, so that it is checked again."""
    match value:
        case str() if _TOKEN in value:
            known = resolve(value)
            return known if isinstance(known, str) else value
        case tuple():
            return tuple(_resolved(each, resolve) for each in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value,
                **{
                    each.name: _resolved(getattr(value, each.name), resolve)
                    for each in fields(value)
                    if each.init
                },
            )
        case _:
            return value
