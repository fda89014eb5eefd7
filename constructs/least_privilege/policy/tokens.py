"""Values that are known at deployment only.

The CDK writes such a value as a string that holds a token. Policies may hold tokens, but their
text, length and form cannot be checked before they are resolved.
"""

from __future__ import annotations

import re

PARTITION = "${AWS::Partition}"
"""Stands for the partition in a value of ours; the constructs put CDK's own token in its place."""
ACCOUNT = "${AWS::AccountId}"
"""Stands for the account that the role is deployed to."""
REGION = "${AWS::Region}"
"""Stands for the region that the role is deployed to."""

_TOKEN = re.compile(r"\$\{Token\[[^]]*\]\}|\$\{AWS::[A-Za-z]+\}")


def holds_token(text: str) -> bool:
    """Whether a part of this text is known at deployment only."""
    return "${" in text and _TOKEN.search(text) is not None


def known_length(text: str) -> int:
    """How long the text is at the least: tokens count as nothing."""
    return len(_TOKEN.sub("", text)) if "${" in text else len(text)
