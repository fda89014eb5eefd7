"""Tokens, and whether they get a role."""

from __future__ import annotations

from dataclasses import dataclass, field

from least_privilege.access import Principal
from least_privilege.trust import Trust
from tests.trust.kit import OWN, assuming

ASSUME = "sts:AssumeRoleWithWebIdentity"


@dataclass(frozen=True, kw_only=True)
class Token:
    """What an issuer says of a workload. STS puts its claims into the request as `issuer:claim`."""

    iss: str
    sub: str
    aud: str | None = "sts.amazonaws.com"
    claims: dict[str, str] = field(default_factory=dict)

    def gets(self, trust: Trust, account: str = OWN) -> bool:
        context = {f"{self.iss}:{name}": value for name, value in self.claims.items()}
        context[f"{self.iss}:sub"] = self.sub
        if self.aud is not None:
            context[f"{self.iss}:aud"] = self.aud
        provider = Principal.federated(f"arn:aws:iam::{account}:oidc-provider/{self.iss}")
        # Whoever has a token has no policies of their own.
        return assuming(trust, provider, context, actions=(ASSUME,), permitted=False).is_allowed
