"""Trust in AWS services, and what they send to prove for whom they act.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from ..errors import InvalidServicePrincipalError
from ..policy import (
    ACCOUNT,
    Arn,
    Condition,
    NamedPrincipal,
    PrincipalType,
    Statement,
    check_organization_id,
)
from ..policy.names import check_strings
from ..policy.reasons import MINIMUM_REASON, is_reason
from ..policy.tokens import beside_tokens, holds_token, is_token
from .base import ASSUME_ROLE, Trust
from .organizations import check_unit_paths, in_units
from .service_conditions import (
    accounts_named,
    check_narrowed,
    check_sent_form,
    check_service_conditions,
    not_sent,
    sends_source,
)
from .service_names import canonical, check_service_principal, service_principals


class SessionAction(StrEnum):
    """What a service may need beside `sts:AssumeRole`, to write into the session that it opens:
    session tags, a source identity (a person's name, for CloudTrail), or context (a person of IAM
    Identity Center, whose own grants count then).

    Example:
        >>> AwsService(
        ...     principal="transfer.amazonaws.com", session_actions=(SessionAction.SET_CONTEXT,)
        ... ).statements()[0].actions
        ('sts:AssumeRole', 'sts:SetContext')

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """

    TAG_SESSION = "sts:TagSession"
    SET_SOURCE_IDENTITY = "sts:SetSourceIdentity"
    SET_CONTEXT = "sts:SetContext"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsService(Trust):
    """An AWS service, such as `lambda.amazonaws.com`, that assumes the role to act for you.

    Where AWS documents that the service sends `aws:SourceAccount`, the role demands that it acts
    for a resource of this account (`source_account=None`, the default); `True` demands it where
    nothing is documented, `False` leaves it out. `source_arns` narrow it to named resources
    (wildcards allowed). A resource of the same stack that needs the role is written by its name
    there, as in `arn:aws:lambda:eu-central-1:111122223333:function:NAME`: a reference to it would
    be circular.

    `source_organization_id` lets the service act for any account of an organization, and
    `source_unit_paths` for the accounts of organizational units and of the units below them
    (`o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`). With either, the account is not demanded by default,
    as that would shut the other accounts out. All of these are refused for services that are known
    not to send them.

    Most services only assume the role. What a service always needs besides is added (such as
    `sts:TagSession` for `eks.amazonaws.com`); what it needs for some features is asked for with
    `session_actions`.

    `conditions` are further ones; what a source argument can say, they cannot, but for
    `StringEquals` on `aws:SourceAccount` with the IDs of other accounts, where this account is not
    demanded. `unlisted_reason` admits a service that is newer than the table of this library (or a
    session action of it, or a name that is a token).

    A name with a Region, as in `redshift.us-west-2.amazonaws.com`, is the service in that Region
    alone, and a name may have the domain of another partition; either is known by the service's
    row. `pods.eks.amazonaws.com` and `rolesanywhere.amazonaws.com` act for any pod of the account
    or any certificate: `EksPodIdentity` and `RolesAnywhere` say whose, and here a condition on the
    pod's or the certificate's tags has to.

    Raises `InvalidServicePrincipalError` for what is no service principal or shuts the service out.

    Example:
        >>> AwsService(principal="lambda.amazonaws.com").statements()[0].principals[0].identifier
        'lambda.amazonaws.com'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """

    principal: str
    source_account: bool | None = None
    source_arns: tuple[str, ...] = ()
    source_organization_id: str | None = None
    source_unit_paths: tuple[str, ...] = ()
    session_actions: tuple[SessionAction, ...] = ()
    conditions: tuple[Condition, ...] = ()
    unlisted_reason: str = ""

    def __post_init__(self) -> None:
        for argument in ("source_arns", "source_unit_paths", "session_actions"):
            values = check_strings(
                getattr(self, argument), argument=argument, error=InvalidServicePrincipalError
            )
            object.__setattr__(self, argument, values)
        check_service_principal(self.principal, unlisted_reason=self.unlisted_reason)
        if self.source_account is not None and not isinstance(self.source_account, bool):
            raise InvalidServicePrincipalError(
                "source_account must be True, False or None (the account is always the role's "
                f"own), got {self.source_account!r}"
            )
        self._check_organization()
        self._check_is_sent()
        self._check_session_actions()
        conditions = check_service_conditions(
            self.conditions,
            principal=self.principal,
            row=self._row,
            account_demanded=self._demands_account,
        )
        object.__setattr__(self, "conditions", conditions)
        check_narrowed(self.conditions, principal=self.principal, row=self._row)
        for arn in self.source_arns:
            self._check_source_arn(arn)

    def _check_organization(self) -> None:
        if self.source_organization_id is not None:
            check_organization_id(self.source_organization_id, argument="source_organization_id")
        check_unit_paths(
            self.source_unit_paths,
            self.source_organization_id,
            argument="source_unit_paths",
            error=InvalidServicePrincipalError,
        )

    def _check_is_sent(self) -> None:
        if sends_source(self._row):
            return
        for argument in (
            "source_account",
            "source_arns",
            "source_organization_id",
            "source_unit_paths",
        ):
            if getattr(self, argument):
                raise InvalidServicePrincipalError(
                    f"{argument} cannot be demanded of {self.principal}: {not_sent(self._row)}"
                )

    def _check_session_actions(self) -> None:
        actions = (*self._row.get("actions", ()), *self._row.get("optional_actions", ()))
        for action in self.session_actions:
            if action not in list(SessionAction):
                raise InvalidServicePrincipalError(
                    f"session_actions must each be one of {', '.join(SessionAction)}, "
                    f"got {action!r}"
                )
            if action not in actions and not is_reason(self.unlisted_reason):
                known = ", ".join(each for each in actions if each not in ASSUME_ROLE)
                raise InvalidServicePrincipalError(
                    f"session_actions must not hold {action} for {self.principal}, for which this "
                    f"library knows {known or 'none'}; leave it out, or say in unlisted_reason "
                    f"where it is documented (a sentence of at least {MINIMUM_REASON} characters)"
                )
        given = tuple(each for each in SessionAction if each in self.session_actions)
        object.__setattr__(self, "session_actions", given)

    def _check_source_arn(self, arn: str) -> None:
        if is_token(arn):
            return
        parts = Arn.parse(arn, argument="source_arns")
        if any(
            sign in beside_tokens(part) for part in (parts.service, parts.account) for sign in "*?$"
        ):
            raise InvalidServicePrincipalError(
                "source_arns must each name a service and an account; a wildcard is for the rest, "
                f"got {arn!r}"
            )
        check_sent_form(parts, principal=self.principal, row=self._row)
        accounts = accounts_named(self.conditions)
        if (
            parts.account
            and accounts
            and parts.account not in accounts
            and not any(map(holds_token, (parts.account, *accounts)))
        ):
            raise InvalidServicePrincipalError(
                f"source_arns must be of an account that conditions on aws:SourceAccount name "
                f"({', '.join(accounts)}), got {arn!r}"
            )
        if not parts.account and not (
            self._demands_account or self._is_for_an_organization or accounts
        ):
            raise InvalidServicePrincipalError(
                f"source_arns must each name an account, got {arn!r}; where an ARN has none, say "
                "source_account=True as well, or the same name in another account would pass"
            )

    @property
    def _row(self) -> dict[str, Any]:
        return service_principals().get(canonical(self.principal), {})

    @property
    def _is_for_an_organization(self) -> bool:
        return self.source_organization_id is not None or bool(self.source_unit_paths)

    @property
    def _demands_account(self) -> bool:
        if self.source_account is None:
            return bool(self._row.get("source_account")) and not self._is_for_an_organization
        return self.source_account

    @property
    def longest_session(self) -> timedelta | None:
        return None

    def check_in_account(self, account_id: str) -> None:
        """Raise if the service would have to act for this account and for another at once."""
        if not self._demands_account or holds_token(account_id):
            return
        for arn in self.source_arns:
            account = "" if is_token(arn) else Arn.parse(arn, argument="source_arns").account
            if account and not holds_token(account) and account != account_id:
                raise InvalidServicePrincipalError(
                    f"source_arns must be of the role's own account {account_id}, for which alone "
                    f"{self.principal} may act here, got {arn!r}; to let it act for another "
                    "account, say source_account=False"
                )

    def statements(self) -> tuple[Statement, ...]:
        more = (each.value for each in self.session_actions)
        return (
            Statement(
                actions=tuple(dict.fromkeys((*self._row.get("actions", ASSUME_ROLE), *more))),
                principals=(NamedPrincipal(type=PrincipalType.SERVICE, identifier=self.principal),),
                conditions=(*self._source_conditions(), *self.conditions),
            ),
        )

    def _source_conditions(self) -> tuple[Condition, ...]:
        conditions = []
        if self._demands_account:
            conditions.append(Condition.of("StringEquals", "aws:SourceAccount", ACCOUNT))
        if self.source_arns:
            conditions.append(Condition.of("ArnLike", "aws:SourceArn", *self.source_arns))
        if self.source_organization_id is not None:
            conditions.append(
                Condition.of("StringEquals", "aws:SourceOrgID", self.source_organization_id)
            )
        if self.source_unit_paths:
            conditions.append(in_units("aws:SourceOrgPaths", self.source_unit_paths))
        return tuple(conditions)
