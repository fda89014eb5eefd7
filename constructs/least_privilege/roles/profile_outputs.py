"""What people need to use a role, as outputs of its stack."""

from __future__ import annotations

from aws_cdk import CfnOutput, Stack

from .._edge import with_tokens
from ..errors import InvalidTrustError
from ..policy import PARTITION, holds_token, quotas
from ..trust import AwsAccount, IamUsers, PermissionSets, profiles, switch_role_link
from ..trust.aws_callers import AwsCallers
from .cross_account_access import CrossAccountAccess
from .trusted_role import TrustedRole

_PARTITIONS = {
    "cn": "aws-cn",
    "us-gov": "aws-us-gov",
    "us-iso": "aws-iso",
    "eu-iso": "aws-iso-e",
    "eusc": "aws-eusc",
}
"""By the beginning of their regions."""


def access_to(role: TrustedRole) -> CrossAccountAccess:
    """The definition of a role that is written down by name."""
    name, account = role.plan.role_name, role.env.account
    if not name or holds_token(name):
        raise InvalidTrustError(
            f"{role.node.path}: role_name must be given, or another account could not know the "
            "role's ARN"
        )
    if holds_token(account):
        raise InvalidTrustError(
            f"{role.node.path}: the stack must have an account (env=...), or another account would "
            "read its own number in the role's ARN"
        )
    return CrossAccountAccess(
        account_id=account,
        role_name=name,
        path=role.plan.path,
        trusted_by=[each for each in role.trusted_by if isinstance(each, AwsCallers)],
        session_duration=role.plan.session_duration or quotas.SESSION_MINIMUM,
    )


def add_profile_outputs(role: TrustedRole) -> None:
    """The profile and the console's link, where people assume the role."""
    if not any(map(_is_for_people, role.trusted_by)):
        return
    stack = Stack.of(role)
    region = "" if holds_token(stack.region) else stack.region
    statements = role.plan.trust_policy.statements
    name = role.plan.role_name
    found = profiles(
        role_name=name if name and not holds_token(name) else role.node.id,
        role_arn=role.role_arn,
        statements=statements,
        duration=role.plan.session_duration,
        region=region,
        partition=PARTITION,
    )
    CfnOutput(
        role,
        "Profile",
        value=with_tokens("\n\n".join(map(str, found))),
        description="For ~/.aws/config of those who may assume the role",
    )
    if not region or not name or holds_token(name):
        return  # Which console it is, or how long the name, is known at deployment only.
    link = switch_role_link(
        role_name=name,
        path=role.plan.path,
        account=stack.account,
        partition=next(
            (each for prefix, each in _PARTITIONS.items() if region.startswith(prefix)), "aws"
        ),
        statements=statements,
    )
    if link:
        CfnOutput(role, "SwitchRole", value=link, description="Switches to the role in the console")


def _is_for_people(trust: object) -> bool:
    match trust:
        case IamUsers() | PermissionSets():
            return True
        case AwsAccount():
            return trust.mfa is not None
        case _:
            return False
