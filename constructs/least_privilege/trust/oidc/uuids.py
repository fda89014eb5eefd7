"""The IDs of CircleCI and Bitbucket."""

from __future__ import annotations

import re

from ...errors import InvalidTrustError
from ...policy.tokens import is_token

_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")

ANY_UUID = "-".join("?" * length for length in (8, 4, 4, 4, 12))
"""Matches an ID and nothing longer, where `*` would run on into what follows it."""


def check_uuid(argument: str, value: str) -> str:
    """An ID in lower case, without braces."""
    if not isinstance(value, str):
        raise InvalidTrustError(f"{argument} must be a string, got {value!r}")
    if not is_token(value) and not _UUID.fullmatch(value):
        raise InvalidTrustError(
            f"{argument} must be an ID like '11111111-2222-3333-4444-555555555555', in lower case, "
            f"got {value!r}"
        )
    return value
