"""Paths on which a principal changes its own permissions, or its own boundary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..policy_set import PolicySet
from ..principal import PrincipalKind
from .catalogue import PublishedPath, published_paths
from .choosing import candidates
from .gains import Gain, gain, raised
from .situation import Situation
from .trial import Trial
from .verdict import EscalationVerdict
from .walking import walk

FOUND, UNKNOWN, NONE = EscalationVerdict.FOUND, EscalationVerdict.UNKNOWN, EscalationVerdict.NONE


def own_permissions(situation: Situation, path: PublishedPath) -> Iterator[Trial]:
    """It attaches, puts or rewrites a policy of its own."""
    for trial in _changes(situation, path):
        if not trial.fails:
            _gain_within_limits(situation, trial)
        yield trial


def own_boundary(situation: Situation, path: PublishedPath) -> Iterator[Trial]:
    """It takes its own permissions boundary away, or exchanges it."""
    if situation.policies.boundary is None:
        return
    for trial in _changes(situation, path):
        if not trial.fails:
            trial.gains(_gain(situation, replace(situation.policies, boundary=None)))
        yield trial


def _changes(situation: Situation, path: PublishedPath) -> Iterator[Trial]:
    match path.own:
        case "role" | "user":
            yield from _of_itself(situation, path)
        case "group":
            unknown = "whether it is in a group among"
            if situation.is_named and situation.is_role:
                unknown = "whether who acts here can also act as a user in a group among"
            yield from _of_known(situation, path, "iam:group", situation.groups, unknown)
        case _:
            yield from _of_known(
                situation,
                path,
                "iam:policy",
                situation.attached_policies,
                "whether a customer managed policy is attached to it among",
            )


def _of_itself(situation: Situation, path: PublishedPath) -> Iterator[Trial]:
    kind = f"iam:{path.own}"
    if _is(situation, path.own):
        context = _of_own_boundary(situation)
        own = {kind: situation.principal.identifier}
        trial = walk(situation, path.actions, own, context=context)
        if situation.is_named or not trial.fails:
            yield trial
            return
        reason = "whether its own role is among {pattern}, as long as the role is not given"
    elif situation.is_named:
        reason = (
            f"it raises a {path.own} among {{pattern}}; whether who acts here can also act as that "
            f"{path.own}"
        )
    else:
        reason = f"whether these are policies of a {path.own}, and of one among {{pattern}}"
    yield from _of_pattern(situation, path, kind, reason)


def _is(situation: Situation, own: str) -> bool:
    if own == "role":
        return situation.is_role
    return situation.principal.kind is PrincipalKind.USER


def _of_known(
    situation: Situation,
    path: PublishedPath,
    kind: str,
    known: tuple[str, ...] | None,
    unknown: str,
) -> Iterator[Trial]:
    if known is None:
        yield from _of_pattern(situation, path, kind, f"{unknown} {{pattern}}")
        return
    for arn in known:
        yield walk(situation, path.actions, {kind: arn}, target=arn)


def _of_pattern(
    situation: Situation, path: PublishedPath, kind: str, reason: str
) -> Iterator[Trial]:
    """For what is not known by name, but may be among what the policies name."""
    for candidate in candidates(situation, kind, [action.name for action in path.actions]):
        trial = walk(situation, path.actions, {kind: candidate.arn})
        if not trial.fails:
            trial.hangs_on(reason.format(pattern=candidate.pattern))
            yield trial
            return


def _of_own_boundary(situation: Situation) -> dict[str, list[str]]:
    """AWS sends the boundary of the role or user that is changed; without one, nothing."""
    return {} if situation.policies.boundary is not None else {"iam:PermissionsBoundary": []}


def _gain(situation: Situation, policies: PolicySet) -> Gain:
    return gain(policies, situation.policies, who=situation.principal, whose="it, afterwards,")


def _gain_within_limits(situation: Situation, trial: Trial) -> None:
    """What a policy that allows everything brings where boundary and denies stay."""
    policies = situation.policies
    found = _gain(situation, raised(policies))
    if found.verdict is NONE and any(each.denies for each in policies.identity_layer.statements):
        without_denies = _gain(situation, raised(policies, keep_denies=False))
        if without_denies.verdict is not NONE:
            trial.hangs_on("whether it can also rewrite the policies of its own that deny the rest")
            found = Gain(UNKNOWN, without_denies.example)
    if found.verdict is NONE and policies.boundary is not None:
        unlimited = _gain(situation, raised(replace(policies, boundary=None)))
        if unlimited.verdict is not NONE and _boundary_can_go(situation, trial):
            found = unlimited
    trial.gains(found)


def _boundary_can_go(situation: Situation, trial: Trial) -> bool:
    """Whether it may also lift the boundary that stops all gain; then it is a step more."""
    own = "role" if situation.is_role else "user"
    kind = f"iam:{own}"
    for path in published_paths().values():
        if path.own == own and path.shape.value == "own boundary":
            lifted = walk(situation, path.actions, {kind: situation.principal.identifier})
            if not lifted.fails:
                trial.add(lifted)
                return True
    rewrite = published_paths()["iam-001"].actions
    for candidate in candidates(situation, "iam:policy", ["iam:CreatePolicyVersion"]):
        rewritten = walk(situation, rewrite, {"iam:policy": candidate.arn})
        if not rewritten.fails:
            trial.add(rewritten)
            trial.hangs_on(f"whether its permissions boundary is among {candidate.pattern}")
            return True
    return False
