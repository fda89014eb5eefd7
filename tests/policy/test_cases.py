"""AWS's grammar, case by case: what each kind of policy takes, and how the rest is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from least_privilege.errors import InvalidPolicyError
from least_privilege.policy import PolicyDocument, PolicyKind
from tests.policy.samples import STATEMENTS

CASES = Path(__file__).parent / "cases"


def _document(group: dict[str, Any], kind: PolicyKind, value: Any) -> Any:
    """The value in the group's template, or at its path in a sound statement."""
    if "template" in group:
        return _filled(group["template"], value, STATEMENTS[kind])
    return {"Version": "2012-10-17", "Statement": [_with(STATEMENTS[kind], group["at"], value)]}


def _with(statement: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    name, _, rest = path.partition(".")
    return statement | {name: _with({}, rest, value) if rest else value}


def _filled(template: Any, value: Any, statement: Any) -> Any:
    match template:
        case "$":
            return statement if value == "STATEMENT" else value
        case "STATEMENT":
            return statement
        case dict():
            return {
                value if name == "$" else name: _filled(each, value, statement)
                for name, each in template.items()
            }
        case list():
            return [_filled(each, value, statement) for each in template]
        case _:
            return template


def _cases(wanted: str) -> Iterator[Any]:
    for path in sorted(CASES.glob("*.json")):
        for group in json.loads(path.read_text("utf-8")):
            for kind in (PolicyKind[name] for name in group["kinds"]):
                for index, case in enumerate(group.get(wanted, [])):
                    name = f"{path.stem}: {group['title']}, {kind}, {index}"
                    value = case["value"] if wanted == "refused" else case
                    says = case["says"] if wanted == "refused" else ""
                    yield pytest.param(_document(group, kind, value), kind, says, id=name)


@pytest.mark.parametrize(("document", "kind", "says"), list(_cases("accepted")))
def test_what_aws_takes_is_read_and_comes_back(document: Any, kind: PolicyKind, says: str) -> None:
    read = PolicyDocument.parse(document, kind)
    assert PolicyDocument.parse(json.dumps(document), kind) == read
    again = PolicyDocument.parse(read.to_json(), kind)
    assert again == read
    assert again.to_json() == read.to_json()


@pytest.mark.parametrize(("document", "kind", "says"), list(_cases("refused")))
def test_what_aws_refuses_is_refused_with_its_place(
    document: Any, kind: PolicyKind, says: str
) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        PolicyDocument.parse(document, kind)
    assert says in str(caught.value)
    if not isinstance(document, str):
        with pytest.raises(InvalidPolicyError) as from_text:
            PolicyDocument.parse(json.dumps(document), kind)
        assert str(from_text.value) == str(caught.value)
