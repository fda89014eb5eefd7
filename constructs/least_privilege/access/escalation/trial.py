"""One attempt at a path: its steps so far, and what stands against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .answers import Answer
from .catalogue import PublishedPath
from .gains import Gain
from .report import Escalation, EscalationStep
from .verdict import EscalationVerdict, all_of

FOUND, UNKNOWN, NONE = EscalationVerdict.FOUND, EscalationVerdict.UNKNOWN, EscalationVerdict.NONE


class Trial:
    """The steps of a path, with the weakest answer among them."""

    __slots__ = ("example", "reasons", "steps", "target", "verdict")

    def __init__(self, target: str | None = None) -> None:
        self.verdict = FOUND
        self.reasons: dict[str, None] = {}
        self.steps: list[EscalationStep] = []
        self.target = target
        self.example = ""

    @property
    def fails(self) -> bool:
        """Whether a step is refused for certain."""
        return self.verdict is NONE

    def hangs_on(self, reason: str) -> None:
        """Something that is not known."""
        self.verdict = all_of(self.verdict, UNKNOWN)
        self.reasons[reason] = None

    def count(self, answer: Answer) -> None:
        """An answer that belongs to no step of its own."""
        self.verdict = all_of(self.verdict, answer.verdict)
        if answer.reason:
            self.reasons[answer.reason] = None

    def step(
        self, action: str, does: str, answers: Mapping[str, Answer], shown: Sequence[str]
    ) -> None:
        """A step, with the answer for each of its resources."""
        self.verdict = all_of(self.verdict, *(each.verdict for each in answers.values()))
        conditions: dict[str, None] = {}
        statements: dict[str, None] = {}
        for answer in answers.values():
            conditions |= dict.fromkeys(answer.conditions)
            statements |= dict.fromkeys(answer.allowed_by)
            if answer.reason:
                self.reasons[answer.reason] = None
        self.steps.append(
            EscalationStep(
                action=action,
                does=does,
                resources=tuple(shown),
                conditions=tuple(conditions),
                allowed_by=tuple(statements),
            )
        )

    def add(self, other: Trial) -> None:
        """The steps of another one, after its own."""
        self.verdict = all_of(self.verdict, other.verdict)
        self.steps += other.steps
        self.reasons |= other.reasons

    def gains(self, gain: Gain) -> None:
        """What the way up leads to."""
        self.verdict = all_of(self.verdict, gain.verdict)
        self.example = gain.example
        if gain.reason:
            self.reasons[gain.reason] = None

    def as_escalation(self, path: PublishedPath) -> Escalation:
        """The same for the report."""
        if path.unknown and not self.fails:
            self.hangs_on(path.unknown)
        return Escalation(
            id=path.id,
            title=path.title,
            name=path.name,
            category=path.category,
            verdict=self.verdict,
            steps=tuple(self.steps),
            target=self.target,
            gain=self.example,
            reasons=tuple(self.reasons) if self.verdict is UNKNOWN else (),
            needs=path.needs,
            sources=path.sources,
        )
