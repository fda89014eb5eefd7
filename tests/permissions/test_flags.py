"""Flags of permissions: text from a setting, `"false"` too, would count as True."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, cast

import pytest

from least_privilege.errors import InvalidPermissionError
from tests.permissions.test_permissions import VALUES

FLAGS: dict[str, tuple[Any, str]] = {
    f"{type(value).__name__}.{each.name}": (value, each.name)
    for value in VALUES
    for each in fields(cast(Any, value))
    if each.type in ("bool", "bool | None")
}


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("text", ["false", 0])
def test_a_flag_is_true_or_false(name: str, text: Any) -> None:
    value, field = FLAGS[name]
    with pytest.raises(InvalidPermissionError, match=f"{field} must be True or False"):
        replace(value, **{field: text})
