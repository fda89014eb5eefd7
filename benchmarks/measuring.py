"""How a figure is taken: the best of several rounds, as other work can only slow one down."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the report."""

    what: str
    ours: str
    other: str = ""
    """What one would use instead, and its figure in the same run."""
    ratio: float | None = None
    """How many times faster, or smaller, ours is."""
    goal: str = ""
    met: bool = True


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """How long a piece of work takes."""
    return min(_once(work) for _ in range(rounds))


def _once(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def import_seconds(module: str) -> float:
    """How long a fresh interpreter takes to import a module, its own start taken off."""
    return max(0.0, _starting(f"import {module}") - _starting("pass"))


def _starting(program: str) -> float:
    return seconds(lambda: subprocess.run([sys.executable, "-c", program], check=True))
