"""Many roles with our constructs, beside `iam.Role` and `iam.CfnRole`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

from .measuring import Figure
from .role_variants import ROLES, WAYS

ROUNDS = 2
FASTER_THAN_PLAIN = 1.6
SLOWER_THAN_CFN = 1.8


def figures() -> Iterator[Figure]:
    """Seconds and memory, each way in processes of its own."""
    taken = {way: [_run(way) for _ in range(ROUNDS)] for way in WAYS}
    seconds = {way: min(each for each, _ in runs) for way, runs in taken.items()}
    memory = {way: min(each for _, each in runs) for way, runs in taken.items()}
    what = f"{ROLES:,} roles, three permissions and a profile each"
    for other, name, goal, met in (
        ("plain", "iam.Role", f"{FASTER_THAN_PLAIN}x", FASTER_THAN_PLAIN),
        ("cfn", "iam.CfnRole", f"{1 / SLOWER_THAN_CFN:.2f}x", 1 / SLOWER_THAN_CFN),
    ):
        ratio = seconds[other] / seconds["ours"]
        yield Figure(
            what=what,
            ours=f"{seconds['ours']:.1f} s",
            other=f"{name} {seconds[other]:.1f} s",
            ratio=ratio,
            goal=goal,
            met=ratio >= met,
        )
    yield Figure(
        what=f"{ROLES:,} roles, peak memory",
        ours=f"{memory['ours']:,.0f} MB",
        other=f"iam.Role {memory['plain']:,.0f} MB",
        ratio=memory["plain"] / memory["ours"],
        goal="1x",
        met=memory["ours"] <= memory["plain"],
    )


def _run(way: str) -> tuple[float, float]:
    """Seconds, and the most megabytes of Python or of its Node, whichever is more."""
    process = subprocess.run(
        [sys.executable, "-c", _WITH_MEMORY, way],
        capture_output=True,
        text=True,
        check=True,
        # The CDK's own validation of templates takes longer than all of this.
        env=os.environ | {"CDK_VALIDATION": "false"},
    )
    seconds, kilobytes = process.stdout.split()
    return float(seconds), float(kilobytes) / 1024


_WITH_MEMORY = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "benchmarks.role_variants", sys.argv[1]],
                      capture_output=True, text=True, check=True)
print(done.stdout.strip(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
