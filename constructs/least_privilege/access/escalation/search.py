"""Looking for the ways up.

Source: https://pathfinding.cloud/paths/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...errors import InvalidRequestError
from ..policy_set import PolicySet
from ..principal import Principal
from .administrator import is_administrator
from .catalogue import PublishedPath, Shape, published_paths
from .choosing import TooManyPatternsError
from .others import another_group, another_role, another_user, new_principal, other
from .own import own_boundary, own_permissions
from .report import Escalation, EscalationReport
from .situation import Situation
from .target import Target, arns
from .trial import Trial
from .verdict import EscalationVerdict
from .workloads import existing_workload, passed_role

_JUDGES: dict[Shape, Callable[[Situation, PublishedPath], Iterator[Trial]]] = {
    Shape.OWN_PERMISSIONS: own_permissions,
    Shape.OWN_BOUNDARY: own_boundary,
    Shape.ANOTHER_GROUP: another_group,
    Shape.ANOTHER_ROLE: another_role,
    Shape.ANOTHER_USER: another_user,
    Shape.NEW_ROLE: new_principal,
    Shape.NEW_USER: new_principal,
    Shape.PASSED_ROLE: passed_role,
    Shape.EXISTING_WORKLOAD: existing_workload,
    Shape.OTHER: other,
}
_BY_TRUST = frozenset({"sts:AssumeRole"})
"""What a trust policy can allow without any policy of the principal."""


def escalations(
    policies: PolicySet,
    *,
    targets: Sequence[Target | str] | None = None,
    principal: Principal | str | None = None,
    attached_policies: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
) -> EscalationReport:
    """Every published way by which a principal could raise its own privileges.

    `policies` are all that count for the principal: boundary, session policies, service control
    policies and every `Deny` limit what is found. `targets` are the roles, users and groups that
    are there (an ARN where no more is known); what policies allow on others makes an answer
    unknown, never none. `principal` is whose policies these are: a `Principal` or an ARN; a
    session of some role if it is left out.
    `attached_policies` are the ARNs of the customer managed policies attached to it, `groups` those
    of a user's groups; None where that is not known.

    A way is `FOUND` if every step is allowed, in any context or in one that the caller can bring
    about, and it leads to more than the principal has. What hangs on other conditions, on roles or
    workloads that are not among the targets, or on what a target may do, is `UNKNOWN`.

    Raises `InvalidRequestError`.

    Example:
        >>> from least_privilege.access import PolicySet
        >>> from least_privilege.policy import PolicyDocument
        >>> report = escalations(
        ...     PolicySet(identity=[PolicyDocument.parse({"Statement": {
        ...         "Effect": "Allow", "Action": "iam:AttachRolePolicy",
        ...         "Resource": "arn:aws:iam::111122223333:role/Deploy",
        ...     }})]),
        ...     principal="arn:aws:iam::111122223333:role/Deploy",
        ...     targets=[],
        ... )
        >>> print(report.explain().splitlines()[1])
        found: iam-009, Attach a policy to its own role

    Source: https://pathfinding.cloud/paths/
    """
    if not isinstance(policies, PolicySet):
        raise InvalidRequestError(f"policies must be a PolicySet, got {policies!r:.80}")
    situation = Situation(
        policies,
        targets=_targets(targets),
        principal=_principal(principal),
        attached_policies=_arns(attached_policies, "attached_policies"),
        groups=_arns(groups, "groups"),
    )
    if is_administrator(policies):
        return EscalationReport(principal=situation.principal, is_administrator=True)
    found: list[Escalation] = []
    for path in published_paths().values():
        found += _judged(situation, path)
    return EscalationReport(
        principal=situation.principal, is_administrator=False, paths=tuple(found)
    )


def _judged(situation: Situation, path: PublishedPath) -> list[Escalation]:
    """Every certain way along a path; if there is none, the first that cannot be ruled out."""
    if not all(
        situation.names(action.name) for action in path.actions if action.name not in _BY_TRUST
    ):
        return []
    ways: list[Escalation] = []
    try:
        for trial in _JUDGES[path.shape](situation, path):
            if not trial.fails:
                ways.append(trial.as_escalation(path))
    except TooManyPatternsError:
        trial = Trial()
        trial.hangs_on("the policies name more patterns than can be gone through")
        ways.append(trial.as_escalation(path))
    certain = [way for way in ways if way.verdict is EscalationVerdict.FOUND]
    return certain or ways[:1]


def _targets(given: Sequence[Target | str] | None) -> tuple[Target, ...] | None:
    if given is None:
        return None
    if isinstance(given, (str, bytes)):
        raise InvalidRequestError(f"targets must be a sequence of Targets, got {given!r:.80}")
    targets = tuple(Target(arn=each) if isinstance(each, str) else each for each in given)
    for target in targets:
        if not isinstance(target, Target):
            raise InvalidRequestError(f"targets must hold Targets or ARNs, got {target!r:.80}")
    return targets


def _principal(given: Principal | str | None) -> Principal | None:
    principal = Principal.parse(given) if isinstance(given, str) else given
    if principal is None:
        return None
    if not isinstance(principal, Principal) or not principal.has_identity_policies:
        raise InvalidRequestError(
            f"principal must be a user or a role, which policies can be attached to, got {given!r}"
        )
    return principal


def _arns(given: Sequence[str] | None, argument: str) -> tuple[str, ...] | None:
    return None if given is None else arns(given, argument)
