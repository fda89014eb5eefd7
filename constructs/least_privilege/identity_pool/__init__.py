"""Cognito identity pools: temporary credentials for the users of an app."""

from .identity_pool_roles import IdentityPoolRoles
from .mapped_roles import AmbiguousRoleResolution, ClaimMatch, GroupRole, RuleRole
from .scoping import own_prefix, tag_prefix, tag_variable
from .sign_in_providers import SocialProvider, UserPoolClient
from .user_pool_client import HardenedUserPoolClient

__all__ = [
    "AmbiguousRoleResolution",
    "ClaimMatch",
    "GroupRole",
    "HardenedUserPoolClient",
    "IdentityPoolRoles",
    "RuleRole",
    "SocialProvider",
    "UserPoolClient",
    "own_prefix",
    "tag_prefix",
    "tag_variable",
]
