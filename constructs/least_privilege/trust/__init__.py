"""Who may assume a role: values, each of which becomes statements of its own. Pure Python."""

from .accounts import AwsAccount, AwsRoles, IamUsers, Organization
from .base import Mfa, Trust
from .identity_pools import IdentityPool, identity_pool_issuer, identity_variable
from .services import AwsService, service_principals

__all__ = [
    "AwsAccount",
    "AwsRoles",
    "AwsService",
    "IamUsers",
    "IdentityPool",
    "Mfa",
    "Organization",
    "Trust",
    "identity_pool_issuer",
    "identity_variable",
    "service_principals",
]
