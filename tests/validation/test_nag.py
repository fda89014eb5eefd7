"""The packs of cdk-nag run in every synth that asks for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aws_cdk import aws_iam as iam

from least_privilege.validation import NagPack, check_with
from tests.conftest import new_app, new_stack


@pytest.mark.parametrize("packs", [(pack,) for pack in NagPack] + [tuple(NagPack)])
def test_a_pack_reports_under_its_own_name(packs: tuple[NagPack, ...], tmp_path: Path) -> None:
    app = new_app(outdir=str(tmp_path))
    check_with(app, packs)
    role = iam.Role(
        new_stack(app=app), "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
    )
    role.add_to_policy(iam.PolicyStatement(actions=["*"], resources=["*"]))
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    report = json.loads((tmp_path / "validation-report.json").read_text("utf-8"))
    failed = {each["pluginName"] for each in report["pluginReports"] if each["violations"]}
    assert failed == {pack.value for pack in packs}


def test_no_pack_no_findings(tmp_path: Path) -> None:
    app = new_app(outdir=str(tmp_path))
    check_with(app, [])
    iam.User(new_stack(app=app), "User")
    app.synth()
    assert not (tmp_path / "validation-report.json").exists()
