"""Permissions that reach the things of one identity, or of one tag, and nothing beside them.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aws_cdk import Stack
from constructs import Construct

from ..errors import InvalidPermissionError
from ..permissions import Permission
from ..policy import Condition, Statement, check_tags, holds_token
from ..trust import identity_variable

_ANY_OF = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")
_OF_RESOURCES = re.compile(
    r"s3:prefix|s3:ExistingObjectTag/.+|(aws|[a-z0-9-]+):ResourceTag/.+|kms:EncryptionContext:.+",
    re.IGNORECASE,
)
"""Keys that say something of the resource. Others say it of the caller, or of what the caller
sends along, and hold wherever the caller likes."""
_WITH_LEADING_KEYS = frozenset(
    f"dynamodb:{action}"
    for action in (
        "BatchGetItem",
        "BatchWriteItem",
        "ConditionCheckItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "UpdateItem",
    )
)
"""What names the items that it touches. A scan does not, and ForAllValues holds for no values."""
_LEADING_KEYS = ("ForAllValues:StringEquals", "ForAllValues:StringLike")
_IN_A_TAG = re.compile(r"[\w .:=+@-]")
"""What the value of a tag may hold: before a wildcard it would not mark where the value ends. A
slash may stand in it as well, and marks it all the same: tenants named like paths are rare."""


def identity_variable_of(scope: Construct) -> str:
    """The variable for the identity, in the region of the scope's stack."""
    region = Stack.of(scope).region
    return identity_variable("" if holds_token(region) else region)


def own_prefix(scope: Construct) -> str:
    """The part of a prefix that stands for the signed-in identity, with its slash.

    Example:
        >>> from aws_cdk import App, Stack
        >>> own_prefix(Stack(App(), "Profiles"))
        '${cognito-identity.amazonaws.com:sub}/'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
    """
    return f"{identity_variable_of(scope)}/"


def tag_variable(key: str) -> str:
    """The policy variable that stands for a tag of the session, one of `principal_tags`.

    A session without the tag matches nothing. `key` has 1 to 128 characters.

    Example:
        >>> tag_variable("tenant")
        '${aws:PrincipalTag/tenant}'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/attributes-for-access-control.html
    """
    check_tags({key: ""})
    return f"${{aws:PrincipalTag/{key}}}"


def tag_prefix(key: str) -> str:
    """The part of a prefix that stands for a tag of the session, with its slash: what all users
    with the same tag share, and nobody else has.

    Its values must hold no slash: a tenant `a` would reach what a tenant `a/b` has.

    Example:
        >>> tag_prefix("tenant")
        '${aws:PrincipalTag/tenant}/'

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/attributes-for-access-control.html
    """
    return f"{tag_variable(key)}/"


def check_scoped(
    permissions: Sequence[Permission], *, argument: str, identity: str, tags: Sequence[str]
) -> None:
    """Raise for a statement that reaches what is neither the identity's nor its tags'."""
    variables = (identity, *map(tag_variable, tags))
    for permission in permissions:
        for statement in permission.statements():
            if not _is_scoped(statement, variables):
                raise InvalidPermissionError(
                    f"{argument} must be scoped to the identity or to a principal tag, but "
                    f"{', '.join(statement.actions)} is allowed where there is no "
                    f"{' or '.join(variables)} (no wildcard before, a '/' behind a tag); put "
                    "own_prefix(scope) or tag_prefix(key) into the prefix, or move it to "
                    "shared_permissions"
                )


def _is_scoped(statement: Statement, variables: Sequence[str]) -> bool:
    """Whether nothing matches but what names the identity or its tag."""

    def confined(texts: Sequence[str]) -> bool:
        return bool(texts) and all(
            any(_confines(text, variable) for variable in variables) for text in texts
        )

    # What is allowed without naming a resource is not scoped by its conditions on others.
    if confined(statement.resources):
        return True
    if any(
        _is_of_resources(condition, statement) and confined(condition.values)
        for condition in statement.conditions
    ):
        return True
    # The key of a bucket has no objects of its own: what can be decrypted through S3 is what can
    # be read there.
    return all(action.startswith("kms:") for action in statement.actions) and any(
        condition.operator == "StringEquals"
        and condition.key == "kms:ViaService"
        and all(service.startswith("s3.") for service in condition.values)
        for condition in statement.conditions
    )


def _confines(text: str, variable: str) -> bool:
    """Whether what matches `text` names the value of `variable`, and no longer one."""
    before, found, after = text.partition(variable)
    if not found or any(sign in before.rpartition(":")[2] for sign in "*?"):
        return False
    # An identity ID is as long as any other; a tag `a` is the beginning of a tag `ab`.
    is_tag = variable.startswith("${aws:PrincipalTag/")
    runs_on = bool(after) and (after[0] in "*?" or bool(_IN_A_TAG.match(after)))
    return not (is_tag and runs_on and any(sign in after for sign in "*?"))


def _is_of_resources(condition: Condition, statement: Statement) -> bool:
    if condition.operator in _LEADING_KEYS:
        return condition.key == "dynamodb:LeadingKeys" and _WITH_LEADING_KEYS.issuperset(
            statement.actions
        )
    return condition.operator in _ANY_OF and _OF_RESOURCES.fullmatch(condition.key) is not None
