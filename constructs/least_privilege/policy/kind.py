"""The kinds of policy, and which elements each may have.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PolicyKind(StrEnum):
    """What a policy is attached to, or handed over with.

    Example:
        >>> PolicyKind.TRUST.value
        'trust policy'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
    """

    IDENTITY = "identity policy"
    RESOURCE = "resource policy"
    TRUST = "trust policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    SERVICE_CONTROL = "service control policy"
    RESOURCE_CONTROL = "resource control policy"
    ENDPOINT = "VPC endpoint policy"


class Presence(StrEnum):
    """Whether a statement of a kind has an element."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the grammar of one kind says beyond that of all policies."""

    principal: Presence
    resource: Presence


_OF_IDENTITY = {"principal": Presence.FORBIDDEN, "resource": Presence.REQUIRED}

RULES = {
    PolicyKind.IDENTITY: Rules(**_OF_IDENTITY),
    PolicyKind.BOUNDARY: Rules(**_OF_IDENTITY),
    PolicyKind.SESSION: Rules(**_OF_IDENTITY),
    PolicyKind.SERVICE_CONTROL: Rules(**_OF_IDENTITY),
    PolicyKind.RESOURCE_CONTROL: Rules(
        principal=Presence.REQUIRED,
        resource=Presence.REQUIRED,
    ),
    PolicyKind.TRUST: Rules(principal=Presence.REQUIRED, resource=Presence.FORBIDDEN),
    # Some services, such as ECR, leave the resource out: it is the one with the policy.
    PolicyKind.RESOURCE: Rules(principal=Presence.REQUIRED, resource=Presence.OPTIONAL),
    PolicyKind.ENDPOINT: Rules(
        principal=Presence.REQUIRED,
        resource=Presence.REQUIRED,
    ),
}
