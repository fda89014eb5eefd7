"""A team moves to our constructs without losing a role."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from demo.deployment import OURS, replacements
from least_privilege.embedded import EmbeddedAws

pytestmark = pytest.mark.end_to_end

APP = Path(__file__).parent / "moving" / "app.py"


def _cdk(aws: EmbeddedAws, folder: Path, *arguments: str, **context: str) -> str:
    pairs = (f"{key}={value}" for key, value in context.items())
    done = subprocess.run(
        ("cdk", *arguments, "--app", f"{sys.executable} {APP}", "--output", str(folder),
         *(part for pair in pairs for part in ("--context", pair))),
        cwd=folder,
        env=aws.environment(OURS),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


def _resources(folder: Path, resource_type: str) -> Mapping[str, Any]:
    template = json.loads((folder / "Team.template.json").read_text("utf-8"))
    return {
        logical_id: resource
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == resource_type
    }


@pytest.mark.usefixtures("cdk")
def test_a_role_and_the_profile_of_an_instance_move_without_being_replaced(
    aws: EmbeddedAws, folder: Path
) -> None:
    _cdk(aws, folder, "deploy", "--require-approval", "never")
    roles = set(_resources(folder, "AWS::IAM::Role"))
    (profile_id,) = _resources(folder, "AWS::IAM::InstanceProfile")
    (role_id,) = (each for each in roles if each.startswith("HostInstanceRole"))
    moved = {"moved": "true", "role_id": role_id, "profile_id": profile_id}

    difference = _cdk(aws, folder, "diff", **moved)

    assert set(_resources(folder, "AWS::IAM::Role")) == roles
    assert set(_resources(folder, "AWS::IAM::InstanceProfile")) == {profile_id}
    assert not replacements(difference)
    # All that goes is the policy beside the role: its statement is in the role now.
    gone = [line for line in difference.splitlines() if line.startswith("[-] AWS::")]
    assert [line.split()[1] for line in gone] == ["AWS::IAM::Policy"]
    _cdk(aws, folder, "deploy", "--require-approval", "never", **moved)
    _cdk(aws, folder, "destroy", "--force", **moved)
