"""Issuers of tokens, and how a trust policy writes them.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

from __future__ import annotations

import re

from ...errors import InvalidTrustError
from ...policy import ACCOUNT, PARTITION, NamedPrincipal, PrincipalType, holds_token

GOOGLE = "accounts.google.com"

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ISSUER = re.compile(rf"{_LABEL}(?:\.{_LABEL})+(?:/[A-Za-z0-9._~%!$&'()+,;=@-]*)*")
_LONGEST = 255 - len("https://")

_WITH_OTHER_KEYS = {
    "cognito-identity.amazonaws.com": "say IdentityPool",
    "graph.facebook.com": "let a Cognito identity pool sign these people in, and say IdentityPool",
    "www.amazon.com": "let a Cognito identity pool sign these people in, and say IdentityPool",
}
"""Providers whose tokens AWS checks by keys that are not those of OpenID Connect alone."""


def check_issuer(issuer: str, *, argument: str = "issuer") -> str:
    """The `iss` of the tokens without `https://`, and otherwise exactly as they have it."""
    if not isinstance(issuer, str):
        raise InvalidTrustError(f"{argument} must be a string, got {issuer!r}")
    if holds_token(issuer):
        raise InvalidTrustError(
            f"{argument} must be written out, got {issuer!r}, which is known at deployment only: "
            "it becomes the name of condition keys, and CloudFormation fills in values alone; "
            "write the issuer down, or for a cluster of this app say EksPodIdentity"
        )
    scheme, separator, rest = issuer.partition("://")
    if separator:
        raise InvalidTrustError(
            f"{argument} must leave out {scheme}://, as condition keys do, got {issuer!r}; "
            f"try {rest!r}"
        )
    if ":oidc-provider/" in issuer:
        raise InvalidTrustError(
            f"{argument} must be the issuer, not the ARN of its provider, got {issuer!r}; "
            f"try {issuer.partition(':oidc-provider/')[2]!r}"
        )
    if not _ISSUER.fullmatch(issuer):
        raise InvalidTrustError(
            f"{argument} must be a host and perhaps a path, with no port, query or wildcard, "
            f"like 'gitlab.example.com', got {issuer!r}"
        )
    if len(issuer) > _LONGEST:
        raise InvalidTrustError(
            f"{argument} must be at most {_LONGEST} characters, got {len(issuer)}"
        )
    if issuer.lower() in _WITH_OTHER_KEYS:
        raise InvalidTrustError(
            f"{argument} must not be {issuer!r}, which has condition keys of its own; "
            f"{_WITH_OTHER_KEYS[issuer.lower()]}"
        )
    return issuer


def issuer_principal(issuer: str) -> NamedPrincipal:
    """The issuer's provider in the role's account. Google is known to AWS, without a provider."""
    provider = f"arn:{PARTITION}:iam::{ACCOUNT}:oidc-provider/{issuer}"
    return NamedPrincipal(
        type=PrincipalType.FEDERATED, identifier=issuer if issuer == GOOGLE else provider
    )
