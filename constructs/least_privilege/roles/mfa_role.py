"""A role for people, who must have used a second factor.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
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
from ..policy import ACCOUNT
from ..policy.names import check_strings
from ..trust import IamUsers, Mfa
from ..trust.mfa import check_mfa_age
from .cross_account_access import CrossAccountAccess
from .policy_type import PolicyType
from .profile_outputs import access_to, add_profile_outputs
from .trusted_role import TrustedRole


class MfaRole(TrustedRole):
    """A role that named IAM users assume after they used their MFA device.

    It serves IAM users with a TOTP device, who pass its serial number and a code to AssumeRole or
    GetSessionToken. People who come through IAM Identity Center or another federation carry no MFA
    claim and could never assume it: demand MFA where they sign in, and trust their role with
    `TrustedRole(trusted_by=[AwsRoles(...)])`. FIDO keys cannot be passed to STS.

    :param user_names: IAM users, each with its path in front if it has one (`ops/alice`)
    :param max_mfa_age: how long ago they used the device at most, 15 minutes to 36 hours
    :param account_id: the account of the users; by default the role's own
    :param session_duration: 1 to 12 hours, by default 1 hour

    The other parameters are those of `TrustedRole`. With a `role_name`, `caller_permission()` is
    what the users need to assume the role. The stack gets an output with the profile that they put
    into `~/.aws/config`, and one with the link by which the console switches to the role.

    :raises InvalidInputError: and its subclasses, before anything is added to the app

    Example:
        >>> from aws_cdk import App, Stack
        >>> role = MfaRole(Stack(App(), "People"), "Operator", user_names=["alice"])

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        user_names: Sequence[str],
        max_mfa_age: timedelta = timedelta(hours=1),
        account_id: str = ACCOUNT,
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
            users = IamUsers(
                user_names=tuple(
                    check_strings(user_names, argument="user_names", error=InvalidTrustError)
                ),
                account_id=account_id,
                mfa=Mfa(max_age=check_mfa_age(max_mfa_age, argument="max_mfa_age")),
            )
        super().__init__(
            scope,
            construct_id,
            trusted_by=[users],
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

    @property
    def access(self) -> CrossAccountAccess:
        """Both sides of it, as text: for another account's stack, or another app.

        :raises InvalidTrustError: if the role has no `role_name` of its own, or its stack no
            account
        """
        return access_to(self)

    def caller_permission(self) -> AssumeRole:
        """The calling side: the permission by which the users may assume this role.

        The role trusts them through their account, so their account has to give it to them too.

        :raises InvalidTrustError: if the role has no `role_name` of its own, or its stack no
            account
        """
        return self.access.caller_permission()
