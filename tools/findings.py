"""Says what the checks of the last synth found: `cdk synth --quiet && python tools/findings.py`."""

import json
import sys
from collections import Counter
from pathlib import Path

ASSEMBLY = Path("cdk.out")


def summary(assembly: Path) -> str:
    """One line about an assembly that passed its checks."""
    report = json.loads((assembly / "validation-report.json").read_text("utf-8"))
    accepted: Counter[str] = Counter()
    for plugin in report["pluginReports"]:
        accepted[plugin["pluginName"]] += len(plugin.get("suppressedViolations", []))
    artifacts = json.loads((assembly / "manifest.json").read_text("utf-8"))["artifacts"].values()
    stacks = sum(each["type"] == "aws:cloudformation:stack" for each in artifacts)
    by_plugin = ", ".join(f"{count} of {name}" for name, count in accepted.items() if count)
    return (
        f"{stacks} stacks, no open findings; {sum(accepted.values())} accepted, each with its "
        f"reason ({by_plugin or 'none'}): {assembly / 'validation-report.json'}"
    )


if __name__ == "__main__":
    print(summary(Path(sys.argv[1]) if len(sys.argv) > 1 else ASSEMBLY))
