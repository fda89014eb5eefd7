"""Cognito identity pools: temporary credentials for the users of an app."""

from .identity_pool_roles import IdentityPoolRoles, UserPoolClient, own_prefix

__all__ = ["IdentityPoolRoles", "UserPoolClient", "own_prefix"]
