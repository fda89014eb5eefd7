"""Claims of a token, and which of them users can change themselves.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..errors import InvalidInputError, InvalidTagError, InvalidTrustError
from ..policy import check_tags, holds_token
from ..policy.reasons import MINIMUM_REASON, is_reason
from .attributes import is_attribute
from .sign_in_providers import Provider, SocialProvider, UserPoolClient

_TAG_MAP_BYTES = 460
"""All claim names of a tag map together."""
_CLAIM_LENGTH = 256
_CHOSEN_AT_SIGN_IN = {
    "cognito:username": "users of {} who sign up themselves choose",
    "username": "users of {} who sign up themselves choose",
    "nonce": "apps that sign in at {} choose",
}
_OF_SOCIAL_PROVIDERS = frozenset({"aud", "azp", "hd", "iss", "sub", "user_id"})
"""What a social provider says of its own accord. The rest its users tell it."""


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
        if not claim.isprintable() or claim != claim.strip():
            raise InvalidTagError(
                "principal_tags must name claims of printable characters, without blanks around "
                f"them, got {claim!r} for {key!r}"
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


def check_claim_reasons(
    reasons: Mapping[str, str] | None, *, used: Collection[str]
) -> dict[str, str]:
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
        if claim not in used:
            raise InvalidInputError(
                "claim_reasons must be for claims of principal_tags or rule_roles, got "
                f"{claim!r}; these have {', '.join(map(repr, sorted(used))) or 'none'}"
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


def writable_through(claim: str, writable: Sequence[str] | None, client: str) -> str:
    """Who may write a claim through a client of a user pool, in the middle of a sentence; empty if
    nobody may.

    Letter case is no difference that a decision on access should hang on.
    """
    claim = claim.casefold()
    if writable is None:
        return (
            f"the app client {client} lists no writable attributes, so that its users may write"
            if is_attribute(claim)
            else ""
        )
    if claim in (each.casefold().removeprefix("dev:") for each in writable):
        return f"users of the app client {client} may write"
    return ""


def _writer(claim: str, provider: Provider) -> str:
    """Who may write it, in the middle of a sentence; empty if nobody may."""
    if isinstance(provider, SocialProvider):
        # Whoever has an account there chooses what it says. Of user pools it knows nothing.
        known = claim in _OF_SOCIAL_PROVIDERS or claim.startswith(("cognito:", "custom:"))
        return "" if known else f"users of {provider} may choose"
    if not isinstance(provider, UserPoolClient):
        return ""
    chosen = _CHOSEN_AT_SIGN_IN.get(claim.casefold())
    if chosen:
        return chosen.format(f"the app client {provider.client_id}")
    return writable_through(claim, provider.writable_attributes, provider.client_id)
