"""Values that are known at deployment only.

The CDK writes such a value as a string that holds a token. Policies may hold tokens, but what they
stand for cannot be checked before they are resolved; what stands beside them can.
"""

from __future__ import annotations

import re

PARTITION = "${AWS::Partition}"
"""Stands for the partition in a value of ours; the constructs put CDK's own token in its place."""
ACCOUNT = "${AWS::AccountId}"
"""Stands for the account that the role is deployed to."""
REGION = "${AWS::Region}"
"""Stands for the region that the role is deployed to."""

URL_SUFFIX = "${AWS::URLSuffix}"
"""Stands for the domain of the partition, `amazonaws.com` or `amazonaws.com.cn`."""

TOKEN = re.compile(r"\$\{Token\[[^]$]*\]\}|\$\{AWS::[A-Za-z]+\}")
_LEAST = {"Partition": len("aws"), "AccountId": 12, "Region": len("us-east-1"), "URLSuffix": 13}


def holds_token(text: str) -> bool:
    """Whether a part of this text is known at deployment only.

    Example:
        >>> holds_token("arn:${AWS::Partition}:s3:::pictures")
        True

    Source: https://docs.aws.amazon.com/cdk/v2/guide/tokens.html
    """
    return "${" in text and TOKEN.search(text) is not None


def is_token(text: str) -> bool:
    """Whether all of this text is known at deployment only."""
    return TOKEN.fullmatch(text) is not None


def is_own_account(account: str) -> bool:
    """Whether this is the account of deployment, by our placeholder or the CDK's token."""
    return account == ACCOUNT or account.startswith("${Token[AWS.AccountId.")


def beside_tokens(text: str, stand_in: str = "") -> str:
    """What is known already, with a stand-in for each token."""
    return TOKEN.sub(stand_in, text) if "${" in text else text


def known_length(text: str) -> int:
    """How long the text is at the least: a token counts as what it cannot be shorter than."""
    return len(TOKEN.sub(lambda found: "x" * _least(found[0]), text)) if "${" in text else len(text)


def _least(token: str) -> int:
    return next((least for name, least in _LEAST.items() if name in token), 0)
