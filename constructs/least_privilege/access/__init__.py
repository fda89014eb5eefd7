"""What policies allow: requests, evaluation, comparison, privilege escalation. Pure Python."""

from .evaluation import Decision, Evaluation, evaluate
from .policy_set import PolicySet
from .principal import Principal, PrincipalKind
from .request import AccessRequest
from .requirements import Requirement, Requirements, allowed_when

__all__ = [
    "AccessRequest",
    "Decision",
    "Evaluation",
    "PolicySet",
    "Principal",
    "PrincipalKind",
    "Requirement",
    "Requirements",
    "allowed_when",
    "evaluate",
]
