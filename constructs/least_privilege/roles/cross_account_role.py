"""A role for principals of other accounts.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_aws-accounts.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from constructs import Construct

from .._edge import placed
from ..boundary import RoleBoundary
from ..errors import InvalidTrustError
from ..permissions import AssumeRole, Permission
from ..trust import AwsAccount, AwsRoles, IamUsers, Organization
from .trusted_role import PolicyType, TrustedRole


class CrossAccountRole(TrustedRole):
    """A role that accounts, named roles of them, named users with MFA, or an organization assume.

    :param trusted_by: `AwsAccount`, `AwsRoles`, `IamUsers` or `Organization`; external IDs for a
        third party's program, `mfa` for people
    :param session_duration: 1 to 12 hours, by default 1 hour; callers that are role sessions
        themselves (role chaining) get one hour at most

    The other parameters are those of `TrustedRole`. With a `role_name`, `caller_permission()` is
    the other half: what the calling side needs to assume the role.

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
        trusted_by: Sequence[AwsAccount | AwsRoles | IamUsers | Organization],
        permissions: Sequence[Permission] = (),
        session_duration: timedelta | None = None,
        description: str | None = None,
        role_name: str | None = None,
        path: str = "/",
        boundary: RoleBoundary | str | None = None,
        tags: Mapping[str, str] | None = None,
        policy_type: PolicyType = PolicyType.INLINE,
    ) -> None:
        with placed(scope, construct_id):
            for trust in trusted_by:
                if not isinstance(trust, (AwsAccount, AwsRoles, IamUsers, Organization)):
                    raise InvalidTrustError(
                        "trusted_by must be AwsAccount, AwsRoles, IamUsers or Organization, got "
                        f"{type(trust).__name__}; for other principals say TrustedRole"
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

    def caller_permission(self) -> AssumeRole:
        """The other half: the permission by which the calling side may assume this role.

        It names the role's ARN as text, so that it can be used in another account's stack, or be
        written into another app, without a reference between the two.

        :raises InvalidTrustError: if the role has no `role_name` of its own
        """
        external_ids = [
            external_id
            for trust in self.trusted_by
            if isinstance(trust, (AwsAccount, AwsRoles))
            for external_id in trust.external_ids
        ]
        return AssumeRole(role_arn=self._named_arn(), external_ids=tuple(external_ids))
