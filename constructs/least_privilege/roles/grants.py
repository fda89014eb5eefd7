"""Grants to whatever the CDK calls a grantee, and an error where the CDK would drop them.

The CDK says yes to a grant that it then throws away: for a role that is imported from another
account or as not mutable, and for a resource that is imported without its role. The template lacks
the permission, and nothing says so before the program is denied.

Source: https://docs.aws.amazon.com/cdk/v2/guide/define-iam-l2.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from aws_cdk import Resource, Stack, aws_iam as iam
from constructs import Construct, Dependable, IDependable

from .._edge import with_tokens
from ..errors import InvalidInputError
from ..permissions import Permission
from ..policy import holds_token
from .plan import permission_values

_BOTH_SIDES = "or define both sides: write the permission where the role is made"


def grant_permissions(permissions: Sequence[Permission], *, to: iam.IGrantable) -> None:
    """Give permissions of this library to a role, user, group or construct that has a role.

    A role of this library gets them as `allow` gives them. Others get them in their policy; the
    reasons for wildcards stay in your code there, and cdk-nag asks you for an acknowledgement.

    :param permissions: values of `least_privilege.permissions`
    :param to: what the CDK can grant something: `iam.Role`, `iam.User`, a function, an imported
        role of the stack's own account, ...

    :raises InvalidInputError: if the CDK would drop them: for a role that is imported from another
        account or with `mutable=False`, for a resource that is imported without its role, and for
        accounts, services and other principals that hold no policy of their own

    Example:
        >>> from aws_cdk import App, Environment, Stack, aws_iam as iam
        >>> from least_privilege.permissions import S3Read
        >>> stack = Stack(App(), "Reports", env=Environment(account="111122223333"))
        >>> auditor = iam.Role.from_role_name(stack, "Auditor", "Auditor")
        >>> grant_permissions([S3Read(bucket_arn="arn:aws:s3:::reports")], to=auditor)

    Source: https://docs.aws.amazon.com/cdk/v2/guide/define-iam-l2.html
    """
    values = permission_values(permissions)
    principal = policy_holder(to)
    allow = getattr(principal, "allow", None)
    if allow is not None:
        allow(*values)
        return
    for value in values:
        for statement in value.statements():
            said = iam.PolicyStatement.from_json(with_tokens(statement.to_dict()))
            result = principal.add_to_principal_policy(said)
            if not (result.statement_added and _is_kept(principal, result.policy_dependable)):
                raise _dropped(principal)


def grant_actions(
    grantee: iam.IGrantable, actions: Sequence[str], resource_arns: Sequence[str]
) -> iam.Grant:
    """A grant of the CDK that is really in the template; raises for one that it drops."""
    principal = policy_holder(grantee)
    granted = iam.Grant.add_to_principal(
        grantee=grantee, actions=list(actions), resource_arns=list(resource_arns)
    )
    if not (granted.success and _is_kept(principal, granted)):
        raise _dropped(principal)
    return granted


def policy_holder(grantee: iam.IGrantable) -> iam.IPrincipal:
    """The principal behind a grantee, if it can hold a policy."""
    principal: iam.IPrincipal | None = getattr(grantee, "grant_principal", None)
    if principal is None:
        raise InvalidInputError(
            f"grantee must be something that the CDK can grant to, like a role, got {grantee!r}"
        )
    if isinstance(principal, iam.UnknownPrincipal):
        raise InvalidInputError(
            f"{_name(grantee)} is imported without its role, and the CDK would drop what it is "
            "granted; import it with its role, as in from_function_attributes(role=...)"
        )
    if isinstance(principal, (iam.PrincipalWithConditions, iam.SessionTagsPrincipal)):
        raise InvalidInputError(
            "grantee must be the role itself: the CDK would drop the conditions of "
            f"{type(principal).__name__}, as they do not belong to the role's policy; give the "
            "permission its conditions"
        )
    if isinstance(principal, iam.PrincipalBase):
        raise InvalidInputError(
            f"grantee must hold a policy of its own, and {type(principal).__name__} does not: the "
            "CDK would drop the grant; grant it to a role or user there, and name who may assume "
            "a role in its trusted_by"
        )
    _check_own_account(principal)
    return principal


def _check_own_account(principal: iam.IPrincipal) -> None:
    if not hasattr(principal, "node"):
        return
    construct = cast(Construct, principal)
    if Resource.is_owned_resource(construct):
        return
    account, theirs = Stack.of(construct).account, principal.principal_account
    if theirs and theirs != account and not holds_token(theirs) and not holds_token(account):
        raise InvalidInputError(
            f"{_name(principal)} is imported from account {theirs}, and a stack of account "
            f"{account} cannot give it a policy: the CDK would drop the grant, or give it to "
            f"another of the same name; import it with mutable=True in a stack of {theirs}, "
            f"{_BOTH_SIDES}"
        )


def _is_kept(principal: iam.IPrincipal, dependable: IDependable | None) -> bool:
    """Whether something in the app holds what was granted: a policy is what others wait for.

    A role that the app makes names its policy later, as it may split it.
    """
    if isinstance(principal, iam.Role):
        return True
    return dependable is not None and bool(Dependable.of(dependable).dependency_roots)


def _dropped(principal: iam.IPrincipal) -> InvalidInputError:
    return InvalidInputError(
        f"{_name(principal)} takes no policy (mutable=False, or without_policy_updates), and the "
        f"CDK would drop the grant; import it with mutable=True in its own account, {_BOTH_SIDES}"
    )


def _name(grantee: object) -> str:
    return cast(Construct, grantee).node.path if hasattr(grantee, "node") else str(grantee)
