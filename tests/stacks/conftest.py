"""The reference app, synthesized for tests: no bundling, and no validation unless asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from app import compose

ROOT = Path(__file__).parents[2]
Templates = Mapping[str, dict[str, Any]]


EXAMPLES = {
    "app:account": "111122223333",
    "app:audit_account": "444455556666",
    "app:audit_external_id": "audit-firm-customer-4711",
    "app:region": "eu-central-1",
}
"""Whatever numbers somebody has put into cdk.json."""


def context(**settings: Any) -> dict[str, Any]:
    """The context of cdk.json, with other settings."""
    given: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    return given | EXAMPLES | {f"app:{name}": value for name, value in settings.items()}


@cache
def _templates(settings: str) -> Templates:
    app = App(
        context=context(**json.loads(settings)) | {"aws:cdk:bundling-stacks": []},
        analytics_reporting=False,
    )
    assembly = compose(app).synth()
    return {stack.stack_name: _without_hashes(stack.template) for stack in assembly.stacks}


def _without_hashes(template: dict[str, Any]) -> dict[str, Any]:
    text = re.sub(r"\b[0-9a-f]{64}\b", "HASH", json.dumps(template))
    plain: dict[str, Any] = json.loads(text)
    # The CDK's own, in every stack alike.
    plain.get("Parameters", {}).pop("BootstrapVersion", None)
    plain.pop("Rules", None)
    return {section: content for section, content in plain.items() if content}


@pytest.fixture
def templates() -> Callable[..., Templates]:
    """The templates of the app's stacks, by name, for these settings."""
    return lambda **settings: _templates(json.dumps(settings, sort_keys=True))
