"""The life of the reference app in an AWS, by the real CDK CLI."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from demo.deployment import AUDIT, OURS, CdkCli, Deployment, replacements
from demo.walkthrough import Walkthrough

pytestmark = pytest.mark.end_to_end


def _aws(deployment: Deployment, *arguments: str, account: str = OURS) -> Any:
    done = subprocess.run(
        ("aws", *arguments, "--output", "json"),
        env=deployment.aws.environment(account),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout or "null")


def test_every_attempt_of_the_walkthrough_ends_as_expected(
    deployment: Deployment, folder: Path
) -> None:
    scenarios = Walkthrough(deployment=deployment, folder=folder).run(lambda _: None)
    results = [result for scenario in scenarios.values() for result in scenario]
    assert len(results) >= 28
    assert [f"{each.attempt}: {each.said}" for each in results if not each.as_expected] == []


def test_a_deployment_without_a_change_changes_nothing(cdk: CdkCli, deployment: Deployment) -> None:
    assert "Number of stacks with differences: 0" in cdk.diff()
    assert cdk.deploy().outputs == deployment.outputs


def test_roles_are_deployed_as_they_are_written(deployment: Deployment) -> None:
    role = _aws(deployment, "iam", "get-role", "--role-name", "ReportReader")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{AUDIT}:root"}
    assert role["MaxSessionDuration"] == 3600
    assert {"Key": "application", "Value": "pictures"} in role["Tags"]
    profile = _aws(
        deployment, "iam", "get-instance-profile", "--instance-profile-name",
        deployment.output("InstanceAccess", "InstanceProfileName"),
    )["InstanceProfile"]  # fmt: skip
    assert len(profile["Roles"]) == 1


def test_a_changed_setting_updates_the_role_in_place(cdk: CdkCli, deployment: Deployment) -> None:
    before = _aws(deployment, "iam", "get-role", "--role-name", "ReportReader")["Role"]
    cdk.synth(audit_external_id="another-customer", boundary="team/Ceiling")
    _aws(
        deployment, "iam", "create-policy", "--policy-name", "Ceiling", "--path", "/team/",
        "--policy-document", json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:*", "kms:*", "logs:*"], "Resource": "*"}]}),
    )  # fmt: skip
    assert not replacements(cdk.diff())
    cdk.deploy()
    after = _aws(deployment, "iam", "get-role", "--role-name", "ReportReader")["Role"]
    assert after["RoleId"] == before["RoleId"]
    assert "another-customer" in json.dumps(after["AssumeRolePolicyDocument"])
    assert after["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith("policy/team/Ceiling")


def test_nothing_is_left_after_destroy(cdk: CdkCli, deployment: Deployment) -> None:
    cdk.destroy()
    for account in (OURS, AUDIT):
        names = {
            stack["StackName"]
            for stack in _aws(
                deployment, "cloudformation", "describe-stacks", account=account
            )["Stacks"]
        }  # fmt: skip
        assert names == {"CDKToolkit"}
