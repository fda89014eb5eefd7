"""How much work one reading takes: as much as its templates are large, and some more.

References can be woven so that a small template stands for a text or list without end. Whatever
is resolved, and whatever is written out again, takes steps; there are only so many of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .source import FIRST_MARK, Place

if TYPE_CHECKING:
    from .scope import Scope

FIRST_STEPS = 1_000_000
"""What every reading may take; each character of its templates adds one."""
TRIES = 500_000
"""Steps for trying out what conditions that are not known can turn out to be."""
OF_RESOURCE = 200
"""Steps for a resource of a nested stack, since one template can be nested many times."""
_CHARACTERS = 40
"""So many more characters of a text are one more step."""


class Steps:
    """The steps of a reading."""

    def __init__(self) -> None:
        self.taken = 0
        self.tried = 0
        """Those of trying out, which are counted for themselves."""
        self.allowed = FIRST_STEPS
        self._files: set[str] = set()

    def allow(self, file: str, size: int) -> None:
        """Allow more for a template; nested twice, it is still the same one."""
        if file not in self._files:
            self._files.add(file)
            self.allowed += size

    def take(self, count: int, scope: Scope, place: Place) -> None:
        """Take steps; refuse the template where there are none left."""
        self.taken += count
        if self.taken > self.allowed:
            scope.source.refuse(
                place,
                f"is where the limit of {self.allowed:,} steps is reached: the references of "
                "these templates write the same text, list or stack out again and again",
            )


def text_weight(text: str) -> int:
    """The steps that it takes to write a text out, a mark in it as a stand-in."""
    return len(text) // _CHARACTERS + text.count(FIRST_MARK)


def weight(value: Any) -> int:
    """The steps that it takes to write a resolved value out."""
    total, left = 0, [value]
    while left:
        each = left.pop()
        total += 1
        match each:
            case str():
                total += text_weight(each)
            case dict():
                total += sum(map(text_weight, each))
                left += each.values()
            case list():
                left += each
    return total
