"""What a boundary says.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import InvalidPermissionError
from ..policy import Condition, Effect, PolicyDocument, Statement, holds_token, quotas
from .always_denied import ALWAYS_DENIED
from .global_services import beyond_regions
from .role_creation import DENIED_ON_OTHERS_ALONE, role_creation

_SERVICE = re.compile(r"[a-z0-9-]+")
_BEYOND_ANY_BOUNDARY = frozenset({"identitystore", "sso", "sso-directory"})
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")


def boundary_document(
    allowed_services: Sequence[str],
    *,
    allowed_regions: Sequence[str] = (),
    allow_role_creation: str | None = None,
    own_arn: str = "",
) -> PolicyDocument:
    """The services, the regions, what is always denied, and delegation if it is asked for."""
    services = _services(allowed_services)
    regions = _regions(allowed_regions)
    delegates = allow_role_creation is not None
    denied = [each for each in ALWAYS_DENIED if not delegates or each not in DENIED_ON_OTHERS_ALONE]
    statements = [
        Statement(
            sid="Ceiling",
            actions=tuple(f"{service}:*" for service in services),
            resources=("*",),
        ),
        Statement(sid="NeverAllowed", effect=Effect.DENY, actions=tuple(denied), resources=("*",)),
    ]
    if regions:
        statements.append(_within(regions, (*services, "iam") if delegates else services))
    if allow_role_creation is not None:
        statements += role_creation(allow_role_creation, own_arn)
    document = PolicyDocument.of(*statements)
    document.check_size(quotas.MANAGED_POLICY, argument="allowed_services")
    return document


def _within(regions: tuple[str, ...], services: Sequence[str]) -> Statement:
    beyond = beyond_regions(services)
    return Statement(
        sid="NeverInOtherRegions",
        effect=Effect.DENY,
        actions=() if beyond else ("*",),
        not_actions=beyond,
        resources=("*",),
        conditions=(Condition.of("StringNotEquals", "aws:RequestedRegion", *regions),),
    )


def _services(allowed_services: Sequence[str]) -> tuple[str, ...]:
    if isinstance(allowed_services, str) or not allowed_services:
        raise InvalidPermissionError(
            f"allowed_services must be a list with at least one service, got {allowed_services!r}"
        )
    for service in allowed_services:
        if not isinstance(service, str) or not _SERVICE.fullmatch(service):
            raise InvalidPermissionError(
                f"allowed_services must each be a prefix of actions like 's3', got {service!r}"
            )
        if service == "iam":
            raise InvalidPermissionError(
                "allowed_services must not hold 'iam': a role that may create roles could create "
                "one without this boundary; allow_role_creation lets it create those under it"
            )
        if service in _BEYOND_ANY_BOUNDARY:
            raise InvalidPermissionError(
                f"allowed_services must not hold {service!r}: users and permission sets of the IAM "
                "Identity Center come with roles that are not under this boundary"
            )
    return tuple(dict.fromkeys(allowed_services))


def _regions(allowed_regions: Sequence[str]) -> tuple[str, ...]:
    if isinstance(allowed_regions, str) or not isinstance(allowed_regions, Sequence):
        raise InvalidPermissionError(
            f"allowed_regions must be a list of regions, got {allowed_regions!r}; "
            "leave it out for all regions"
        )
    for region in allowed_regions:
        if not isinstance(region, str) or not (holds_token(region) or _REGION.fullmatch(region)):
            raise InvalidPermissionError(
                f"allowed_regions must each be a region like 'eu-central-1', got {region!r}"
            )
    return tuple(dict.fromkeys(allowed_regions))
