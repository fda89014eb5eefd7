"""The calling side of a role, for roles, users and groups that exist already.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Stack, aws_iam as iam
from constructs import Construct

from .._edge import placed, with_tokens
from ..errors import InvalidTrustError
from ..policy import PolicyDocument, check_policy_name, holds_token, split_name_and_path
from ..trust import AwsRoles, IamUsers, Organization
from ..trust.naming import check_names, named_arns
from .cross_account_access import CrossAccountAccess


class CallerPolicy(Construct):
    """A managed policy by which roles, users or groups of this account may assume a role elsewhere.

    It is for callers that are not made in this app, where `caller_permission()` could not be given
    to them: CloudFormation attaches the policy to them by name. Those whom the definition names
    are the default. A permission set of IAM Identity Center cannot get it here: give the policy a
    `managed_policy_name`, and put that into the permission set as a customer managed policy.

    :param access: the definition that both sides share
    :param role_names: roles of this account, with or without their path
    :param user_names: users of this account, with or without their path
    :param group_names: groups of this account
    :param managed_policy_name: at most 128 characters; named by CloudFormation if left out

    :raises InvalidTrustError: if the definition trusts nobody of the stack's account, or the policy
        would be for nobody

    Example:
        >>> from aws_cdk import App, Environment, Stack
        >>> access = CrossAccountAccess(
        ...     account_id="111122223333",
        ...     role_name="ReportReader",
        ...     trusted_by=[AwsRoles(account_id="444455556666", role_names=("Auditor",))],
        ... )
        >>> auditors = Stack(App(), "Auditors", env=Environment(account="444455556666"))
        >>> policy = CallerPolicy(auditors, "MayReadReports", access=access)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        access: CrossAccountAccess,
        role_names: Sequence[str] = (),
        user_names: Sequence[str] = (),
        group_names: Sequence[str] = (),
        managed_policy_name: str | None = None,
    ) -> None:
        with placed(scope, construct_id):
            account = Stack.of(scope).account
            if holds_token(account):
                raise InvalidTrustError(
                    "the stack must have an account (env=...), so that it is one that the role "
                    "trusts"
                )
            permission = access.caller_permission(account)
            given = {
                "role_names": _checked("role_names", role_names, account),
                "user_names": _checked("user_names", user_names, account),
                "group_names": _checked("group_names", group_names, account),
            }
            if managed_policy_name is not None:
                check_policy_name(managed_policy_name, argument="managed_policy_name")
            if not any(given.values()):
                given |= _named_by(access, account)
            if not any(given.values()) and managed_policy_name is None:
                raise InvalidTrustError(
                    f"access names no role or user of {account}, so the policy would be for "
                    "nobody; give role_names, user_names or group_names, or a managed_policy_name "
                    "by which a permission set takes it"
                )
        super().__init__(scope, construct_id)
        self._policy = iam.CfnManagedPolicy(
            self,
            "Resource",
            managed_policy_name=managed_policy_name,
            description=f"May assume {access.role_name} of {access.account_id}",
            policy_document=with_tokens(PolicyDocument.of(*permission.statements()).to_dict()),
            roles=_bare(given["role_names"]),
            users=_bare(given["user_names"]),
            groups=_bare(given["group_names"]),
        )

    @property
    def managed_policy_arn(self) -> str:
        """The policy's ARN."""
        return self._policy.ref


def _checked(argument: str, names: Sequence[str], account: str) -> tuple[str, ...]:
    if not names:
        return ()
    names = tuple(dict.fromkeys(check_names(argument, names)))
    named_arns(argument.removesuffix("_names"), names, account)
    return names


def _named_by(access: CrossAccountAccess, account: str) -> dict[str, tuple[str, ...]]:
    """The roles and users of the account that the definition names."""
    roles: dict[str, None] = {}
    users: dict[str, None] = {}
    for trust in access.trusts:
        if isinstance(trust, Organization):
            roles |= dict.fromkeys(trust.role_names)
        elif isinstance(trust, AwsRoles) and trust.account_id == account:
            roles |= dict.fromkeys(trust.role_names)
            roles |= dict.fromkeys(arn.rpartition("/")[2] for arn in trust.role_arns)
        elif isinstance(trust, IamUsers) and trust.account_id == account:
            users |= dict.fromkeys(trust.user_names)
    return {"role_names": tuple(roles), "user_names": tuple(users)}


def _bare(names: Sequence[str]) -> list[str] | None:
    """Names as CloudFormation attaches by: without their path."""
    return [split_name_and_path(name)[0] for name in names] or None
