"""AWS's documentation as a table: every case names the page that decides it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from least_privilege.access import AccessRequest, Decision, PolicySet, Principal, evaluate
from least_privilege.policy import PolicyDocument, PolicyKind

FILES = sorted((Path(__file__).parent / "cases").glob("*.json"))
ASSUMING = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
KINDS = {
    "boundary": PolicyKind.BOUNDARY,
    "endpoint": PolicyKind.ENDPOINT,
    "identity": PolicyKind.IDENTITY,
    "resource": PolicyKind.RESOURCE,
    "resource_control": PolicyKind.RESOURCE_CONTROL,
    "service_control": PolicyKind.SERVICE_CONTROL,
    "session": PolicyKind.SESSION,
}


def _cases() -> list[Any]:
    found = []
    for path in FILES:
        table = json.loads(path.read_text("utf-8"))
        for case in table["cases"]:
            case = {"page": table["page"], "documents": table.get("documents", {})} | case
            found.append(pytest.param(case, id=f"{path.stem}: {case['name']}"))
    return found


def _principal(given: Any) -> Principal | str:
    if isinstance(given, str):
        return given
    unique_id = {"unique_id": given["unique_id"]} if "unique_id" in given else {}
    match given:
        case {"user": arn}:
            return Principal.user(arn, **unique_id)
        case {"role_session": [arn, name]}:
            return Principal.role_session(arn, name, **unique_id)
        case {"federated": provider, "issuer": issuer}:
            return Principal.federated(provider, issuer)
        case {"federated": provider}:
            return Principal.federated(provider)
        case {"service": name}:
            return Principal.service(name)
        case {"root": account}:
            return Principal.root(account)
        case {"canonical_user": canonical_id}:
            return Principal.canonical_user(canonical_id)
        case {"anonymous": True}:
            return Principal.anonymous()
    raise AssertionError(given)


def _value(given: Any) -> Any:
    return datetime.fromisoformat(given["datetime"]) if isinstance(given, dict) else given


def _document(given: Any, kind: PolicyKind, named: Mapping[str, Any]) -> PolicyDocument:
    if isinstance(given, str):
        given = named[given.removeprefix("@")]
    if isinstance(given, list) or "Statement" not in given:
        given = {"Version": "2012-10-17", "Statement": given}
    return PolicyDocument.parse(given, kind)


def _policies(case: Mapping[str, Any]) -> PolicySet:
    found: dict[str, Any] = {}
    for name, given in case["policies"].items():
        kind = KINDS[name]
        if name == "resource" and case["action"].startswith(ASSUMING):
            kind = PolicyKind.TRUST
        match name:
            case "identity" | "session":
                found[name] = [_document(each, kind, case["documents"]) for each in given]
            case "service_control" | "resource_control":
                found[name] = [
                    [_document(each, kind, case["documents"]) for each in level] for level in given
                ]
            case _:
                found[name] = _document(given, kind, case["documents"])
    return PolicySet(**found)


def test_there_are_cases_for_every_point() -> None:
    names = [case.id for case in _cases()]
    assert len(names) >= 400
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", _cases())
def test_the_evaluation_is_that_of_aws(case: Mapping[str, Any]) -> None:
    assert case["page"].startswith("https://docs.aws.amazon.com/")
    request = AccessRequest(
        principal=_principal(case["principal"]),
        action=case["action"],
        resource=case.get("resource", "*"),
        resource_account=case.get("resource_account"),
        context={key: _value(value) for key, value in case.get("context", {}).items()},
    )
    evaluation = evaluate(request, _policies(case), missing_keys=case.get("missing_keys", "absent"))
    assert evaluation.decision is Decision[case["decision"]], evaluation.explain()
    if "denied_by" in case:
        assert sorted(evaluation.denied_by) == sorted(case["denied_by"])
