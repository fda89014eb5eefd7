"""Pairs of policies, and what the candidate grants beyond the reference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from least_privilege.access import PolicySet, evaluate
from least_privilege.access.comparison import Verdict, compare
from least_privilege.policy import PolicyDocument, PolicyKind

CASES = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
KINDS = {
    "identity": PolicyKind.IDENTITY,
    "session": PolicyKind.IDENTITY,
    "boundary": PolicyKind.IDENTITY,
    "service_control": PolicyKind.SERVICE_CONTROL,
    "resource_control": PolicyKind.RESOURCE_CONTROL,
    "endpoint": PolicyKind.ENDPOINT,
    "resource": PolicyKind.RESOURCE,
    "trust": PolicyKind.TRUST,
}


def document(statements: list[Any], kind: str) -> PolicyDocument:
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": statements}, KINDS[kind])


def policies(given: Any, kind: str) -> PolicySet | PolicyDocument:
    if kind != "set":
        return document(given, kind)
    parts: dict[str, Any] = {}
    for name, statements in given.items():
        made = [document(statements, name)] if statements else []
        if name.endswith("_control"):
            parts[name] = [made]
        else:
            parts[name] = made[0] if name in ("boundary", "endpoint") else made
    return PolicySet(**parts)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_verdict_is_that_of_the_table(case: dict[str, Any]) -> None:
    reference = policies(case["reference"], case["kind"])
    candidate = policies(case["candidate"], case["kind"])
    found = compare(reference, candidate)
    assert found.verdict == case["verdict"], str(found)
    if found.verdict is Verdict.NEW_ACCESS:
        assert found.witness is not None
        assert evaluate(found.witness, found.candidate_policies).is_allowed
        assert not evaluate(found.witness, found.reference_policies).is_allowed
    assert bool(found.reason) is (found.verdict is Verdict.UNKNOWN)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_nothing_grants_more_than_itself(case: dict[str, Any]) -> None:
    # Two copies, with the statements of one turned round, so that they are not simply equal.
    given = case["candidate"]
    turned = given[::-1] if isinstance(given, list) else {k: v[::-1] for k, v in given.items()}
    found = compare(policies(turned, case["kind"]), policies(given, case["kind"]))
    assert found.verdict is Verdict.NO_NEW_ACCESS, str(found)


def test_the_names_of_the_cases_are_their_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)
