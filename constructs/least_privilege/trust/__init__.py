"""Who may assume a role: values, each of which becomes statements of its own. Pure Python."""

from .accounts import AwsAccount
from .base import Trust
from .identity_pools import IdentityPool, identity_pool_issuer, identity_variable
from .mfa import Mfa
from .named_principals import AwsRoles, IamUsers, NamedAs
from .networks import SourceNetwork
from .organizations import Organization
from .permission_sets import PermissionSets
from .policy import trust_policy
from .services import AwsService, service_principals
from .sessions import SessionTag, SourceIdentity

__all__ = [
    "AwsAccount",
    "AwsRoles",
    "AwsService",
    "IamUsers",
    "IdentityPool",
    "Mfa",
    "NamedAs",
    "Organization",
    "PermissionSets",
    "SessionTag",
    "SourceIdentity",
    "SourceNetwork",
    "Trust",
    "identity_pool_issuer",
    "identity_variable",
    "service_principals",
    "trust_policy",
]
