"""Texts that several patterns have in common."""

from __future__ import annotations

import fnmatch
import itertools

import pytest

from least_privilege.access.escalation.globs import NAME, PATH, common_text

PATTERNS = ["*", "a", "?", "a*", "*a", "*b*", "a?b", "a*b*", "?*?", "ab", "*ab", "b*a", ""]


@pytest.mark.parametrize(("one", "two"), list(itertools.product(PATTERNS, PATTERNS)))
def test_a_common_text_matches_both_and_is_found_if_there_is_one(one: str, two: str) -> None:
    found = common_text([one, two])
    texts = [
        "".join(letters) for size in range(5) for letters in itertools.product("abx", repeat=size)
    ]
    there_is_one = any(
        fnmatch.fnmatchcase(text, one) and fnmatch.fnmatchcase(text, two) for text in texts
    )
    assert (found is not None) is there_is_one
    if found is not None:
        assert fnmatch.fnmatchcase(found, one)
        assert fnmatch.fnmatchcase(found, two)


def test_three_patterns_meet() -> None:
    assert common_text([f"arn:role/{NAME}", "*/app-*", "*-reader"]) == "arn:role/app-reader"


def test_an_open_place_is_filled() -> None:
    assert common_text(["function:?*", "*"], "y") == "function:y"


def test_a_name_has_no_colon_and_no_slash() -> None:
    assert common_text([f"function:{NAME}", "*a:b"]) is None
    assert common_text([f"role/{NAME}", "*a/b"]) is None
    assert common_text([f"role/{PATH}", "*a/b"]) == "role/a/b"
    assert common_text([f"role/{PATH}", "*a:b"]) is None
