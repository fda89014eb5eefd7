"""Grants to whatever the CDK calls a grantee, and a word where the CDK would drop them.

The CDK says yes to a grant that it then throws away: for a role that is imported from another
account or as not mutable, and for a resource that is imported without its role. The template lacks
the permission, and nothing says so before the program is denied.

Source: https://docs.aws.amazon.com/cdk/v2/guide/define-iam-l2.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from aws_cdk import Annotations, Resource, Stack, aws_iam as iam
from constructs import Construct, Dependable, IDependable

from .._edge import with_tokens
from ..errors import InvalidInputError
from ..permissions import Permission
from ..policy import ACCOUNT, Effect, PolicyDocument, holds_token
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


def grant_actions(grantee: iam.IGrantable, actions: Sequence[str], role: iam.IRole) -> iam.Grant:
    """A grant of the CDK on a role that is really in the template; raises for one that is not.

    Only a warning is for a grantee that is not to be touched (`mutable=False`): constructs of the
    CDK grant to their roles by themselves, and would leave no way to use one.
    """
    principal = policy_holder(grantee)
    granted = iam.Grant.add_to_principal(
        grantee=grantee, actions=list(actions), resource_arns=[role.role_arn]
    )
    if not (granted.success and _is_kept(principal, granted)):
        Annotations.of(role).add_warning_v2(
            "least-privilege:grant-dropped",
            f"{_name(principal)} takes no policy (mutable=False, or without_policy_updates), and "
            f"the CDK dropped {', '.join(actions)} on this role; see that the role's own policies "
            "allow it, then acknowledge this",
        )
    return granted


def warn_unless_trusted(role: iam.IRole, trust_policy: PolicyDocument, caller: object) -> None:
    """Warn that a caller may ask for a role, unless the trust policy plainly lets it in."""
    if _is_trusted(role, trust_policy, getattr(caller, "grant_principal", caller)):
        return
    Annotations.of(role).add_warning_v2(
        "least-privilege:calling-side-only",
        "grant_assume_role changes the caller's policy and not this role's trust policy; name "
        "the caller in trusted_by as well, then acknowledge this",
    )


def _is_trusted(role: iam.IRole, trust_policy: PolicyDocument, caller: Any) -> bool:
    """Whether a statement names the caller or its account, and asks for nothing else."""
    account = role.env.account

    def known(arn: str) -> str:
        return cast(str, with_tokens(arn.replace(ACCOUNT, account)))

    own = {f"{owner}/{name}" for owner, name in _names(caller)}
    arn = getattr(caller, "role_arn", None) or getattr(caller, "user_arn", None)

    def is_caller(named: str) -> bool:
        return named == arn or _owner_and_name(named) in own

    for statement in trust_policy.statements:
        if statement.effect is not Effect.ALLOW or "sts:AssumeRole" not in statement.actions:
            continue
        principals = [known(each.identifier) for each in statement.principals]
        root = f":iam::{caller.principal_account}:root"
        conditions = [
            any(map(is_caller, map(known, each.values)))
            and (each.operator, each.key) == ("ArnEquals", "aws:PrincipalArn")
            for each in statement.conditions
        ]
        if any(is_caller(each) or each.endswith(root) for each in principals) and all(conditions):
            return True
    return False


def _names(caller: Any) -> Iterator[tuple[str | None, str]]:
    """The account and name of a role or user, where one is known by now."""
    for kind in ("role_name", "user_name"):
        made = getattr(getattr(caller, "node", None), "default_child", None)
        for holder in (caller, made):
            name = getattr(holder, kind, None)
            if isinstance(name, str) and not holds_token(name):
                yield caller.principal_account, f"{kind.removesuffix('_name')}/{name}"


def _owner_and_name(arn: str) -> str:
    """Of `arn:aws:iam::111122223333:role/team/Reader`, `111122223333/role/Reader`."""
    _, _, rest = arn.partition(":iam::")
    account, _, resource = rest.partition(":")
    kind, _, name = resource.partition("/")
    return f"{account}/{kind}/{name.rpartition('/')[2]}"


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
