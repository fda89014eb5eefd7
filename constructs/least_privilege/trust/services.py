"""Trust in AWS services, and what they send to prove for whom they act.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
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
from .service_conditions import check_service_conditions, not_sent, sends_source

_FORM = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?")


@cache
def service_principals() -> dict[str, dict[str, Any]]:
    """The known service principals, each with what AWS documents that it sends when it assumes
    a role: `source_account` and `source_arn` are true, false, or absent where nothing is said;
    `source_arn_form` is the ARN, `page` the documentation.

    Example:
        >>> service_principals()["ecs-tasks.amazonaws.com"]["source_account"]
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    table = resources.files(__package__).joinpath("service_principals.json").read_text("utf-8")
    principals: dict[str, dict[str, Any]] = json.loads(table)["principals"]
    return principals


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

    `conditions` are further ones. `unlisted_reason` admits a service that is newer than the table
    of this library.

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
    conditions: tuple[Condition, ...] = ()
    unlisted_reason: str = ""

    def __post_init__(self) -> None:
        for argument in ("source_arns", "source_unit_paths"):
            values = check_strings(
                getattr(self, argument), argument=argument, error=InvalidServicePrincipalError
            )
            object.__setattr__(self, argument, values)
        self._check_principal()
        if self.source_account not in (None, True, False):
            raise InvalidServicePrincipalError(
                "source_account must be True, False or None (the account is always the role's "
                f"own), got {self.source_account!r}"
            )
        self._check_organization()
        self._check_is_sent()
        for arn in self.source_arns:
            self._check_source_arn(arn)
        conditions = check_service_conditions(
            self.conditions, principal=self.principal, row=self._row, own=self._source_conditions()
        )
        object.__setattr__(self, "conditions", conditions)

    def _check_principal(self) -> None:
        known = service_principals()
        if not isinstance(self.principal, str):
            raise InvalidServicePrincipalError(
                f"principal must be a string like 'lambda.amazonaws.com', got {self.principal!r}"
            )
        if self._canonical in known:
            return
        if not _FORM.fullmatch(self.principal):
            raise InvalidServicePrincipalError(
                "principal must be a service principal like 'lambda.amazonaws.com', "
                f"got {self.principal!r}"
            )
        if not is_reason(self.unlisted_reason):
            near = difflib.get_close_matches(self._canonical, known, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise InvalidServicePrincipalError(
                f"principal {self.principal!r} is no known service principal; {hint}if the service "
                f"is newer than this library, say so in unlisted_reason (a sentence of at least "
                f"{MINIMUM_REASON} characters)"
            )

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
        form = self._row.get("source_arn_form")
        if form and not holds_token(parts.service) and parts.service != form.split(":")[2]:
            raise InvalidServicePrincipalError(
                f"source_arns must be what {self.principal} sends, which is like {form} (see "
                f"{self._row['page']}), got {arn!r}"
            )
        if not parts.account and not (self._demands_account or self._is_for_an_organization):
            raise InvalidServicePrincipalError(
                f"source_arns must each name an account, got {arn!r}; where an ARN has none, say "
                "source_account=True as well, or the same name in another account would pass"
            )

    @property
    def _canonical(self) -> str:
        return self.principal.removesuffix(".cn")

    @property
    def _row(self) -> dict[str, Any]:
        return service_principals().get(self._canonical, {})

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
        return (
            Statement(
                actions=tuple(self._row.get("actions", ASSUME_ROLE)),
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
