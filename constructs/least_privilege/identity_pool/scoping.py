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
from ..policy.tokens import beside_tokens
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
_IN_A_TAG = re.compile(r"[\w .:=+@-]*")
"""What the value of a tag may hold: none of it marks where the value ends. A slash may stand in it
as well, and marks it all the same: tenants named like paths are rare."""
_TAG = "${aws:PrincipalTag/"
_VARIABLE = re.compile(r"\$\{[^}]*\}?")
_KNOWN_LATER = "\0"
"""In place of a token, of which nothing is known but that it says the same for every caller."""
_REGION_AND_ACCOUNT = re.compile(r"arn:[^:*?$]+:(?!s3:)[^:*?$]+:[^:$]*:[^:$]*:")
"""Where a wildcard does no harm. The ARNs of objects have neither, and their keys may hold colons:
there a wildcard at the end of a part would reach beyond it."""


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

    The role's own tags count as well: a role that has this tag lends it to every session without
    one, so `IdentityPoolRoles` refuses to tag its roles like that. Who has the tag neither way
    matches nothing. `key` has 1 to 128 characters.

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
                    f"{' or '.join(variables)} (no wildcard and no other variable before, a '/' "
                    "behind a tag); put "
                    "own_prefix(scope) or tag_prefix(key) into the prefix, or move it to "
                    "shared_permissions"
                )


def _is_scoped(statement: Statement, variables: Sequence[str]) -> bool:
    """Whether nothing matches but what names the identity or its tag."""
    # What is allowed without naming a resource is not scoped by its conditions on others.
    if statement.resources and all(_names(each, variables) for each in statement.resources):
        return True
    if any(_scopes(condition, statement, variables) for condition in statement.conditions):
        return True
    # The key of a bucket has no objects of its own: what can be decrypted through S3 is what can
    # be read there.
    return all(action.startswith("kms:") for action in statement.actions) and any(
        condition.operator == "StringEquals"
        and condition.key == "kms:ViaService"
        and all(service.startswith("s3.") for service in condition.values)
        for condition in statement.conditions
    )


def _scopes(condition: Condition, statement: Statement, variables: Sequence[str]) -> bool:
    """Whether a condition holds for nothing else."""
    return (
        bool(condition.values)
        and _is_of_resources(condition, statement)
        and all(
            _names(
                value,
                variables,
                is_arn=condition.operator.startswith("Arn"),
                # A listing gives the keys that begin so: `red` is the beginning of `redwood`.
                is_beginning=condition.key.lower() == "s3:prefix",
            )
            for value in condition.values
        )
    )


def _names(
    text: str, variables: Sequence[str], *, is_arn: bool = True, is_beginning: bool = False
) -> bool:
    """Whether what matches `text` names the value of one of these variables, and no longer one."""
    text = beside_tokens(text, _KNOWN_LATER)
    if is_arn:
        text = _REGION_AND_ACCOUNT.sub("", text, count=1)
    for variable in variables:
        for found in re.finditer(re.escape(variable), text):
            before, behind = text[: found.start()], text[found.end() :]
            # Another variable may be one that the caller fills in, such as `aws:Referer`.
            if any(sign in before for sign in "*?") or not set(_VARIABLE.findall(before)).issubset(
                variables
            ):
                continue
            # An identity ID is as long as any other; a tag `a` is the beginning of a tag `ab`.
            if not variable.startswith(_TAG) or _ends(before, behind, is_beginning):
                return True
    return False


def _ends(before: str, behind: str, is_beginning: bool) -> bool:
    """Whether the value of a tag between these cannot be told longer or shorter than it is."""
    between = _VARIABLE.split(before)[-1]
    if between != before and _IN_A_TAG.fullmatch(between):
        return False
    unlike_a_tag = _IN_A_TAG.sub("", behind, count=1)
    if not unlike_a_tag:
        return not is_beginning
    return unlike_a_tag[0] not in ("*", "?", "$", _KNOWN_LATER)


def _is_of_resources(condition: Condition, statement: Statement) -> bool:
    if condition.operator in _LEADING_KEYS:
        return condition.key == "dynamodb:LeadingKeys" and _WITH_LEADING_KEYS.issuperset(
            statement.actions
        )
    return condition.operator in _ANY_OF and _OF_RESOURCES.fullmatch(condition.key) is not None
