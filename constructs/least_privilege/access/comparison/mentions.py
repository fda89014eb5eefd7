"""What policies speak of."""

from __future__ import annotations

from collections.abc import Sequence

from ...policy import Statement
from ..variables import Variable, split
from .callers import TIED


def variables_in(values: Sequence[str]) -> set[str]:
    """The keys whose values stand in some texts, in lower case."""
    return {
        part.key
        for value in values
        if "${" in value
        for part in split(value, "2012-10-17")
        if isinstance(part, Variable)
    }


def texts_in(statements: Sequence[Statement], *, everything: bool) -> list[str]:
    """Where accounts and partitions of principals are looked for."""
    found = [
        value
        for statement in statements
        for condition in statement.conditions
        if everything or condition.key.lower() in TIED
        for value in condition.values
    ]
    if everything:
        found += [text for each in statements for text in (*each.resources, *each.not_resources)]
    return found
