"""Each stack's template is as it was reviewed; `make snapshots` writes them anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

STACKS = (
    "PictureStorage",
    "InstanceAccess",
    "ServiceAccess",
    "UserAccess",
    "ReportAccess",
    "AuditProgram",
    "RoleActivity",
)


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_is_as_it_was_reviewed(
    name: str, templates: Callable[..., Mapping[str, Any]], snapshot: SnapshotAssertion
) -> None:
    assert templates()[name] == snapshot(extension_class=JSONSnapshotExtension)


def test_every_stack_has_a_snapshot(templates: Callable[..., Mapping[str, Any]]) -> None:
    assert set(templates()) == set(STACKS)
