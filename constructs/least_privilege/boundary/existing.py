"""A boundary that exists already, by its name or ARN."""

from __future__ import annotations

from ..errors import InvalidNameError
from ..policy import (
    ACCOUNT,
    PARTITION,
    check_arn,
    check_path,
    check_policy_name,
    split_name_and_path,
)


def arn_of_existing(policy: str, *, argument: str) -> str:
    """The ARN of a managed policy of this account by name (`team/Ceiling`), or as it is given.

    Example:
        >>> arn_of_existing("Ceiling", argument="boundary")
        'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/Ceiling'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    if not policy:
        raise InvalidNameError(
            f"{argument} must name a managed policy, got ''; leave it out for a role without one"
        )
    if policy.startswith(("arn:", "${")):
        return check_arn(
            policy,
            service="iam",
            resource="policy/",
            argument=argument,
            example="arn:aws:iam::111122223333:policy/Ceiling",
        )
    name, path = split_name_and_path(policy)
    return policy_arn_of(
        check_policy_name(name, argument=argument), check_path(path, argument=argument)
    )


def policy_arn_of(name: str, path: str) -> str:
    """The ARN of a managed policy of the account that is deployed to."""
    return f"arn:{PARTITION}:iam::{ACCOUNT}:policy{path}{name}"
