"""Patterns as automata mean what they mean as regular expressions."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st

from least_privilege.access.comparison import patterns
from least_privilege.access.comparison.answers import Found
from least_privilege.access.comparison.automaton import (
    Steps,
    TooManyMovesError,
    TooManyStepsError,
    machine,
    shortest,
)
from least_privilege.access.comparison.patterns import Pattern, PatternSet
from least_privilege.access.comparison.samples import samples
from least_privilege.access.comparison.strings import ask, includes
from least_privilege.access.matching import arn_source, glob_source, segments_source

pytestmark = pytest.mark.thorough

NEW = "2012-10-17"
SIGNS = st.text(alphabet="ab:*?", max_size=7)
WORDS = st.text(alphabet="abc:", max_size=8)
ALL_WORDS = ["".join(signs) for size in range(5) for signs in product("abc:", repeat=size)]


def resource(text: str) -> Pattern:
    made = patterns.resource(text, NEW)
    assert made is not None
    return made


def glob(text: str) -> Pattern:
    made = patterns.glob(text, NEW)
    assert made is not None
    return made


def arn(text: str) -> Pattern:
    made = patterns.arn(text, NEW)
    assert made is not None
    return made


def accepts(pattern: Pattern, word: str) -> bool:
    automaton = machine(pattern.tokens)
    state = automaton.start
    for sign in word:
        state = automaton.after(state, sign)
    return bool(state & automaton.accepting)


@pytest.mark.parametrize(
    ("make", "source"),
    [(resource, segments_source), (glob, glob_source), (arn, arn_source)],
    ids=["resource", "glob", "ARN"],
)
def test_a_pattern_matches_as_its_regular_expression(make, source) -> None:  # type: ignore[no-untyped-def]
    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(SIGNS, WORDS)
    def holds(text: str, word: str) -> None:
        expected = re.fullmatch(source(text), word, re.DOTALL) is not None
        assert make(text).matches(word) is expected
        assert accepts(make(text), word) is expected

    holds()


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(SIGNS)
def test_every_sample_of_a_pattern_matches_it(text: str) -> None:
    assert all(resource(text).matches(word) for word in samples(resource(text)))


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(SIGNS, SIGNS)
def test_a_pattern_that_includes_another_matches_all_its_words(wide: str, narrow: str) -> None:
    one, other = resource(wide), resource(narrow)
    counterexample = next((w for w in ALL_WORDS if other.matches(w) and not one.matches(w)), None)
    if includes(one, other):
        assert counterexample is None


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.lists(SIGNS, min_size=1, max_size=2), st.lists(SIGNS, max_size=3))
def test_a_word_is_found_where_there_is_one(required: list[str], excluded: list[str]) -> None:
    found = ask(
        [PatternSet([resource(each)]) for each in required],
        [PatternSet([resource(each)]) for each in excluded],
        None,
    )

    def fits(word: str) -> bool:
        return all(resource(each).matches(word) for each in required) and not any(
            resource(each).matches(word) for each in excluded
        )

    if found.found is Found.YES:
        assert isinstance(found.value, str)
        assert fits(found.value)
    else:
        assert found.found is Found.NO
        assert not any(map(fits, ALL_WORDS))


def test_a_variable_stands_for_the_same_in_both_patterns() -> None:
    home = resource("arn:aws:s3:::b/${aws:username}/*")
    assert includes(home, resource("arn:aws:s3:::b/${aws:username}/docs/*"))
    assert not includes(home, resource("arn:aws:s3:::b/${aws:userid}/docs/*"))
    assert not includes(home, resource("arn:aws:s3:::b/alice/docs/*"))
    assert includes(resource("arn:aws:s3:::b/*"), home)


def test_a_question_mark_does_not_stand_for_the_value_of_a_variable() -> None:
    assert not includes(resource("arn:aws:s3:::b/?"), resource("arn:aws:s3:::b/${aws:username}"))


def test_a_variable_before_the_fifth_colon_matches_nothing() -> None:
    assert patterns.resource("arn:aws:s3:${aws:username}::b", NEW) is None


def test_without_variables_in_its_version_a_dollar_sign_is_text() -> None:
    pattern = patterns.resource("arn:aws:s3:::b/${aws:username}", "2008-10-17")
    assert pattern is not None
    assert pattern.literal == "arn:aws:s3:::b/${aws:username}"


def test_private_characters_of_a_policy_are_not_taken_for_variables() -> None:
    odd = resource("arn:aws:s3:::b/\U000f0000*")
    assert odd.opaque
    assert not includes(odd, resource("arn:aws:s3:::b/\U000f0000a"))


@pytest.mark.parametrize(
    ("text", "other", "found"),
    [
        ("Team", "team", Found.YES),
        ("STRASSE", "straße", Found.YES),
        ("team", "teams", Found.NO),
    ],
)
def test_texts_are_compared_in_upper_and_lower_case(text: str, other: str, found: Found) -> None:
    answer = ask(
        [PatternSet([patterns.folded(text)]), PatternSet([patterns.exact(other)])], [], None
    )
    assert answer.found is found


def test_a_kelvin_sign_keeps_a_text_in_any_case_from_being_ruled_out() -> None:
    excluded = PatternSet([patterns.exact("k"), patterns.exact("K")])
    assert ask([PatternSet([patterns.folded("k")])], [excluded], None).found is not Found.NO


def test_a_walk_that_takes_too_long_is_given_up() -> None:
    machines = [machine(glob(f"*{sign}*").tokens) for sign in "abcdefghijkl"]
    with pytest.raises(TooManyMovesError):
        shortest([[each] for each in machines], [], maximum=1_000)
    with pytest.raises(TooManyStepsError):
        shortest([[each] for each in machines[:4]], [], Steps(maximum=5))
