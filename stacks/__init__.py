"""The reference app, a file a stack."""

from .cross_account_access import AuditProgram, ReportAccess
from .instance_access import InstanceAccess
from .picture_storage import PictureStorage
from .role_activity import RoleActivity
from .service_access import ServiceAccess
from .settings import Settings
from .user_access import UserAccess

__all__ = [
    "AuditProgram",
    "InstanceAccess",
    "PictureStorage",
    "ReportAccess",
    "RoleActivity",
    "ServiceAccess",
    "Settings",
    "UserAccess",
]
