"""What somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SHOWN = 12


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The most similar of these, upper and lower case apart; None where none is similar."""
    by_lower_case = {each.lower(): each for each in known}
    found = difflib.get_close_matches(given.lower(), by_lower_case, n=1, cutoff=0.5)
    return by_lower_case[found[0]] if found else None


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The end of an error: the nearest right one, or what there is."""
    known = tuple(known)
    near = nearest(given, known)
    return f"did you mean {near!r}?" if near is not None else f"there is {listed(known)}"


def listed(names: Iterable[str], *, shown: int = _SHOWN) -> str:
    """Names as an error shows them, the first few of many."""
    names = tuple(names)
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more if names else "none"
