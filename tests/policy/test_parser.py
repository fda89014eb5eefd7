"""A policy is read as AWS would read it, or refused with the place of its fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from least_privilege.errors import InvalidPolicyError
from least_privilege.policy import PolicyDocument, PolicyKind

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
FULL = {
    "Version": "2012-10-17",
    "Id": "Everything",
    "Statement": [
        {
            "Sid": "One",
            "Effect": "Deny",
            "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:root", "444455556666"]},
            "NotAction": ["s3:Get*", "s3:List?"],
            "NotResource": "arn:aws:s3:::pictures/${aws:username}/*",
            "Condition": {
                "ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a*", "b"]},
                "Bool": {"aws:SecureTransport": "false"},
                "NumericLessThan": {"s3:max-keys": "10"},
                "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"},
                "NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]},
                "Null": {"aws:MultiFactorAuthAge": "true"},
            },
        },
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*"},
    ],
}


def _document(*statements: Any, **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)} | more


def test_a_policy_with_every_element_comes_back_as_it_went_in() -> None:
    document = PolicyDocument.parse(json.dumps(FULL), PolicyKind.RESOURCE)
    assert document.to_dict() == FULL
    assert PolicyDocument.parse(document.to_json(), PolicyKind.RESOURCE) == document


def test_one_statement_may_stand_alone_and_one_string_without_a_list() -> None:
    alone = PolicyDocument.parse({"Version": "2012-10-17", "Statement": ALLOW})
    listed = PolicyDocument.parse(_document(ALLOW | {"Action": ["s3:GetObject"]}))
    assert alone == listed


def test_a_policy_without_version_is_of_the_older_one() -> None:
    assert PolicyDocument.parse({"Statement": [ALLOW]}).version == "2008-10-17"


def test_numbers_and_booleans_of_conditions_are_read_as_strings() -> None:
    condition = {"Bool": {"aws:SecureTransport": True}, "NumericEquals": {"s3:max-keys": 10}}
    (statement,) = PolicyDocument.parse(_document(ALLOW | {"Condition": condition})).statements
    assert [each.values for each in statement.conditions] == [("true",), ("10",)]


@pytest.mark.parametrize("kind", PolicyKind)
def test_each_kind_has_the_elements_that_aws_gives_it(kind: PolicyKind) -> None:
    wants_principal = kind in (
        PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.ENDPOINT, PolicyKind.RESOURCE_CONTROL,
    )  # fmt: skip
    statement = TRUST if kind is PolicyKind.TRUST else ALLOW
    if kind is PolicyKind.RESOURCE_CONTROL:
        statement = ALLOW | {"Effect": "Deny"}
    plain = {key: value for key, value in statement.items() if key != "Principal"}
    named = plain | {"Principal": "*"}
    PolicyDocument.parse(_document(named if wants_principal else plain), kind)
    with pytest.raises(InvalidPolicyError, match="Principal"):
        PolicyDocument.parse(_document(plain if wants_principal else named), kind)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "policy: is not JSON"),
        ("[]", "policy: must be an object, got []"),
        ("1", "policy: must be an object, got 1"),
        ('{"a": 1, "a": 2}', "has the key 'a' twice"),
        ('{"Version": NaN}', "holds NaN, which is no JSON"),
        (b"\xff\xfe", "policy: is not UTF-8"),
        ("[" * 100_000, "nested too deeply"),
        (" " * 1_000_001, "at most 1,000,000 are read"),
        ("{}", "policy: must have a Statement"),
        (_document(), "Statement: must hold at least one statement"),
        (_document(ALLOW, Version="2013-01-01"), "Version: must be one of 2012-10-17"),
        (_document(ALLOW, Id=1), "Id: must be a string"),
        (_document(ALLOW, Comment="x"), "policy.Comment: is no element of it"),
        (_document([]), "Statement[0]: must be an object"),
        (_document(ALLOW | {"Effect": "allow"}), "Statement[0].Effect: must be 'Allow' or 'Deny'"),
        (_document({"Effect": "Allow", "Resource": "*"}), "must have Action or NotAction"),
        (_document(ALLOW | {"NotAction": "s3:*"}), "either Action or NotAction, got both"),
        (
            _document(ALLOW | {"action": "s3:*"}),
            "[0].action: is no element of it; did you",
        ),
        (_document(ALLOW | {"Action": []}), "Statement[0].Action: must hold at least one string"),
        (_document(ALLOW | {"Action": [1]}), "Statement[0].Action: must be a string or a list"),
        (_document(ALLOW | {"Action": "GetObject"}), "SERVICE:ACTION like 's3:GetObject'"),
        (_document(ALLOW | {"Action": "*:Get"}), "got '*:Get'"),
        (_document(ALLOW | {"Action": ["s3:Get", "s3 Put"]}), "Statement[0].Action[1]: must be"),
        (
            _document(ALLOW | {"Resource": "pictures"}),
            "[0].Resource: must be '*' or an ARN",
        ),
        (_document(ALLOW | {"Resource": "arn:A W S:s3:::x"}), "must name a partition"),
        (_document(ALLOW | {"Sid": "a b"}), "Statement[0].Sid: must be letters and digits"),
        (_document(ALLOW | {"Sid": "A"}, ALLOW | {"Sid": "A"}), "Statement[1].Sid: 'A' is that of"),
        (_document(ALLOW | {"Condition": []}), "Statement[0].Condition: must be an object"),
        (
            _document(ALLOW | {"Condition": {"StringLik": {"a": "b"}}}),
            "Condition.StringLik: is no condition operator; did you mean 'StringLike'?",
        ),
        (
            _document(ALLOW | {"Condition": {"NullIfExists": {"a": "true"}}}),
            "is no condition operator",
        ),
        (
            _document(ALLOW | {"Condition": {"StringLike": {"aws:a": "b", "AWS:A": "c"}}}),
            "Statement[0].Condition.StringLike.AWS:A: stands there twice",
        ),
        (_document(ALLOW | {"Condition": {"Bool": {"a": "maybe"}}}), "must be true or false"),
        (_document(ALLOW | {"Condition": {"NumericEquals": {"a": "x"}}}), "must be a number"),
        (_document(ALLOW | {"Condition": {"DateEquals": {"a": "soon"}}}), "must be a date like"),
        (_document(ALLOW | {"Condition": {"IpAddress": {"a": "300.1.1.1"}}}), "must be an address"),
        (_document(ALLOW | {"Condition": {"BinaryEquals": {"a": "!"}}}), "must be Base64"),
        (_document(ALLOW | {"Condition": {"StringLike": {"a": {"b": 1}}}}), "must be strings"),
    ],
)
def test_a_fault_is_named_with_its_place(source: Any, message: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        PolicyDocument.parse(source)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("principal", "message"),
    [
        ("lambda.amazonaws.com", "must be '*' or an object"),
        ({}, "must name at least one principal"),
        ({"Aws": "*"}, "did you mean 'AWS'?"),
        ({"AWS": "11112222333"}, "must be '*', 12 digits, or the ARN of a principal"),
        ({"AWS": "arn:aws:iam::111122223333:role/*"}, "must hold no wildcard"),
        ({"AWS": "arn:aws:iam::111122223333:group/a"}, "must be a root, role, user or session"),
        ({"Service": "lambda"}, "must be a service principal like"),
        ({"CanonicalUser": "a" * 64}, "must be left out of a trust policy"),
    ],
)
def test_a_principal_that_aws_would_refuse_is_named(principal: Any, message: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        PolicyDocument.parse(_document(TRUST | {"Principal": principal}), PolicyKind.TRUST)
    assert message in str(caught.value)


def test_a_trust_policy_has_actions_of_sts_and_no_resource() -> None:
    for wrong in ({"Action": "s3:GetObject"}, {"Action": "*"}, {"Resource": "*"}):
        with pytest.raises(InvalidPolicyError, match="trust policy"):
            PolicyDocument.parse(_document(TRUST | wrong), PolicyKind.TRUST)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*FULL, *FULL["Statement"][0], "AWS", "Bool", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(_JSON, st.sampled_from(PolicyKind))
def test_nothing_but_invalid_policy_errors_comes_of_any_json(source: Any, kind: PolicyKind) -> None:
    try:
        document = PolicyDocument.parse(source, kind)
    except InvalidPolicyError:
        return
    assert PolicyDocument.parse(document.to_json(), kind) == document


@given(st.text() | st.binary())
def test_nothing_but_invalid_policy_errors_comes_of_any_text(source: str | bytes) -> None:
    with pytest.raises(InvalidPolicyError):
        PolicyDocument.parse(source)
