"""Whatever comes in: a document that comes back, or an error with a place. Nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from least_privilege.errors import InvalidPolicyError
from least_privilege.policy import PolicyDocument, PolicyKind
from tests.policy.samples import full_document

pytestmark = pytest.mark.thorough

Path = tuple[str | int, ...]

_TEXT = st.text(max_size=12) | st.sampled_from(
    ["*", "", "Allow", "s3:*", "arn:aws:s3:::a", "${a", "2012-10-17", "111122223333", "true"]
)
_SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | _TEXT
_NAMES = st.sampled_from(
    ["Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action",
     "NotAction", "Resource", "NotResource", "Condition", "AWS", "Service", "Bool", "aws:x", "x"]
)  # fmt: skip
_JSON = st.recursive(
    _SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=15,
)
_PYTHON = st.recursive(
    _SCALAR
    | st.binary(max_size=3)
    | st.decimals()
    | st.complex_numbers()
    | st.text(st.characters(categories=["Cs", "Cc", "L"]), max_size=3)
    | st.builds(object),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(_NAMES | st.integers() | st.none(), inner, max_size=3)
        | st.builds(iter, st.lists(inner, max_size=2))
    ),
    max_leaves=8,
)


def _holds(source: Any, kind: PolicyKind) -> None:
    """The one thing that is demanded of every input."""
    try:
        document = PolicyDocument.parse(source, kind)
    except InvalidPolicyError as error:
        place, colon, what = str(error).partition(": ")
        assert place
        assert colon
        assert what
        return
    again = PolicyDocument.parse(document.to_json(), kind)
    assert again == document
    assert again.to_dict() == document.to_dict()


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for name in value:
            yield from _paths(value[name], (*path, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _paths(each, (*path, index))


def _changed(document: Any, path: Path, change: str, value: Any, name: str) -> Any:
    if not path:
        return [document] if change == "nest" else document
    *way, step_to_last = path
    last: Any = step_to_last
    parent = document
    for step in way:
        parent = parent[step]
    match change:
        case "drop":
            del parent[last]
        case "retype":
            parent[last] = value
        case "nest":
            parent[last] = {name: parent[last]} if value is None else [parent[last]]
        case "duplicate" if isinstance(parent, list):
            parent.append(copy.deepcopy(parent[last]))
        case "duplicate":
            parent[str(last).upper()] = copy.deepcopy(parent[last])
        case "rename" if isinstance(parent, dict):
            parent[name] = parent.pop(last)
        case "add" if isinstance(parent, dict):
            parent[name] = value
        case "lengthen" if isinstance(parent[last], str):
            parent[last] += str(value)
    return document


@pytest.mark.parametrize("kind", PolicyKind)
def test_the_sample_of_a_kind_is_sound(kind: PolicyKind) -> None:
    """Else the changes below would be made to nothing."""
    document = PolicyDocument.parse(full_document(kind), kind)
    assert PolicyDocument.parse(document.to_json(), kind) == document


_CHANGES = ["drop", "retype", "nest", "duplicate", "rename", "add", "lengthen"]


@settings(max_examples=600, deadline=None)
@given(st.data(), st.sampled_from(PolicyKind))
def test_a_changed_policy_is_read_or_refused_with_its_place(
    data: st.DataObject, kind: PolicyKind
) -> None:
    document = copy.deepcopy(full_document(kind))
    for _ in range(data.draw(st.integers(1, 3))):
        if not isinstance(document, dict):
            break
        path = data.draw(st.sampled_from(list(_paths(document))))
        change = data.draw(st.sampled_from(_CHANGES))
        document = _changed(document, path, change, data.draw(_JSON), data.draw(_NAMES))
    _holds(document, kind)
    _holds(json.dumps(document), kind)


@settings(max_examples=300, deadline=None)
@given(_JSON, st.sampled_from(PolicyKind))
def test_any_json_is_read_or_refused_with_its_place(source: Any, kind: PolicyKind) -> None:
    _holds(source, kind)
    _holds(json.dumps(source), kind)


@settings(max_examples=300, deadline=None)
@given(_PYTHON, st.sampled_from(PolicyKind))
def test_any_python_value_is_refused_with_its_place(source: Any, kind: PolicyKind) -> None:
    _holds(source, kind)
    _holds({"Version": "2012-10-17", "Statement": source}, kind)
    _holds({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": source}]}, kind)


@settings(deadline=None)
@given(st.text() | st.binary())
def test_any_text_is_refused_with_its_place(source: str | bytes) -> None:
    with pytest.raises(InvalidPolicyError, match=r"^\S+: ."):
        PolicyDocument.parse(source)


@settings(deadline=None)
@given(st.sampled_from(PolicyKind), st.integers(0, 2_000), st.text(max_size=3))
def test_a_text_with_a_slip_of_the_pen_is_read_or_refused(
    kind: PolicyKind, at: int, slip: str
) -> None:
    text = json.dumps(full_document(kind))
    _holds(text[:at] + slip + text[at + 1 :], kind)
