"""The context keys that follow from the request itself, and those that AWS always sends.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .principal import Principal, PrincipalKind

_ACCOUNT = re.compile(r"\d{12}")

PRINCIPAL_TYPES = {
    PrincipalKind.USER: "User",
    PrincipalKind.ROLE_SESSION: "AssumedRole",
    PrincipalKind.FEDERATED_USER: "FederatedUser",
    PrincipalKind.ROOT: "Account",
    PrincipalKind.ANONYMOUS: "Anonymous",
}

GLOBAL_SERVICES = frozenset({"cloudfront", "iam", "route53", "support"})
"""Their one endpoint is in us-east-1.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-requested-region.html
"""

ALWAYS_SENT = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:principalaccount",
        "aws:principaltype",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:userid",
        "aws:useragent",
    }
)
"""In every request; what does not follow from it cannot be known."""

SENT_WITH_SIGNATURES = frozenset({"aws:principalarn", "aws:principalisawsservice"})
"""In every request that is signed."""

WITHOUT_SIGNATURE = (PrincipalKind.ANONYMOUS, PrincipalKind.FEDERATED)
"""Nobody's, and that of a token of an identity provider, which is exchanged for credentials."""

SENT_WITH_TEMPORARY_CREDENTIALS = frozenset({"aws:tokenissuetime"})
"""In every request of a session."""

OF_REQUESTS_OVER_THE_INTERNET = frozenset({"aws:sourceip"})
"""In every request that does not come through a VPC endpoint."""

THROUGH_AN_ENDPOINT = ("aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip")

OF_USERS_ALONE = frozenset({"aws:username"})
OF_SERVICES_ALONE = frozenset({"aws:principalservicename", "aws:principalservicenameslist"})
OF_SESSIONS_ALONE = frozenset({"aws:federatedprovider", "aws:sourceidentity"})


SPELLED = {
    key.lower(): key
    for key in (
        "aws:CurrentTime", "aws:EpochTime", "aws:PrincipalAccount", "aws:PrincipalArn",
        "aws:PrincipalIsAWSService", "aws:PrincipalType", "aws:RequestedRegion",
        "aws:SecureTransport", "aws:SourceIp", "aws:TokenIssueTime", "aws:UserAgent", "aws:userid",
    )
}  # fmt: skip
"""The keys that are sent without having been given, as AWS writes them."""


def of_principal(principal: Principal) -> dict[str, str]:
    """The keys that AWS fills in from who asks.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
    """
    if not principal.sent:
        principal.sent.update(_of_principal(principal))
    return principal.sent


def _of_principal(principal: Principal) -> dict[str, str]:
    kind = principal.kind
    found = {"aws:viaawsservice": "false"}
    if kind not in WITHOUT_SIGNATURE:
        is_service = kind is PrincipalKind.SERVICE
        found["aws:principalisawsservice"] = "true" if is_service else "false"
    if kind in PRINCIPAL_TYPES:
        found["aws:principaltype"] = PRINCIPAL_TYPES[kind]
    if principal.account:
        found["aws:principalaccount"] = principal.account
        found["aws:principalarn"] = (
            principal.identifier if kind is not PrincipalKind.ROOT else principal.arn
        )
    match kind:
        case PrincipalKind.USER:
            found["aws:username"] = principal.identifier.rpartition("/")[2]
            if principal.unique_id:
                found["aws:userid"] = principal.unique_id
        case PrincipalKind.ROLE_SESSION if principal.unique_id:
            found["aws:userid"] = f"{principal.unique_id}:{principal.session_name}"
        case PrincipalKind.FEDERATED_USER:
            name = principal.identifier.partition("/")[2]
            found["aws:userid"] = f"{principal.account}:{name}"
        case PrincipalKind.ROOT:
            found["aws:userid"] = principal.account
        case PrincipalKind.ANONYMOUS:
            found["aws:userid"] = "anonymous"
            found["aws:principalaccount"] = "anonymous"
        case PrincipalKind.SERVICE:
            found["aws:principalservicename"] = principal.identifier
    return found


def of_request(
    principal: Principal, action: str, resource: str, resource_account: str
) -> dict[str, str]:
    """The keys that AWS fills in from what is asked for."""
    found: dict[str, str] = {}
    if resource_account:
        found["aws:resourceaccount"] = resource_account
    parts = resource.split(":", 5)
    if len(parts) == 6 and parts[3]:
        found["aws:requestedregion"] = parts[3]
    service = action.partition(":")[0].lower()
    if service in GLOBAL_SERVICES and principal.partition == "aws":
        found["aws:requestedregion"] = "us-east-1"
    if service == "kms" and principal.account:
        found["kms:calleraccount"] = principal.account
    if service == "s3" and resource_account:
        found["s3:resourceaccount"] = resource_account
    return found


def account_of(resource: str) -> str:
    """The account in a resource's ARN; empty where the ARN has none."""
    parts = resource.split(":", 5)
    return parts[4] if len(parts) == 6 and _ACCOUNT.fullmatch(parts[4]) else ""


def always_sent(principal: Principal, key: str) -> bool:
    """Whether AWS sends a key, given in lower case, with every request of a principal.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    if key in ALWAYS_SENT:
        return True
    if key in SENT_WITH_SIGNATURES:
        return principal.kind not in WITHOUT_SIGNATURE
    if principal.kind in (PrincipalKind.ROLE_SESSION, PrincipalKind.FEDERATED_USER):
        return key in SENT_WITH_TEMPORARY_CREDENTIALS
    return False


def mostly_sent(principal: Principal, key: str, context: Mapping[str, object]) -> bool:
    """Whether a request can only lack a key, given in lower case, where its context says so."""
    if key in OF_REQUESTS_OVER_THE_INTERNET:
        return not any(each in context for each in THROUGH_AN_ENDPOINT)
    return always_sent(principal, key)


def never_sent(principal: Principal, key: str) -> bool:
    """Whether AWS cannot send a key, given in lower case, with a request of a principal."""
    if key in OF_USERS_ALONE:
        return principal.kind is not PrincipalKind.USER
    if key in OF_SERVICES_ALONE:
        return principal.kind is not PrincipalKind.SERVICE
    if key in OF_SESSIONS_ALONE:
        return not principal.has_identity_policies
    return False
