"""Paths on which a principal runs its code with a role, in something new or something there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .catalogue import PublishedPath, templates
from .choosing import candidates
from .others import count_gain
from .situation import Situation
from .target import Target
from .trial import Trial
from .verdict import EscalationVerdict
from .walking import among, walk

FOUND, UNKNOWN, NONE = EscalationVerdict.FOUND, EscalationVerdict.UNKNOWN, EscalationVerdict.NONE

_HOLE = re.compile(r"\\\$\\\{[^{}]*\\\}")


def passed_role(situation: Situation, path: PublishedPath) -> Iterator[Trial]:
    """It hands a role over to a service, which runs its code with it."""
    known = {situation.principal.identifier}
    for target in situation.of_kind("role"):
        known.add(target.arn)
        trial = _best(_hand_over(situation, path, target.arn))
        if trial.fails:
            continue
        trust = situation.ask_whether_trusted(target, situation.service_names(path.trusted))
        trial.count(trust)
        if not trial.fails:
            count_gain(situation, target, trial)
        yield trial
    others = among(
        (candidate, _best(_hand_over(situation, path, candidate.arn)))
        for candidate in candidates(situation, "iam:role", ["iam:PassRole"], beside=known)
    )
    if others is not None:
        trial, patterns = others
        trial.target = None
        trusted = path.trusted[0].rpartition(": ")[2]
        what = f"a role with more permissions and trust in {trusted}"
        trial.hangs_on(situation.beside(what, patterns))
        yield trial


def _hand_over(situation: Situation, path: PublishedPath, role: str) -> Iterator[Trial]:
    for service in situation.service_names(path.passed_to):
        yield walk(situation, path.actions, {"iam:role": role}, service=service, target=role)


def _best(trials: Iterator[Trial]) -> Trial:
    found = list(trials)
    for verdict in (FOUND, UNKNOWN):
        for trial in found:
            if trial.verdict is verdict:
                return trial
    return found[0]


def existing_workload(situation: Situation, path: PublishedPath) -> Iterator[Trial]:
    """It changes or enters something that runs with a role."""
    known = set()
    for target in situation.of_kind("role"):
        for workload in target.workloads or ():
            if _is_of_kind(workload, path.existing):
                known.add(workload)
                yield _enter(situation, path, target, workload)
    own = next((each for each in situation.targets if situation.is_own(each)), None)
    known |= set((own.workloads if own is not None else None) or ())
    on_it = [action.name for action in path.actions if path.existing in action.on]
    others = among(
        (candidate, walk(situation, path.actions, {path.existing: candidate.arn}))
        for region in situation.regions
        for candidate in candidates(situation, path.existing, on_it, region=region, beside=known)
    )
    if others is not None:
        trial, patterns = others
        what = f"{in_words(path.existing)} that runs with a role of more permissions"
        trial.hangs_on(f"whether {what} is among {patterns}")
        yield trial


def _enter(situation: Situation, path: PublishedPath, target: Target, workload: str) -> Trial:
    trial = walk(situation, path.actions, {path.existing: workload}, target=target.arn)
    if not trial.fails:
        count_gain(situation, target, trial)
    return trial


def _is_of_kind(arn: str, kind: str) -> bool:
    return any(_shape(template).fullmatch(arn) for template in templates(kind))


@lru_cache(maxsize=256)
def _shape(template: str) -> re.Pattern[str]:
    return re.compile(_HOLE.sub("[^:]*", re.escape(template)))


def in_words(kind: str) -> str:
    """A kind of resource in words.

    >>> in_words("ec2:launch-template")
    'an ec2 launch template'
    """
    words = kind.removesuffix("-custom").replace(":", " ").replace("-", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
