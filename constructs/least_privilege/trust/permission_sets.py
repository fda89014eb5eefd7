"""Trust in people of IAM Identity Center, by their permission set.

Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from ..errors import InvalidTrustError
from ..policy import PARTITION, Condition, Statement, check_account_id, quotas
from ..policy.tokens import beside_tokens, is_token
from .aws_callers import AwsCallers, account_principal, freeze, refuse_own_external_id
from .naming import check_names

_NAME = re.compile(r"[\w+=,.@-]{1,32}", re.ASCII)
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_SUFFIX = "?" * 16
"""What Identity Center appends to the name of the role: 16 hexadecimal digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionSets(AwsCallers):
    """People who signed in through IAM Identity Center to an account with one of these permission
    sets.

    Identity Center makes a role for each permission set in each account, and appends 16 characters
    to its name, which change when the permission set is assigned anew. The pattern here admits
    any 16, and no other permission set whose name begins alike.

    `identity_center_region` is where Identity Center is set up; it stands in the role's path unless
    it is us-east-1. Left out, both forms are admitted. Their sessions are role sessions: this is
    role chaining, one hour at most, and they carry no MFA claim. Demand MFA in Identity Center.

    Example:
        >>> people = PermissionSets(
        ...     account_id="111122223333", names=("Auditor",), identity_center_region="us-east-1"
        ... )
        >>> people.statements()[0].conditions[0].values[0].rpartition("/")[2]
        'AWSReservedSSO_Auditor_????????????????'

    Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
    """

    account_id: str
    names: tuple[str, ...]
    identity_center_region: str = ""

    def __post_init__(self) -> None:
        check_account_id(self.account_id)
        freeze(self, names=check_names("names", self.names))
        for name in self.names:
            if name.startswith(("AWSReservedSSO_", "arn:")):
                found = name.removeprefix("AWSReservedSSO_").rpartition("_")[0]
                raise InvalidTrustError(
                    "names must be those of permission sets, not of their roles, and no ARNs, got "
                    f"{name!r}; try {found or 'Auditor'!r}"
                )
            if not is_token(name) and not _NAME.fullmatch(beside_tokens(name, "x")):
                raise InvalidTrustError(
                    f"names must each be 1 to 32 letters, digits or any of _+=,.@- , got {name!r}"
                )
        region = self.identity_center_region
        if not isinstance(region, str) or (
            region and not is_token(region) and not _REGION.fullmatch(region)
        ):
            raise InvalidTrustError(
                f"identity_center_region must be a region like eu-central-1, got {region!r}"
            )
        self._check_callers()
        self._refuse_mfa("people of IAM Identity Center")
        refuse_own_external_id("", self.account_id, self.external_ids)

    @property
    def longest_session(self) -> timedelta:
        return quotas.SESSION_CHAINED

    @property
    def _paths(self) -> tuple[str, ...]:
        # Nobody but AWS makes roles below aws-reserved/, so the wildcard admits a region alone.
        match self.identity_center_region:
            case "":
                return ("", "*/")
            case "us-east-1":
                return ("",)
            case region:
                return (f"{region}/",)

    def statements(self) -> tuple[Statement, ...]:
        roles = f"arn:{PARTITION}:iam::{self.account_id}:role/aws-reserved/sso.amazonaws.com/"
        patterns = (
            f"{roles}{path}AWSReservedSSO_{name}_{_SUFFIX}"
            for name in self.names
            for path in self._paths
        )
        return self._said(
            account_principal(self.account_id),
            Condition.of("ArnLike", "aws:PrincipalArn", *patterns),
        )

    def check_in_account(self, account_id: str) -> None:
        refuse_own_external_id(account_id, self.account_id, self.external_ids)
