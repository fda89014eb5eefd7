"""Runs all benchmarks and prints a table; fails if a goal is missed."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from . import comparisons, decisions, loading, permissions, roles
from .measuring import Figure


def main() -> int:
    """All figures of one run."""
    table = Table(title="On one core, in one run", title_justify="left")
    for heading in ("what", "ours", "instead", "ratio", "goal"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    missed = 0
    for figure in _figures():
        missed += not figure.met
        goal = f"{figure.goal} {'' if figure.met else 'missed'}".strip()
        ratio = "" if figure.ratio is None else f"{figure.ratio:.1f}x"
        table.add_row(figure.what, figure.ours, figure.other, ratio, goal)
    Console().print(table)
    return 1 if missed else 0


def _figures() -> Iterator[Figure]:
    yield from decisions.figures()
    yield from comparisons.figures()
    yield from permissions.figures()
    yield from roles.figures()
    yield from loading.figures()


if __name__ == "__main__":
    sys.exit(main())
