"""The kinds of policy, and which elements each may have.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .statement import PrincipalType


class PolicyKind(StrEnum):
    """What a policy is attached to, or handed over with.

    Example:
        >>> PolicyKind.TRUST.value
        'trust policy'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
    """

    IDENTITY = "identity policy"
    RESOURCE = "resource policy"
    TRUST = "trust policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    SERVICE_CONTROL = "service control policy"
    RESOURCE_CONTROL = "resource control policy"
    ENDPOINT = "VPC endpoint policy"


def with_article(kind: PolicyKind) -> str:
    """`an identity policy`, `a trust policy`."""
    return f"{'an' if kind is PolicyKind.IDENTITY else 'a'} {kind}"


class Presence(StrEnum):
    """Whether a statement of a kind has an element."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FORBIDDEN = "forbidden"


VERSIONS = ("2012-10-17", "2008-10-17")

_ON_RESOURCES = frozenset(PrincipalType)
_IN_TRUSTS = frozenset({PrincipalType.AWS, PrincipalType.SERVICE, PrincipalType.FEDERATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the grammar of one kind says beyond that of all policies."""

    principal: Presence
    resource: Presence
    not_principal: Presence = Presence.FORBIDDEN
    not_action: Presence = Presence.OPTIONAL
    identifier: Presence = Presence.FORBIDDEN
    """The `Id` of the document. AWS's grammar has it in resource-based policies alone."""
    version: Presence = Presence.OPTIONAL
    versions: tuple[str, ...] = VERSIONS
    principal_types: frozenset[PrincipalType] = frozenset()
    takes_any_sid: bool = False
    """Services with policies of their own take more than letters and digits."""
    takes_any_character: bool = True
    """IAM takes tab, line feed, carriage return and U+0020 to U+00FF alone."""
    counts_white_space: bool = False
    """IAM does not count it, Organizations and VPC endpoints do."""


_OF_IDENTITY = Rules(
    principal=Presence.FORBIDDEN, resource=Presence.REQUIRED, takes_any_character=False
)

RULES = {
    PolicyKind.IDENTITY: _OF_IDENTITY,
    PolicyKind.BOUNDARY: _OF_IDENTITY,
    PolicyKind.SESSION: _OF_IDENTITY,
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
    PolicyKind.SERVICE_CONTROL: Rules(
        principal=Presence.FORBIDDEN,
        resource=Presence.REQUIRED,
        version=Presence.REQUIRED,
        versions=VERSIONS[:1],
        counts_white_space=True,
    ),
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
    PolicyKind.RESOURCE_CONTROL: Rules(
        principal=Presence.REQUIRED,
        resource=Presence.REQUIRED,
        not_action=Presence.FORBIDDEN,
        version=Presence.REQUIRED,
        versions=VERSIONS[:1],
        principal_types=frozenset({PrincipalType.AWS}),
        counts_white_space=True,
    ),
    PolicyKind.TRUST: Rules(
        principal=Presence.REQUIRED,
        resource=Presence.FORBIDDEN,
        # AWS advises against it; it is read so that its effect can be told.
        not_principal=Presence.OPTIONAL,
        identifier=Presence.OPTIONAL,
        principal_types=_IN_TRUSTS,
        takes_any_character=False,
    ),
    # Some services, such as ECR, leave the resource out: it is the one with the policy.
    PolicyKind.RESOURCE: Rules(
        principal=Presence.REQUIRED,
        resource=Presence.OPTIONAL,
        not_principal=Presence.OPTIONAL,
        identifier=Presence.OPTIONAL,
        principal_types=_ON_RESOURCES,
        takes_any_sid=True,
    ),
    # https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    PolicyKind.ENDPOINT: Rules(
        principal=Presence.REQUIRED,
        resource=Presence.REQUIRED,
        not_principal=Presence.OPTIONAL,
        identifier=Presence.OPTIONAL,
        principal_types=_ON_RESOURCES,
        takes_any_sid=True,
        counts_white_space=True,
    ),
}
