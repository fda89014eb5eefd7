"""The values that stand for all others."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings, strategies as st

from least_privilege.access.comparison import points


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=4), st.decimals(-7, 7, places=1))
def test_a_number_is_told_from_bounds_as_one_of_the_points(
    bounds: list[int], given: Decimal
) -> None:
    def place(value: Decimal) -> list[int]:
        return [(value > bound) - (value < bound) for bound in bounds]

    found = [Decimal(each) for each in points.numbers(map(str, bounds))]
    assert place(given) in map(place, found)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)), min_size=1, max_size=4),
    st.integers(0, 2**32 - 1),
)
def test_an_address_is_told_from_networks_as_one_of_the_points(
    given_networks: list[tuple[int, int]], number: int
) -> None:
    networks = [ipaddress.IPv4Network(each, strict=False) for each in given_networks]

    def place(text: str) -> list[bool]:
        return [ipaddress.ip_address(text) in each for each in networks]

    found = list(points.addresses(map(str, networks)))
    assert place(str(ipaddress.IPv4Address(number))) in map(place, found)


def test_an_instant_lies_between_two_dates_and_beyond_them() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    found = points.instants([early.isoformat(), late.isoformat()])
    assert {early, late} <= set(found)
    assert any(early < each < late for each in found)
    assert min(found) < early
    assert max(found) > late


def test_a_clock_of_whole_seconds_has_its_seconds_as_bounds() -> None:
    found = points.instants([], ["1767225600"])
    assert any(0 < each.timestamp() - 1767225600 < 1 for each in found)


def test_the_last_second_of_all_is_no_error() -> None:
    assert points.instants(["9999-12-31T23:59:59Z"], ["99999999999999"])


def test_a_binary_that_is_none_of_the_values_is_among_the_points() -> None:
    assert len(set(points.binaries(["ZXhhbXBsZQ==", "QQ=="]))) == 3
