"""Statements and documents as AWS reads them, and their size as AWS counts it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from least_privilege.errors import InvalidPolicyError, QuotaExceededError
from least_privilege.policy import (
    Condition,
    Effect,
    NamedPrincipal,
    PolicyDocument,
    PolicyKind,
    PrincipalType,
    Statement,
    quotas,
)
from tests.policy.samples import full_document

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


OBJECT = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": ["s3:Get*"], "Resource": "arn:aws:s3:::a b/*"},
}


@pytest.mark.parametrize("indent", [None, 4])
def test_a_policy_of_iam_is_as_large_as_what_was_read_without_white_space(
    indent: int | None,
) -> None:
    """Brackets around one value are sent to AWS, though the canonical JSON has none."""
    text = json.dumps(OBJECT, indent=indent)
    document = PolicyDocument.parse(text)
    assert document.size == len("".join(text.split()))
    assert PolicyDocument.parse(text.encode()).size == document.size
    assert PolicyDocument.parse(OBJECT).size == document.size


@pytest.mark.parametrize("kind", [PolicyKind.SERVICE_CONTROL, PolicyKind.ENDPOINT])
def test_organizations_and_endpoints_count_white_space(kind: PolicyKind) -> None:
    source = full_document(kind)
    text = json.dumps(source, indent=2)
    assert PolicyDocument.parse(text, kind).size == len(text)
    compact = json.dumps(source, separators=(",", ":"))
    assert PolicyDocument.parse(source, kind).size == len(compact)


def test_a_changed_document_has_a_size_of_its_own() -> None:
    document = PolicyDocument.parse(json.dumps(OBJECT))
    changed = replace(document, statements=document.statements * 2)
    assert changed.size == len("".join(changed.to_json().split()))
    assert changed.kind is PolicyKind.IDENTITY


def _of_size(kind: PolicyKind, size: int) -> dict[str, Any]:
    source = full_document(kind)
    (first, *_) = source["Statement"]
    name = "NotResource" if "NotResource" in first else "Resource"
    if kind is PolicyKind.TRUST:
        padding: dict[str, Any] = {"Condition": {"StringEquals": {"aws:PrincipalTag/a": ""}}}
        source["Statement"] = [first | padding]
        spare = size - PolicyDocument.parse(source, kind).size
        padding["Condition"]["StringEquals"]["aws:PrincipalTag/a"] = "x" * spare
        return source
    source["Statement"] = [first | {name: "arn:aws:s3:::"}]
    spare = size - len(json.dumps(source, separators=(",", ":")))
    source["Statement"] = [first | {name: "arn:aws:s3:::" + "x" * spare}]
    return source


@pytest.mark.parametrize(
    ("kind", "quota"),
    [
        (PolicyKind.IDENTITY, 6_144),
        (PolicyKind.BOUNDARY, 6_144),
        (PolicyKind.SESSION, 2_048),
        (PolicyKind.TRUST, 2_048),
        (PolicyKind.SERVICE_CONTROL, 10_240),
        (PolicyKind.RESOURCE_CONTROL, 5_120),
        (PolicyKind.ENDPOINT, 20_480),
    ],
)
def test_each_kind_has_its_quota(kind: PolicyKind, quota: int) -> None:
    assert quotas.POLICY[kind] == quota
    document = PolicyDocument.parse(_of_size(kind, quota), kind)
    assert document.size == quota
    document.check_quota()
    larger = PolicyDocument.parse(_of_size(kind, quota + 1), kind)
    with pytest.raises(QuotaExceededError) as caught:
        larger.check_quota(argument="p")
    assert str(caught.value) == (
        f"p has {quota + 1:,} characters, the quota is {quota:,} (1 too many)"
    )


def test_a_built_document_is_held_to_the_quota_of_the_kind_that_is_asked_for() -> None:
    large = PolicyDocument.of(replace(GET, resources=("arn:aws:s3:::" + "x" * 3_000,)))
    large.check_quota(PolicyKind.IDENTITY)
    with pytest.raises(QuotaExceededError, match=r"policy has .* the quota is 2,048"):
        large.check_quota(PolicyKind.SESSION)


def test_a_quota_that_nobody_can_know_is_not_passed_over_in_silence() -> None:
    document = PolicyDocument.parse(full_document(PolicyKind.RESOURCE), PolicyKind.RESOURCE)
    with pytest.raises(InvalidPolicyError, match="each service has its own; use check_size"):
        document.check_quota()
    with pytest.raises(InvalidPolicyError, match="kind: must be one of PolicyKind"):
        PolicyDocument.of(GET).check_quota()
