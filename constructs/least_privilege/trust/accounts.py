"""Trust in accounts.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
"""

from __future__ import annotations

from dataclasses import dataclass

from ..policy import Statement, check_account_id
from .aws_callers import AwsCallers, account_principal, refuse_own_external_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsAccount(AwsCallers):
    """Every principal of an account to which that account gives `sts:AssumeRole` on the role.

    `external_ids` are for a third party's program that acts for many customers (2 to 1,224
    characters each, any of them passes); the console cannot send one. `mfa` is for IAM users.
    Narrower: `AwsRoles`, `IamUsers` and `PermissionSets`.

    Example:
        >>> trust = AwsAccount(account_id="111122223333", external_ids=("customer-4711",))
        >>> trust.statements()[0].conditions[0].key
        'sts:ExternalId'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
    """

    account_id: str

    def __post_init__(self) -> None:
        check_account_id(self.account_id)
        self._check_callers()
        refuse_own_external_id("", self.account_id, self.external_ids)

    def statements(self) -> tuple[Statement, ...]:
        return self._said(account_principal(self.account_id))

    def check_in_account(self, account_id: str) -> None:
        refuse_own_external_id(account_id, self.account_id, self.external_ids)
