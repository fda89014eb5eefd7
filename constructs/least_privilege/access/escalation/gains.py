"""What one set of policies allows that another does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...policy import PolicyDocument, Statement
from ..evaluation import evaluate
from ..policy_set import PolicySet
from ..principal import Principal
from ..request import AccessRequest
from ..requirements import allowed_when
from .administrator import is_administrator
from .globs import is_wild
from .verdict import EscalationVerdict

FOUND, UNKNOWN, NONE = EscalationVerdict.FOUND, EscalationVerdict.UNKNOWN, EscalationVerdict.NONE

_MOST_PROBES = 200
EVERYTHING = PolicyDocument.of(Statement(actions=("*",), resources=("*",)))


@dataclass(frozen=True, slots=True)
class Gain:
    """Whether one set of policies allows more than another, and an example of it."""

    verdict: EscalationVerdict
    example: str = ""
    reason: str = ""


NOTHING = Gain(NONE)


def gain(candidate: PolicySet, reference: PolicySet, *, who: Principal, whose: str) -> Gain:
    """What `candidate` allows that `reference` does not.

    `who` makes the requests, `whose` names the candidate in words.
    """
    if is_administrator(reference):
        return NOTHING
    if is_administrator(candidate):
        return Gain(FOUND, "everything")
    return _probed(candidate, reference, who) or _compared(candidate, reference, whose)


def raised(policies: PolicySet, *, keep_denies: bool = True) -> PolicySet:
    """The same after a policy was attached that allows everything: limits stay as they are."""
    kept = policies.identity if keep_denies else ()
    return replace(policies, identity=(EVERYTHING, *kept), resource=None)


def _probed(candidate: PolicySet, reference: PolicySet, who: Principal) -> Gain | None:
    """A difference that is easily seen: an action by name, which the other never allows."""
    for action, pattern in _named(candidate):
        resource = pattern.replace("*", "some") if pattern.startswith("arn:") else "*"
        if resource.count(":") < 5:
            resource = "*"
        request = AccessRequest(principal=who, action=action, resource=resource)
        if evaluate(request, candidate).is_allowed and allowed_when(request, reference).is_never:
            return Gain(FOUND, f"{action} on {pattern}")
    return None


def _named(policies: PolicySet) -> Iterator[tuple[str, str]]:
    """The first actions that statements name, with the first resource of each."""
    count = 0
    for each in policies.identity_layer.statements:
        patterns = each.statement.resources
        if each.denies or not patterns or "${" in patterns[0]:
            continue
        for action in each.statement.actions:
            if not is_wild(action):
                yield action, patterns[0]
                count += 1
                if count == _MOST_PROBES:
                    return


def _compared(candidate: PolicySet, reference: PolicySet, whose: str) -> Gain:
    from ..comparison import Verdict, compare

    comparison = compare(reference, candidate)
    if comparison.verdict is Verdict.NO_NEW_ACCESS:
        return NOTHING
    if comparison.verdict is Verdict.NEW_ACCESS and comparison.witness is not None:
        return Gain(FOUND, f"{comparison.witness.action} on {comparison.witness.resource}")
    return Gain(UNKNOWN, reason=f"whether {whose} may do more: {comparison.reason}")
