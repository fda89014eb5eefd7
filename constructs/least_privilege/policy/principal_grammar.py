"""Principals: what AWS accepts for each type.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re

from .kind import RULES, PolicyKind, with_article
from .refusal import brief, refuse
from .statement import PrincipalType
from .tokens import ACCOUNT, PARTITION, REGION, URL_SUFFIX, holds_token

_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_UNIQUE_ID = re.compile(r"(AIDA|AROA)[A-Z0-9]{4,124}")
"""Of users and roles. Groups, policies and instance profiles are no principals."""
_NAME = r"[A-Za-z0-9_+=,.@-]+"
_ARN = re.compile(r"arn:aws(-[a-z]+)*:(?P<service>iam|sts)::(?P<account>[0-9]{12}):(?P<rest>.+)")
_IN_IAM = re.compile(rf"root|(user|role)(/[\x21-\x2e\x30-\x7e]+)*/{_NAME}")
_IN_STS = re.compile(rf"assumed-role/{_NAME}/{_NAME}|federated-user/{_NAME}")
_ORIGIN_ACCESS_IDENTITY = re.compile(
    r"arn:aws(-[a-z]+)*:iam::cloudfront:user/CloudFront Origin Access Identity [A-Z0-9]+"
)
_CANONICAL_USER = re.compile(r"[0-9a-f]{64}")
_SERVICE = re.compile(
    r"[a-z0-9-]+(\.[a-z0-9-]+)*\."
    r"(amazonaws\.com(\.cn)?|amazonaws\.eu|aws\.internal|c2s\.ic\.gov|sc2s\.sgov\.gov"
    r"|csp\.hci\.ic\.gov|cloud\.adc-e\.uk)"
)
_PROVIDER_ARN = re.compile(
    r"arn:aws(-[a-z]+)*:iam::[0-9]{12}:(saml-provider/[A-Za-z0-9._-]+|oidc-provider/[^\s*?]+)"
)
_DOMAIN = re.compile(
    r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}(:[0-9]+)?(/[^\s*?]+)?"
)

_STAND_INS = {
    PARTITION: "aws", ACCOUNT: "111122223333", REGION: "us-east-1", URL_SUFFIX: "amazonaws.com",
}  # fmt: skip


def check_principal(
    place: str, principal_type: PrincipalType, identifier: str, kind: PolicyKind
) -> None:
    """What AWS accepts for this type of principal, in this kind of policy."""
    allowed = RULES[kind].principal_types
    if principal_type not in allowed:
        names = " or ".join(sorted(allowed))
        refuse(place, f"must be left out of {with_article(kind)}; name principals of {names}")
    for token, stand_in in _STAND_INS.items():
        identifier = identifier.replace(token, stand_in)
    if holds_token(identifier):
        return
    if identifier != "*" and ("*" in identifier or "?" in identifier):
        refuse(
            place,
            f"must hold no wildcard, got {brief(identifier)}; name the account's root and demand "
            "aws:PrincipalArn",
        )
    _CHECKS[principal_type](place, identifier)


def _check_aws(place: str, identifier: str) -> None:
    if (
        identifier == "*"
        or _ACCOUNT_ID.fullmatch(identifier)
        or _UNIQUE_ID.fullmatch(identifier)
        or _ORIGIN_ACCESS_IDENTITY.fullmatch(identifier)
    ):
        return
    match = _ARN.fullmatch(identifier)
    if match is None:
        refuse(
            place,
            "must be '*', 12 digits, or the ARN of a principal in IAM or STS, "
            f"got {brief(identifier)}",
        )
    expected = _IN_IAM if match["service"] == "iam" else _IN_STS
    if not expected.fullmatch(match["rest"]):
        refuse(
            place,
            "must be a root, role, user or session, like "
            f"'arn:aws:iam::111122223333:role/Reader', got {brief(identifier)}",
        )


def _check_service(place: str, identifier: str) -> None:
    if not _SERVICE.fullmatch(identifier):
        refuse(
            place,
            "must be a service principal in lower case, like 'lambda.amazonaws.com', "
            f"got {brief(identifier)}",
        )


def _check_canonical_user(place: str, identifier: str) -> None:
    if not _CANONICAL_USER.fullmatch(identifier):
        refuse(place, f"must be 64 hexadecimal digits, got {brief(identifier)}")


def _check_federated(place: str, identifier: str) -> None:
    if not _PROVIDER_ARN.fullmatch(identifier) and not _DOMAIN.fullmatch(identifier):
        refuse(
            place,
            "must be the ARN of an identity provider or a domain like "
            f"'cognito-identity.amazonaws.com', got {brief(identifier)}",
        )


_CHECKS = {
    PrincipalType.AWS: _check_aws,
    PrincipalType.SERVICE: _check_service,
    PrincipalType.CANONICAL_USER: _check_canonical_user,
    PrincipalType.FEDERATED: _check_federated,
}
