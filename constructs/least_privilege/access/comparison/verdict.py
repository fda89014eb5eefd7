"""The answer of a comparison, and its words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..policy_set import PolicySet
from ..request import AccessRequest


class Verdict(StrEnum):
    """Whether a candidate grants what its reference does not.

    Example:
        >>> Verdict.NO_NEW_ACCESS.value
        'no new access'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
    """

    NO_NEW_ACCESS = "no new access"
    NEW_ACCESS = "new access"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What `compare` found.

    Example:
        >>> from least_privilege.policy import PolicyDocument
        >>> from least_privilege.access.comparison import compare
        >>> nothing = PolicyDocument(statements=())
        >>> str(compare(nothing, nothing))
        'no new access'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
    """

    verdict: Verdict
    witness: AccessRequest | None = None
    """A request that only the candidate allows."""
    reason: str = ""
    """Why the verdict is unknown."""
    reference_policies: PolicySet
    candidate_policies: PolicySet
    """With these policies `evaluate` answers the witness: those that were given and, where AWS
    needs it for any access, one on the other side that allows everything."""
    steps: int = 0
    """How much work the comparison was; the same for the same policies."""

    @property
    def is_proven(self) -> bool:
        """Whether it is certain that there is no new access."""
        return self.verdict is Verdict.NO_NEW_ACCESS

    def explain(self) -> str:
        """What is new, in words."""
        if self.verdict is Verdict.UNKNOWN:
            return f"unknown: {self.reason}"
        if self.witness is None:
            return str(self.verdict)
        request = self.witness
        lines = [
            "new access: only the candidate allows",
            f"  {request.caller}",
            f"  to do {request.action}",
            f"  on {request.resource}",
        ]
        if request.resource_account:
            lines.append(f"  of account {request.resource_account}")
        lines += [f"  with {key} = {_shown(value)}" for key, value in request.context.items()]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.explain()


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(str, value))}]"
    return str(value) or "(empty)"
