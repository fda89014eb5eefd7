"""What every trust value is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta

from ..policy import Statement, quotas

ASSUME_ROLE = ("sts:AssumeRole",)


class Trust(ABC):
    """Somebody who may assume a role, and under which conditions.

    Each value becomes statements of its own, so that the conditions of one trusted principal
    never reach another: statements of a trust policy are OR-ed.

    Example:
        >>> from least_privilege.trust import AwsService
        >>> isinstance(AwsService(principal="lambda.amazonaws.com"), Trust)
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
    """

    __slots__ = ()

    @abstractmethod
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the trust policy that say it."""

    @property
    def longest_session(self) -> timedelta | None:
        """The longest session that the caller can ask for: 12 hours, or one hour if the caller is
        a role session itself (role chaining). None for AWS services, which choose the length
        themselves, whatever MaxSessionDuration says."""
        return quotas.SESSION_MAXIMUM

    def check_in_account(self, account_id: str) -> None:  # noqa: B027 - most have nothing to add
        """Raise if this trust makes no sense for a role of that account (twelve digits)."""
