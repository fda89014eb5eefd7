"""Under which conditions a request would be allowed.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from __future__ import annotations

from dataclasses import dataclass

from ..policy import Condition
from . import context_keys
from .explanation import in_words
from .policy_set import PolicySet
from .request import AccessRequest
from .rules import decide
from .unknowns import TooManyQuestionsError, Unknowns


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One condition that a request must meet, or must not.

    Example:
        >>> str(Requirement(condition=Condition.of("Bool", "aws:SecureTransport", "true")))
        "Bool wants aws:SecureTransport to be 'true'"

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
    """

    condition: Condition | None = None
    resources: tuple[str, ...] = ()
    """Patterns with policy variables that the resource must be among, where it is about these."""
    holds: bool = True
    """False where the condition must not hold."""

    def __str__(self) -> str:
        if self.condition is not None:
            return f"{'' if self.holds else 'not: '}{in_words(self.condition)}"
        return f"the resource is {'' if self.holds else 'not '}{' or '.join(self.resources)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """The ways in which a request would be allowed; each way is a set of requirements.

    Example:
        >>> Requirements(alternatives=((),)).is_always
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
    """

    alternatives: tuple[tuple[Requirement, ...], ...]
    reason: str = ""
    """Why the ways are not known, where they are not; there is no alternative then."""

    @property
    def is_always(self) -> bool:
        """Whether the request is allowed in every context."""
        return () in self.alternatives

    @property
    def is_never(self) -> bool:
        """Whether the request is allowed in no context."""
        return not self.alternatives and not self.reason

    @property
    def is_unknown(self) -> bool:
        """Whether there is no telling; `reason` says why."""
        return bool(self.reason)

    def __str__(self) -> str:
        if self.reason:
            return f"unknown: {self.reason}"
        if self.is_never:
            return "never"
        if self.is_always:
            return "always"
        return "\nor ".join(" and ".join(map(str, each)) for each in self.alternatives)


def allowed_when(request: AccessRequest, policies: PolicySet) -> Requirements:
    """Every way in which a request would be allowed, whatever its context lacks.

    What the context holds is taken as it is; every other key may be absent or have any value,
    apart from those that AWS cannot send with a request of this principal.

    Example:
        >>> from least_privilege.policy import PolicyDocument
        >>> policies = PolicySet(identity=[PolicyDocument.parse({"Statement": {
        ...     "Effect": "Allow", "Action": "s3:*", "Resource": "*",
        ...     "Condition": {"Bool": {"aws:SecureTransport": "true"}},
        ... }})])
        >>> user = "arn:aws:iam::111122223333:user/alice"
        >>> print(allowed_when(AccessRequest(principal=user, action="s3:ListBuckets"), policies))
        Bool wants aws:SecureTransport to be 'true'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
    """
    unknowns = Unknowns(
        request.context_values,
        is_unknown=lambda key: not context_keys.never_sent(request.caller, key),
        is_sent=lambda key: context_keys.always_sent(request.caller, key),
    )
    try:
        outcome = unknowns.settled(lambda: decide(request, policies, unknowns))
    except TooManyQuestionsError:
        keys = ", ".join(unknowns.keys)
        return Requirements(alternatives=(), reason=f"it hangs on too many conditions, on {keys}")
    possible = unknowns.possible
    allowed = outcome.allowed & possible
    cubes, _ = _cover(allowed, allowed | (unknowns.all ^ possible), len(unknowns.questions))
    return Requirements(
        alternatives=tuple(
            tuple(
                Requirement(
                    condition=unknowns.questions[number].condition,
                    resources=unknowns.questions[number].resources,
                    holds=holds,
                )
                for number, holds in sorted(cube)
            )
            for cube in cubes
        )
    )


Cube = tuple[tuple[int, bool], ...]


def _cover(least: int, most: int, count: int) -> tuple[list[Cube], int]:
    """Few sets of answers that together are true at the least and at the most in these tables.

    The irredundant sum of products of Minato and Morreale.
    """
    if least == 0:
        return [], 0
    every = (1 << (1 << count)) - 1
    if most == every:
        return [()], every
    count -= 1
    half = 1 << count
    low = (1 << half) - 1
    least_no, least_yes = least & low, least >> half
    most_no, most_yes = most & low, most >> half
    no, covered_no = _cover(least_no & ~most_yes, most_no, count)
    yes, covered_yes = _cover(least_yes & ~most_no, most_yes, count)
    either, covered = _cover(
        (least_no & ~covered_no) | (least_yes & ~covered_yes), most_no & most_yes, count
    )
    cubes = [
        *((*cube, (count, False)) for cube in no),
        *((*cube, (count, True)) for cube in yes),
        *either,
    ]
    return cubes, (covered_no | covered) | ((covered_yes | covered) << half)
