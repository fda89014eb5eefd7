"""What all tests share: a stack to put constructs in, and what it synthesizes to."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]

if (ROOT / "constructs" / "__init__.py").exists():
    pytest.exit(
        "constructs/__init__.py shadows the `constructs` package of PyPI, on which aws_cdk is "
        "built; delete it (see constructs/README.md)",
        returncode=4,
    )

os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
# The CDK's own validator costs seconds a process. The Node behind aws_cdk starts when that is
# imported, and reads this then; commands that tests start, such as the CDK CLI, do validate.
if "CDK_VALIDATION" in os.environ:
    from aws_cdk import App, Environment, Stack, assertions
else:
    os.environ["CDK_VALIDATION"] = "false"
    from aws_cdk import App, Environment, Stack, assertions

    del os.environ["CDK_VALIDATION"]

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
REGION = "eu-central-1"

Properties = dict[str, Any]


def new_app(**options: Any) -> App:
    """An app with the feature flags of cdk.json, and none of its settings."""
    context = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    flags = {key: value for key, value in context.items() if not key.startswith("app:")}
    return App(context=flags, analytics_reporting=False, **options)


def new_stack(
    name: str = "Stack",
    *,
    app: App | None = None,
    account: str = ACCOUNT,
    region: str = REGION,
    **options: Any,
) -> Stack:
    return Stack(app or new_app(), name, env=Environment(account=account, region=region), **options)


@pytest.fixture
def stack() -> Stack:
    return new_stack()


def resources(stack: Stack, resource_type: str) -> dict[str, Properties]:
    """The properties of the stack's resources of this type, by logical ID.

    References are written as in `Fn::Sub`: `${Bucket.Arn}`, `arn:${AWS::Partition}:iam::...`.
    """
    found = assertions.Template.from_stack(stack).find_resources(resource_type)
    return {name: readable(found[name].get("Properties", {})) for name in found}


def only(stack: Stack, resource_type: str) -> Properties:
    """The properties of the one resource of this type."""
    (properties,) = resources(stack, resource_type).values()
    return properties


def readable(value: Any) -> Any:
    match value:
        case {"Ref": name, **rest} if not rest:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute], **rest} if not rest:
            return f"${{{name}.{attribute}}}"
        case {"Fn::ImportValue": export, **rest} if not rest:
            return f"${{import {export}}}"
        case {"Fn::Join": [separator, parts], **rest} if not rest:
            return separator.join(readable(part) for part in parts)
        case dict():
            return {key: readable(each) for key, each in value.items()}
        case list():
            return [readable(each) for each in value]
        case _:
            return value
