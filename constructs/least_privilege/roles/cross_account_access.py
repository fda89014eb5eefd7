"""Both sides of the access to a role of another account, from one definition.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from ..errors import InvalidDurationError, InvalidTrustError
from ..permissions import AssumeRole
from ..policy import (
    ACCOUNT,
    check_account_id,
    check_path,
    check_role_name,
    check_session_duration,
    holds_token,
    quotas,
    role_arn,
)
from ..trust import (
    AwsAccount,
    AwsRoles,
    IamUsers,
    Organization,
    PermissionSets,
    Profile,
    SessionTag,
    SourceIdentity,
    profiles,
    switch_role_link,
    trust_policy,
)
from ..trust.aws_callers import AwsCallers

CALLERS = (AwsAccount, AwsRoles, IamUsers, Organization, PermissionSets)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossAccountAccess:
    """A role that others may assume, written down once for both sides of it.

    The trusting side makes the role of it (`CrossAccountRole.of`), the calling side takes
    `caller_permission()` or a `CallerPolicy`. It holds names and account IDs alone, no constructs:
    the two sides can be in two stacks, or in two apps that share this definition, without
    references between them.

    `trusted_by` may name another `CrossAccountAccess`: sessions of its role then assume this one,
    with the source identity and the transitive tags that they have from there. That is role
    chaining, which AWS limits to one hour whatever the role allows, so
    `session_duration` (1 hour by default, at most 12) cannot be longer where roles alone are
    trusted.

    Raises `InvalidInputError` and its subclasses.

    Example:
        >>> access = CrossAccountAccess(
        ...     account_id="111122223333",
        ...     role_name="ReportReader",
        ...     trusted_by=[AwsRoles(account_id="444455556666", role_names=("Auditor",))],
        ... )
        >>> access.caller_permission().role_arn
        'arn:${AWS::Partition}:iam::111122223333:role/ReportReader'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
    """

    account_id: str
    role_name: str
    trusted_by: Sequence[AwsCallers | CrossAccountAccess]
    path: str = "/"
    session_duration: timedelta = quotas.SESSION_MINIMUM

    def __post_init__(self) -> None:
        check_account_id(self.account_id)
        check_role_name(self.role_name)
        if holds_token(self.account_id) or holds_token(self.role_name):
            raise InvalidTrustError(
                "account_id and role_name must be written down, or the other side could not know "
                f"them, got {self.account_id!r} and {self.role_name!r}"
            )
        check_path(self.path)
        check_session_duration(self.session_duration)
        object.__setattr__(self, "trusted_by", check_callers(self.trusted_by))
        for trust in self.trusts:
            trust.check_in_account(self.account_id)
        longest = max(trust.longest_session or timedelta() for trust in self.trusts)
        if self.session_duration > longest:
            raise InvalidDurationError(
                f"session_duration must be at most {longest} where role sessions alone assume the "
                f"role (role chaining), got {self.session_duration}; AWS refuses longer ones"
            )

    @property
    def trusts(self) -> tuple[AwsCallers, ...]:
        """Who is trusted, with the roles of other definitions as what they are."""
        return tuple(self._trust(each) for each in self.trusted_by)

    def _trust(self, caller: AwsCallers | CrossAccountAccess) -> AwsCallers:
        if isinstance(caller, CrossAccountAccess):
            return AwsRoles(
                account_id=caller.account_id,
                role_names=(f"{caller.path}{caller.role_name}".lstrip("/"),),
                source_identity=_inherited_identity(caller),
                session_tags=_inherited_tags(caller),
            )
        if _account(caller) == ACCOUNT:
            own: Any = {"account_id": self.account_id}
            return replace(caller, **own)
        return caller

    @property
    def role_arn(self) -> str:
        """The role's ARN, as another account or app can write it down."""
        return role_arn(role_name=self.role_name, account=self.account_id, path=self.path)

    @property
    def is_chained(self) -> bool:
        """Whether sessions of roles alone assume the role: one hour at most."""
        return all(each.longest_session == quotas.SESSION_CHAINED for each in self.trusts)

    def caller_permission(self, account_id: str | None = None) -> AssumeRole:
        """The calling side: the permission by which those who are trusted may assume the role.

        :param account_id: the calling account; needed where several have external IDs, as one must
            not learn that of another

        :raises InvalidTrustError: if `account_id` is needed, or is none that the role trusts
        """
        callers = self.trusts
        if account_id is not None:
            check_account_id(account_id)
            # An organization trusts every account of it but the role's own.
            alike = (account_id,) if account_id == self.account_id else (account_id, "")
            callers = tuple(each for each in callers if _account(each) in alike)
            if not callers:
                raise InvalidTrustError(
                    f"account_id must be one that the role {self.role_name} trusts, got "
                    f"{account_id!r}"
                )
        with_external_ids = {_account(each) for each in callers if each.external_ids}
        if len(with_external_ids) > 1:
            raise InvalidTrustError(
                f"account_id must say for which of {', '.join(sorted(with_external_ids))} the "
                "permission is; their external IDs differ"
            )
        return AssumeRole(
            role_arn=self.role_arn,
            # One caller without an external ID is enough to need none.
            external_ids=()
            if any(not each.external_ids for each in callers)
            else tuple(external_id for each in callers for external_id in each.external_ids),
            with_tags=any(each.session_tags for each in callers),
            with_source_identity=any(each.source_identity for each in callers),
        )

    def profiles(self, *, region: str = "", partition: str = "aws") -> tuple[Profile, ...]:
        """What callers put into `~/.aws/config`, one profile for each who is named.

        :param region: of their requests; left out of the profile if empty
        :param partition: `aws`, `aws-cn` or `aws-us-gov`
        """
        return profiles(
            role_name=self.role_name,
            role_arn=self.role_arn.replace("${AWS::Partition}", partition),
            statements=trust_policy(self.trusts).statements,
            duration=self.session_duration,
            region=region,
            partition=partition,
        )

    def switch_role_link(self, partition: str = "aws") -> str:
        """The link by which the console switches to the role; empty where it cannot, as with an
        external ID, or with a path and name of more than 64 characters together."""
        return switch_role_link(
            role_name=self.role_name,
            path=self.path,
            account=self.account_id,
            partition=partition,
            statements=trust_policy(self.trusts).statements,
        )


def check_callers(
    trusted_by: Sequence[AwsCallers | CrossAccountAccess],
) -> tuple[AwsCallers | CrossAccountAccess, ...]:
    """Principals of AWS accounts, at least one."""
    if not isinstance(trusted_by, Sequence) or isinstance(trusted_by, str):
        raise InvalidTrustError(
            "trusted_by must be a list of values of least_privilege.trust, got "
            f"{trusted_by!r}; put it in brackets"
        )
    for trust in trusted_by:
        if not isinstance(trust, (*CALLERS, CrossAccountAccess)):
            raise InvalidTrustError(
                f"trusted_by must be {', '.join(each.__name__ for each in CALLERS)} or "
                f"CrossAccountAccess, got {type(trust).__name__}; for other principals say "
                "TrustedRole"
            )
    if not trusted_by:
        raise InvalidTrustError("trusted_by must name at least one who may assume the role")
    return tuple(trusted_by)


def _inherited_identity(access: CrossAccountAccess) -> SourceIdentity | None:
    """What sessions of its role carry on: STS demands it of both sides once more."""
    given = [each.source_identity for each in access.trusts]
    known = [each for each in given if each is not None]
    if not known:
        return None
    values = tuple(dict.fromkeys(value for each in known for value in each.values))
    return SourceIdentity(
        values=values if all(each.values for each in known) else (),
        required=len(known) == len(given) and all(each.required for each in known),
    )


def _inherited_tags(access: CrossAccountAccess) -> tuple[SessionTag, ...]:
    """Transitive tags, which sessions of its role pass on by themselves."""
    values: dict[str, list[tuple[str, ...]]] = {}
    for trust in access.trusts:
        for tag in trust.session_tags:
            if tag.transitive:
                values.setdefault(tag.key, []).append(tag.values)
    return tuple(
        SessionTag(
            key=key,
            values=tuple(dict.fromkeys(value for each in found for value in each))
            if all(found)
            else (),
            required=False,
            transitive=True,
        )
        for key, found in values.items()
    )


def _account(trust: AwsCallers) -> str:
    """The account that is trusted; empty for an organization, which is many."""
    return str(getattr(trust, "account_id", ""))
