"""Multi-factor authentication of the caller.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ..errors import InvalidDurationError
from ..policy import Condition
from ..policy.names import check_timedelta


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
        check_mfa_age(self.max_age, argument="max_age")

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


def check_mfa_age(age: timedelta, *, argument: str) -> timedelta:
    """From 15 minutes to 36 hours, the lengths that GetSessionToken can have."""
    check_timedelta(age, argument=argument)
    if not timedelta(minutes=15) <= age <= timedelta(hours=36):
        raise InvalidDurationError(f"{argument} must be from 15 minutes to 36 hours, got {age}")
    return age
