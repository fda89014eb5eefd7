"""A role for principals of other accounts.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_aws-accounts.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from aws_cdk import aws_iam as iam
from constructs import Construct

from .._edge import placed
from ..boundary import RoleBoundary
from ..errors import InvalidTrustError
from ..permissions import AssumeRole, Permission
from ..trust import AwsAccount, AwsRoles, IamUsers, Organization
from .plan import PolicyType
from .trusted_role import TrustedRole


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
        boundary: RoleBoundary | iam.IManagedPolicy | str | None = None,
        tags: Mapping[str, str] | None = None,
        policy_type: PolicyType = PolicyType.INLINE,
    ) -> None:
        with placed(scope, construct_id):
            if not isinstance(trusted_by, Sequence) or isinstance(trusted_by, str):
                raise InvalidTrustError(
                    f"trusted_by must be a list of values of least_privilege.trust, got "
                    f"{trusted_by!r}; put it in brackets"
                )
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

    def caller_permission(self, account_id: str | None = None) -> AssumeRole:
        """The other half: the permission by which the calling side may assume this role.

        It names the role's ARN as text, so that it can be used in another account's stack, or be
        written into another app, without a reference between the two.

        :param account_id: the calling account; needed where several have external IDs, as one must
            not learn that of another

        :raises InvalidTrustError: if the role has no `role_name` of its own, its stack no account,
            or `account_id` is needed
        """
        callers = [each for each in self.trusted_by if isinstance(each, (AwsAccount, AwsRoles))]
        if account_id is not None:
            named = {getattr(each, "account_id", account_id) for each in self.trusted_by}
            if account_id not in named:
                raise InvalidTrustError(
                    f"{self.node.path}: account_id must be one that the role trusts, got "
                    f"{account_id!r}"
                )
            callers = [each for each in callers if each.account_id == account_id]
        with_external_ids = {each.account_id for each in callers if each.external_ids}
        if len(with_external_ids) > 1:
            raise InvalidTrustError(
                f"{self.node.path}: account_id must say for which of "
                f"{', '.join(sorted(with_external_ids))} the permission is; their external IDs "
                "differ"
            )
        external_ids = tuple(external_id for each in callers for external_id in each.external_ids)
        return AssumeRole(role_arn=self._named_arn(), external_ids=external_ids)
