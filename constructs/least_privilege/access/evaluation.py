"""Whether AWS would allow a request.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ..errors import InvalidRequestError
from ..policy import PolicyKind
from . import context_keys
from .explanation import explain
from .policy_set import PolicySet
from .request import AccessRequest
from .rules import Outcome, decide
from .unknowns import Known, TooManyQuestionsError, Unknowns


class Decision(StrEnum):
    """What AWS answers.

    Example:
        >>> Decision.IMPLICITLY_DENIED.value
        'implicitly denied'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html
    """

    ALLOWED = "allowed"
    EXPLICITLY_DENIED = "explicitly denied"
    IMPLICITLY_DENIED = "implicitly denied"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The answer to a request.

    Example:
        >>> evaluate(
        ...     AccessRequest(
        ...         principal="arn:aws:iam::111122223333:user/alice", action="s3:ListAllMyBuckets"
        ...     ),
        ...     PolicySet(),
        ... ).decision
        <Decision.IMPLICITLY_DENIED: 'implicitly denied'>

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """

    decision: Decision
    denied_by: tuple[PolicyKind, ...] = ()
    """The kinds of policy that stopped the request: those with a `Deny` that applies, or else
    those in which an `Allow` is missing."""
    unknown_keys: tuple[str, ...] = ()
    """The context keys that the decision hangs on, where it is unknown, as AWS writes them."""
    request: AccessRequest
    policies: PolicySet

    @property
    def is_allowed(self) -> bool:
        """Whether the decision is `ALLOWED`."""
        return self.decision is Decision.ALLOWED

    def explain(self) -> str:
        """Which statements decided, and which nearly did, in words."""
        return explain(self)


def evaluate(
    request: AccessRequest,
    policies: PolicySet,
    *,
    missing_keys: Literal["absent", "unknown"] = "absent",
) -> Evaluation:
    """Decide on a request as AWS does.

    A context key that is not given, and does not follow from the request, is absent. With
    `missing_keys="unknown"`, one that AWS always sends is unknown instead: if the answer hangs on
    it, the decision is `UNKNOWN`, and `unknown_keys` names it.

    Example:
        >>> from least_privilege.policy import PolicyDocument
        >>> policies = PolicySet(identity=[PolicyDocument.parse({
        ...     "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
        ... })])
        >>> request = AccessRequest(
        ...     principal="arn:aws:iam::111122223333:user/alice",
        ...     action="s3:GetObject",
        ...     resource="arn:aws:s3:::pictures/a.png",
        ... )
        >>> evaluate(request, policies).is_allowed
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    if missing_keys == "absent":
        return _answer(request, policies, decide(request, policies, Known(request.context_values)))
    if missing_keys != "unknown":
        raise InvalidRequestError(
            f"missing_keys must be 'absent' or 'unknown', got {missing_keys!r}"
        )
    unknowns = Unknowns(
        request.context_values,
        is_unknown=lambda key: context_keys.mostly_sent(
            request.caller, key, request.context_values
        ),
        is_sent=lambda key: context_keys.always_sent(request.caller, key),
    )
    try:
        outcome = unknowns.settled(lambda: decide(request, policies, unknowns))
    except TooManyQuestionsError:
        return _unknown(request, policies, unknowns.keys)
    possible = unknowns.possible
    if outcome.allowed & possible not in (0, possible):
        return _unknown(request, policies, unknowns.keys_behind(outcome.allowed))
    return _answer(request, policies, outcome, possible)


def _answer(
    request: AccessRequest, policies: PolicySet, outcome: Outcome, possible: int = 1
) -> Evaluation:
    if outcome.allowed & possible:
        return Evaluation(decision=Decision.ALLOWED, request=request, policies=policies)
    if outcome.denied & possible == possible:
        decision = Decision.EXPLICITLY_DENIED
        certain = [kind for kind, denied in outcome.denying if denied & possible == possible]
        kinds = certain or [kind for kind, _ in outcome.denying]
    else:
        decision = Decision.IMPLICITLY_DENIED
        kinds = [kind for kind, allowed in outcome.allowing if allowed & possible != possible]
        kinds = kinds or [kind for kind, _ in outcome.denying]
    return Evaluation(
        decision=decision,
        denied_by=tuple(dict.fromkeys(kinds)),
        request=request,
        policies=policies,
    )


def _unknown(request: AccessRequest, policies: PolicySet, keys: Iterable[str]) -> Evaluation:
    return Evaluation(
        decision=Decision.UNKNOWN,
        unknown_keys=tuple(sorted(context_keys.SPELLED.get(key, key) for key in keys)),
        request=request,
        policies=policies,
    )
