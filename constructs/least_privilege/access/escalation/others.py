"""Paths on which a principal takes over another role, user or group, or makes a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..policy_set import PolicySet
from .catalogue import PublishedPath, Shape
from .choosing import candidates
from .gains import EVERYTHING, Gain, gain, raised
from .situation import Situation
from .target import Target
from .trial import Trial
from .verdict import EscalationVerdict, any_of
from .walking import among, walk

FOUND, UNKNOWN, NONE = EscalationVerdict.FOUND, EscalationVerdict.UNKNOWN, EscalationVerdict.NONE

_ACCOUNT_OF_ROLE = re.compile(r"arn:[^:]*:iam::(\d{12}):")
_ASSUME = "sts:AssumeRole"
_RAISING = ("iam:PutRolePolicy", "iam:AttachRolePolicy")


def gain_of(situation: Situation, target: Target, *, is_raised: bool = False) -> Gain:
    """What a target allows that the principal lacks; with `is_raised`, after it was raised."""
    if target.policies is None:
        return Gain(UNKNOWN, reason=f"what {target.arn} may do is not known")
    policies = raised(target.policies) if is_raised else target.policies
    return gain(policies, situation.policies, who=situation.principal, whose=target.arn)


def count_gain(situation: Situation, target: Target, trial: Trial) -> None:
    """Count what a role brings, as it is or after the principal wrote it a policy."""
    found = gain_of(situation, target)
    if found.verdict is NONE and target.account == situation.account:
        context = _of_boundary(target.policies)
        answers = {each: situation.ask(each, target.arn, context=context) for each in _RAISING}
        best = any_of(*(answer.verdict for answer in answers.values()))
        for action, answer in answers.items():
            if best is not NONE and answer.verdict is best:
                found = gain_of(situation, target, is_raised=True)
                does = "write a policy that allows everything on the role first"
                trial.step(action, does, {target.arn: answer}, [target.arn])
                break
    trial.gains(found)


def another_user(situation: Situation, path: PublishedPath) -> Iterator[Trial]:
    """It makes credentials of another user."""
    known = set()
    for target in situation.of_kind("user"):
        known.add(target.arn)
        trial = walk(
            situation,
            path.actions,
            {"iam:user": target.arn},
            context=_of_boundary(target.policies) if path.raises else None,
            target=target.arn,
        )
        if not trial.fails:
            trial.gains(gain_of(situation, target, is_raised=path.raises))
        yield trial
    yield from _beside(situation, path, "iam:user", known, "a user with more permissions")


def another_group(situation: Situation, path: PublishedPath) -> Iterator[Trial]:
    """It joins a group."""
    known = set(situation.groups or ())
    for target in situation.of_kind("group"):
        if target.arn in known:
            continue
        known.add(target.arn)
        trial = walk(situation, path.actions, {"iam:group": target.arn}, target=target.arn)
        if trial.fails:
            continue
        if target.policies is None:
            trial.hangs_on(f"what {target.arn} may do is not known")
        else:
            own = situation.policies
            both = replace(own, identity=(*own.identity, *target.policies.identity))
            trial.gains(gain(both, own, who=situation.principal, whose=target.arn))
        if situation.is_role:
            trial.hangs_on("whether who acts here can also act as a user who joins")
        yield trial
    yield from _beside(situation, path, "iam:group", known, "a group with more permissions")


def another_role(situation: Situation, path: PublishedPath) -> Iterator[Trial]:
    """It takes on a role that trusts it, or that it makes trust it."""
    is_own_account_alone = any(action.name != _ASSUME for action in path.actions)
    known = {situation.principal.identifier}
    for target in situation.targets:
        if target.kind != "role" or situation.is_own(target):
            continue
        known.add(target.arn)
        if is_own_account_alone and target.account != situation.account:
            continue
        for trial in _takeovers(situation, path, target):
            if not trial.fails:
                trial.gains(gain_of(situation, target, is_raised=path.raises))
            yield trial
    accounts = [situation.account]
    if not is_own_account_alone:
        accounts += _accounts(situation)
    for account in dict.fromkeys(accounts):
        yield from _roles_beside(situation, path, known, account)


def _takeovers(situation: Situation, path: PublishedPath, target: Target) -> Iterator[Trial]:
    """Each way to take a target over: one, or one for each policy to rewrite."""
    if not path.changes("iam:CreatePolicyVersion"):
        yield _takeover(situation, path, target, {})
    elif target.attached_policies is not None:
        for policy in target.attached_policies:
            yield _takeover(situation, path, target, {"iam:policy": policy})
    else:
        trial = _takeover(situation, path, target, {})
        if not trial.fails:
            trial.hangs_on(f"which customer managed policies {target.arn} has")
        yield trial


def _takeover(
    situation: Situation,
    path: PublishedPath,
    target: Target,
    bound: dict[str, str],
    *,
    stands_in: bool = False,
) -> Trial:
    """Change a role as the path says, and take it on; `stands_in` for one that may not be there."""
    changing = [action for action in path.actions if action.name != _ASSUME]
    trial = walk(
        situation,
        changing,
        {"iam:role": target.arn, **bound},
        context=_of_boundary(target.policies),
        target=target.arn,
    )
    if trial.fails:
        return trial
    if path.changes("iam:UpdateAssumeRolePolicy"):
        trust, is_known = situation.trusting(exactly=True), True
    elif target.trust is not None:
        trust, is_known = target.trust, True
    else:
        trust, is_known = situation.trusting(exactly=False), False
    answer = situation.ask_to_assume(target.arn, trust)
    trial.step(_ASSUME, "take on the role", {target.arn: answer}, [target.arn])
    if not (trial.fails or is_known or stands_in):
        trial.hangs_on(f"whether {target.arn} trusts it")
    return trial


def _roles_beside(
    situation: Situation, path: PublishedPath, known: set[str], account: str
) -> Iterator[Trial]:
    """Roles that the policies admit and that are none of the targets."""
    names = [action.name for action in path.actions if "iam:role" in action.on]
    others = among(
        (each, _takeover(situation, path, Target(arn=each.arn), {}, stands_in=True))
        for each in candidates(situation, "iam:role", names, beside=known, account=account)
    )
    if others is not None:
        trial, patterns = others
        trial.target = None
        what = "a role with more permissions"
        if not path.changes("iam:UpdateAssumeRolePolicy"):
            what += " and trust in it"
        trial.hangs_on(situation.beside(what, patterns))
        yield trial


def new_principal(situation: Situation, path: PublishedPath) -> Iterator[Trial]:
    """It makes a role or a user that may do everything, and acts as it."""
    kind = "iam:role" if path.shape is Shape.NEW_ROLE else "iam:user"
    names = [action.name for action in path.actions]
    beside = {target.arn for target in situation.targets} | {situation.principal.identifier}
    for candidate in candidates(situation, kind, names, beside=beside):
        trial = walk(
            situation,
            path.actions,
            {kind: candidate.arn},
            context={"iam:PermissionsBoundary": []},
        )
        if not trial.fails and path.shape is Shape.NEW_ROLE:
            answer = situation.ask_to_assume(candidate.arn, situation.trusting(exactly=True))
            trial.step(_ASSUME, "take on the new role", {candidate.arn: answer}, [candidate.arn])
        if trial.fails:
            continue
        made = PolicySet(identity=(EVERYTHING,), service_control=situation.policies.service_control)
        whose = "what it made"
        trial.gains(gain(made, situation.policies, who=situation.principal, whose=whose))
        yield trial
        return


def other(situation: Situation, path: PublishedPath) -> Iterator[Trial]:
    """Its steps are all that policies tell."""
    yield walk(situation, path.actions, {})


def _beside(
    situation: Situation, path: PublishedPath, kind: str, known: set[str], what: str
) -> Iterator[Trial]:
    """Users and groups that the policies admit and that are none of the targets."""
    names = [action.name for action in path.actions]
    beside = known | {situation.principal.identifier}
    others = among(
        (each, walk(situation, path.actions, {kind: each.arn}))
        for each in candidates(situation, kind, names, beside=beside)
    )
    if others is not None:
        trial, patterns = others
        trial.hangs_on(situation.beside(what, patterns))
        yield trial


def _of_boundary(policies: PolicySet | None) -> dict[str, list[str]]:
    """AWS sends the boundary of what is changed: without one, the key is absent."""
    known = policies is not None and policies.boundary is None
    return {"iam:PermissionsBoundary": []} if known else {}


def _accounts(situation: Situation) -> Iterator[str]:
    for layer in situation.layers:
        for each in layer.about(_ASSUME.lower())[1]:
            for pattern in each.statement.resources:
                found = _ACCOUNT_OF_ROLE.match(pattern)
                if found:
                    yield found[1]
