"""What policies allow: requests, evaluation, comparison, privilege escalation. Pure Python."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .evaluation import Decision, Evaluation, evaluate
from .policy_set import PolicySet
from .principal import Principal, PrincipalKind
from .request import AccessRequest
from .requirements import Requirement, Requirements, allowed_when

if TYPE_CHECKING:
    from .comparison import Comparison, Verdict, compare
    from .escalation import (
        Administration,
        Escalation,
        EscalationCategory,
        EscalationReport,
        EscalationStep,
        EscalationVerdict,
        PublishedPath,
        Target,
        administration,
        escalations,
        is_administrator,
        published_paths,
    )

# Whoever evaluates requests alone does not wait for these.
_LATER = {
    "comparison": ("Comparison", "Verdict", "compare"),
    "escalation": (
        "Administration",
        "Escalation",
        "EscalationCategory",
        "EscalationReport",
        "EscalationStep",
        "EscalationVerdict",
        "PublishedPath",
        "Target",
        "administration",
        "escalations",
        "is_administrator",
        "published_paths",
    ),
}

__all__ = [
    "AccessRequest",
    "Administration",
    "Comparison",
    "Decision",
    "Escalation",
    "EscalationCategory",
    "EscalationReport",
    "EscalationStep",
    "EscalationVerdict",
    "Evaluation",
    "PolicySet",
    "Principal",
    "PrincipalKind",
    "PublishedPath",
    "Requirement",
    "Requirements",
    "Target",
    "Verdict",
    "administration",
    "allowed_when",
    "compare",
    "escalations",
    "evaluate",
    "is_administrator",
    "published_paths",
]


def __getattr__(name: str) -> Any:
    for folder, names in _LATER.items():
        if name in names:
            return getattr(import_module(f".{folder}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
