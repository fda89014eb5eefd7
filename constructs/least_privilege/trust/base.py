"""What every trust value is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta

from ..errors import InvalidDurationError, InvalidNameError, InvalidPathError
from ..policy import (
    PARTITION,
    Condition,
    Statement,
    check_account_id,
    check_path,
    check_role_name,
    quotas,
    split_name_and_path,
)
from ..policy.names import check_timedelta
from ..policy.tokens import beside_tokens

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


def named_arns(kind: str, names: tuple[str, ...], account_id: str) -> tuple[str, ...]:
    """The ARNs of these roles or users; a name may have a path in front: `team/Reader`."""
    check_account_id(account_id)
    arns = []
    for name_with_path in names:
        argument = f"{kind}_names"
        if name_with_path.startswith("arn:"):
            raise InvalidNameError(
                f"{argument} must be names, got the ARN {name_with_path!r}; "
                f"try {name_with_path.rpartition(':')[2].partition('/')[2]!r}"
            )
        if name_with_path != name_with_path.strip("/") or name_with_path.startswith(f"{kind}/"):
            raise InvalidNameError(
                f"{argument} must be names, with their path in front if they have one, "
                f"got {name_with_path!r}; "
                f"try {name_with_path.strip('/').removeprefix(f'{kind}/')!r}"
            )
        name, path = split_name_and_path(name_with_path)
        check_role_name(name, argument=argument)
        check_path(path, argument=argument)
        if any(sign in beside_tokens(path) for sign in "$:*?"):
            raise InvalidPathError(
                f"{argument} must hold no wildcard, variable or colon, got {name_with_path!r}"
            )
        arns.append(f"arn:{PARTITION}:iam::{account_id}:{kind}{path}{name}")
    return tuple(arns)
