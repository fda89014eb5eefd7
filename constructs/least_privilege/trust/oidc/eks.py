"""Trust in service accounts of a Kubernetes cluster: IAM roles for service accounts (IRSA).

Source: https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import InvalidTrustError
from ...policy import Statement
from ...policy.names import check_strings
from ...policy.tokens import beside_tokens
from ..base import Trust
from .claims import check_exact, is_wild
from .flags import check_flags
from .issuers import check_issuer
from .statements import web_identity_statements

_CLUSTER = re.compile(
    r"oidc\.eks\.[a-z0-9-]+\.(amazonaws\.(com(\.cn)?|eu)|s?c2s\.(ic|sgov)\.gov"
    r"|csp\.hci\.ic\.gov|cloud\.adc-e\.uk)/id/[A-Za-z0-9]+"
)
_NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ACCOUNT = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EksServiceAccount(Trust):
    """Pods that run under one of these service accounts of one namespace of a cluster.

    `issuer` is the cluster's, without `https://`: `aws eks describe-cluster --name NAME --query
    cluster.identity.oidc.issuer`. It has to be written out, as it becomes part of the names of
    condition keys; for a cluster that the same app makes, say `EksPodIdentity`, which needs no
    issuer. `whole_namespace=True`, in place of `service_accounts`, admits every service account
    of the namespace, those that are made later too.

    Raises `InvalidTrustError` for an issuer with a scheme or one known at deployment only, for
    names that Kubernetes refuses, for wildcards, and for no service account.

    Example:
        >>> trust = EksServiceAccount(
        ...     issuer="oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
        ...     namespace="payments",
        ...     service_accounts=("reader",),
        ... )
        >>> trust.statements()[0].conditions[1].values
        ('system:serviceaccount:payments:reader',)

    Source: https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
    """

    issuer: str
    namespace: str
    service_accounts: tuple[str, ...] = ()
    whole_namespace: bool = False
    audiences: tuple[str, ...] = ("sts.amazonaws.com",)

    def __post_init__(self) -> None:
        check_issuer(self.issuer)
        if self.issuer.startswith("oidc.eks.") and not _CLUSTER.fullmatch(self.issuer):
            raise InvalidTrustError(
                "issuer must be that of one cluster, like "
                "'oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE', got "
                f"{self.issuer!r}"
            )
        _check_name("namespace", self.namespace, _NAMESPACE)
        accounts = check_strings(
            self.service_accounts, argument="service_accounts", error=InvalidTrustError
        )
        for account in accounts:
            _check_name("service_accounts", account, _ACCOUNT)
        if len(set(accounts)) < len(accounts):
            raise InvalidTrustError(f"service_accounts must each be named once, got {accounts!r}")
        check_flags(whole_namespace=self.whole_namespace)
        if bool(accounts) == self.whole_namespace:
            raise InvalidTrustError(
                "service_accounts, or whole_namespace=True alone, must be given: whole_namespace "
                "admits every service account of the namespace"
            )
        object.__setattr__(self, "service_accounts", accounts)
        object.__setattr__(self, "audiences", check_exact("audiences", self.audiences))

    def statements(self) -> tuple[Statement, ...]:
        names = ("*",) if self.whole_namespace else self.service_accounts
        return web_identity_statements(
            issuer=self.issuer,
            audiences=self.audiences,
            subjects=tuple(f"system:serviceaccount:{self.namespace}:{name}" for name in names),
        )


def _check_name(argument: str, name: str, grammar: re.Pattern[str]) -> None:
    if not isinstance(name, str):
        raise InvalidTrustError(f"{argument} must be a string, got {name!r}")
    if is_wild(name):
        mend = "; whole_namespace=True admits all of one" if argument != "namespace" else ""
        raise InvalidTrustError(f"{argument} must hold no wildcard, got {name!r}{mend}")
    if not grammar.fullmatch(beside_tokens(name, "x")):
        raise InvalidTrustError(
            f"{argument} must be lower-case letters, digits and hyphens, as Kubernetes has them, "
            f"got {name!r}"
        )
