"""Whether one step would be allowed, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..matching import compiled, glob_source
from ..requirements import Requirement, Requirements
from ..statements import CompiledStatement
from .globs import without_variables
from .verdict import EscalationVerdict

FOUND, UNKNOWN, NONE = EscalationVerdict.FOUND, EscalationVerdict.UNKNOWN, EscalationVerdict.NONE

CHOSEN_BY_CALLER = ("aws:requestedregion", "aws:securetransport", "aws:tagkeys",
                    "sts:externalid", "sts:rolesessionname")  # fmt: skip
"""Keys that whoever makes the request can give the value that is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether a request would be allowed, and by what."""

    verdict: EscalationVerdict
    conditions: tuple[str, ...] = ()
    reason: str = ""
    allowed_by: tuple[str, ...] = ()


REFUSED = Answer(verdict=NONE)


def answer_to(action: str, needed: Requirements) -> Answer:
    """What the requirements of a request mean for a step."""
    if needed.is_always:
        return Answer(verdict=FOUND)
    if needed.is_never:
        return REFUSED
    if needed.is_unknown:
        return Answer(verdict=UNKNOWN, reason=f"{action}: {needed.reason}")
    for way in needed.alternatives:
        if all(map(_is_chosen, way)):
            return Answer(verdict=FOUND, conditions=tuple(map(str, way)))
    conditions = " or ".join(" and ".join(map(str, way)) for way in needed.alternatives)
    return Answer(
        verdict=UNKNOWN,
        conditions=(conditions,),
        reason=f"whether {action} meets its conditions: {conditions}",
    )


def _is_chosen(requirement: Requirement) -> bool:
    condition = requirement.condition
    if condition is None:
        return False
    key = condition.key.lower()
    if key == "aws:securetransport":
        return requirement.holds is (condition.values[0].lower() == "true")
    return key in CHOSEN_BY_CALLER or key.startswith("aws:requesttag/")


def shown(statement: CompiledStatement, action: str, resource: str) -> str:
    """What a statement says of a request, in a line."""
    given = statement.statement
    actions = [each for each in given.actions if _matches(each.lower(), action.lower())]
    resources = [each for each in given.resources if _matches(without_variables(each), resource)]
    what = _listed(actions) or f"all but {_listed(given.not_actions)}"
    where = _listed(resources) or f"all but {_listed(given.not_resources)}"
    return f"{statement.place}: {what} on {where}"


def _matches(pattern: str, text: str) -> bool:
    return compiled(glob_source(pattern))(text) is not None


def _listed(values: Sequence[str]) -> str:
    more = f" and {len(values) - 4} more" if len(values) > 4 else ""
    return ", ".join(values[:4]) + more
