"""AWS STS: the calling side of a role.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
"""

from __future__ import annotations

from dataclasses import dataclass

from ..policy import Condition, Statement, check_arn, check_external_ids
from .base import Permission, check_flags


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumeRole(Permission):
    """Assume one role, with one of these external IDs if the role asks for one.

    `with_tags` and `with_source_identity` are for a role that takes session tags or a source
    identity: both sides have to allow them. `CrossAccountAccess.caller_permission()` gives it all
    for a role of ours.

    Example:
        >>> role = "arn:aws:iam::111122223333:role/ReportReader"
        >>> AssumeRole(role_arn=role, external_ids=("customer-4711",)).statements()[0].actions
        ('sts:AssumeRole',)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
    """

    role_arn: str
    external_ids: tuple[str, ...] = ()
    with_tags: bool = False
    with_source_identity: bool = False

    def __post_init__(self) -> None:
        check_flags(self)
        check_arn(
            self.role_arn,
            service="iam",
            resource="role/",
            argument="role_arn",
            example="arn:aws:iam::111122223333:role/Name",
        )
        object.__setattr__(self, "external_ids", check_external_ids(self.external_ids))

    def statements(self) -> tuple[Statement, ...]:
        conditions = (
            (Condition.of("StringEquals", "sts:ExternalId", *self.external_ids),)
            if self.external_ids
            else ()
        )
        actions = ["sts:AssumeRole"]
        if self.with_source_identity:
            actions.append("sts:SetSourceIdentity")
        if self.with_tags:
            actions.append("sts:TagSession")
        return (
            Statement(actions=tuple(actions), resources=(self.role_arn,), conditions=conditions),
        )
