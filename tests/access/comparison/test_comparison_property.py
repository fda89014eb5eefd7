"""Comparisons against every request of a small world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from least_privilege.access import PolicySet, evaluate
from least_privilege.access.comparison import Verdict, compare
from tests.access.comparison.universe import (
    EVERYTHING,
    OF_PRINCIPAL,
    VALUES,
    Pick,
    changed,
    document,
    new_request,
)

pytestmark = pytest.mark.thorough

Draw = Callable[[st.SearchStrategy[Any]], Any]


def picking(draw: Draw) -> Pick:
    return lambda among: among[draw(st.integers(0, len(among) - 1))]


def keys_of(pick: Pick, *, of_principal: bool) -> Sequence[str]:
    first = pick(tuple(VALUES))
    if of_principal:
        return (first, *(key for key, _, _ in OF_PRINCIPAL))
    return (first, pick(tuple(key for key in VALUES if key != first)))


@st.composite
def pairs(draw: Draw, kind: str) -> tuple[PolicySet, PolicySet, Sequence[str]]:
    pick = picking(draw)
    is_resource = kind == "resource"
    keys = keys_of(pick, of_principal=kind in ("resource", "callers"))
    before = document(pick, keys, with_principal=is_resource)
    after = changed(pick, before, keys)
    if is_resource:
        return PolicySet(resource=before), PolicySet(resource=after), keys
    sets = [PolicySet(identity=[each]) for each in (before, after)]
    if kind == "boundary":
        sets = [replace(each, boundary=document(pick, keys)) for each in sets]
    return sets[0], sets[1], keys


@pytest.mark.parametrize("kind", ["identity", "boundary", "callers", "resource"])
def test_every_verdict_is_that_of_all_requests_of_a_small_world(kind: str) -> None:
    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(pairs(kind))
    def holds(pair: tuple[PolicySet, PolicySet, Sequence[str]]) -> None:
        reference, candidate, keys = pair
        found = compare(reference, candidate)
        if found.verdict is Verdict.NEW_ACCESS:
            assert found.witness is not None
            assert evaluate(found.witness, found.candidate_policies).is_allowed
            assert not evaluate(found.witness, found.reference_policies).is_allowed
            return
        if kind == "resource":
            # What counts is what the policy allows to callers whose own policies allow it.
            reference, candidate = (
                replace(each, identity=[EVERYTHING]) for each in (reference, candidate)
            )
        request = new_request(reference, candidate, keys)
        if found.verdict is Verdict.NO_NEW_ACCESS:
            assert request is None
        else:
            # Where the answer hangs on a policy variable, it may stay open; nowhere else.
            assert "${" in found.reason

    holds()
