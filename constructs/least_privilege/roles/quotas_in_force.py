"""The quotas of the account that is deployed to, where AWS has raised them.

They are CDK context, in cdk.json or after `-c`: `least-privilege:role-trust-policy-length`
and `least-privilege:managed-policies-per-role`.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from constructs import Construct

from ..errors import InvalidSettingError
from ..policy import quotas

PREFIX = "least-privilege:"
_RANGES = {
    "role-trust-policy-length": (quotas.TRUST_POLICY, quotas.TRUST_POLICY_RAISED),
    "managed-policies-per-role": (
        quotas.MANAGED_POLICIES_PER_ROLE,
        quotas.MANAGED_POLICIES_PER_ROLE_RAISED,
    ),
}
"""By name: the default, and the most to which AWS raises it."""


def quota_in_force(scope: Construct, name: str) -> int:
    """The quota that the app's context gives, or AWS's default."""
    default, most = _RANGES[name]
    given = scope.node.try_get_context(PREFIX + name)
    if given is None:
        return default
    # The command line gives text, cdk.json a number.
    quota = int(given) if isinstance(given, (int, float)) or str(given).isdecimal() else 0
    if not default <= quota <= most:
        raise InvalidSettingError(
            f"{PREFIX}{name} must be from {default:,} to {most:,}, got {given!r}; see Service "
            "Quotas for what is in force in your account"
        )
    return quota
