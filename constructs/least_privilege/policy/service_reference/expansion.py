"""Which actions the patterns of a policy stand for.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from .catalog import action_names, services

_REMEMBERED_PATTERNS = 8_192
_WILDCARD = re.compile(r"[*?]")
_AFTER_ALL = "\U0010ffff"


def expand_actions(patterns: str | Iterable[str]) -> tuple[str, ...]:
    """The actions that these patterns stand for, in AWS's spelling, sorted, each of them once.

    `*` stands for any characters, `?` for any single one; upper and lower case are the same. A
    pattern that no known action matches adds nothing. That does not make it harmless: the service
    may be retired or new (see `service_exists`).

    Example:
        >>> expand_actions(["sts:AssumeRoleWith*", "S3:GETOBJECT"])
        ('s3:GetObject', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity')

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    return tuple(sorted(_matched(patterns)))


def expand_not_actions(patterns: str | Iterable[str]) -> tuple[str, ...]:
    """The actions that a `NotAction` with these patterns stands for: all known ones but those.

    Example:
        >>> "iam:PassRole" in expand_not_actions("iam:*")
        False

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
    """
    excluded = _matched(patterns)
    return tuple(action for action in _matching("*") if action not in excluded)


def _matched(patterns: str | Iterable[str]) -> set[str]:
    # One pattern would otherwise be read letter by letter, and its `*` as everything.
    given = (patterns,) if isinstance(patterns, str) else patterns
    found: set[str] = set()
    for pattern in given:
        found.update(_matching(pattern.lower()))
    return found


@lru_cache(maxsize=_REMEMBERED_PATTERNS)
def _matching(pattern: str) -> tuple[str, ...]:
    """The actions that match one pattern in lower case, in order."""
    service, colon, _ = pattern.partition(":")
    if colon and not _WILDCARD.search(service):
        return _within(service, pattern)
    if pattern == "*":
        return tuple(sorted(each for name in services() for each in action_names(name).values()))
    # No policy of AWS has a wildcard before the colon, but a pattern of a caller's may.
    fullmatch = _compiled(pattern)
    return tuple(
        sorted(
            spelling
            for name in services()
            for lower, spelling in action_names(name).items()
            if fullmatch(lower)
        )
    )


def _within(service: str, pattern: str) -> tuple[str, ...]:
    names = action_names(service)
    wildcard = _WILDCARD.search(pattern)
    if wildcard is None:
        return (names[pattern],) if pattern in names else ()
    # Most patterns are a prefix and `*`: they are one slice of the names in order.
    lowered = _ordered(service)
    prefix = pattern[: wildcard.start()]
    start = bisect_left(lowered, prefix)
    stop = bisect_left(lowered, prefix + _AFTER_ALL)
    candidates = lowered[start:stop]
    if pattern[wildcard.start() :].strip("*"):
        fullmatch = _compiled(pattern)
        candidates = tuple(each for each in candidates if fullmatch(each))
    return tuple(sorted(names[each] for each in candidates))


@cache
def _ordered(service: str) -> tuple[str, ...]:
    return tuple(sorted(action_names(service)))


def _compiled(pattern: str) -> Callable[[str], re.Match[str] | None]:
    signs = {"*": ".*", "?": "."}
    return re.compile(
        "".join(signs.get(part) or re.escape(part) for part in re.split(r"([*?])", pattern))
    ).fullmatch
