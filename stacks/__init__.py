"""The reference app, a file a stack."""

from .cross_account_access import AuditProgram, ReportAccess
from .instance_access import InstanceAccess
from .operator_access import OperatorAccess
from .picture_storage import PictureStorage
from .pipeline_access import PipelineAccess
from .role_activity import RoleActivity
from .service_access import ServiceAccess
from .settings import Settings
from .user_access import UserAccess

__all__ = [
    "AuditProgram",
    "InstanceAccess",
    "OperatorAccess",
    "PictureStorage",
    "PipelineAccess",
    "ReportAccess",
    "RoleActivity",
    "ServiceAccess",
    "Settings",
    "UserAccess",
]
