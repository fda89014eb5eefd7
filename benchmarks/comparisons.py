"""How long a proof of no new access takes; nothing else gives one offline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from least_privilege.access import compare
from least_privilege.policy import PolicyDocument

from .measuring import Figure, seconds

POLICIES = json.loads((Path(__file__).parent / "role_policies.json").read_text("utf-8"))


def figures() -> Iterator[Figure]:
    """Each role policy against itself, narrowed and widened; and one of 80 KB."""
    times = [
        seconds(lambda pair=pair: compare(*pair))  # type: ignore[misc]
        for policy in POLICIES
        for pair in _pairs(policy)
    ]
    middle = median(times) * 1_000
    yield Figure(
        what="compare, role policies, median",
        ours=f"{middle:.2f} ms",
        goal="2 ms",
        met=middle <= 2,
    )
    large = _large(700)
    narrower = PolicyDocument(statements=large.statements[:-1])
    time = max(
        seconds(lambda: compare(large, narrower), 2), seconds(lambda: compare(narrower, large), 2)
    )
    yield Figure(
        what=f"compare, policies of {large.size / 1_000:.0f} KB",
        ours=f"{time:.2f} s",
        goal="2 s",
        met=time <= 2,
    )


def _pairs(policy: dict[str, Any]) -> Iterator[tuple[PolicyDocument, PolicyDocument]]:
    document = PolicyDocument.parse(policy)
    for index in range(len(document.statements)):
        less = PolicyDocument(
            statements=document.statements[:index] + document.statements[index + 1 :]
        )
        yield document, document
        yield document, less
        yield less, document


def _large(count: int) -> PolicyDocument:
    return PolicyDocument.parse(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny" if number % 7 == 3 else "Allow",
                    "Action": ["s3:GetObject", "s3:Put*"] if number % 2 else "s3:*",
                    "Resource": f"arn:aws:s3:::bucket-{number % 50}/team-{number}/*",
                    "Condition": {"StringLike": {"aws:PrincipalTag/team": f"team-{number % 5}*"}},
                }
                for number in range(count)
            ],
        }
    )
