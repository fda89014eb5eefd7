"""Data perimeters: only resources of ours, only over TLS, only from networks of ours.

They narrow a permission: `S3Read(...).within(SameAccount(), Tls())`.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar, Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import Condition, check_account_id, check_organization_id
from ..policy.names import check_strings
from ..policy.tokens import is_token
from ._regional import check_construct

_VPC = re.compile(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})")
_ENDPOINT = re.compile(r"vpce-([0-9a-f]{8}|[0-9a-f]{17})")


class PerimeterKind(Enum):
    """What a perimeter asks about; it decides where it can be asked for at all."""

    RESOURCE = auto()
    """Whose the resource is: not for actions that name none, nor for what AWS itself owns."""
    NETWORK = auto()
    """Where the request comes from: AWS does not keep it when a service calls another one."""
    REQUEST = auto()
    """A property that every request has."""


class Perimeter(ABC):
    """What a request has to keep to, whatever it is allowed to do.

    Example:
        >>> isinstance(Tls(), Perimeter)
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """

    __slots__ = ()

    kind: ClassVar[PerimeterKind]

    @abstractmethod
    def conditions(self) -> tuple[Condition, ...]:
        """What has to hold for a direct request; all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SameAccount(Perimeter):
    """The resource belongs to the account of the role, or to one of `also`.

    `also` is for accounts that are trusted, and for those of AWS services that share something,
    such as the images of Amazon EKS. Actions that name no resource keep what they have, and so do
    resources whose ARN says that AWS owns them, like `arn:aws:iam::aws:policy/...`.

    Example:
        >>> SameAccount().conditions()[0].values
        ('${aws:PrincipalAccount}',)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
    """

    kind: ClassVar[PerimeterKind] = PerimeterKind.RESOURCE

    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        also = check_strings(self.also, argument="also", error=InvalidPermissionError)
        for account in also:
            check_account_id(account, argument="also")
        object.__setattr__(self, "also", also)

    def conditions(self) -> tuple[Condition, ...]:
        return (
            Condition.of(
                "StringEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}", *self.also
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SameOrganization(Perimeter):
    """The resource belongs to an account of the organization that the role is in.

    `organization_id` names it; without one it is that of whoever asks, and nothing is allowed in an
    account that is in none. Actions that name no resource keep what they have, and so do resources
    whose ARN says that AWS owns them.

    Example:
        >>> SameOrganization(organization_id="o-exampleorgid").conditions()[0].values
        ('o-exampleorgid',)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid
    """

    kind: ClassVar[PerimeterKind] = PerimeterKind.RESOURCE

    organization_id: str | None = None

    def __post_init__(self) -> None:
        if self.organization_id is not None:
            check_organization_id(self.organization_id)

    def conditions(self) -> tuple[Condition, ...]:
        ours = self.organization_id or "${aws:PrincipalOrgID}"
        return (Condition.of("StringEquals", "aws:ResourceOrgID", ours),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls(Perimeter):
    """The request comes over TLS.

    Example:
        >>> Tls().conditions()
        (Condition(operator='Bool', key='aws:SecureTransport', values=('true',)),)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-securetransport
    """

    kind: ClassVar[PerimeterKind] = PerimeterKind.REQUEST

    def conditions(self) -> tuple[Condition, ...]:
        return (Condition.of("Bool", "aws:SecureTransport", "true"),)


class _Vpc(Protocol):
    """What `of` reads of a CDK VPC."""

    @property
    def vpc_id(self) -> str: ...


class _Endpoint(Protocol):
    """What `of` reads of a CDK VPC endpoint."""

    @property
    def vpc_endpoint_id(self) -> str: ...


def _ids(
    given: tuple[str, ...], *, form: re.Pattern[str], argument: str, example: str
) -> tuple[str, ...]:
    ids = check_strings(given, argument=argument, error=InvalidPermissionError)
    if not ids:
        raise InvalidPermissionError(f"{argument} must name at least one, like {example!r}")
    for each in ids:
        if not is_token(each) and not form.fullmatch(each):
            raise InvalidPermissionError(
                f"{argument} must be IDs like {example!r}, without wildcards, got {each!r}"
            )
    return ids


@dataclass(frozen=True, slots=True, kw_only=True)
class FromVpc(Perimeter):
    """The request comes through a VPC endpoint of one of these VPCs.

    What an AWS service does on the role's behalf is allowed as well: AWS does not keep the network
    of the first request, and documents `aws:ViaAWSService` as the exception. The IDs of VPCs are
    unique within a region.

    Example:
        >>> FromVpc(vpc_ids=("vpc-0123456789abcdef0",)).conditions()[0].key
        'aws:SourceVpc'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpc
    """

    kind: ClassVar[PerimeterKind] = PerimeterKind.NETWORK

    vpc_ids: tuple[str, ...]

    def __post_init__(self) -> None:
        ids = _ids(self.vpc_ids, form=_VPC, argument="vpc_ids", example="vpc-0123456789abcdef0")
        object.__setattr__(self, "vpc_ids", ids)

    @classmethod
    def of(cls, *vpcs: _Vpc) -> Self:
        """For VPCs of the CDK."""
        for vpc in vpcs:
            check_construct(vpc, attributes=("vpc_id",), kind="a VPC", argument="vpc_ids")
        return cls(vpc_ids=tuple(vpc.vpc_id for vpc in vpcs))

    def conditions(self) -> tuple[Condition, ...]:
        return (Condition.of("StringEquals", "aws:SourceVpc", *self.vpc_ids),)


@dataclass(frozen=True, slots=True, kw_only=True)
class FromVpcEndpoint(Perimeter):
    """The request comes through one of these VPC endpoints.

    What an AWS service does on the role's behalf is allowed as well, as with `FromVpc`.

    Example:
        >>> FromVpcEndpoint(vpc_endpoint_ids=("vpce-0123456789abcdef0",)).conditions()[0].key
        'aws:SourceVpce'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpce
    """

    kind: ClassVar[PerimeterKind] = PerimeterKind.NETWORK

    vpc_endpoint_ids: tuple[str, ...]

    def __post_init__(self) -> None:
        ids = _ids(
            self.vpc_endpoint_ids,
            form=_ENDPOINT,
            argument="vpc_endpoint_ids",
            example="vpce-0123456789abcdef0",
        )
        object.__setattr__(self, "vpc_endpoint_ids", ids)

    @classmethod
    def of(cls, *endpoints: _Endpoint) -> Self:
        """For VPC endpoints of the CDK."""
        for endpoint in endpoints:
            check_construct(
                endpoint,
                attributes=("vpc_endpoint_id",),
                kind="a VPC endpoint",
                argument="vpc_endpoint_ids",
            )
        return cls(vpc_endpoint_ids=tuple(each.vpc_endpoint_id for each in endpoints))

    def conditions(self) -> tuple[Condition, ...]:
        return (Condition.of("StringEquals", "aws:SourceVpce", *self.vpc_endpoint_ids),)


@dataclass(frozen=True, slots=True, kw_only=True)
class FromOwnVpc(Perimeter):
    """For the role of an EC2 instance: its credentials work from the VPC of the instance alone.

    AWS compares the VPC that the credentials were delivered to with the one that the request comes
    from, and with `same_address` also the instance's primary private IPv4 address. The VPC needs an
    endpoint for the service; requests over IPv6 have another address. Roles that are not those of
    instances can do nothing then. What an AWS service does on the role's behalf is allowed.

    Example:
        >>> [condition.key for condition in FromOwnVpc().conditions()]
        ['aws:Ec2InstanceSourceVpc', 'aws:Ec2InstanceSourcePrivateIPv4']

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-ec2instancesourcevpc
    """

    kind: ClassVar[PerimeterKind] = PerimeterKind.NETWORK

    same_address: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.same_address, bool):
            raise InvalidPermissionError(
                f"same_address must be True or False, got {self.same_address!r}"
            )

    def conditions(self) -> tuple[Condition, ...]:
        vpc = Condition.of("StringEquals", "aws:Ec2InstanceSourceVpc", "${aws:SourceVpc}")
        if not self.same_address:
            return (vpc,)
        # Private addresses repeat: AWS says never to compare them without the VPC.
        return vpc, Condition.of(
            "StringEquals", "aws:Ec2InstanceSourcePrivateIPv4", "${aws:VpcSourceIp}"
        )
