"""Whatever can be given as `boundary=`.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from aws_cdk import aws_iam as iam

from ..errors import InvalidInputError
from .existing import arn_of_existing
from .role_boundary import RoleBoundary


def boundary_arn(boundary: RoleBoundary | iam.IManagedPolicy | str) -> str:
    """The ARN of a boundary: ours, the CDK's, or one that exists, by name (`team/Ceiling`) or ARN.

    Example:
        >>> boundary_arn("team/Ceiling")
        'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/team/Ceiling'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    if isinstance(boundary, RoleBoundary):
        return boundary.policy_arn
    if isinstance(boundary, str):
        return arn_of_existing(boundary, argument="boundary")
    arn = getattr(boundary, "managed_policy_arn", None)
    if not isinstance(arn, str):
        raise InvalidInputError(
            "boundary must be a RoleBoundary, a managed policy, or the name or ARN of one, got "
            f"{boundary!r}"
        )
    return arn
