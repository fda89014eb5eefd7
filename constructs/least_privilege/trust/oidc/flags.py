"""Switches that open more than what is named."""

from __future__ import annotations

from ...errors import InvalidTrustError


def check_flags(**flags: object) -> None:
    """Each is True or False: any other text, `"false"` among it, would count as True."""
    for argument, flag in flags.items():
        if not isinstance(flag, bool):
            raise InvalidTrustError(f"{argument} must be True or False, got {flag!r}")
