"""A role for principals of other accounts.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_aws-accounts.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Self, cast

from aws_cdk import Stack, aws_iam as iam
from constructs import Construct

from .._edge import placed
from ..boundary import RoleBoundary
from ..errors import InvalidTrustError
from ..permissions import AssumeRole, Permission
from ..policy import holds_token
from ..trust.aws_callers import AwsCallers
from .cross_account_access import CrossAccountAccess, check_callers
from .policy_type import PolicyType
from .profile_outputs import access_to, add_profile_outputs
from .trusted_role import TrustedRole


class CrossAccountRole(TrustedRole):
    """A role that accounts, their roles or users, people of IAM Identity Center, or an organization
    assume.

    :param trusted_by: `AwsAccount`, `AwsRoles`, `IamUsers`, `PermissionSets` or `Organization`;
        external IDs for a third party's program, `mfa` for IAM users
    :param session_duration: 1 to 12 hours, by default 1 hour; callers that are role sessions
        themselves (role chaining) get one hour at most

    The other parameters are those of `TrustedRole`. With a `role_name`, `access` is both sides of
    it, and `caller_permission()` what the calling side needs. Where two apps share a definition,
    or roles are chained, write a `CrossAccountAccess` and say `CrossAccountRole.of`. For people,
    the stack gets an output with the profile for `~/.aws/config`, and one with the console's link.

    :raises InvalidInputError: and its subclasses, before anything is added to the app

    Example:
        >>> from aws_cdk import App, Environment, Stack
        >>> from least_privilege.permissions import S3Read
        >>> from least_privilege.trust import AwsRoles
        >>> stack = Stack(App(), "Trusting", env=Environment(account="111122223333"))
        >>> role = CrossAccountRole(
        ...     stack,
        ...     "ReportReader",
        ...     role_name="ReportReader",
        ...     trusted_by=[AwsRoles(account_id="444455556666", role_names=("Auditor",))],
        ...     permissions=[S3Read(bucket_arn="arn:aws:s3:::reports")],
        ... )
        >>> role.caller_permission().role_arn
        'arn:${AWS::Partition}:iam::111122223333:role/ReportReader'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trusted_by: Sequence[AwsCallers],
        permissions: Sequence[Permission] = (),
        session_duration: timedelta | None = None,
        description: str | None = None,
        role_name: str | None = None,
        path: str = "/",
        boundary: RoleBoundary | iam.IManagedPolicy | str | None = None,
        tags: Mapping[str, str] | None = None,
        policy_type: PolicyType = PolicyType.INLINE,
    ) -> None:
        with placed(scope, construct_id):
            for trust in check_callers(trusted_by):
                if isinstance(trust, CrossAccountAccess):
                    raise InvalidTrustError(
                        "trusted_by cannot be a CrossAccountAccess here; put it into the "
                        "definition of this role's access, and say CrossAccountRole.of"
                    )
        super().__init__(
            scope,
            construct_id,
            trusted_by=trusted_by,
            permissions=permissions,
            description=description,
            role_name=role_name,
            path=path,
            session_duration=session_duration,
            boundary=boundary,
            tags=tags,
            policy_type=policy_type,
        )

        add_profile_outputs(self)

    @classmethod
    def of(
        cls,
        scope: Construct,
        construct_id: str,
        *,
        access: CrossAccountAccess,
        permissions: Sequence[Permission] = (),
        description: str | None = None,
        boundary: RoleBoundary | iam.IManagedPolicy | str | None = None,
        tags: Mapping[str, str] | None = None,
        policy_type: PolicyType = PolicyType.INLINE,
    ) -> Self:
        """The trusting side of a definition that both sides share; in a stack of its account.

        :raises InvalidTrustError: if the stack is of another account, or of none
        """
        with placed(scope, construct_id):
            account = Stack.of(scope).account
            if account != access.account_id:
                said = "has none (give it env=...)" if holds_token(account) else f"is in {account}"
                raise InvalidTrustError(
                    f"access is to a role of the account {access.account_id}, but the stack {said};"
                    f" make it in a stack of {access.account_id}, or mend account_id"
                )
        return cls(
            scope,
            construct_id,
            trusted_by=access.trusts,
            permissions=permissions,
            session_duration=access.session_duration,
            description=description,
            role_name=access.role_name,
            path=access.path,
            boundary=boundary,
            tags=tags,
            policy_type=policy_type,
        )

    @property
    def access(self) -> CrossAccountAccess:
        """Both sides of it, as text: for another account's stack, or another app.

        :raises InvalidTrustError: if the role has no `role_name` of its own, or its stack no
            account
        """
        return access_to(self)

    def caller_permission(self, account_id: str | None = None) -> AssumeRole:
        """The calling side: the permission by which it may assume this role.

        It names the role's ARN as text, so that it can be used in another account's stack, or be
        written into another app, without a reference between the two.

        :param account_id: the calling account; needed where several have external IDs, as one must
            not learn that of another

        :raises InvalidTrustError: if the role has no `role_name` of its own, its stack no account,
            or `account_id` is needed
        """
        access = self.access
        with placed(cast(Construct, self.node.scope), self.node.id):
            return access.caller_permission(account_id)
