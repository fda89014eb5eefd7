"""What a question about one part of a request can give."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..matching import Value


class Found(StrEnum):
    """Whether there is a value that meets all demands."""

    YES = "yes"
    NO = "no"
    PERHAPS = "perhaps"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether there is a value, and one where it is known."""

    found: Found
    value: Value | None = None
    """None where the key is absent."""


NO = Answer(Found.NO)
PERHAPS = Answer(Found.PERHAPS)
ABSENT = Answer(Found.YES)


def yes(value: Value) -> Answer:
    """There is this value."""
    return Answer(Found.YES, value)
