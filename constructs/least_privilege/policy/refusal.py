"""How a policy is refused: the place of the fault, what is wrong, what came in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

from ..errors import InvalidPolicyError

_SHOWN = 80
"""Characters of a value that an error shows at the most."""


def refuse(place: str, what: str) -> NoReturn:
    """Raise the error of this place."""
    raise InvalidPolicyError(f"{place}: {what}")


def inside(place: str, name: str) -> str:
    """The place of a member: `Statement[2].Condition` and `StringLike` as one path."""
    shown = name if name and name.isprintable() and len(name) <= _SHOWN else brief(name)
    return f"{place}.{shown}" if place else shown


def brief(value: Any) -> str:
    """A value as an error shows it: as in JSON where that differs, never long."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    try:
        text = str(value) if isinstance(value, Decimal) else repr(value)
    except Exception:  # A repr of somebody else may raise whatever it likes.
        return f"a value of type {type(value).__name__}"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 20]}..."
