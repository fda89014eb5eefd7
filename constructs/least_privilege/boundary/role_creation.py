"""Delegation: what a role may do that creates roles, none of which gets past its own ceiling.

`iam:PermissionsBoundary` limits what is created and changed to roles with this very boundary.
`iam:PassRole` and `sts:AssumeRole` have no such key, nor have policies any boundary: so everything
keeps to names with one beginning, which no other roles and policies should have.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
"""

from __future__ import annotations

import re

from ..errors import InvalidNameError, InvalidPermissionError
from ..policy import ACCOUNT, PARTITION, Condition, Effect, Statement, holds_token

_BEGINNING = re.compile(r"(?:[A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]+[/-]")
_OTHERS = ("aws-reserved/", "aws-service-role/", "cdk-")

BOUNDARY_KEY = "iam:PermissionsBoundary"

ONLY_UNDER_THE_BOUNDARY = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)
"""AWS sends the boundary that the role has, or is about to get."""

ITS_ROLES = ("iam:DeleteRole", "iam:PassRole", "iam:TagRole", "iam:UntagRole")
ITS_POLICIES = (
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:TagPolicy",
    "iam:UntagPolicy",
)
ITS_PROFILES = (
    "iam:AddRoleToInstanceProfile",
    "iam:CreateInstanceProfile",
    "iam:DeleteInstanceProfile",
    "iam:RemoveRoleFromInstanceProfile",
    "iam:TagInstanceProfile",
    "iam:UntagInstanceProfile",
)
READING = ("iam:Get*", "iam:List*")

DENIED_ON_OTHERS_ALONE = frozenset(
    {
        "iam:CreatePolicyVersion",
        "iam:DeletePolicyVersion",
        "iam:PutRolePermissionsBoundary",
        "iam:SetDefaultPolicyVersion",
    }
)
"""Of what is always denied otherwise: denied on others alone."""


def check_role_creation(beginning: str, *, policy_name: str | None, path: str) -> str:
    """The beginning of names that nothing else has, the boundary itself included.

    Example:
        >>> check_role_creation("/orders/", policy_name="Ceiling", path="/")
        'orders/'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    argument = "allow_role_creation"
    names = beginning.removeprefix("/") if isinstance(beginning, str) else ""
    if not _BEGINNING.fullmatch(names):
        raise InvalidNameError(
            f"{argument} must be how the names of the roles begin: a path like 'orders/', or "
            f"'Orders-' as CloudFormation names those of a stack, got {beginning!r}"
        )
    if names.startswith(_OTHERS):
        raise InvalidNameError(
            f"{argument} must not begin with any of {', '.join(_OTHERS)}, got {beginning!r}: "
            "so do roles of AWS, and those that the CDK deploys with"
        )
    if policy_name is None:
        raise InvalidPermissionError(
            f"policy_name must be given with {argument}: the boundary says that roles must have "
            "it, and CloudFormation lets no policy refer to itself"
        )
    own = f"{path}{policy_name}"
    if holds_token(own) or own.removeprefix("/").startswith(names):
        raise InvalidNameError(
            f"policy_name must not begin with {names!r}, got {own!r}: policies with such names can "
            "be rewritten, and the boundary must not be one of them"
        )
    return names


def role_creation(names: str, boundary: str) -> tuple[Statement, ...]:
    """What a boundary with this ARN says so that roles under it can create others of such names.

    Example:
        >>> role_creation("orders/", "arn:aws:iam::111122223333:policy/Ceiling")[1].resources
        ('arn:${AWS::Partition}:iam::${AWS::AccountId}:role/orders/*',)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
    """

    def named(kind: str) -> str:
        return f"arn:{PARTITION}:iam::{ACCOUNT}:{kind}/{names}*"

    return (
        Statement(
            sid="RolesUnderThisBoundary",
            actions=ONLY_UNDER_THE_BOUNDARY,
            resources=(named("role"),),
            conditions=(Condition.of("StringEquals", BOUNDARY_KEY, boundary),),
        ),
        Statement(sid="ItsRoles", actions=ITS_ROLES, resources=(named("role"),)),
        Statement(sid="ItsPolicies", actions=ITS_POLICIES, resources=(named("policy"),)),
        Statement(sid="ItsProfiles", actions=ITS_PROFILES, resources=(named("instance-profile"),)),
        Statement(sid="Reading", actions=READING, resources=("*",)),
        Statement(
            sid="NeverOthers",
            effect=Effect.DENY,
            actions=tuple(sorted(DENIED_ON_OTHERS_ALONE)),
            not_resources=(named("policy"), named("role")),
        ),
        # A second lock, should a later version of the boundary allow more than the above.
        Statement(
            sid="NeverWithoutThisBoundary",
            effect=Effect.DENY,
            actions=("iam:CreateRole", "iam:PutRolePermissionsBoundary"),
            resources=("*",),
            conditions=(Condition.of("StringNotEquals", BOUNDARY_KEY, boundary),),
        ),
        # Many roles trust their whole account, those of the CDK's bootstrap stack among them.
        Statement(
            sid="NeverToAssumeOthers",
            effect=Effect.DENY,
            actions=("sts:AssumeRole",),
            not_resources=(named("role"),),
            conditions=(Condition.of("StringEqualsIfExists", "aws:ResourceAccount", ACCOUNT),),
        ),
    )
