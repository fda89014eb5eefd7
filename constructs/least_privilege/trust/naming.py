"""Roles and users by name: what may stand in a name, and the ARNs that names become."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InvalidArnError, InvalidNameError, InvalidPathError, InvalidTrustError
from ..policy import (
    PARTITION,
    Arn,
    check_account_id,
    check_arn,
    check_path,
    check_role_name,
    split_name_and_path,
)
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens, holds_token, is_token


def named_arns(kind: str, names: tuple[str, ...], account_id: str) -> tuple[str, ...]:
    """The ARNs of these roles or users; a name may have a path in front: `team/Reader`."""
    check_account_id(account_id)
    arns = []
    for name_with_path in names:
        argument = f"{kind}_names"
        if name_with_path.startswith("arn:"):
            raise InvalidNameError(
                f"{argument} must be names, got the ARN {name_with_path!r}; "
                f"try {name_with_path.rpartition(':')[2].partition('/')[2]!r}"
            )
        if name_with_path != name_with_path.strip("/") or name_with_path.startswith(f"{kind}/"):
            raise InvalidNameError(
                f"{argument} must be names, with their path in front if they have one, "
                f"got {name_with_path!r}; "
                f"try {name_with_path.strip('/').removeprefix(f'{kind}/')!r}"
            )
        name, path = split_name_and_path(name_with_path)
        check_role_name(name, argument=argument)
        check_path(path, argument=argument)
        if any(sign in beside_tokens(path) for sign in "$:*?"):
            raise InvalidPathError(
                f"{argument} must hold no wildcard, variable or colon, got {name_with_path!r}"
            )
        arns.append(f"arn:{PARTITION}:iam::{account_id}:{kind}{path}{name}")
    return tuple(arns)


def check_names(argument: str, names: Sequence[str]) -> tuple[str, ...]:
    """At least one, and no wildcards."""
    names = check_strings(names, argument=argument, error=InvalidTrustError)
    if not names:
        raise InvalidTrustError(
            f"{argument} must name at least one; to trust all of an account, say AwsAccount"
        )
    for name in names:
        if any(wildcard in name for wildcard in "*?"):
            raise InvalidTrustError(f"{argument} must hold no wildcard, got {name!r}")
    return names


def check_role_arns(role_arns: Sequence[str], account_id: str) -> tuple[str, ...]:
    """ARNs of roles of this account; tokens of the CDK pass."""
    role_arns = check_strings(role_arns, argument="role_arns", error=InvalidTrustError)
    for arn in role_arns:
        example = f"arn:aws:iam::{account_id}:role/Name"
        check_arn(arn, service="iam", resource="role/", argument="role_arns", example=example)
        if not arn.startswith("arn:"):
            continue
        parts = Arn.parse(arn)
        if parts.region or not parts.account:
            raise InvalidArnError(f"role_arns must be ARNs like {example}, got {arn!r}")
        if parts.account != account_id and not holds_token(parts.account + account_id):
            raise InvalidArnError(
                f"role_arns must be of the account {account_id}, got {arn!r}; give each account a "
                "value of its own"
            )
        if not is_token(parts.resource):
            named_arns("role", (parts.resource.removeprefix("role/"),), account_id)
    return role_arns
