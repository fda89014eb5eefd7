"""Ending the sessions of a role with a deployment.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
"""

from __future__ import annotations

from datetime import datetime

from aws_cdk import Stack, aws_iam as iam
from constructs import Construct

from .._edge import placed, with_tokens
from ..errors import InvalidInputError
from ..permissions import session_revocation
from ..permissions.revocation import REVOCATION_POLICY_NAME, why_beyond_reach
from ..policy import (
    Arn,
    check_arn,
    check_path,
    check_role_name,
    holds_token,
    split_name_and_path,
)
from ..roles import PolicyType


class SessionRevocation(Construct):
    """Denies everything to the sessions of a role that were issued before a moment.

    Sessions issued later are not touched, so it can stay for good. It is a policy of its own beside
    those of the role, and beside what the console or `least-privilege revoke-sessions` put there:
    the latest moment of them counts.

    :param role: a role of ours or of the CDK, imported or not; or the name (`team/Reader`) or ARN
        of one that exists in this account. Its other policies stay as they are
    :param issued_before: with a time zone, and not in the future. Written down, never computed at
        synth: each deployment would end sessions again
    :param policy_type: inline, in the 10,240 characters that a role's inline policies may have
        together; or customer managed, where inline policies are refused

    :raises InvalidInputError: and its subclasses, before anything is added to the app; also for a
        role of another account, a service-linked role, and the role of a permission set

    Example:
        >>> from datetime import UTC
        >>> from aws_cdk import App
        >>> revocation = SessionRevocation(
        ...     Stack(App(), "Payments"),
        ...     "LaptopLost",
        ...     role="team/Reader",
        ...     issued_before=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        ... )

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        role: iam.IRole | str,
        issued_before: datetime,
        policy_type: PolicyType = PolicyType.INLINE,
    ) -> None:
        with placed(scope, construct_id):
            name = _name_in(role, Stack.of(scope).account)
            document = with_tokens(session_revocation(issued_before=issued_before).to_dict())
            if policy_type not in tuple(PolicyType):
                raise InvalidInputError(
                    f"policy_type must be one of {', '.join(map(repr, map(str, PolicyType)))}, "
                    f"got {policy_type!r}"
                )
        super().__init__(scope, construct_id)
        if PolicyType(policy_type) is PolicyType.INLINE:
            # The address keeps it apart from others: a policy of the same name would be replaced.
            iam.CfnPolicy(
                self,
                "Resource",
                policy_name=f"{REVOCATION_POLICY_NAME}-{self.node.addr[-8:]}",
                policy_document=document,
                roles=[with_tokens(name)],
            )
        else:
            iam.CfnManagedPolicy(
                self,
                "Resource",
                description="Ends the sessions of a role that were issued before a moment",
                policy_document=document,
                roles=[with_tokens(name)],
            )


def _name_in(role: iam.IRole | str, account: str) -> str:
    """The name of a role of this account that a policy can be attached to."""
    name, path, owner = _given(role) if isinstance(role, str) else _of_construct(role)
    if owner and owner != account and not holds_token(owner) and not holds_token(account):
        raise InvalidInputError(
            f"role must be one of the account of the stack, {account}, got one of {owner}: a "
            "policy cannot be attached from another account; put this into a stack of that account"
        )
    if why := why_beyond_reach(role_name=name, path=path or "/", path_is_known=path is not None):
        raise InvalidInputError(f"role must be one that a policy can be attached to; {why}")
    return name


def _given(role: str) -> tuple[str, str | None, str]:
    if role.startswith("arn:") or (holds_token(role) and ":role/" in role):
        check_arn(
            role,
            service="iam",
            resource="role/",
            argument="role",
            example="arn:aws:iam::111122223333:role/Reader",
        )
        return _of_arn(role)
    if "/" not in role:
        return check_role_name(role, argument="role"), None, ""
    name, path = split_name_and_path(role)
    return check_role_name(name, argument="role"), check_path(path, argument="role"), ""


def _of_construct(role: iam.IRole) -> tuple[str, str | None, str]:
    arn, name = getattr(role, "role_arn", None), getattr(role, "role_name", None)
    if not isinstance(arn, str) or not isinstance(name, str):
        raise InvalidInputError(
            f"role must be a role of the CDK, or the name or ARN of one, got {role!r}"
        )
    path = "/" if holds_token(arn) else _of_arn(arn)[1]
    # One that is imported by its name has no path, whatever path it has.
    return name, None if path == "/" else path, role.env.account


def _of_arn(arn: str) -> tuple[str, str, str]:
    parsed = Arn.parse(arn, argument="role")
    name, path = split_name_and_path(parsed.resource.removeprefix("role/"))
    return name, path, parsed.account
