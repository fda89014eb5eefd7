"""What IAM accepts, and what it would refuse at deployment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from least_privilege import errors
from least_privilege.policy import (
    check_account_id,
    check_description,
    check_external_ids,
    check_organization_id,
    check_path,
    check_policy_name,
    check_prefix,
    check_role_name,
    check_session_duration,
    check_tags,
)

TOKEN = "${Token[TOKEN.123]}"
Check = Callable[..., Any]

ACCEPTED: list[tuple[Check, Any]] = [
    (check_account_id, "000000000001"),
    (check_account_id, TOKEN),
    (check_organization_id, "o-exampleorgid"),
    (check_role_name, "a"),
    (check_role_name, "A+=,.@_-9" + "x" * 55),
    (check_role_name, TOKEN),
    (check_policy_name, "x" * 128),
    (check_path, "/"),
    (check_path, "/team/ops/"),
    (check_path, "/" + "x" * 510 + "/"),
    (check_description, "x" * 1_000),
    (check_description, "Liest Bücher, für 5 £\n"),
    (check_tags, {}),
    (check_tags, {"k" * 128: "v" * 256}),
    (check_tags, {f"key-{number}": "" for number in range(50)}),
    (check_tags, {"team": TOKEN}),
    (check_session_duration, timedelta(hours=1)),
    (check_session_duration, timedelta(hours=12)),
    (check_external_ids, ("ab", "x" * 1_224, "a=b+c,d.e@f:g/h_i-j", TOKEN)),
    (check_prefix, ""),
    (check_prefix, "a/b/"),
    (check_prefix, TOKEN),
    (check_prefix, "in/${cognito-identity.amazonaws.com:sub}/"),
]


@pytest.mark.parametrize(("check", "value"), ACCEPTED)
def test_what_iam_accepts_comes_back_as_given(check: Check, value: Any) -> None:
    assert check(value) == value


REFUSED: list[tuple[Check, Any, type[errors.InvalidInputError], str]] = [
    (check_account_id, "12345678901", errors.InvalidAccountIdError, "must be 12 digits, got"),
    (check_account_id, "1234567890123", errors.InvalidAccountIdError, "must be 12 digits"),
    (check_account_id, "12345678901a", errors.InvalidAccountIdError, "must be 12 digits"),
    (check_account_id, "123456789012\n", errors.InvalidAccountIdError, "must be 12 digits"),
    (check_account_id, "١٢٣٤٥٦٧٨٩٠١٢", errors.InvalidAccountIdError, "must be 12 digits"),
    (check_account_id, 123456789012, errors.InvalidAccountIdError, "put it in quotes"),
    (check_account_id, None, errors.InvalidAccountIdError, "must be a string of 12 digits"),
    (check_organization_id, "o-short", errors.InvalidOrganizationIdError, "'o-' and 10 to 32"),
    (check_organization_id, "o-EXAMPLEORGID", errors.InvalidOrganizationIdError, "lower-case"),
    (check_organization_id, "r-exampleorgid", errors.InvalidOrganizationIdError, "'o-'"),
    (check_organization_id, "o-" + "a" * 33, errors.InvalidOrganizationIdError, "10 to 32"),
    (check_role_name, "", errors.InvalidNameError, "at least one"),
    (check_role_name, "x" * 65, errors.InvalidNameError, "role_name must be at most 64 .* got 65"),
    (check_role_name, "a b", errors.InvalidNameError, r"any of \+=,\.@_-"),
    (check_role_name, "a/b", errors.InvalidNameError, "must be letters, digits"),
    (check_role_name, "ä", errors.InvalidNameError, "must be letters, digits"),
    (check_policy_name, "x" * 129, errors.InvalidNameError, "policy_name must be at most 128"),
    (check_path, "", errors.InvalidPathError, "begin and end with '/'"),
    (check_path, "team", errors.InvalidPathError, "try '/team/'"),
    (check_path, "/team", errors.InvalidPathError, "try '/team/'"),
    (check_path, "/te am/", errors.InvalidPathError, "no blanks"),
    (check_path, "/" + "x" * 511 + "/", errors.InvalidPathError, "at most 512 .* got 513"),
    (check_description, "x" * 1_001, errors.QuotaExceededError, "at most 1000 .* got 1001"),
    (check_description, "a \N{EN DASH} dash", errors.InvalidNameError, "typographic dashes"),
    (check_description, "bell \a", errors.InvalidNameError, "printable Latin-1"),
    (check_tags, {str(n): "" for n in range(51)}, errors.InvalidTagError, "at most 50 .* got 51"),
    (check_tags, {"": "v"}, errors.InvalidTagError, "keys of 1 to 128"),
    (check_tags, {"k" * 129: "v"}, errors.InvalidTagError, "keys of 1 to 128"),
    (check_tags, {"k": "v" * 257}, errors.InvalidTagError, "at most 256"),
    (check_tags, {"aws:team": "v"}, errors.InvalidTagError, "must not begin with 'aws:'"),
    (check_tags, {"AWS:team": "v"}, errors.InvalidTagError, "must not begin with 'aws:'"),
    (check_tags, {"k": "v!"}, errors.InvalidTagError, "letters, digits, blanks"),
    (check_tags, {"Team": "a", "team": "b"}, errors.InvalidTagError, "case"),
    (check_tags, {"level": 1}, errors.InvalidTagError, "string"),
    (check_session_duration, timedelta(minutes=59), errors.InvalidDurationError, "got 0:59:00"),
    (check_session_duration, timedelta(hours=13), errors.InvalidDurationError, "1 to 12 hours"),
    (check_session_duration, timedelta(hours=1, microseconds=1), errors.InvalidDurationError,
     "whole seconds"),
    (check_session_duration, timedelta(0), errors.InvalidDurationError, "1 to 12 hours"),
    (check_session_duration, 3600, errors.InvalidDurationError, "timedelta"),
    (check_external_ids, ("x",), errors.InvalidExternalIdError, "2 to 1,224"),
    (check_external_ids, ("x" * 1_225,), errors.InvalidExternalIdError, "2 to 1,224"),
    (check_external_ids, ("a b",), errors.InvalidExternalIdError, "got 'a b'"),
    (check_external_ids, ("a*",), errors.InvalidExternalIdError, r"got 'a\*'"),
    (check_external_ids, "abc", errors.InvalidExternalIdError, "must be a list, got the string"),
    (check_external_ids, (4711,), errors.InvalidExternalIdError, "got 4711"),
    (check_prefix, "/in/", errors.InvalidPrefixError, "must not begin with '/'.*try 'in/'"),
    (check_prefix, "in/*", errors.InvalidPrefixError, "must not hold a wildcard"),
    (check_prefix, "i?/", errors.InvalidPrefixError, "must not hold a wildcard"),
    (check_prefix, "in", errors.InvalidPrefixError, "'in-other' too; try 'in/'"),
    (check_prefix, "in/${cognito-identity.amazonaws.com:sub}", errors.InvalidPrefixError, "end"),
    (check_prefix, f"{TOKEN}/in", errors.InvalidPrefixError, "must end with '/'"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "value", "error", "says"), REFUSED)
def test_what_iam_would_refuse_is_refused(
    check: Check, value: Any, error: type[errors.InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        check(value)


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (check_account_id, f"1{TOKEN}"),
        (check_account_id, f"{TOKEN}:root"),
        (check_role_name, f"{TOKEN} Reader"),
        (check_role_name, f"{TOKEN}*"),
        (check_path, f"team/{TOKEN}"),
        (check_external_ids, (f"{TOKEN} *",)),
        (check_tags, {f"{TOKEN}!": ""}),
    ],
)  # fmt: skip
def test_what_is_known_beside_a_token_is_checked_all_the_same(check: Check, value: Any) -> None:
    with pytest.raises(errors.InvalidInputError):
        check(value)


def test_every_error_is_a_value_error_and_can_say_where() -> None:
    error = errors.InvalidNameError("role_name must be shorter").at("Payments/Reader")
    assert isinstance(error, ValueError)
    assert isinstance(error, errors.InvalidNameError)
    assert str(error) == "Payments/Reader: role_name must be shorter"
