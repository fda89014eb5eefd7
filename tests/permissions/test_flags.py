"""Flags of permissions: text from a setting, `"false"` too, would count as True."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from least_privilege.errors import InvalidPermissionError
from least_privilege.permissions import Permission
from tests.permissions.test_permissions import VALUES

FLAGS = {
    f"{type(value).__name__}.{each.name}": (value, each.name)
    for value in VALUES
    for each in fields(value)
    if each.type in ("bool", "bool | None")
}


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("text", ["false", 0])
def test_a_flag_is_true_or_false(name: str, text: Any) -> None:
    value, field = FLAGS[name]
    assert isinstance(value, Permission)
    with pytest.raises(InvalidPermissionError, match=f"{field} must be True or False"):
        replace(value, **{field: text})
