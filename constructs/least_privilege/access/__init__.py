"""What policies allow: requests, evaluation, comparison, privilege escalation. Pure Python."""

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
from .evaluation import Decision, Evaluation, evaluate
from .policy_set import PolicySet
from .principal import Principal, PrincipalKind
from .request import AccessRequest
from .requirements import Requirement, Requirements, allowed_when

__all__ = [
    "AccessRequest",
    "Administration",
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
    "administration",
    "allowed_when",
    "escalations",
    "evaluate",
    "is_administrator",
    "published_paths",
]
