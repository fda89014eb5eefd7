"""Attributes of users, and which of them an app client lets users change.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_cognito as cognito

from ..errors import InvalidInputError
from ..policy.names import check_strings
from ..policy.tokens import holds_token

STANDARD_ATTRIBUTES = {
    "address": "address",
    "birthdate": "birthdate",
    "email": "email",
    "family_name": "family_name",
    "gender": "gender",
    "given_name": "given_name",
    "locale": "locale",
    "middle_name": "middle_name",
    "name": "fullname",
    "nickname": "nickname",
    "phone_number": "phone_number",
    "picture": "profile_picture",
    "preferred_username": "preferred_username",
    "profile": "profile_page",
    "updated_at": "last_update_time",
    "website": "website",
    "zoneinfo": "timezone",
}
"""Cognito's names of the standard attributes, with the CDK's."""
_CUSTOM = ("custom:", "dev:custom:")
_CUSTOM_NAME = 20
_VERIFIED = ("email_verified", "phone_number_verified")
"""Of no use to users: administrators alone can set them. The CDK has them among the writable."""


def is_visible(text: str) -> bool:
    """Whether all of it is letters, marks, symbols, digits and punctuation."""
    return all(unicodedata.category(each)[0] in "LMSNP" for each in text)


def is_attribute(claim: str) -> bool:
    """Whether a claim of an ID token is an attribute of the user, as Cognito spells it."""
    return claim in STANDARD_ATTRIBUTES or claim.startswith(_CUSTOM)


def is_custom_attribute(name: str) -> bool:
    """Whether this is `custom:` and a name that Cognito takes."""
    prefix, colon, behind = name.rpartition(":")
    return prefix + colon in _CUSTOM and 1 <= len(behind) <= _CUSTOM_NAME and is_visible(behind)


def known_attributes(names: Sequence[str] | None) -> tuple[str, ...] | None:
    """Writable attributes by their names; None where they, or some of them, are not known.

    Cognito takes an empty list for all of them, so that nothing is known of it either.
    """
    if names is None:
        return None
    names = check_strings(names, argument="writable_attributes", error=InvalidInputError)
    if any(holds_token(each) or "#{Token[" in each for each in names):
        return None
    for name in names:
        if name not in (*STANDARD_ATTRIBUTES, *_VERIFIED) and not is_custom_attribute(name):
            raise InvalidInputError(
                "writable_attributes must be attributes by Cognito's names, of "
                f"{', '.join(sorted(STANDARD_ATTRIBUTES))}, or 'custom:NAME' with 1 to "
                f"{_CUSTOM_NAME} characters of NAME, got {name!r}"
            )
    return names or None


def written_through(client: cognito.CfnUserPoolClient) -> tuple[str, ...] | None:
    """What users can change about themselves through a client of the CDK, as it is now."""
    return known_attributes(client.write_attributes)


def schema_of(user_pool: cognito.IUserPool) -> list[Any] | None:
    """The attributes of a user pool of the CDK; None where they are not known."""
    resource = user_pool.node.default_child
    if not isinstance(resource, cognito.CfnUserPool):
        return None
    schema = resource.schema
    if schema is None:
        return []
    attribute = cognito.CfnUserPool.SchemaAttributeProperty
    known = isinstance(schema, list) and all(isinstance(each, attribute) for each in schema)
    return schema if known and isinstance(schema, list) else None
