"""The context keys that follow from the request itself, and those that AWS always sends.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re

from .principal import Principal, PrincipalKind

_ACCOUNT = re.compile(r"\d{12}")

PRINCIPAL_TYPES = {
    PrincipalKind.USER: "User",
    PrincipalKind.ROLE_SESSION: "AssumedRole",
    PrincipalKind.FEDERATED_USER: "FederatedUser",
    PrincipalKind.ROOT: "Account",
    PrincipalKind.ANONYMOUS: "Anonymous",
}

ALWAYS_SENT = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:useragent",
    }
)
"""In every request, though nothing here can know their values."""

SENT_WITH_TEMPORARY_CREDENTIALS = frozenset({"aws:tokenissuetime"})
"""In every request of a session."""

SENT_BY_MEMBERS_OF_ORGANIZATIONS = frozenset({"aws:principalorgid", "aws:principalorgpaths"})

OF_USERS_ALONE = frozenset({"aws:username"})
OF_SERVICES_ALONE = frozenset({"aws:principalservicename", "aws:principalservicenameslist"})
OF_SESSIONS_ALONE = frozenset({"aws:federatedprovider", "aws:sourceidentity"})


def of_principal(principal: Principal) -> dict[str, str]:
    """The keys that AWS fills in from who asks.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
    """
    kind = principal.kind
    found = {
        "aws:principalisawsservice": "true" if kind is PrincipalKind.SERVICE else "false",
        "aws:viaawsservice": "false",
    }
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
    """Whether AWS sends a key, given in lower case, with every request of a principal."""
    if key in ALWAYS_SENT:
        return True
    if principal.kind in (PrincipalKind.ROLE_SESSION, PrincipalKind.FEDERATED_USER):
        return key in SENT_WITH_TEMPORARY_CREDENTIALS
    return False


def never_sent(principal: Principal, key: str) -> bool:
    """Whether AWS cannot send a key, given in lower case, with a request of a principal."""
    if key in OF_USERS_ALONE:
        return principal.kind is not PrincipalKind.USER
    if key in OF_SERVICES_ALONE:
        return principal.kind is not PrincipalKind.SERVICE
    if key in OF_SESSIONS_ALONE:
        return not principal.has_identity_policies
    return False
