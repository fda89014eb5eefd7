"""Trying the steps of a path one after the other, on resources that the policies admit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .answers import Answer
from .catalogue import PublishedAction
from .choosing import Candidate, candidates
from .situation import Situation, region_of
from .trial import Trial
from .verdict import EscalationVerdict, all_of

FOUND, UNKNOWN, NONE = EscalationVerdict.FOUND, EscalationVerdict.UNKNOWN, EscalationVerdict.NONE

_MOST_PATTERNS = 8


def walk(
    situation: Situation,
    actions: Sequence[PublishedAction],
    bound: Mapping[str, str],
    *,
    service: str = "",
    context: Mapping[str, Any] | None = None,
    target: str | None = None,
) -> Trial:
    """Try actions in the region where most is allowed.

    `bound` are the resources that are given, by kind; the others are chosen among those that the
    policies admit. `service` is what a role is passed to, `context` what every request carries.
    """
    best: Trial | None = None
    for region in _regions(situation, actions, bound):
        trial = _Walk(situation, actions, region, service, context or {}).trial(bound, target)
        if best is None or all_of(best.verdict, trial.verdict) is not trial.verdict:
            best = trial
        if best.verdict is FOUND:
            break
    assert best is not None
    return best


def among(tried: Iterable[tuple[Candidate, Trial]]) -> tuple[Trial, str] | None:
    """The first of these that is not refused, and the patterns of all that are not."""
    first: Trial | None = None
    patterns: dict[str, None] = {}
    for candidate, trial in tried:
        if not trial.fails:
            first = first or trial
            patterns[candidate.pattern] = None
            if candidate.pattern == "*" or len(patterns) == _MOST_PATTERNS:
                break
    return None if first is None else (first, " or ".join(patterns))


def _regions(
    situation: Situation, actions: Sequence[PublishedAction], bound: Mapping[str, str]
) -> tuple[str, ...]:
    given = tuple(filter(None, map(region_of, bound.values())))
    if given:
        return given[:1]
    if all(action.name.startswith("iam:") for action in actions):
        return situation.regions[:1]
    return situation.regions


class _Walk:
    """The steps of a path in one region."""

    __slots__ = ("_actions", "_context", "_region", "_service", "_situation")

    def __init__(
        self,
        situation: Situation,
        actions: Sequence[PublishedAction],
        region: str,
        service: str,
        context: Mapping[str, Any],
    ) -> None:
        self._situation = situation
        self._actions = actions
        self._region = region
        self._service = service
        self._context = context

    def trial(self, bound: Mapping[str, str], target: str | None) -> Trial:
        """Every step, until one is refused."""
        trial = Trial(target)
        resources = dict(bound)
        if self._refused_on(bound) or not self._choose_the_others(resources):
            trial.verdict = NONE
            return trial
        for action in self._actions:
            on = [resources[kind] for kind in action.on] or ["*"]
            answers = {arn: self._ask(action, arn, resources) for arn in on}
            does = action.does.format(service=self._service or "a service")
            trial.step(action.name, does, answers, [arn for arn in on if arn != "*"])
            if trial.fails:
                break
        return trial

    def _refused_on(self, bound: Mapping[str, str]) -> bool:
        """What is refused on a given resource need not be looked into any further."""
        return any(
            self._ask(action, bound[kind], bound).verdict is NONE
            for action in self._actions
            if set(action.on) <= set(bound)
            for kind in action.on
        )

    def _choose_the_others(self, resources: dict[str, str]) -> bool:
        for kind in dict.fromkeys(kind for action in self._actions for kind in action.on):
            if kind not in resources:
                chosen = self._chosen(kind, resources)
                if chosen is None:
                    return False
                resources[kind] = chosen
        return True

    def _chosen(self, kind: str, resources: Mapping[str, str]) -> str | None:
        """The resource of a kind on which the actions are allowed best."""
        actions = [action for action in self._actions if kind in action.on]
        carried = [(action.name, self._carried(action, resources)) for action in actions]
        key = (kind, self._region, repr(carried))
        known = self._situation.chosen
        if key not in known:
            known[key] = self._choose(kind, actions, resources)
        return known[key]

    def _choose(
        self, kind: str, actions: Sequence[PublishedAction], resources: Mapping[str, str]
    ) -> str | None:
        found = None
        names = [action.name for action in actions]
        for candidate in candidates(self._situation, kind, names, region=self._region):
            with_it = {**resources, kind: candidate.arn}
            verdict = all_of(
                *(self._ask(action, candidate.arn, with_it).verdict for action in actions)
            )
            if verdict is FOUND:
                return candidate.arn
            if verdict is UNKNOWN and found is None:
                found = candidate.arn
        return found

    def _ask(self, action: PublishedAction, arn: str, resources: Mapping[str, str]) -> Answer:
        carried = self._carried(action, resources)
        return self._situation.ask(action.name, arn, context=carried, region=self._region)

    def _carried(self, action: PublishedAction, resources: Mapping[str, str]) -> dict[str, Any]:
        """What a request carries; what it would carry of an unknown resource is left open."""
        partition = self._situation.partition
        known = {
            "{service}": self._service,
            "{administrator}": f"arn:{partition}:iam::aws:policy/AdministratorAccess",
            **{f"{{{kind}}}": arn for kind, arn in resources.items()},
        }
        given = {key: known[value] for key, value in action.context if known.get(value)}
        return given | dict(self._context)
