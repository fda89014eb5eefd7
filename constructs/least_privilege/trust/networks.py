"""Where a caller's request comes from.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from ..errors import InvalidTrustError
from ..policy import Condition
from ..policy.names import check_strings
from ..policy.tokens import is_token

_FIELDS = {
    "ip_ranges": ("IpAddress", "aws:SourceIp"),
    "vpc_endpoint_ids": ("StringEquals", "aws:SourceVpce"),
    "vpc_ids": ("StringEquals", "aws:SourceVpc"),
}
_IDS = {
    "vpc_endpoint_ids": re.compile(r"vpce-[0-9a-f]{8,17}"),
    "vpc_ids": re.compile(r"vpc-[0-9a-f]{8,17}"),
}
_WIDEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNetwork:
    """The network that the call to STS comes from: public addresses, VPC endpoints or VPCs.

    One kind in one value: a request through a VPC endpoint carries no public address, and one from
    the internet no endpoint. Who may come both ways is trusted twice. `ip_ranges` are CIDR ranges
    of public addresses. It limits where the role is assumed from, not where the session is used.

    Example:
        >>> SourceNetwork(ip_ranges=("203.0.113.0/24",)).conditions()[0].key
        'aws:SourceIp'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
    """

    ip_ranges: tuple[str, ...] = ()
    vpc_endpoint_ids: tuple[str, ...] = ()
    vpc_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for argument in _FIELDS:
            values = check_strings(
                getattr(self, argument), argument=argument, error=InvalidTrustError
            )
            object.__setattr__(self, argument, values)
        if len([each for each in _FIELDS if getattr(self, each)]) != 1:
            raise InvalidTrustError(
                "a source network must be one of ip_ranges, vpc_endpoint_ids and vpc_ids, as a "
                "request carries either an address or an endpoint; trust the caller twice to "
                "admit both"
            )
        for ip_range in self.ip_ranges:
            _check_range(ip_range)
        for argument, form in _IDS.items():
            for value in getattr(self, argument):
                if not is_token(value) and not form.fullmatch(value):
                    raise InvalidTrustError(
                        f"{argument} must each be an ID like "
                        f"{form.pattern.partition('[')[0]}0a1b2c3d4e5f67890, got {value!r}"
                    )

    def conditions(self) -> tuple[Condition, ...]:
        """The one condition that says it."""
        return tuple(
            Condition.of(operator, key, *getattr(self, argument))
            for argument, (operator, key) in _FIELDS.items()
            if getattr(self, argument)
        )


def check_source_network(network: SourceNetwork | None) -> None:
    """Raise for what is none."""
    if network is not None and not isinstance(network, SourceNetwork):
        raise InvalidTrustError(
            "source_network must be a SourceNetwork like "
            f"SourceNetwork(ip_ranges=('203.0.113.0/24',)), got {network!r}"
        )


_DOCUMENTATION = tuple(
    ipaddress.ip_network(each)
    for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)
"""For examples, as in documents and tests; Python counts them as private."""


def _check_range(ip_range: str) -> None:
    if is_token(ip_range):
        return
    try:
        if "/" in ip_range and not ip_range.rpartition("/")[2].isdecimal():
            raise ValueError("the part behind the slash must be the number of bits")
        network = ipaddress.ip_network(ip_range)
    except ValueError as error:
        raise InvalidTrustError(
            f"ip_ranges must each be an address or a CIDR range, got {ip_range!r}: {error}"
        ) from None
    if network.prefixlen < _WIDEST:
        raise InvalidTrustError(
            f"ip_ranges must be /{_WIDEST} or narrower, got {ip_range!r}, which is wide; "
            "leave source_network out instead"
        )
    if network.is_private and not any(
        network.version == each.version and network.subnet_of(each)  # type: ignore[arg-type]
        for each in _DOCUMENTATION
    ):
        raise InvalidTrustError(
            f"ip_ranges must be public addresses, got {ip_range!r}: STS sees private ones through "
            "a VPC endpoint alone; say vpc_endpoint_ids or vpc_ids"
        )
