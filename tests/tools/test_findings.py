"""What a synth found is said in one line."""

from __future__ import annotations

import json
from pathlib import Path

from tools.findings import summary


def test_accepted_findings_are_counted_by_plugin(tmp_path: Path) -> None:
    (tmp_path / "Stale.template.json").write_text("{}", "utf-8")
    artifacts = {
        "One": {"type": "aws:cloudformation:stack"},
        "One.assets": {"type": "cdk:asset-manifest"},
        "Two": {"type": "aws:cloudformation:stack"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}), "utf-8")
    report = {
        "pluginReports": [
            {"pluginName": "AwsSolutions", "suppressedViolations": [{}, {}]},
            {"pluginName": "CloudFormation Validate"},
        ]
    }
    (tmp_path / "validation-report.json").write_text(json.dumps(report), "utf-8")
    said = summary(tmp_path)
    assert said.startswith("2 stacks, no open findings; 2 accepted")
    assert "(2 of AwsSolutions)" in said
