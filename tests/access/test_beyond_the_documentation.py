"""What AWS's documentation leaves open, and how it is decided here."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.access import AccessRequest, PolicySet, Principal, evaluate
from least_privilege.policy import PolicyDocument, PolicyKind

ALICE = Principal.user("arn:aws:iam::111122223333:user/alice")
LOG_GROUP = "arn:aws:logs:eu-west-1:111122223333:log-group:"


def identity(statement: dict[str, Any]) -> PolicySet:
    document = {"Version": "2012-10-17", "Statement": statement}
    return PolicySet(identity=[PolicyDocument.parse(document)])


def allow(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


def holds(operator: str, key: str, wanted: str | list[str], given: object) -> bool:
    """Whether a condition holds for a value of the request."""
    request = AccessRequest(principal=ALICE, action="s3:GetObject", context={key: given})
    policies = identity(allow("s3:GetObject", Condition={operator: {key: wanted}}))
    return evaluate(request, policies).is_allowed


@pytest.mark.parametrize("given", ["Infinity", "-Infinity", "NaN", "", "many"])
@pytest.mark.parametrize("operator", ["NumericLessThan", "NumericGreaterThan", "NumericEquals"])
def test_what_is_no_finite_number_compares_with_none(operator: str, given: str) -> None:
    assert not holds(operator, "s3:max-keys", "5", given)
    assert holds("NumericNotEquals", "s3:max-keys", "5", given)


@pytest.mark.parametrize(("given", "expected"), [("192.0.2.200", True), ("192.0.3.7", False)])
def test_a_range_of_addresses_is_that_of_its_prefix_whatever_bits_follow(
    given: str, expected: bool
) -> None:
    assert holds("IpAddress", "aws:SourceIp", "192.0.2.7/24", given) is expected


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        ("DateGreaterThan", "9223372036854775807", True),
        ("DateLessThan", "9223372036854775807", False),
        ("DateGreaterThan", "-9223372036854775807", False),
        ("DateLessThan", "-9223372036854775807", True),
        ("DateGreaterThan", "9223372036854775808", False),
        ("DateLessThan", "-9223372036854775808", False),
    ],
)
def test_seconds_that_no_calendar_reaches_lie_before_or_after_all_dates(
    operator: str, given: str, expected: bool
) -> None:
    """More than 63 bits of them are no date."""
    assert holds(operator, "aws:CurrentTime", "2026-01-01T00:00:00Z", given) is expected


def test_what_is_no_base64_equals_nothing() -> None:
    assert holds("BinaryEquals", "aws:PrincipalTag/key", "QmluYXJ5", "QmluYXJ5")
    assert not holds("BinaryEquals", "aws:PrincipalTag/key", "QmluYXJ5", "Qmlu YXJ5")


@pytest.mark.parametrize(
    ("given", "equals"), [(["red", "blue"], True), (["blue"], False), (["red"], True)]
)
def test_without_a_quantifier_one_of_several_values_is_enough(
    given: list[str], equals: bool
) -> None:
    assert holds("StringEquals", "aws:TagKeys", "red", given) is equals
    assert holds("StringNotEquals", "aws:TagKeys", "red", given) is not equals


@pytest.mark.parametrize("value", ["*", "r?d"])
def test_wildcards_in_the_value_of_a_variable_are_text(value: str) -> None:
    context = {"aws:PrincipalTag/team": value, "s3:prefix": "red"}
    asked: dict[str, Any] = {"principal": ALICE, "action": "s3:GetObject", "context": context}
    team = "${aws:PrincipalTag/team}"
    condition = {"StringLike": {"s3:prefix": team}}
    in_resource = identity(allow("s3:GetObject", f"arn:aws:s3:::pictures/{team}/*"))
    in_condition = identity(allow("s3:GetObject", Condition=condition))
    red, itself = (f"arn:aws:s3:::pictures/{name}/a.png" for name in ("red", value))
    assert not evaluate(AccessRequest(**asked, resource=red), in_resource).is_allowed
    assert evaluate(AccessRequest(**asked, resource=itself), in_resource).is_allowed
    assert not evaluate(AccessRequest(**asked), in_condition).is_allowed


def test_a_star_ends_its_segment_where_the_value_of_the_variable_behind_it_is_empty() -> None:
    resource = f"{LOG_GROUP}*${{aws:PrincipalTag/team}}:log-stream:one"
    request = AccessRequest(
        principal=ALICE,
        action="logs:GetLogEvents",
        resource=f"{LOG_GROUP}apps:more:log-stream:one",
        context={"aws:PrincipalTag/team": ""},
    )
    assert evaluate(request, identity(allow("logs:GetLogEvents", resource))).is_allowed


@pytest.mark.parametrize(("caller", "expected"), [("alice", False), ("bob", True)])
def test_an_allow_with_not_principal_is_taken_to_grant_to_everybody_else(
    caller: str, expected: bool
) -> None:
    """AWS does not support it any more; a policy that has it is not to look safer than it was."""
    statement = allow("s3:GetObject", NotPrincipal={"AWS": ALICE.arn})
    policies = PolicySet(
        resource=PolicyDocument.parse({"Statement": statement}, PolicyKind.RESOURCE)
    )
    request = AccessRequest(
        principal=f"arn:aws:iam::111122223333:user/{caller}",
        action="s3:GetObject",
        resource="arn:aws:s3:::pictures/a.png",
    )
    assert evaluate(request, policies).is_allowed is expected


def test_a_resource_control_policy_has_no_say_where_no_resource_can_be_named() -> None:
    statement = allow("s3:*", Principal="*") | {"Effect": "Deny"}
    document = {"Version": "2012-10-17", "Statement": statement}
    limits = PolicyDocument.parse(document, PolicyKind.RESOURCE_CONTROL)
    granted = identity(allow("s3:*")).identity
    policies = PolicySet(identity=granted, resource_control=[[limits]])
    everywhere = AccessRequest(principal=ALICE, action="s3:ListAllMyBuckets")
    bucket = AccessRequest(
        principal=ALICE, action="s3:ListBucket", resource="arn:aws:s3:::pictures"
    )
    assert evaluate(everywhere, policies).is_allowed
    assert not evaluate(bucket, policies).is_allowed
