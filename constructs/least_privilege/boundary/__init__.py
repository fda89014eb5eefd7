"""The permissions boundary: a ceiling over roles and users, which grants nothing itself.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from .always_denied import ALWAYS_DENIED
from .references import boundary_arn
from .role_boundary import RoleBoundary

__all__ = ["ALWAYS_DENIED", "RoleBoundary", "boundary_arn"]
