"""What the search for a way up can say."""

from __future__ import annotations

from enum import StrEnum


class EscalationVerdict(StrEnum):
    """Whether there is a way for a principal to raise its own privileges.

    Example:
        >>> EscalationVerdict.UNKNOWN.value
        'unknown'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """

    FOUND = "found"
    UNKNOWN = "unknown"
    """It hangs on what is not known; the reasons say on what."""
    NONE = "none"


_BY_WEIGHT = (EscalationVerdict.NONE, EscalationVerdict.UNKNOWN, EscalationVerdict.FOUND)


def all_of(*verdicts: EscalationVerdict) -> EscalationVerdict:
    """That of a way whose parts must all be there."""
    return min(verdicts, key=_BY_WEIGHT.index, default=EscalationVerdict.FOUND)


def any_of(*verdicts: EscalationVerdict) -> EscalationVerdict:
    """That of several ways, of which one is enough."""
    return max(verdicts, key=_BY_WEIGHT.index, default=EscalationVerdict.NONE)
