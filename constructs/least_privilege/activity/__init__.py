"""Watching what roles do."""

from .alarms import ROLE_ACTIVITY, RoleActivityAlarms, WatchedActivity, assumption_of
from .trail import ActivityTrail

__all__ = [
    "ROLE_ACTIVITY",
    "ActivityTrail",
    "RoleActivityAlarms",
    "WatchedActivity",
    "assumption_of",
]
