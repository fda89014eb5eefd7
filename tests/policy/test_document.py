"""Statements and documents as AWS reads them, and their size as AWS counts it."""

from __future__ import annotations

import pytest

from least_privilege.errors import QuotaExceededError
from least_privilege.policy import (
    Condition,
    Effect,
    NamedPrincipal,
    PolicyDocument,
    PrincipalType,
    Statement,
)

GET = Statement(actions=("s3:GetObject",), resources=("arn:aws:s3:::a/x",))
PUT = Statement(actions=("s3:PutObject",), resources=("arn:aws:s3:::a/x",))
TLS = Condition.of("Bool", "aws:SecureTransport", "true")


def test_one_value_stands_alone_and_several_are_a_list() -> None:
    statement = Statement(actions=("s3:GetObject",), resources=("arn:aws:s3:::a", "arn:aws:s3:::b"))
    assert statement.to_dict() == {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::b"],
    }


def test_everything_that_a_statement_can_say() -> None:
    statement = Statement(
        sid="OnlyTls",
        effect=Effect.DENY,
        principals=(
            NamedPrincipal(type=PrincipalType.AWS, identifier="*"),
            NamedPrincipal(type=PrincipalType.SERVICE, identifier="ec2.amazonaws.com"),
        ),
        actions=(),
        not_actions=("s3:GetObject",),
        conditions=(TLS, Condition.of("StringEquals", "aws:a", "1", "2")),
    )
    assert statement.to_dict() == {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": {"AWS": "*", "Service": "ec2.amazonaws.com"},
        "NotAction": "s3:GetObject",
        "Condition": {
            "Bool": {"aws:SecureTransport": "true"},
            "StringEquals": {"aws:a": ["1", "2"]},
        },
    }


def test_a_condition_said_twice_is_refused_rather_than_lost() -> None:
    again = Condition.of("Bool", "aws:SecureTransport", "false")
    statement = Statement(actions=("s3:GetObject",), conditions=(TLS, again))
    with pytest.raises(ValueError, match="Bool names aws:SecureTransport twice"):
        statement.to_dict()


def test_statements_merge_when_their_actions_alone_differ() -> None:
    (merged,) = PolicyDocument.of(GET, PUT, GET).statements
    assert merged.actions == ("s3:GetObject", "s3:PutObject")
    assert merged.resources == ("arn:aws:s3:::a/x",)


@pytest.mark.parametrize(
    "other",
    [
        Statement(actions=("s3:PutObject",), resources=("arn:aws:s3:::a/y",)),
        Statement(actions=PUT.actions, resources=PUT.resources, conditions=(TLS,)),
        Statement(actions=PUT.actions, resources=PUT.resources, effect=Effect.DENY),
        Statement(actions=PUT.actions, resources=PUT.resources, sid="Named"),
        Statement(actions=(), resources=PUT.resources, not_actions=("s3:PutObject",)),
    ],
    ids=["resource", "condition", "effect", "sid", "not_actions"],
)
def test_statements_that_say_something_else_stay_apart(other: Statement) -> None:
    assert PolicyDocument.of(GET, other).statements == (GET, other)


def test_white_space_is_not_counted() -> None:
    document = PolicyDocument.of(GET)
    assert document.size == len(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",'
        '"Resource":"arn:aws:s3:::a/x"}]}'
    )


def test_what_is_known_at_deployment_only_is_not_counted() -> None:
    token = Statement(actions=GET.actions, resources=("${Token[Bucket.Arn.123]}",))
    empty = Statement(actions=GET.actions, resources=("",))
    assert PolicyDocument.of(token).size == PolicyDocument.of(empty).size


def test_a_placeholder_counts_as_much_as_it_has_at_the_least() -> None:
    """`aws` has three characters and an account twelve, wherever the role is deployed."""
    arn = "arn:{}:iam::{}:role/A"
    unknown = Statement(
        actions=GET.actions, resources=(arn.format("${AWS::Partition}", "${AWS::AccountId}"),)
    )
    known = Statement(actions=GET.actions, resources=(arn.format("aws", "111122223333"),))
    assert PolicyDocument.of(unknown).size == PolicyDocument.of(known).size


def test_a_document_at_the_quota_passes_and_one_past_it_says_by_how_much() -> None:
    document = PolicyDocument.of(GET)
    document.check_size(document.size, argument="permissions")
    with pytest.raises(QuotaExceededError, match=r"permissions has .* characters.*\(1 too many\)"):
        document.check_size(document.size - 1, argument="permissions")
