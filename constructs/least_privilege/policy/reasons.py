"""What counts as a reason in writing."""

from __future__ import annotations

MINIMUM_REASON = 20
"""Characters. Shorter ones ("needed", "ok for now") tell a reviewer nothing."""


def is_reason(text: object) -> bool:
    """Whether this is long enough to be a sentence that a reviewer can judge."""
    return isinstance(text, str) and len(text.strip()) >= MINIMUM_REASON
