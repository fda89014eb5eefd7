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
)
from ..policy.names import check_strings
from ..policy.reasons import MINIMUM_REASON, is_reason
from ..policy.tokens import beside_tokens, is_token
from .base import ASSUME_ROLE, Trust

_FORM = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?")


@cache
def service_principals() -> dict[str, dict[str, Any]]:
    """The known service principals, each with what AWS documents that it sends when it assumes
    a role: `source_account` and `source_arn` are true, false, or absent where nothing is said.

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
    (wildcards allowed); both are refused for services that are known not to send them.

    `unlisted_reason` admits a service that is newer than the table of this library.

    Example:
        >>> AwsService(principal="lambda.amazonaws.com").statements()[0].principals[0].identifier
        'lambda.amazonaws.com'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """

    principal: str
    source_account: bool | None = None
    source_arns: tuple[str, ...] = ()
    unlisted_reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(
            self,
            "source_arns",
            check_strings(
                self.source_arns, argument="source_arns", error=InvalidServicePrincipalError
            ),
        )
        self._check_principal()
        for key, wanted in (("account", self.source_account), ("arn", bool(self.source_arns))):
            row = self._row
            if wanted and row.get(f"source_{key}") is False:
                raise InvalidServicePrincipalError(
                    f"source_{key}{'s' if key == 'arn' else ''} cannot be demanded of "
                    f"{self.principal}: it does not send it, and could not assume the role any "
                    f"more (see {row.get('page', 'its documentation')})"
                )
        for arn in self.source_arns:
            _check_source(arn)

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

    @property
    def _canonical(self) -> str:
        return self.principal.removesuffix(".cn")

    @property
    def _row(self) -> dict[str, Any]:
        return service_principals().get(self._canonical, {})

    @property
    def longest_session(self) -> timedelta | None:
        return None

    def statements(self) -> tuple[Statement, ...]:
        demand_account = self.source_account
        if demand_account is None:
            demand_account = bool(self._row.get("source_account"))
        conditions = []
        if demand_account:
            conditions.append(Condition.of("StringEquals", "aws:SourceAccount", ACCOUNT))
        if self.source_arns:
            conditions.append(Condition.of("ArnLike", "aws:SourceArn", *self.source_arns))
        return (
            Statement(
                actions=ASSUME_ROLE,
                principals=(NamedPrincipal(type=PrincipalType.SERVICE, identifier=self.principal),),
                conditions=tuple(conditions),
            ),
        )


def _check_source(arn: str) -> None:
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
