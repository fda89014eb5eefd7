"""The regions to try a path in.

Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from ..statements import Layer
from .globs import is_wild, without_variables

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_OF_PARTITION = {
    "aws": (
        "us-east-1", "eu-west-1", "ap-south-1", "us-east-2", "us-west-1", "us-west-2",
        "ca-central-1", "ca-west-1", "mx-central-1", "sa-east-1", "eu-central-1", "eu-central-2",
        "eu-west-2", "eu-west-3", "eu-north-1", "eu-south-1", "eu-south-2", "il-central-1",
        "me-central-1", "me-south-1", "af-south-1", "ap-south-2", "ap-east-1", "ap-east-2",
        "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2",
        "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
    ),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-west-1", "us-gov-east-1"),
}  # fmt: skip
_MOST_NAMED = 8


def regions_to_try(layers: Iterable[Layer], partition: str) -> tuple[str, ...]:
    """Those that policies speak of, one for each of their patterns, and one beside all of them."""
    known = _OF_PARTITION.get(partition, _OF_PARTITION["aws"])
    found: dict[str, None] = {}
    wild: list[str] = []
    for text in dict.fromkeys(_named(layers)):
        if is_wild(text):
            wild.append(text)
            matching = [region for region in known if fnmatchcase(region, text)]
            found |= dict.fromkeys(matching[:1])
        elif _REGION.fullmatch(text):
            found[text] = None
    others = [region for region in known if region not in found]
    beside = [region for region in others if not any(fnmatchcase(region, each) for each in wild)]
    return (*list(found)[:_MOST_NAMED], *(beside or others)[:1])


def _named(layers: Iterable[Layer]) -> Iterator[str]:
    for layer in layers:
        for each in layer.statements:
            statement = each.statement
            for pattern in statement.resources or statement.not_resources:
                parts = without_variables(pattern).split(":", 5)
                if len(parts) == 6 and parts[3] not in ("", "*"):
                    yield parts[3]
            for condition in statement.conditions:
                if condition.key.lower() == "aws:requestedregion":
                    yield from map(without_variables, condition.values)
