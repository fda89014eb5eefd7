"""Trust in an organization of AWS Organizations, or in units of it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ..errors import InvalidExternalIdError, InvalidInputError, InvalidTrustError
from ..policy import ACCOUNT, Condition, Statement, check_organization_id, quotas
from ..policy.names import check_strings
from ..policy.tokens import is_token
from .aws_callers import AwsCallers, aws_principals, freeze
from .naming import check_names, named_arns

_UNIT_PATH = re.compile(
    r"(o-[a-z0-9]{10,32})/r-[a-z0-9]{4,32}(/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})+/"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization(AwsCallers):
    """Every other account of an organization in AWS Organizations, to whom that account gives it.

    Wide: name roles where they are known. `role_names` narrows it to roles of these names in any
    account of the organization, `unit_paths` to the accounts of organizational units and of the
    units below them (`o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`, from the organization down, with a
    slash at its end). The role's own account is left out: to name everybody in a trust policy lets
    everybody there in, whether or not a policy of theirs gives it. Trust it with `AwsRoles` or
    `AwsAccount` beside this one.

    Example:
        >>> Organization(organization_id="o-exampleorgid").statements()[0].principals[0].identifier
        '*'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
    """

    organization_id: str
    unit_paths: tuple[str, ...] = ()
    role_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_organization_id(self.organization_id)
        freeze(
            self,
            unit_paths=check_strings(
                self.unit_paths, argument="unit_paths", error=InvalidTrustError
            ),
        )
        check_unit_paths(self.unit_paths, self.organization_id, argument="unit_paths")
        if self.role_names:
            freeze(self, role_names=check_names("role_names", self.role_names))
            named_arns("role", self.role_names, ACCOUNT)
        if self.role_names:
            self._refuse_mfa("roles")
        self._check_callers()
        if self.external_ids:
            raise InvalidExternalIdError(
                "external_ids protect from third parties, but the accounts of your organization "
                "are yours; leave them out"
            )

    @property
    def longest_session(self) -> timedelta:
        return quotas.SESSION_CHAINED if self.role_names else quotas.SESSION_MAXIMUM

    def statements(self) -> tuple[Statement, ...]:
        conditions = [
            Condition.of("StringEquals", "aws:PrincipalOrgID", self.organization_id),
            Condition.of("StringNotEquals", "aws:PrincipalAccount", ACCOUNT),
        ]
        if self.unit_paths:
            conditions.append(in_units("aws:PrincipalOrgPaths", self.unit_paths))
        if self.role_names:
            arns = named_arns("role", self.role_names, ACCOUNT)
            conditions.append(
                Condition.of(
                    "ArnLike",
                    "aws:PrincipalArn",
                    *(arn.replace(f":{ACCOUNT}:", ":*:") for arn in arns),
                )
            )
        return self._said(aws_principals("*"), *conditions)


def check_unit_paths(
    unit_paths: Sequence[str],
    organization_id: str | None,
    *,
    argument: str,
    error: type[InvalidInputError] = InvalidTrustError,
) -> None:
    """Each from the organization down, with a slash at its end."""
    example = f"{organization_id or 'o-a1b2c3d4e5'}/r-ab12/ou-ab12-11111111/"
    for path in unit_paths:
        found = _UNIT_PATH.fullmatch(path)
        if not found and not is_token(path):
            raise error(
                f"{argument} must each be a path from the organization down to a unit, like "
                f"{example} , got {path!r}; leave it out for the whole organization"
            )
        if found and organization_id and organization_id != found[1]:
            if is_token(organization_id):
                continue
            raise error(f"{argument} must be of the organization {organization_id}, got {path!r}")


def in_units(key: str, unit_paths: Sequence[str]) -> Condition:
    """Accounts of these units, and of the units below them.

    A path ends with a slash, so that the wildcard admits units below it and no other.
    """
    return Condition.of("ForAnyValue:StringLike", key, *(f"{path}*" for path in unit_paths))
