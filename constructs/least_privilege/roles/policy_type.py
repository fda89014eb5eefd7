"""Where the permissions of a role stand."""

from __future__ import annotations

from enum import StrEnum


class PolicyType(StrEnum):
    """Where a role's permission policy lives.

    Example:
        >>> PolicyType("customer managed").name
        'CUSTOMER_MANAGED'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """

    INLINE = "inline"
    CUSTOMER_MANAGED = "customer managed"
