"""Whether one policy grants what another does not. Pure Python, without a solver."""

from .comparing import compare
from .verdict import Comparison, Verdict

__all__ = ["Comparison", "Verdict", "compare"]
