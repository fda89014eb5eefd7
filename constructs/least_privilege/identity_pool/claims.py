"""Claims of a token, and which of them users can change themselves.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import InvalidInputError, InvalidTagError, InvalidTrustError
from ..policy import check_tags, holds_token
from ..policy.reasons import MINIMUM_REASON, is_reason
from .sign_in_providers import Provider, SocialProvider, UserPoolClient
from .user_pool_client import STANDARD_ATTRIBUTES

_TAG_MAP_BYTES = 460
"""All claim names of a tag map together."""
_CLAIM_LENGTH = 256


def check_principal_tags(tags: Mapping[str, str] | None) -> dict[str, str]:
    """Tag keys, each with the name of the claim that it takes its value from."""
    if tags is None:
        return {}
    if not isinstance(tags, Mapping):
        raise InvalidTagError(
            "principal_tags must be a mapping of tag keys to claims, like "
            f"{{'tenant': 'custom:tenant'}}, got {tags!r}"
        )
    for key, claim in tags.items():
        if not isinstance(claim, str) or not 1 <= len(claim) <= _CLAIM_LENGTH:
            raise InvalidTagError(
                f"principal_tags must name a claim of 1 to {_CLAIM_LENGTH} characters for each "
                f"tag, got {claim!r} for {key!r}"
            )
        if holds_token(str(key)) or holds_token(claim):
            raise InvalidTagError(
                "principal_tags must be known already, as neither their reach nor who can change "
                f"them could be checked, got a token in {key!r}: {claim!r}"
            )
    check_tags(dict.fromkeys(tags, ""))
    if sum(len(claim.encode()) for claim in tags.values()) > _TAG_MAP_BYTES:
        raise InvalidTagError(
            f"principal_tags must have claims of at most {_TAG_MAP_BYTES} bytes together, got "
            f"{sum(len(claim.encode()) for claim in tags.values())}"
        )
    return dict(tags)


def check_claim_reasons(reasons: Mapping[str, str] | None) -> dict[str, str]:
    """Claims, each with a sentence that says why users cannot change it."""
    if reasons is not None and not isinstance(reasons, Mapping):
        raise InvalidInputError(
            f"claim_reasons must be a mapping of claims to reasons, got {reasons!r}"
        )
    for claim, reason in (reasons or {}).items():
        if not is_reason(reason):
            raise InvalidInputError(
                f"claim_reasons must say in a sentence (at least {MINIMUM_REASON} characters) why "
                f"users cannot change {claim!r} themselves, got {reason!r}"
            )
    return dict(reasons or {})


def check_not_writable(
    claim: str, *, argument: str, providers: Sequence[Provider], reasons: Mapping[str, str]
) -> None:
    """Raise if users of one of these providers can write the claim themselves."""
    if claim in reasons:
        return
    for provider in providers:
        who = _writer(claim, provider)
        if who:
            raise InvalidTrustError(
                f"{argument} must not rely on claims that users can change themselves, but {who} "
                f"{claim!r}; leave it out of what users may write (write_attributes of every app "
                "client of the user pool), or say in claim_reasons why they cannot"
            )


def _writer(claim: str, provider: Provider) -> str:
    """Who may write it, in the middle of a sentence; empty if nobody may."""
    attribute = claim in STANDARD_ATTRIBUTES or claim.startswith("custom:")
    if isinstance(provider, SocialProvider):
        # Whoever has an account there chooses what it says.
        return f"users of {provider} choose" if claim in STANDARD_ATTRIBUTES else ""
    if not isinstance(provider, UserPoolClient) or not attribute:
        return ""
    if provider.writable_attributes is None:
        return (
            f"the app client {provider.client_id} lists no writable attributes, so that its users "
            "may write"
        )
    if claim in provider.writable_attributes:
        return f"users of the app client {provider.client_id} may write"
    return ""
