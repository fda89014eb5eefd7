"""Whether policies make an administrator.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html#jf_administrator
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from ..matching import compiled, glob_source
from ..policy_set import PolicySet
from ..statements import CompiledStatement, Layer


class Administration(StrEnum):
    """How near policies are to allowing everything.

    Example:
        >>> Administration.FULL.value
        'administrator'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html#jf_administrator
    """

    FULL = "administrator"
    """Every action on every resource, and nothing takes any of it away for certain."""
    NEARLY = "nearly an administrator"
    """The same, but under conditions, or less what a `Deny` or a limit takes away."""
    NO = "no administrator"


def is_administrator(policies: PolicySet) -> bool:
    """Whether policies allow every action on every resource.

    An `Allow` counts if it has no condition. A `Deny`, a permissions boundary, a session policy or
    a service control policy that takes anything away for certain makes the answer False, however
    little it is; `administration` tells such policies from others. A `Deny` with a condition takes
    nothing away for certain. Who can make itself an administrator is found by `escalations`.

    Example:
        >>> from least_privilege.access import PolicySet
        >>> from least_privilege.policy import PolicyDocument
        >>> everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        >>> is_administrator(PolicySet(identity=[PolicyDocument.parse({"Statement": everything})]))
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html#jf_administrator
    """
    return administration(policies) is Administration.FULL


def administration(policies: PolicySet) -> Administration:
    """How near policies are to allowing everything.

    `NEARLY` is for an `Allow` of everything with a condition, and for one that a `Deny` or a limit
    cuts a piece out of. A limit that names what it allows, such as a boundary of `s3:*`, leaves no
    administrator: the answer is `NO` then.

    Example:
        >>> from least_privilege.access import PolicySet
        >>> from least_privilege.policy import PolicyDocument
        >>> administration(PolicySet(identity=[PolicyDocument.parse({"Statement": [
        ...     {"Effect": "Allow", "Action": "*", "Resource": "*"},
        ...     {"Effect": "Deny", "Action": "account:CloseAccount", "Resource": "*"},
        ... ]})])).value
        'nearly an administrator'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html#jf_administrator
    """
    layers = (policies.identity_layer, *limits(policies))
    if all(_allows_everything(layer) for layer in layers):
        cut = any(_cuts_for_certain(each) for layer in layers for each in layer.statements)
        cut = cut or any(
            _cuts_for_certain(each)
            for layer in policies.resource_control_layers
            for each in layer.statements
        )
        return Administration.NEARLY if cut else Administration.FULL
    wide = _allows_everything(policies.identity_layer, whatever_conditions=True) and all(
        _allows_nearly_everything(layer) for layer in limits(policies)
    )
    return Administration.NEARLY if wide else Administration.NO


def limits(policies: PolicySet) -> Iterator[Layer]:
    """The policies that must allow besides those of the principal."""
    for layer in (policies.boundary_layer, policies.session_layer):
        if layer is not None:
            yield layer
    yield from policies.service_control_layers


def _allows_everything(layer: Layer, *, whatever_conditions: bool = False) -> bool:
    allows = [
        each.statement
        for each in layer.statements
        if not each.denies
        and each.resources is not None
        and each.resources.everything
        and each.statement.resources
        and (whatever_conditions or not each.conditions)
    ]
    named = [action.lower() for statement in allows for action in statement.actions]
    if "*" in named or "*:*" in named:
        return True
    # All but some actions, which another statement names.
    return any(
        statement.not_actions and _cover(named, map(str.lower, statement.not_actions))
        for statement in allows
    )


def _cover(patterns: Iterable[str], others: Iterable[str]) -> bool:
    matchers = [compiled(glob_source(pattern)) for pattern in patterns]
    return all(any(matches(other) for matches in matchers) for other in others)


def _allows_nearly_everything(layer: Layer) -> bool:
    return any(
        not each.denies
        and (bool(each.statement.not_actions) or "*" in each.statement.actions)
        and (
            bool(each.statement.not_resources)
            or (each.resources is not None and each.resources.everything)
        )
        for each in layer.statements
    )


def _cuts_for_certain(statement: CompiledStatement) -> bool:
    return statement.denies and not statement.conditions
