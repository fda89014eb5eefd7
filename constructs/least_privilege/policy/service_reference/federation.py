"""The condition keys of people and workloads that an identity provider signed in.

Their prefix is the provider, like `accounts.google.com`, so no list of AWS's can have them all.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from __future__ import annotations

import re

ASSUMING_WITH_OIDC = "sts:assumerolewithwebidentity"
ASSUMING_WITH_SAML = "sts:assumerolewithsaml"

ASKED_ALONG_WITH_ASSUMING = frozenset({"sts:tagsession", "sts:setsourceidentity"})
"""They stand in the statement of a trust policy that has the provider's conditions.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

_CLAIMS = frozenset({"amr", "aud", "email", "oaud", "sub"})
"""Keys of every OIDC provider. `azp` is none: where a token has one, the key `aud` holds it."""
_CLAIMS_OF_A_SESSION = frozenset({"amr", "aud", "sub"})
"""Those that stay with the session, for all that it asks for."""

_OF_ANY_SESSION = frozenset(
    {
        "graph.facebook.com:app_id",
        "graph.facebook.com:id",
        "saml:namequalifier",
        "saml:sub",
        "saml:sub_type",
        "www.amazon.com:app_id",
        "www.amazon.com:user_id",
    }
)
"""What stays with the session of the providers that have keys of their own, and of SAML."""

_ISSUER = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+(/[^:]*)?")
"""A provider's URL without `https://`: a host of several parts, and perhaps a path."""


def is_oidc_key(action: str, key: str) -> bool:
    """Whether a key that can be any OIDC provider's is there for an action, both in lower case."""
    issuer, _, claim = key.rpartition(":")
    if not _ISSUER.fullmatch(issuer):
        return False
    if action == ASSUMING_WITH_OIDC or action in ASKED_ALONG_WITH_ASSUMING:
        return claim in _CLAIMS
    return claim in _CLAIMS_OF_A_SESSION


def is_session_key(key: str) -> bool:
    """Whether a key, in lower case, can be there for whatever a federated session asks for."""
    return key in _OF_ANY_SESSION or is_oidc_key("", key)
