"""The role constructs, one file a kind."""

from .cross_account_role import CrossAccountRole
from .instance_metadata import require_imdsv2
from .instance_role import InstanceRole
from .mfa_role import MfaRole
from .plan import PolicyType
from .service_role import ServiceRole
from .trusted_role import TrustedRole

__all__ = [
    "CrossAccountRole",
    "InstanceRole",
    "MfaRole",
    "PolicyType",
    "ServiceRole",
    "TrustedRole",
    "require_imdsv2",
]
