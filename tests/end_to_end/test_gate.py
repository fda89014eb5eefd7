"""`cdk synth` fails on a finding that nobody acknowledged."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.end_to_end

VIOLATION = """
from aws_cdk import App, aws_iam as iam
from app import compose

app = compose(App())
role = app.node.find_child("ServiceAccess").role
role.add_to_policy(iam.PolicyStatement(actions=["s3:*"], resources=["*"]))
app.synth()
"""


def _synth(app: str, output: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ("cdk", "synth", "--quiet", "--app", app, "--output", str(output), *arguments),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_the_app_passes_every_pack_with_customer_managed_policies(tmp_path: Path) -> None:
    """In GovCloud; the reference app is deployed under AwsSolutions in another test."""
    packs = "AwsSolutions,NIST.800.53.R5,HIPAA.Security,PCI.DSS.321"
    done = _synth(
        "python app.py", tmp_path, "-c", "app:region=us-gov-west-1",
        "-c", f"app:nag_packs={packs}", "-c", "app:policy_type=customer managed",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "WARNING" not in done.stdout


def test_the_app_passes_in_china_without_user_pools(tmp_path: Path) -> None:
    done = _synth(
        "python app.py", tmp_path, "-c", "app:region=cn-north-1", "-c", "app:user_access=false"
    )
    assert done.returncode == 0, done.stdout
    assert "WARNING" not in done.stdout


def test_a_planted_wildcard_fails_the_synth_and_is_named(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(VIOLATION, "utf-8")
    done = _synth(f"env PYTHONPATH={ROOT} python {planted}", tmp_path / "cdk.out")
    assert done.returncode != 0
    assert "AwsSolutions-IAM5[Action::s3:*]" in done.stdout
    assert "AwsSolutions-IAM5[Resource::*]" in done.stdout
    assert "ServiceAccess/ThumbnailRole/DefaultPolicy" in done.stdout


def test_a_wrong_setting_fails_the_synth_in_one_line(tmp_path: Path) -> None:
    done = _synth("python app.py", tmp_path, "-c", "app:account=12345")
    assert done.returncode != 0
    assert "error: app:account must be 12 digits, got '12345'" in done.stdout
    assert "Traceback" not in done.stdout


def test_the_example_accounts_are_never_deployed_to(tmp_path: Path) -> None:
    done = _synth(
        "python app.py", tmp_path, "-c", "app:deploying=true",
        "-c", "app:account=111122223333", "-c", "app:audit_account=444455556666",
    )  # fmt: skip
    assert done.returncode != 0
    assert "still AWS's example numbers" in done.stdout
