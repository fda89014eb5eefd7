"""Workloads with a token of an OIDC provider: the provider is known, the token is for it, and now.

Its signature is not checked: the embedded AWS asks nobody on the network for a provider's keys.
"""

import time
from typing import Any

from ministack.services import cognito, iam, sts


def install() -> None:
    """Check the token before the role's trust policy is asked."""
    trust_denied = sts._web_identity_trust_denied

    def trust_denied_checked(role_arn: str, params: dict[str, Any], use_json: bool) -> Any:
        token = sts._p(params, "WebIdentityToken")
        provider, _keys = sts._web_identity_principal(token, sts._p(params, "ProviderId"), role_arn)
        problem = _problem(role_arn.split(":")[4], provider, token)
        if problem is not None:
            return sts._error(400, *problem, ns="sts")
        return trust_denied(role_arn, params, use_json)

    sts._web_identity_trust_denied = trust_denied_checked


def _problem(account: str, provider: str, token: str) -> tuple[str, str] | None:
    if ":oidc-provider/" not in provider:
        return None
    known = iam._oidc_providers.get_scoped(account, None, provider)
    if known is None:
        issuer = provider.split(":oidc-provider/")[1]
        message = f"No OpenIDConnect provider found in your account for https://{issuer}"
        return "InvalidIdentityToken", message
    claims = cognito._decode_id_token_unverified(token)
    audiences = claims.get("aud")
    audiences = audiences if isinstance(audiences, list) else [audiences]
    if not set(audiences) & set(known["ClientIDList"]):
        return "InvalidIdentityToken", "Incorrect token audience"
    if float(claims.get("exp", 0)) < time.time():
        return "ExpiredTokenException", "Token expired"
    return None
