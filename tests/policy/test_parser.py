"""A policy is read as AWS would read it, or refused with the place of its fault."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pytest

from least_privilege.errors import InvalidPolicyError
from least_privilege.policy import NamedPrincipal, PolicyDocument, PolicyKind, PrincipalType
from tests.policy.samples import STATEMENTS

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


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}])
def test_everybody_is_written_as_it_was_read(principal: Any) -> None:
    source = _document(ALLOW | {"Principal": principal})
    document = PolicyDocument.parse(source, PolicyKind.RESOURCE)
    assert document.to_dict() == source
    everybody = NamedPrincipal(type=PrincipalType.AWS, identifier="*")
    assert document.statements[0].principals == (everybody,)


def test_a_kind_may_be_given_by_its_value_and_must_be_one() -> None:
    with pytest.raises(InvalidPolicyError, match="left out of a trust policy"):
        PolicyDocument.parse(_document(TRUST | {"Resource": "*"}), "trust policy")  # type: ignore[arg-type]
    with pytest.raises(InvalidPolicyError, match="kind: must be one of PolicyKind"):
        PolicyDocument.parse(_document(ALLOW), "identity")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", PolicyKind)
def test_a_sid_names_one_statement(kind: PolicyKind) -> None:
    statement = STATEMENTS[kind] | {"Sid": "Twice"}
    with pytest.raises(InvalidPolicyError, match=r"Statement\[1\].Sid: 'Twice' is that of another"):
        PolicyDocument.parse(_document(statement, statement), kind)
    PolicyDocument.parse(_document(statement, statement | {"Sid": "Once"}), kind)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "policy: is not JSON: Expecting value at line 1, column 1"),
        ('{"Version": }', "policy: is not JSON: Expecting value at line 1, column 13"),
        ("{'Version': 1}", "policy: is not JSON"),
        ("{} {}", "policy: is not JSON: Extra data"),
        ("\ufeff{}", "policy: is not JSON: Unexpected UTF-8 BOM"),
        ("[]", "policy: must be an object, got []"),
        ("null", "policy: must be an object, got null"),
        (b"\xff\xfe", "policy: is not UTF-8: invalid start byte at byte 0"),
        ("[" * 100_000, "policy: is nested too deeply"),
        ('{"a":' * 100_000, "policy: is nested too deeply"),
        ('{"Version":' + "[" * 20 + "]" * 20 + "}", "Version[0][0][0]: is nested too deeply"),
        (" " * 1_000_001, "policy: has 1,000,001 characters, at most 1,000,000 are read"),
        ('{"Statement": [' + "1," * 200_000 + "1]}", "policy: holds more than 200,000 values"),
        ('{"Version": NaN}', "Version: must be a number of at most 40 digits, got nan"),
        ('{"Version": 1e999999999}', "Version: must be a number of at most 40 digits"),
        ('{"Version": %s}' % ("9" * 10_000), "Version: must be a number of at most 40 digits"),
        ('{"Id": "a", "Id": "b"}', "policy: has the key 'Id' twice; keep one"),
        (
            '{"Statement": [{"Effect": "Allow", "Effect": "Deny"}]}',
            "Statement[0]: has the key 'Effect' twice; keep one",
        ),
        (
            '{"Statement": [1, 2, {"Condition": {"StringLike": {"aws:a": "x", "aws:a": "y"}}}]}',
            "Statement[2].Condition.StringLike: has the key 'aws:a' twice; keep one",
        ),
        ('{"Statement": [{"Sid": "\\ud800"}]}', "Statement[0].Sid: holds half of a surrogate pair"),
        ('{"\\udfff": 1}', "policy: holds half of a surrogate pair"),
    ],
)
def test_a_fault_of_the_text_is_named_with_its_place(source: str | bytes, message: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        PolicyDocument.parse(source)
    assert str(caught.value).startswith(message)


def _cyclic() -> dict[str, Any]:
    cycle: dict[str, Any] = {}
    cycle["Statement"] = [cycle]
    return cycle


def _nested(depth: int) -> Any:
    inner: Any = "x"
    for _ in range(depth):
        inner = [inner]
    return inner


def _shared(depth: int) -> Any:
    inner: Any = ["x"]
    for _ in range(depth):
        inner = [inner] * 10
    return inner


class _Hostile(dict[str, Any]):
    def items(self) -> Any:
        raise KeyError


class _NoRepr:
    def __repr__(self) -> str:
        raise RuntimeError


class _BrokenMapping(Mapping[str, Any]):
    def __getitem__(self, key: str) -> Any:
        raise OSError

    def __iter__(self) -> Any:
        return iter(["Version"])

    def __len__(self) -> int:
        return 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "policy: must be an object, got null"),
        (set(), "policy: must be JSON: an object, a list"),
        (bytearray(b"{}"), "policy: must be JSON: an object"),
        (object, "policy: must be JSON: an object"),
        (
            _NoRepr(),
            "policy: must be JSON: an object, a list, a string, a number or a boolean, got",
        ),
        ({1: 2}, "policy: must have strings as keys, got 1"),
        ({None: 2}, "policy: must have strings as keys, got null"),
        (_BrokenMapping(), "policy: must be made of plain dicts"),
        (_Hostile(Statement=[]), "Statement: must hold at least one statement"),
        (_cyclic(), "Statement[0].Statement[0]: is nested too deeply"),
        ({"Statement": _nested(50_000)}, "Statement[0][0][0]: is nested too deeply"),
        ({"Statement": _shared(9)}, "policy: holds more than 200,000 values"),
        (_document(ALLOW | {"Action": {"s3:*"}}), "Statement[0].Action: must be JSON"),
        (_document(ALLOW | {"Action": b"s3:*"}), "Statement[0].Action: must be JSON"),
        (_document(ALLOW, Id=float("nan")), "Id: must be a number of at most 40 digits, got nan"),
        (_document(ALLOW, Version=10**5_000), "Version: must be a number of at most 40 digits"),
        (
            _document(ALLOW | {"Resource": "arn:aws:s3:::\ud800"}),
            "Statement[0].Resource: holds half",
        ),
        (
            _document(ALLOW | {"Condition": {"NumericEquals": {"aws:a": complex(1)}}}),
            "Statement[0].Condition.NumericEquals.aws:a: must be JSON",
        ),
    ],
)
def test_a_python_value_that_is_no_json_is_refused(source: Any, message: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        PolicyDocument.parse(source)
    assert str(caught.value).startswith(message)


def test_what_behaves_like_json_is_read_as_json() -> None:
    class Word(StrEnum):
        ALLOW = "Allow"

    source = MappingProxyType(_document(ALLOW | {"Effect": Word.ALLOW}))
    document = PolicyDocument.parse(source)
    assert document == PolicyDocument.parse(_document(ALLOW))
    assert all(type(each) is str for each in document.statements[0].actions)


def test_iam_takes_the_first_256_characters_of_unicode_alone() -> None:
    PolicyDocument.parse(_document(ALLOW | {"Resource": "arn:aws:s3:::caf\xe9"}))
    for sign in ("\u0100", "\u65e5", "\U0001f642", "\0", "\x1b"):
        source = _document(ALLOW | {"Resource": f"arn:aws:s3:::{sign}"})
        with pytest.raises(InvalidPolicyError, match=f"holds the character U\\+{ord(sign):04X}"):
            PolicyDocument.parse(source)


def test_services_with_policies_of_their_own_take_any_character() -> None:
    source = _document(ALLOW | {"Principal": "*", "Resource": "arn:aws:s3:::\u65e5/\U0001f642"})
    document = PolicyDocument.parse(source, PolicyKind.RESOURCE)
    assert PolicyDocument.parse(document.to_json(), PolicyKind.RESOURCE).to_dict() == source


def test_an_error_stays_short_whatever_came_in() -> None:
    for wrong in ({"Action": "x" * 100_000}, {"x" * 100_000: 1}, {"Sid": ["y"] * 10_000}):
        with pytest.raises(InvalidPolicyError) as caught:
            PolicyDocument.parse(_document(ALLOW | wrong))
        assert len(str(caught.value)) < 400


def test_a_document_of_a_hundred_thousand_characters_is_read() -> None:
    source = json.dumps(_document(*[ALLOW] * 1_600))
    assert len(source) > 100_000
    assert len(PolicyDocument.parse(source).statements) == 1_600
