"""Policies are compiled once; what they remember of one request does not reach the next."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.access import AccessRequest, PolicySet, evaluate
from least_privilege.policy import PolicyDocument


def policies(**statement: Any) -> PolicySet:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"} | statement
    document = {"Version": "2012-10-17", "Statement": statement}
    return PolicySet(identity=[PolicyDocument.parse(document)])


@pytest.mark.parametrize(
    "statement",
    [
        {"Resource": "arn:aws:s3:::pictures/${aws:username}/*"},
        {"Condition": {"StringEquals": {"s3:prefix": "${aws:username}"}}},
        {"Condition": {"StringLike": {"s3:prefix": "${aws:username}*"}}},
    ],
)
def test_the_value_of_a_variable_is_that_of_each_request(statement: dict[str, Any]) -> None:
    compiled = policies(**statement)
    for asking in ("alice", "bob", "alice"):
        for owner in ("alice", "bob"):
            request = AccessRequest(
                principal=f"arn:aws:iam::111122223333:user/{asking}",
                action="s3:GetObject",
                resource=f"arn:aws:s3:::pictures/{owner}/a.png",
                context={"s3:prefix": owner},
            )
            assert evaluate(request, compiled).is_allowed is (asking == owner)


def test_many_values_and_actions_are_forgotten_again() -> None:
    compiled = policies(Action="s3:Get*", Resource="arn:aws:s3:::pictures/${aws:username}/*")
    for number in (*range(1_100), 0):
        request = AccessRequest(
            principal=f"arn:aws:iam::111122223333:user/user-{number}",
            action=f"s3:Get{number}",
            resource=f"arn:aws:s3:::pictures/user-{number}/a.png",
        )
        assert evaluate(request, compiled).is_allowed
