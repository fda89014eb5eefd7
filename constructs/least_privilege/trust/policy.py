"""The trust policy that several trust values make together.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..policy import Arn, Condition, NamedPrincipal, PolicyDocument, PrincipalType, Statement
from .base import Trust

_BY_ARN = ("ArnEquals", "ArnLike")


def trust_policy(trusted_by: Iterable[Trust]) -> PolicyDocument:
    """The statements of all of them; principals that share actions and conditions share one.

    It admits whom the statements one by one would admit, in fewer characters: a role's trust policy
    has 2,048.

    Example:
        >>> from least_privilege.trust import AwsAccount
        >>> accounts = ("111122223333", "444455556666")
        >>> document = trust_policy([AwsAccount(account_id=each) for each in accounts])
        >>> len(document.statements)
        1

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return PolicyDocument.of(*_merged(each for trust in trusted_by for each in trust.statements()))


def _merged(statements: Iterable[Statement]) -> Iterator[Statement]:
    kept: list[Statement] = []
    for statement in statements:
        for index, other in enumerate(kept):
            together = _together(other, statement)
            if together is not None:
                kept[index] = together
                break
        else:
            kept.append(statement)
    yield from kept


def _together(one: Statement, other: Statement) -> Statement | None:
    """One statement that says both, if there is one that says nothing else."""
    if (one.effect, one.actions) != (other.effect, other.actions):
        return None
    principals = tuple(dict.fromkeys((*one.principals, *other.principals)))
    if set(one.conditions) == set(other.conditions):
        return replace(one, principals=principals)
    named, others_named = _names(one), _names(other)
    if named is None or others_named is None or named.operator != others_named.operator:
        return None
    if set(one.conditions) - {named} != set(other.conditions) - {others_named}:
        return None
    if one.principals != other.principals and not (
        _owns(one, named) and _owns(other, others_named)
    ):
        return None
    both = Condition.of(
        named.operator, named.key, *dict.fromkeys((*named.values, *others_named.values))
    )
    conditions = tuple(both if each is named else each for each in one.conditions)
    return replace(one, principals=principals, conditions=conditions)


def _names(statement: Statement) -> Condition | None:
    """The condition that names roles or users."""
    for condition in statement.conditions:
        if condition.operator in _BY_ARN and condition.key == "aws:PrincipalArn":
            return condition
    return None


def _owns(statement: Statement, named: Condition) -> bool:
    """Whether each ARN is of one of the accounts that the statement trusts.

    Only then does nobody get in by an ARN that was meant for another account's principal.
    """
    accounts = {_account(principal) for principal in statement.principals}
    return all(
        any(account and f":iam::{account}:" in arn for account in accounts) for arn in named.values
    )


def _account(principal: NamedPrincipal) -> str:
    """The account that is trusted as a whole, or nothing."""
    if principal.type is not PrincipalType.AWS or not principal.identifier.endswith(":root"):
        return ""
    return Arn.parse(principal.identifier).account
