"""IAM's quotas, in characters unless the name says otherwise.

AWS does not count white space in policies.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

ROLE_NAME: Final = 64
POLICY_NAME: Final = 128
PATH: Final = 512
DESCRIPTION: Final = 1_000
EXTERNAL_ID: Final = range(2, 1_224 + 1)

TAGS_PER_ROLE: Final = 50
TAG_KEY: Final = 128
TAG_VALUE: Final = 256

TRUST_POLICY: Final = 2_048
"""Default; AWS raises it to 4,096 on request."""
INLINE_POLICIES_OF_A_ROLE: Final = 10_240
"""All inline policies of one role together."""
MANAGED_POLICY: Final = 6_144
MANAGED_POLICIES_PER_ROLE: Final = 10
"""Default; AWS raises it to 25 on request."""

SESSION_MINIMUM: Final = timedelta(hours=1)
"""The least that MaxSessionDuration of a role can be; a caller may ask for less."""
SESSION_MAXIMUM: Final = timedelta(hours=12)
