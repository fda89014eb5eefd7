"""What every trust value is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta

from ..errors import InvalidDurationError
from ..policy import (
    PARTITION,
    Condition,
    Statement,
    check_account_id,
    check_role_name,
    split_name_and_path,
)

ASSUME_ROLE = ("sts:AssumeRole",)


class Trust(ABC):
    """Somebody who may assume a role, and under which conditions.

    Each value becomes statements of its own, so that the conditions of one trusted principal
    never reach another: statements of a trust policy are OR-ed.
    """

    __slots__ = ()

    @abstractmethod
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the trust policy that say it."""

    @property
    def asks_for_sessions(self) -> bool:
        """Whether a person or a program calls AssumeRole, so that a session has a length to ask
        for. AWS services choose the length themselves, whatever MaxSessionDuration says."""
        return True

    def check_in_account(self, account_id: str) -> None:  # noqa: B027 - most have nothing to add
        """Raise if this trust makes no sense for a role of that account (twelve digits)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mfa:
    """Multi-factor authentication of the caller, at most so long ago.

    Serves IAM users with a TOTP device who pass `--serial-number` and `--token-code`. Role
    sessions, IAM Identity Center and other federated people carry no such claim, and FIDO keys
    cannot be passed to STS: a role with this condition never admits them.

    `max_age` is from 15 minutes to 36 hours, the lengths that GetSessionToken can have.

    Example:
        >>> [condition.key for condition in Mfa(max_age=timedelta(hours=1)).conditions()]
        ['aws:MultiFactorAuthPresent', 'aws:MultiFactorAuthAge']

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """

    max_age: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        if not timedelta(minutes=15) <= self.max_age <= timedelta(hours=36):
            raise InvalidDurationError(
                f"max_age must be from 15 minutes to 36 hours, got {self.max_age}"
            )

    def conditions(self) -> tuple[Condition, ...]:
        """`Bool`, not `BoolIfExists`: long-term keys carry no such key and must not pass."""
        return (
            Condition.of("Bool", "aws:MultiFactorAuthPresent", "true"),
            Condition.of(
                "NumericLessThanEquals",
                "aws:MultiFactorAuthAge",
                str(int(self.max_age.total_seconds())),
            ),
        )


def named_arns(kind: str, names: tuple[str, ...], account_id: str) -> tuple[str, ...]:
    """The ARNs of these roles or users; a name may have a path in front: `team/Reader`."""
    check_account_id(account_id)
    arns = []
    for name_with_path in names:
        name, path = split_name_and_path(name_with_path)
        check_role_name(name, argument=f"{kind}_names")
        arns.append(f"arn:{PARTITION}:iam::{account_id}:{kind}{path}{name}")
    return tuple(arns)
