"""AWS's quotas, in characters unless the name says otherwise.

IAM does not count white space in policies; Organizations and VPC endpoints do.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from .kind import PolicyKind

ROLE_NAME: Final = 64
POLICY_NAME: Final = 128
PATH: Final = 512
DESCRIPTION: Final = 1_000
EXTERNAL_ID: Final = range(2, 1_224 + 1)

TAGS_PER_ROLE: Final = 50
TAG_KEY: Final = 128
TAG_VALUE: Final = 256

ROLES_PER_ACCOUNT: Final = 1_000
"""Default; AWS raises it on request."""
ROLES_PER_INSTANCE_PROFILE: Final = 1

TRUST_POLICY: Final = 2_048
"""Default; AWS raises it to 4,096 on request."""
TRUST_POLICY_RAISED: Final = 4_096
INLINE_POLICIES_OF_A_ROLE: Final = 10_240
"""All inline policies of one role together."""
INLINE_POLICIES_OF_A_GROUP: Final = 5_120
"""All inline policies of one group together."""
INLINE_POLICIES_OF_A_USER: Final = 2_048
"""All inline policies of one user together."""
MANAGED_POLICY: Final = 6_144
"""A permissions boundary is a managed policy too."""
MANAGED_POLICIES_PER_ROLE: Final = 10
"""Default; AWS raises it to 25 on request."""
MANAGED_POLICIES_PER_ROLE_RAISED: Final = 25

SESSION_POLICY: Final = 2_048
"""The inline session policy and the ARNs of managed ones together.

Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""
MANAGED_POLICIES_PER_SESSION: Final = 10
"""ARNs that a caller can pass."""

SERVICE_CONTROL_POLICY: Final = 10_240
"""With white space. It was 5,120 until May 2026.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""
RESOURCE_CONTROL_POLICY: Final = 5_120
"""With white space.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""
ENDPOINT_POLICY: Final = 20_480
"""With white space.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

POLICY: Final[Mapping[PolicyKind, int]] = MappingProxyType(
    {
        PolicyKind.IDENTITY: MANAGED_POLICY,
        PolicyKind.BOUNDARY: MANAGED_POLICY,
        PolicyKind.SESSION: SESSION_POLICY,
        PolicyKind.TRUST: TRUST_POLICY,
        PolicyKind.SERVICE_CONTROL: SERVICE_CONTROL_POLICY,
        PolicyKind.RESOURCE_CONTROL: RESOURCE_CONTROL_POLICY,
        PolicyKind.ENDPOINT: ENDPOINT_POLICY,
    }
)
"""One document of each kind. A resource policy has the quota of its service, so it is not here; an
identity policy is taken as a managed one."""

SESSION_MINIMUM: Final = timedelta(hours=1)
"""The least that MaxSessionDuration of a role can be; a caller may ask for less."""
SESSION_MAXIMUM: Final = timedelta(hours=12)
SESSION_CHAINED: Final = timedelta(hours=1)
"""The most for a role that was assumed from another role's session."""

RESOURCES_PER_TEMPLATE: Final = 500
"""Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
TEMPLATE_BYTES: Final = 1_000_000
"""Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
