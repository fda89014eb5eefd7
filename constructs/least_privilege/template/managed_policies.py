"""The managed policies that AWS itself keeps, as of a day.

`tools/managed_policies.py` writes the file they are read from; it says where they come from.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache, lru_cache
from typing import Any

from ..policy import PolicyDocument

FILE = "managed_policies.json.gz"
_REMEMBERED_DOCUMENTS = 256
_PARTITIONS = frozenset(
    {"aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"}
)
"""Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""


@cache
def _content() -> dict[str, Any]:
    import gzip
    from importlib.resources import files

    # The documents stay text until they are asked for: that is a fifth of the memory.
    content: dict[str, Any] = json.loads(
        gzip.decompress(files(__package__).joinpath(FILE).read_bytes())
    )
    return content


def managed_policy_document(arn: str) -> PolicyDocument | None:
    """What AWS's managed policy of this ARN says, in its default version as of the data's day.

    None for any other ARN: one of a policy that AWS added since, misspelled, without its path, or
    in a partition that there is not. Upper and lower case count, as in IAM.

    The data is that of the partition `aws`. For another partition it is the same document with the
    partition in its ARNs replaced. AWS may keep another document there, or none, and service
    principals in conditions stay as they are: take it as likely, not as certain.

    Example:
        >>> managed_policy_document("arn:aws:iam::aws:policy/AdministratorAccess").to_json()
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
        >>> managed_policy_document("arn:aws:iam::111122223333:policy/Own") is None
        True

    Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
    """
    head, _, name = arn.partition(":iam::aws:policy/")
    prefix, _, partition = head.partition(":")
    if prefix != "arn" or partition not in _PARTITIONS or name not in _content()["policies"]:
        return None
    return _document(name, partition)


@lru_cache(maxsize=_REMEMBERED_DOCUMENTS)
def _document(name: str, partition: str) -> PolicyDocument:
    text: str = _content()["policies"][name]
    # Only a value that begins so is an ARN; the text has no other quotes in front of one.
    return PolicyDocument.parse(text.replace('"arn:aws:', f'"arn:{partition}:'))


def managed_policy_names() -> tuple[str, ...]:
    """The managed policies that AWS keeps, by path and name as they stand in an ARN, sorted.

    Example:
        >>> "service-role/AWSLambdaBasicExecutionRole" in managed_policy_names()
        True

    Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
    """
    return tuple(sorted(_content()["policies"]))


def managed_policies_date() -> date:
    """The day of the last change that the data knows of; AWS may have changed policies since.

    Example:
        >>> managed_policies_date().year >= 2026
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
    """
    return date.fromisoformat(_content()["date"])


def managed_policies_notice() -> str:
    """Where the data comes from, and the notice that its licence asks to pass on.

    Example:
        >>> "Apache License, Version 2.0" in managed_policies_notice()
        True

    Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
    """
    content = _content()
    return f"{content['title']}, from {content['source']}. {content['notice']}"
