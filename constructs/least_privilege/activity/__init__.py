"""Watching what roles do, and ending their sessions."""

from .alarms import ROLE_ACTIVITY, RoleActivityAlarms, WatchedActivity, assumption_of
from .revocation import SessionRevocation
from .trail import ActivityTrail

__all__ = [
    "ROLE_ACTIVITY",
    "ActivityTrail",
    "RoleActivityAlarms",
    "SessionRevocation",
    "WatchedActivity",
    "assumption_of",
]
