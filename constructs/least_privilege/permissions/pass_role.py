"""AWS IAM: hand a role to a service.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError, InvalidPolicyError
from ..policy import Arn, Condition, PolicyKind, PrincipalType, Statement, check_arn
from ..policy.names import check_strings
from ..policy.principal_grammar import check_principal
from ..policy.tokens import TOKEN
from ._regional import check_construct
from .base import Permission


class _Role(Protocol):
    """What `of` reads of a CDK role, or of a role construct of this library."""

    @property
    def role_arn(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRole(Permission):
    """Hand one role to these `services` and to no others, in the account that both are in.

    Whoever may pass a role to a service, and may create something there, has what the role has:
    name the services that need it. `associated_resource_arns` limit it further to what the service
    will use the role for, `arn:aws:ec2:eu-central-1:111122223333:instance/*` for example; wildcards
    may stand in them. Not every service sends that; a role cannot be passed then.

    Example:
        >>> PassRole(
        ...     role_arn="arn:aws:iam::111122223333:role/Resizer",
        ...     services=("lambda.amazonaws.com",),
        ... ).statements()[0].to_dict()["Condition"]
        {'StringEquals': {'iam:PassedToService': 'lambda.amazonaws.com'}}

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService
    """

    role_arn: str
    services: tuple[str, ...]
    associated_resource_arns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_arn(
            self.role_arn,
            service="iam",
            resource="role/",
            argument="role_arn",
            example="arn:aws:iam::111122223333:role/Name",
        )
        services = check_strings(self.services, argument="services", error=InvalidPermissionError)
        if not services:
            raise InvalidPermissionError(
                "services must name at least one service, like 'lambda.amazonaws.com': a role that "
                "may be passed to any service is as good as assumed"
            )
        for service in services:
            _check_service(service)
        object.__setattr__(self, "services", services)
        arns = check_strings(
            self.associated_resource_arns,
            argument="associated_resource_arns",
            error=InvalidPermissionError,
        )
        for arn in arns:
            _check_associated(arn)
        object.__setattr__(self, "associated_resource_arns", arns)

    @classmethod
    def of(
        cls,
        role: _Role,
        *,
        services: tuple[str, ...],
        associated_resource_arns: tuple[str, ...] = (),
    ) -> Self:
        """For a role of the CDK, or a role construct of this library."""
        check_construct(role, attributes=("role_arn",), kind="a role", argument="role_arn")
        return cls(
            role_arn=role.role_arn,
            services=services,
            associated_resource_arns=associated_resource_arns,
        )

    def statements(self) -> tuple[Statement, ...]:
        conditions = [Condition.of("StringEquals", "iam:PassedToService", *self.services)]
        if self.associated_resource_arns:
            conditions.append(
                Condition.of("ArnLike", "iam:AssociatedResourceArn", *self.associated_resource_arns)
            )
        return (
            Statement(
                actions=("iam:PassRole",),
                resources=(self.role_arn,),
                conditions=tuple(conditions),
            ),
        )


def _check_service(service: str) -> None:
    try:
        check_principal("services", PrincipalType.SERVICE, service, PolicyKind.TRUST)
    except InvalidPolicyError:
        raise InvalidPermissionError(
            "services must each be a service principal in lower case, like 'lambda.amazonaws.com', "
            f"got {service!r}"
        ) from None


def _check_associated(text: str) -> None:
    if TOKEN.match(text):
        return
    arn = Arn.parse(text, argument="associated_resource_arns")
    if any(sign in arn.service for sign in "*?") or not arn.resource.strip("*?/:"):
        raise InvalidPermissionError(
            "associated_resource_arns must each name a service and a kind of resource, like "
            f"'arn:aws:ec2:eu-central-1:111122223333:instance/*', got {text!r}"
        )
