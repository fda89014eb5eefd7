"""One attempt to do something, and whether AWS let it happen."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .commands import Commands

_REFUSALS = (
    "AccessDenied",
    "(403)",
    "NotAuthorized",
    "UnauthorizedOperation",
    "Unable to locate credentials",
)


class Outcome(StrEnum):
    """How an attempt ended."""

    ALLOWED = "allowed"
    DENIED = "denied"
    FAILED = "failed"
    """Neither: something else went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody tries, what should come of it, and why."""

    who: str
    command: tuple[str, ...]
    expected: Outcome
    why: str

    def shown(self, names: Mapping[str, str]) -> str:
        """The command as a person would write it, with names for what AWS named."""
        text = shlex.join(self.command)
        for generated, name in names.items():
            text = text.replace(generated, name)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of an attempt."""

    attempt: Attempt
    outcome: Outcome
    said: str

    @property
    def as_expected(self) -> bool:
        """Whether it came as it should."""
        return self.outcome is self.attempt.expected


def make(attempt: Attempt, environment: Mapping[str, str], commands: Commands) -> Result:
    """Run the attempt's command with the AWS CLI, as whoever the environment says."""
    done = commands.run(attempt.command, environment)
    said = (done.stdout if done.returncode == 0 else done.stderr).strip()
    if done.returncode == 0:
        outcome = Outcome.ALLOWED
    elif any(refusal in said for refusal in _REFUSALS):
        outcome = Outcome.DENIED
    else:
        outcome = Outcome.FAILED
    return Result(attempt=attempt, outcome=outcome, said=said)
