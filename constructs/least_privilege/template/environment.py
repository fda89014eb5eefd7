"""Where a stack is deployed, as far as it is known.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import InvalidInputError
from ..policy import check_account_id
from .symbols import SymbolKind, Symbols

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d+")
_PARTITION = re.compile(r"aws(-[a-z]+)*")
_PARTITION_OF = {
    "cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e", "us-isof-": "aws-iso-f", "eusc-": "aws-eusc",
}  # fmt: skip
_SUFFIX_OF = {
    "aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn",
    "aws-iso": "c2s.ic.gov", "aws-iso-b": "sc2s.sgov.gov", "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov", "aws-eusc": "amazonaws.eu",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Account, region, partition and the domain of the partition; marks for what is not known."""

    account: str
    region: str
    partition: str
    url_suffix: str


def environment(
    symbols: Symbols, *, account: str | None, region: str | None, partition: str | None
) -> Environment:
    """The environment of these, with one and the same symbol for each that is not known."""
    check_environment(account=account, region=region, partition=partition)
    if partition is None and region is not None:
        partition = partition_of(region)
    mark = symbols.open
    known_suffix = _SUFFIX_OF.get(partition or "")
    return Environment(
        account=account
        or mark(
            "AWS::AccountId",
            label="AWS.AccountId",
            kind=SymbolKind.ACCOUNT,
            meaning="the account that the stack is deployed to",
            mend="give account='111122223333'",
        ),
        region=region
        or mark(
            "AWS::Region",
            label="AWS.Region",
            meaning="the region that the stack is deployed to",
            mend="give region='eu-central-1'",
        ),
        partition=partition
        or mark(
            "AWS::Partition",
            label="AWS.Partition",
            kind=SymbolKind.PARTITION,
            meaning="the partition of the region that the stack is deployed to",
            mend="give region='eu-central-1' or partition='aws'",
        ),
        url_suffix=known_suffix
        or mark(
            "AWS::URLSuffix",
            label="AWS.URLSuffix",
            kind=SymbolKind.URL_SUFFIX,
            meaning="the domain of the partition that the stack is deployed to",
            mend="give region='eu-central-1' or partition='aws'",
        ),
    )


def partition_of(region: str) -> str:
    """The partition that a region is in."""
    for prefix, partition in _PARTITION_OF.items():
        if region.startswith(prefix):
            return partition
    return "aws"


def check_environment(*, account: str | None, region: str | None, partition: str | None) -> None:
    """Refuse what is no account, region or partition."""
    for name, value in (("account", account), ("region", region), ("partition", partition)):
        if value is not None and not isinstance(value, str):
            raise InvalidInputError(f"{name} must be a string, got {value!r}")
    if account is not None:
        check_account_id(account)
    if region is not None and not _REGION.fullmatch(region):
        raise InvalidInputError(f"region must be one like 'eu-central-1', got {region!r}")
    if partition is not None and not _PARTITION.fullmatch(partition):
        raise InvalidInputError(f"partition must be one like 'aws', got {partition!r}")
