"""What is told of requests whose context is not known: the keys, and what they must be."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.access import (
    AccessRequest,
    Decision,
    PolicySet,
    Principal,
    allowed_when,
    evaluate,
)
from least_privilege.policy import PolicyDocument, PolicyKind

ALICE = Principal.user("arn:aws:iam::111122223333:user/alice")
NIGHTLY = Principal.role_session("arn:aws:iam::111122223333:role/Reader", "nightly")
TRAIL = Principal.service("cloudtrail.amazonaws.com")
PICTURE = "arn:aws:s3:::pictures/red/a.png"
TLS = {"Bool": {"aws:SecureTransport": "true"}}
NO_TLS = {"Bool": {"aws:SecureTransport": "false"}}
CLIENT = {"StringLike": {"aws:UserAgent": "app*"}}
LATE = {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}
TEAM = "aws:PrincipalTag/team"
OF_CLIENT = "arn:aws:s3:::pictures/${aws:UserAgent}/*"
OF_CALLER = "arn:aws:s3:::pictures/*/${aws:userid}"


def allow(condition: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"} | more
    return statement | ({"Condition": condition} if condition else {})


def deny(condition: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return allow(condition, **more) | {"Effect": "Deny"}


def policies(*statements: dict[str, Any], version: str = "2012-10-17") -> PolicySet:
    document = {"Version": version, "Statement": list(statements)}
    return PolicySet(identity=[PolicyDocument.parse(document)])


def bucket(statement: dict[str, Any]) -> PolicySet:
    """The same for a bucket, and for everybody."""
    document = {"Version": "2012-10-17", "Statement": statement | {"Principal": "*"}}
    return PolicySet(resource=PolicyDocument.parse(document, PolicyKind.RESOURCE))


def request(principal: Principal = ALICE, context: dict[str, Any] | None = None) -> AccessRequest:
    return AccessRequest(
        principal=principal,
        action="s3:GetObject",
        resource=PICTURE,
        context=context or {},
        resource_account="111122223333",
    )


@pytest.mark.parametrize(
    ("statements", "keys"),
    [
        ([allow(TLS)], {"aws:SecureTransport"}),
        ([allow(TLS), allow(CLIENT)], {"aws:SecureTransport", "aws:UserAgent"}),
        ([allow(), deny(NO_TLS)], {"aws:SecureTransport"}),
        # What is asked for elsewhere in any case makes no difference.
        ([allow(TLS), allow(TLS | CLIENT)], {"aws:SecureTransport"}),
        ([allow(CLIENT | TLS), allow(TLS)], {"aws:SecureTransport"}),
        ([allow(CLIENT | TLS), allow(TLS), allow(LATE | TLS)], {"aws:SecureTransport"}),
        ([allow(CLIENT), allow(CLIENT | TLS | LATE)], {"aws:UserAgent"}),
        ([allow(LATE | CLIENT | TLS), allow(CLIENT | LATE)], {"aws:CurrentTime", "aws:UserAgent"}),
        (
            [
                allow(Resource=OF_CLIENT),
                allow(TLS, Resource=OF_CLIENT),
                deny(Resource=OF_CALLER),
            ],
            {"aws:UserAgent", "aws:userid"},
        ),
    ],
)
def test_only_the_keys_that_make_a_difference_are_named(
    statements: list[dict[str, Any]], keys: set[str]
) -> None:
    evaluation = evaluate(request(), policies(*statements), missing_keys="unknown")
    assert evaluation.decision is Decision.UNKNOWN
    assert evaluation.unknown_keys == tuple(sorted(keys))


@pytest.mark.parametrize(
    ("principal", "keys"),
    [
        (
            ALICE,
            [
                "aws:CurrentTime",
                "aws:EpochTime",
                "aws:RequestedRegion",
                "aws:SecureTransport",
                "aws:SourceIp",
                "aws:UserAgent",
                "aws:userid",
            ],
        ),
        (NIGHTLY, ["aws:TokenIssueTime"]),
        (TRAIL, ["aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalType"]),
    ],
    ids=str,
)
def test_keys_that_are_sent_without_having_been_given_are_named_as_aws_writes_them(
    principal: Principal, keys: list[str]
) -> None:
    for key in keys:
        statement = allow({"StringLike": {key.lower(): "a*"}})
        given = policies(statement) if principal is not TRAIL else bucket(statement)
        evaluation = evaluate(request(principal), given, missing_keys="unknown")
        assert evaluation.unknown_keys == (key,)


@pytest.mark.parametrize("key", ["aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp"])
def test_what_comes_through_a_vpc_endpoint_sends_no_address_of_the_internet(key: str) -> None:
    statement = allow({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})
    asked = request(context={key: "10.0.0.1"})
    evaluation = evaluate(asked, policies(statement), missing_keys="unknown")
    assert evaluation.decision is Decision.IMPLICITLY_DENIED


@pytest.mark.parametrize(("conditions", "decision"), [(14, "ALLOWED"), (15, "UNKNOWN")])
def test_up_to_14_conditions_are_gone_through(conditions: int, decision: str) -> None:
    clients = (allow({"StringLike": {"aws:UserAgent": f"app{n}*"}}) for n in range(conditions))
    evaluation = evaluate(request(), policies(allow(), *clients), missing_keys="unknown")
    assert evaluation.decision is Decision[decision]


@pytest.mark.parametrize("statements", [[allow()], [allow(TLS)], [deny()], [],
                                        [allow({"StringLike": {"aws:UserAgent": f"{n}*"}})
                                         for n in range(20)]])  # fmt: skip
def test_an_evaluation_holds_what_was_asked(statements: list[dict[str, Any]]) -> None:
    asked, given = request(), policies(*statements) if statements else PolicySet()
    for evaluation in (evaluate(asked, given), evaluate(asked, given, missing_keys="unknown")):
        assert evaluation.request is asked
        assert evaluation.policies is given


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        # One key has one value: what wants two of them never holds.
        (
            [
                allow({"StringEquals": {"s3:prefix": "a"}}),
                allow({"StringEquals": {"s3:prefix": "b"}}),
            ],
            "StringEquals wants s3:prefix to be 'b'\nor StringEquals wants s3:prefix to be 'a'",
        ),
        (
            [
                allow({"StringEquals": {"s3:prefix": "a"}}),
                deny({"StringNotEquals": {"s3:prefix": "b"}}),
                allow({"StringEquals": {"s3:prefix": "c"}}),
            ],
            "never",
        ),
        (
            [allow({"Null": {TEAM: "true"}}), deny({"StringNotEquals": {TEAM: "red"}})],
            "never",
        ),
        # These can hold together, so both are told.
        (
            [
                allow({"StringLike": {"s3:prefix": "a*"}}),
                deny({"StringNotLike": {"s3:prefix": "*b"}}),
            ],
            "StringLike wants s3:prefix to be '*b' and StringLike wants s3:prefix to be 'a*'",
        ),
        (
            [allow({"StringEquals": {"s3:prefix": "TRUE"}, "Bool": {"s3:prefix": "true"}})],
            "StringEquals wants s3:prefix to be 'TRUE' and Bool wants s3:prefix to be 'true'",
        ),
        (
            [allow({"Null": {TEAM: "true"}, "StringEqualsIfExists": {TEAM: "red"}})],
            f"Null wants {TEAM} to be 'true' and StringEqualsIfExists wants {TEAM} to be 'red'",
        ),
        (
            [
                allow({"StringEquals": {TEAM: "red"}},
                      Resource=f"arn:aws:s3:::pictures/${{{TEAM}}}/*"),
            ],
            f"the resource is arn:aws:s3:::pictures/${{{TEAM}}}/*"
            f" and StringEquals wants {TEAM} to be 'red'",
        ),
        # A condition and its opposite are one question.
        ([allow({"Null": {TEAM: "true"}}), allow({"Null": {TEAM: "false"}})], "always"),
        ([allow({"Null": {TEAM: "false"}})], f"not: Null wants {TEAM} to be 'true'"),
        ([allow({"Null": {TEAM: "FALSE"}})], f"not: Null wants {TEAM} to be 'true'"),
        ([allow({"Null": {TEAM: ["true", "false"]}})], "always"),
        # With a quantifier they are not.
        (
            [
                allow({"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}),
                deny({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}),
            ],
            "not: ForAnyValue:StringNotEquals wants aws:TagKeys to be 'a'"
            " and ForAnyValue:StringEquals wants aws:TagKeys to be 'a'",
        ),
        (
            [allow({"ForAllValues:StringLike": {"aws:TagKeys": ["b", "a"]}})],
            "ForAllValues:StringLike wants aws:TagKeys to be 'a' or 'b'",
        ),
        # Resources with variables.
        (
            [allow(Resource=[f"arn:aws:s3:::others/${{{TEAM}}}/*",
                             f"arn:aws:s3:::pictures/${{{TEAM}}}/*"])],
            f"the resource is arn:aws:s3:::others/${{{TEAM}}}/*"
            f" or arn:aws:s3:::pictures/${{{TEAM}}}/*",
        ),
        ([allow(Resource=f"arn:aws:s3:::pictures/${{*}}/${{{TEAM}}}*")], "never"),
    ],
)  # fmt: skip
def test_what_the_context_must_be_is_told(statements: list[dict[str, Any]], says: str) -> None:
    assert str(allowed_when(request(), policies(*statements))) == says


@pytest.mark.parametrize(
    ("operator", "key", "one", "other", "same"),
    [
        ("StringEquals", "s3:prefix", "a", "A", "a"),
        ("Bool", "ec2:Encrypted", "true", "false", "TRUE"),
        ("NumericEquals", "s3:max-keys", "5", "6", "5.0"),
        ("BinaryEquals", TEAM, "YQ==", "Yg==", "YQ=="),
    ],
)
def test_two_policies_that_want_two_values_of_a_key_leave_nothing(
    operator: str, key: str, one: str, other: str, same: str
) -> None:
    for value, is_never in ((other, True), (same, False)):
        statements = (
            policies(allow({operator: {key: one}})),
            policies(allow({operator: {key: value}})),
        )
        identity, boundary = (each.identity for each in statements)
        both = PolicySet(identity=identity, boundary=boundary[0])
        assert allowed_when(request(), both).is_never is is_never


def test_a_resource_that_must_not_be_is_told() -> None:
    statement = allow(NotResource=f"arn:aws:s3:::pictures/${{{TEAM}}}/*")
    del statement["Resource"]
    says = f"the resource is not arn:aws:s3:::pictures/${{{TEAM}}}/*"
    assert str(allowed_when(request(), policies(statement))) == says


def test_a_variable_that_is_known_may_stand_for_another_value_that_is_wanted() -> None:
    statements = (
        allow({"StringEquals": {"s3:prefix": f"${{{TEAM}}}"}}),
        deny({"StringNotEquals": {"s3:prefix": "red"}}),
    )
    asked = request(context={TEAM: "red"})
    assert str(allowed_when(asked, policies(*statements))) == (
        "StringEquals wants s3:prefix to be 'red'"
        f" and StringEquals wants s3:prefix to be '${{{TEAM}}}'"
    )


@pytest.mark.parametrize(
    ("operator", "value", "given"),
    [
        ("StringEquals", f"${{{TEAM}}}/", "red/"),
        ("StringLike", f"${{{TEAM}}}/*", "red/cats"),
        ("ArnLike", f"arn:aws:sns:*:*:${{{TEAM}}}", "arn:aws:sns:eu-west-1:111122223333:red"),
    ],
)
def test_a_value_with_a_variable_hangs_on_the_key_of_the_variable(
    operator: str, value: str, given: str
) -> None:
    statement = allow({operator: {"s3:prefix": value}})
    asked = request(context={"s3:prefix": given})
    says = f"{operator} wants s3:prefix to be '{value}'"
    assert str(allowed_when(asked, policies(statement))) == says
    # Policies of the older version have no variables, so that nothing is open.
    assert allowed_when(asked, policies(statement, version="2008-10-17")).is_never


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("aws:FederatedProvider", "never"),
        ("aws:SourceIdentity", "never"),
        ("aws:username", "never"),
        ("aws:SourceAccount", "StringLike wants aws:SourceAccount to be '*'"),
        ("aws:SourceArn", "StringLike wants aws:SourceArn to be '*'"),
    ],
)
def test_a_service_sends_no_keys_of_sessions_and_users(key: str, says: str) -> None:
    given = bucket(allow({"StringLike": {key: "*"}}))
    assert str(allowed_when(request(TRAIL), given)) == says


@pytest.mark.parametrize("key", ["aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"])
def test_a_user_sends_no_keys_of_services(key: str) -> None:
    statement = allow({"ForAnyValue:StringLike": {key: "*"}})
    assert allowed_when(request(), policies(statement)).is_never


def test_a_session_may_send_its_source_identity() -> None:
    statement = allow({"StringLike": {"aws:SourceIdentity": "*"}})
    says = "StringLike wants aws:SourceIdentity to be '*'"
    assert str(allowed_when(request(NIGHTLY), policies(statement))) == says
