"""The role constructs, one file a kind."""

from .caller_policy import CallerPolicy
from .cross_account_access import CrossAccountAccess
from .cross_account_role import CrossAccountRole
from .grants import grant_permissions
from .instance_metadata import require_imdsv2
from .instance_role import InstanceRole
from .mfa_role import MfaRole
from .policy_type import PolicyType
from .roles_anywhere_profile import RolesAnywhereProfile
from .service_role import ServiceRole
from .trusted_role import TrustedRole

__all__ = [
    "CallerPolicy",
    "CrossAccountAccess",
    "CrossAccountRole",
    "InstanceRole",
    "MfaRole",
    "PolicyType",
    "RolesAnywhereProfile",
    "ServiceRole",
    "TrustedRole",
    "grant_permissions",
    "require_imdsv2",
]
