"""How a principal could raise its own privileges: every published way. Pure Python."""

from .administrator import Administration, administration, is_administrator
from .catalogue import EscalationCategory, PublishedPath, published_paths
from .report import Escalation, EscalationReport, EscalationStep
from .search import escalations
from .target import Target
from .verdict import EscalationVerdict

__all__ = [
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
]
