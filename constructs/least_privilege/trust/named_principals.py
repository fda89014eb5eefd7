"""Trust in named roles and users of an account.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, Self

from ..errors import InvalidTrustError
from ..policy import ACCOUNT, Arn, Condition, Statement, check_account_id, holds_token, quotas
from .aws_callers import (
    AwsCallers,
    account_principal,
    aws_principals,
    freeze,
    refuse_own_external_id,
)
from .mfa import Mfa
from .naming import check_names, check_role_arns, named_arns
from .sessions import SessionTag, SourceIdentity


class NamedAs(StrEnum):
    """How a trust policy names a role or user, which tells what happens once it is made again.

    `CONDITION`: the account is the principal, and a condition on `aws:PrincipalArn` names the
    role. One that is deleted and made again under its name is trusted again, and it may be named
    before it exists. The caller's own policies have to allow `sts:AssumeRole` too.

    `PRINCIPAL`: the role is the principal itself. AWS stores its unique ID, so it has to exist
    when the trusting role is made, and one that is deleted and made again is a stranger until
    the trust policy is written anew. Within one account nothing else has to allow it.

    Example:
        >>> NamedAs("principal").name
        'PRINCIPAL'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
    """

    CONDITION = "condition"
    PRINCIPAL = "principal"


class _Environment(Protocol):
    @property
    def account(self) -> str: ...


class _Role(Protocol):
    """What `of` reads of a CDK role."""

    @property
    def role_arn(self) -> str: ...
    @property
    def env(self) -> _Environment: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _NamedPrincipals(AwsCallers):
    """Roles or users, by the account and a condition, or as principals themselves."""

    named_as: NamedAs = NamedAs.CONDITION

    def _check_named_as(self) -> None:
        if self.named_as not in tuple(NamedAs):
            raise InvalidTrustError(
                f"named_as must be one of {', '.join(map(repr, map(str, NamedAs)))}, "
                f"got {self.named_as!r}"
            )
        freeze(self, named_as=NamedAs(self.named_as))

    def _named(self, account_id: str, arns: tuple[str, ...]) -> tuple[Statement, ...]:
        if self.named_as is NamedAs.PRINCIPAL:
            return self._said(aws_principals(*arns))
        return self._said(
            account_principal(account_id), Condition.of("ArnEquals", "aws:PrincipalArn", *arns)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsRoles(_NamedPrincipals):
    """Named roles of an account; a path may stand in front of a name: `deploy/CiRunner`.

    `role_arns` are for roles whose name is known at deployment only; `AwsRoles.of(role)` reads a
    role of the CDK, imported ones too. `named_as` says whether a role that is deleted and made
    again is trusted again (it is, by default). Sessions that roles open are role chaining: one
    hour at most.

    Example:
        >>> AwsRoles(account_id="111122223333", role_names=("Auditor",)).statements()[0].actions
        ('sts:AssumeRole',)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    """

    account_id: str
    role_names: tuple[str, ...] = ()
    role_arns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_account_id(self.account_id)
        freeze(self, role_arns=check_role_arns(self.role_arns, self.account_id))
        if self.role_names or not self.role_arns:
            freeze(self, role_names=check_names("role_names", self.role_names))
        named_arns("role", self.role_names, self.account_id)
        self._check_named_as()
        self._check_callers()
        self._refuse_mfa("roles")
        refuse_own_external_id("", self.account_id, self.external_ids)

    @classmethod
    def of(
        cls,
        role: _Role,
        *,
        named_as: NamedAs = NamedAs.CONDITION,
        external_ids: tuple[str, ...] = (),
        source_identity: SourceIdentity | None = None,
        session_tags: tuple[SessionTag, ...] = (),
    ) -> Self:
        """For a role of the CDK, of this library, or an imported one."""
        if not hasattr(role, "role_arn") or not hasattr(role, "env"):
            raise InvalidTrustError(
                f"of() takes a role of the CDK, got {role!r}; for a name say role_names="
            )
        arn, account = role.role_arn, role.env.account
        if arn.startswith("arn:") and not holds_token(known := Arn.parse(arn).account):
            account = known
        return cls(
            account_id=ACCOUNT if holds_token(account) else account,
            role_arns=(arn,),
            named_as=named_as,
            external_ids=external_ids,
            source_identity=source_identity,
            session_tags=session_tags,
        )

    @property
    def longest_session(self) -> timedelta:
        return quotas.SESSION_CHAINED

    def statements(self) -> tuple[Statement, ...]:
        names = named_arns("role", self.role_names, self.account_id)
        return self._named(self.account_id, (*names, *self.role_arns))

    def check_in_account(self, account_id: str) -> None:
        refuse_own_external_id(account_id, self.account_id, self.external_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class IamUsers(_NamedPrincipals):
    """Named IAM users who have signed in with MFA; the role's own account by default.

    People without IAM users, who come through IAM Identity Center or another federation, carry
    no MFA claim: trust `PermissionSets` or `AwsRoles` of theirs instead, and require MFA where
    they sign in.

    Example:
        >>> trust = IamUsers(user_names=("alice",))
        >>> trust.statements()[0].conditions[1].operator
        'Bool'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """

    user_names: tuple[str, ...]
    account_id: str = ACCOUNT
    mfa: Mfa | None = field(default_factory=Mfa)

    def __post_init__(self) -> None:
        freeze(self, user_names=check_names("user_names", self.user_names))
        if not isinstance(self.mfa, Mfa):
            raise InvalidTrustError(f"mfa must be an Mfa like Mfa(max_age=...), got {self.mfa!r}")
        named_arns("user", self.user_names, self.account_id)
        self._check_named_as()
        self._check_callers()
        refuse_own_external_id("", self.account_id, self.external_ids)

    def statements(self) -> tuple[Statement, ...]:
        return self._named(self.account_id, named_arns("user", self.user_names, self.account_id))

    def check_in_account(self, account_id: str) -> None:
        refuse_own_external_id(account_id, self.account_id, self.external_ids)
