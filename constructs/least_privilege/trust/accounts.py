"""Trust in other accounts, in roles and users of them, in an organization.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import InvalidExternalIdError, InvalidTrustError
from ..policy import (
    ACCOUNT,
    PARTITION,
    Condition,
    NamedPrincipal,
    PrincipalType,
    Statement,
    check_account_id,
    check_external_ids,
    check_organization_id,
)
from ..policy.names import check_strings
from .base import ASSUME_ROLE, Mfa, Trust, named_arns


def _account_principal(account_id: str) -> tuple[NamedPrincipal, ...]:
    return (
        NamedPrincipal(
            type=PrincipalType.AWS, identifier=f"arn:{PARTITION}:iam::{account_id}:root"
        ),
    )


def _external_id_condition(external_ids: tuple[str, ...]) -> tuple[Condition, ...]:
    if not external_ids:
        return ()
    return (Condition.of("StringEquals", "sts:ExternalId", *external_ids),)


def _mfa_conditions(mfa: Mfa | None) -> tuple[Condition, ...]:
    return mfa.conditions() if mfa else ()


def _check_mfa(mfa: Mfa | None) -> None:
    if mfa is not None and not isinstance(mfa, Mfa):
        raise InvalidTrustError(f"mfa must be an Mfa like Mfa(max_age=...), got {mfa!r}")


def _refuse_own_external_id(own: str, account_id: str, external_ids: tuple[str, ...]) -> None:
    if external_ids and account_id in (own, ACCOUNT):
        raise InvalidExternalIdError(
            f"external_ids protect from third parties, but {account_id} is the role's own account; "
            "leave them out, or trust the third party's account"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsAccount(Trust):
    """Every principal of an account to which that account gives `sts:AssumeRole` on the role.

    `external_ids` are for a third party's program that acts for many customers (2 to 1,224
    characters each, any of them passes); the console cannot send one. `mfa` is for people.
    Narrower: `AwsRoles` and `IamUsers`.

    Example:
        >>> trust = AwsAccount(account_id="111122223333", external_ids=("customer-4711",))
        >>> trust.statements()[0].conditions[0].key
        'sts:ExternalId'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
    """

    account_id: str
    external_ids: tuple[str, ...] = ()
    mfa: Mfa | None = None

    def __post_init__(self) -> None:
        check_account_id(self.account_id)
        _freeze(self, external_ids=check_external_ids(self.external_ids))
        _check_mfa(self.mfa)
        _refuse_own_external_id("", self.account_id, self.external_ids)

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=ASSUME_ROLE,
                principals=_account_principal(self.account_id),
                conditions=_external_id_condition(self.external_ids) + _mfa_conditions(self.mfa),
            ),
        )

    def check_in_account(self, account_id: str) -> None:
        _refuse_own_external_id(account_id, self.account_id, self.external_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsRoles(Trust):
    """Named roles of an account; a path may stand in front of a name: `deploy/CiRunner`.

    Trusted through the account's root principal with `aws:PrincipalArn`. A principal that is
    named itself is stored by its unique ID, and once deleted and made again it would no longer
    be trusted; a role that is made again under its name is trusted here.

    Example:
        >>> AwsRoles(account_id="111122223333", role_names=("Auditor",)).statements()[0].actions
        ('sts:AssumeRole',)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    """

    account_id: str
    role_names: tuple[str, ...]
    external_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _freeze(
            self,
            role_names=_check_names("role_names", self.role_names),
            external_ids=check_external_ids(self.external_ids),
        )
        named_arns("role", self.role_names, self.account_id)
        _refuse_own_external_id("", self.account_id, self.external_ids)

    def statements(self) -> tuple[Statement, ...]:
        arns = named_arns("role", self.role_names, self.account_id)
        return (
            Statement(
                actions=ASSUME_ROLE,
                principals=_account_principal(self.account_id),
                conditions=(
                    Condition.of("ArnEquals", "aws:PrincipalArn", *arns),
                    *_external_id_condition(self.external_ids),
                ),
            ),
        )

    def check_in_account(self, account_id: str) -> None:
        _refuse_own_external_id(account_id, self.account_id, self.external_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class IamUsers(Trust):
    """Named IAM users who have signed in with MFA; the role's own account by default.

    People without IAM users, who come through IAM Identity Center or another federation, carry
    no MFA claim: trust `AwsRoles` of theirs instead, and require MFA where they sign in.

    Example:
        >>> trust = IamUsers(user_names=("alice",))
        >>> trust.statements()[0].conditions[1].operator
        'Bool'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """

    user_names: tuple[str, ...]
    account_id: str = ACCOUNT
    mfa: Mfa = field(default_factory=Mfa)

    def __post_init__(self) -> None:
        _freeze(self, user_names=_check_names("user_names", self.user_names))
        if not isinstance(self.mfa, Mfa):
            raise InvalidTrustError(f"mfa must be an Mfa like Mfa(max_age=...), got {self.mfa!r}")
        named_arns("user", self.user_names, self.account_id)

    def statements(self) -> tuple[Statement, ...]:
        arns = named_arns("user", self.user_names, self.account_id)
        return (
            Statement(
                actions=ASSUME_ROLE,
                principals=_account_principal(self.account_id),
                conditions=(
                    Condition.of("ArnEquals", "aws:PrincipalArn", *arns),
                    *self.mfa.conditions(),
                ),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization(Trust):
    """Every other account of an organization in AWS Organizations, to whom that account gives it.

    Wide: name roles where they are known. `role_names` narrows it to roles of these names in any
    account of the organization. The role's own account is left out: to name everybody in a trust
    policy lets everybody there in, whether or not a policy of theirs gives it. Trust it with
    `AwsRoles` or `AwsAccount` beside this one.

    Example:
        >>> Organization(organization_id="o-exampleorgid").statements()[0].principals[0].identifier
        '*'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
    """

    organization_id: str
    role_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_organization_id(self.organization_id)
        if self.role_names:
            _freeze(self, role_names=_check_names("role_names", self.role_names))
            named_arns("role", self.role_names, ACCOUNT)

    def statements(self) -> tuple[Statement, ...]:
        conditions = [
            Condition.of("StringEquals", "aws:PrincipalOrgID", self.organization_id),
            Condition.of("StringNotEquals", "aws:PrincipalAccount", ACCOUNT),
        ]
        if self.role_names:
            arns = named_arns("role", self.role_names, ACCOUNT)
            conditions.append(
                Condition.of(
                    "ArnLike",
                    "aws:PrincipalArn",
                    *(arn.replace(f":{ACCOUNT}:", ":*:") for arn in arns),
                )
            )
        return (
            Statement(
                actions=ASSUME_ROLE,
                principals=(NamedPrincipal(type=PrincipalType.AWS, identifier="*"),),
                conditions=tuple(conditions),
            ),
        )


def _check_names(argument: str, names: Sequence[str]) -> tuple[str, ...]:
    names = check_strings(names, argument=argument, error=InvalidTrustError)
    if not names:
        raise InvalidTrustError(
            f"{argument} must name at least one; to trust all of an account, say AwsAccount"
        )
    for name in names:
        if any(wildcard in name for wildcard in "*?"):
            raise InvalidTrustError(f"{argument} must hold no wildcard, got {name!r}")
    return names


def _freeze(value: Trust, **fields: tuple[str, ...]) -> None:
    """Keep lists as tuples, so that a value stays what it was when it was checked."""
    for name, content in fields.items():
        object.__setattr__(value, name, content)
