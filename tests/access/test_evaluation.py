"""What an evaluation tells beside its decision: by which policies, why, under which conditions."""

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
from least_privilege.errors import InvalidPolicyError, InvalidRequestError
from least_privilege.policy import PolicyDocument, PolicyKind

READER = Principal.role_session("arn:aws:iam::111122223333:role/Reader", "nightly")
PICTURE = "arn:aws:s3:::pictures/red/a.png"


def document(*statements: dict[str, Any], kind: PolicyKind = PolicyKind.IDENTITY) -> PolicyDocument:
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind)


def allow(action: str = "s3:GetObject", resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


def deny(action: str = "s3:GetObject", resource: str = "*", **more: Any) -> dict[str, Any]:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def request(context: dict[str, Any] | None = None) -> AccessRequest:
    return AccessRequest(
        principal=READER, action="s3:GetObject", resource=PICTURE, context=context or {}
    )


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


def test_an_explanation_names_each_statement_that_came_near_and_why_it_did_not_apply() -> None:
    policies = PolicySet(
        identity=[
            document(
                allow(**when("StringEquals", "aws:PrincipalTag/team", "red", "blue")),
                allow(resource="arn:aws:s3:::others/*", Sid="Others"),
                allow("ec2:RunInstances"),
            ),
            document(allow("s3:Get*", **when("NumericLessThan", "s3:max-keys", "5"))),
        ],
        boundary=document(allow("ec2:*"), kind=PolicyKind.BOUNDARY),
    )
    evaluation = evaluate(request(context={"s3:max-keys": 7}), policies)
    assert evaluation.explain().splitlines() == [
        f"implicitly denied: s3:GetObject on {PICTURE} by role session {READER.arn}",
        "  an Allow that applies is missing in an identity policy, a permissions boundary",
        "  identity policy 1, Statement[0] (Allow): does not apply: StringEquals wants "
        "aws:PrincipalTag/team to be 'red' or 'blue', but the request does not have the key",
        f"  identity policy 1, Others (Allow): does not apply: it is not about {PICTURE}",
        "  identity policy 2, Statement[0] (Allow): does not apply: NumericLessThan wants "
        "s3:max-keys to be '5', but the request has '7'",
        "  permissions boundary: no statement is about s3:GetObject",
    ]


def test_an_explanation_of_a_denial_names_the_statement() -> None:
    policies = PolicySet(
        identity=[document(allow())],
        resource=document(
            deny(Principal="*", Sid="OnlyTls", **when("Bool", "aws:SecureTransport", "false")),
            allow(Principal={"AWS": "444455556666"}, Sid="Others"),
            kind=PolicyKind.RESOURCE,
        ),
    )
    evaluation = evaluate(request(context={"aws:SecureTransport": False}), policies)
    assert evaluation.denied_by == (PolicyKind.RESOURCE,)
    assert evaluation.explain().splitlines()[1:] == [
        "  a Deny applies in a resource policy",
        "  resource policy, OnlyTls (Deny): applies",
        f"  resource policy, Others (Allow): does not apply: it does not mean {READER}",
        "  identity policy, Statement[0] (Allow): applies",
    ]


def test_many_near_misses_are_counted() -> None:
    policies = PolicySet(
        identity=[document(*(allow(resource=f"arn:aws:s3:::b{n}/*") for n in range(12)))]
    )
    lines = evaluate(request(), policies).explain().splitlines()
    assert lines[-1] == "  identity policy: 4 more statements nearly apply"
    assert len(lines) == 11


def test_a_level_without_policies_is_told() -> None:
    policies = PolicySet(identity=[document(allow())], service_control=[[]])
    evaluation = evaluate(request(), policies)
    assert evaluation.denied_by == (PolicyKind.SERVICE_CONTROL,)
    assert "  service control policy: none is attached" in evaluation.explain()


def test_an_unknown_answer_names_the_keys_it_hangs_on() -> None:
    policies = PolicySet(identity=[document(allow(**when("Bool", "aws:SecureTransport", "true")))])
    evaluation = evaluate(request(), policies, missing_keys="unknown")
    assert evaluation.decision is Decision.UNKNOWN
    assert evaluation.unknown_keys == ("aws:SecureTransport",)
    assert "the answer hangs on aws:SecureTransport" in evaluation.explain()
    assert not evaluation.is_allowed


def test_too_many_unknown_keys_leave_the_answer_unknown() -> None:
    conditions = {
        "StringLike": {"aws:UserAgent": ["a"]},
        "IpAddress": {"aws:SourceIp": ["192.0.2.0/24"]},
    }
    statements = [
        allow(Condition={operator: {key: [f"{value[0]}{n}" if key != "aws:SourceIp"
                                          else f"192.0.{n}.0/24"]}})
        for n in range(1, 10)
        for operator, keys in conditions.items()
        for key, value in keys.items()
    ]  # fmt: skip
    policies = PolicySet(identity=[document(*statements)])
    assert evaluate(request(), policies, missing_keys="unknown").decision is Decision.UNKNOWN
    assert allowed_when(request(), policies).is_unknown


def test_how_missing_keys_count_is_one_of_two() -> None:
    with pytest.raises(InvalidRequestError, match="missing_keys must be 'absent' or 'unknown'"):
        evaluate(request(), PolicySet(), missing_keys="guess")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        ([allow()], "always"),
        ([allow("s3:PutObject")], "never"),
        ([allow(), deny()], "never"),
        (
            [allow(**when("StringLike", "s3:prefix", "home/*"))],
            "StringLike wants s3:prefix to be 'home/*'",
        ),
        (
            [allow(), deny(**when("Null", "aws:PrincipalTag/team", "true"))],
            "not: Null wants aws:PrincipalTag/team to be 'true'",
        ),
        # Who is no user has no name; who asks through no service has no service's name.
        ([allow(**when("StringLike", "aws:username", "*"))], "never"),
        ([allow(**when("StringLike", "aws:PrincipalServiceName", "*"))], "never"),
        # A key cannot have two values.
        (
            [
                allow(**when("StringEquals", "s3:prefix", "a")),
                deny(**when("StringNotEquals", "s3:prefix", "b")),
            ],
            "never",
        ),
        # The same key, spelled in two ways, is one question.
        (
            [
                allow(**when("Bool", "AWS:securetransport", "true")),
                deny(**when("Bool", "aws:SecureTransport", "false")),
            ],
            "Bool wants aws:SecureTransport to be 'true'",
        ),
        (
            [allow(resource="arn:aws:s3:::pictures/${aws:PrincipalTag/team}/*")],
            "the resource is arn:aws:s3:::pictures/${aws:PrincipalTag/team}/*",
        ),
        ([allow(resource="arn:aws:s3:::others/${aws:PrincipalTag/team}/*")], "never"),
    ],
)
def test_the_conditions_under_which_a_request_is_allowed(
    statements: list[dict[str, Any]], says: str
) -> None:
    assert str(allowed_when(request(), PolicySet(identity=[document(*statements)]))) == says


def test_each_way_of_being_allowed_is_told() -> None:
    policies = PolicySet(
        identity=[
            document(
                allow(**when("StringEquals", "aws:PrincipalTag/team", "red")),
                allow(**when("StringEquals", "aws:SourceVpce", "vpce-1")),
                deny(**when("StringNotEquals", "aws:PrincipalOrgID", "o-1")),
            )
        ]
    )
    ways = allowed_when(request(), policies)
    assert sorted(map(sorted, ([str(each) for each in way] for way in ways.alternatives))) == [
        [
            "StringEquals wants aws:PrincipalOrgID to be 'o-1'",
            "StringEquals wants aws:PrincipalTag/team to be 'red'",
        ],
        [
            "StringEquals wants aws:PrincipalOrgID to be 'o-1'",
            "StringEquals wants aws:SourceVpce to be 'vpce-1'",
        ],
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"identity": document(allow())}, "identity must be a sequence of policy documents"),
        ({"identity": [{"Statement": []}]}, r"identity\[0\] must be a PolicyDocument"),
        ({"boundary": [document(allow())]}, "boundary must be a PolicyDocument"),
        ({"service_control": [document(allow())]}, r"service_control\[0\] must be a sequence"),
        ({"resource": document(allow())}, r"resource: Statement\[0\] must name a Principal"),
        (
            {"identity": [document(allow(Principal="*"), kind=PolicyKind.RESOURCE)]},
            r"identity\[0\]: Statement\[0\] must not name a Principal",
        ),
    ],
)
def test_a_policy_in_the_wrong_place_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidPolicyError, match=says):
        PolicySet(**given)


def test_an_empty_sequence_of_session_policies_is_none() -> None:
    assert evaluate(request(), PolicySet(identity=[document(allow())], session=[])).is_allowed
