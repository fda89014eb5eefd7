"""Writes the documents of AWS's managed policies, as the package moto publishes them.

    python tools/managed_policies.py

The package is fetched to a temporary folder and read there, never imported or installed. To take a
newer one, raise MOTO. The file changes only where its content does.
"""

from __future__ import annotations

import ast
import gzip
import json
import subprocess
import sys
import tempfile
from email import message_from_string
from pathlib import Path
from typing import Any

MOTO = "5.2.5"
LICENSE = "Apache-2.0"
MODULE = Path("moto", "iam", "aws_managed_policies.py")
VARIABLE = "aws_managed_policies_data"
TARGET = Path(__file__).parents[1] / "constructs/least_privilege/template/managed_policies.json.gz"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        fetch(Path(folder))
        content = gathered(Path(folder))
    written = write(content, TARGET)
    print(
        f"{content['count']} managed policies of {content['date']} from moto {content['version']}: "
        + (f"{TARGET.name} written, {TARGET.stat().st_size:,} bytes" if written else "no change")
    )


def fetch(folder: Path) -> None:
    """Put the package there, without what it depends on."""
    subprocess.run(
        ["uv", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:",
         "--python", sys.executable, "--target", str(folder), f"moto=={MOTO}"],
        check=True,
    )  # fmt: skip


def gathered(folder: Path) -> dict[str, Any]:
    """What the file holds, read from the package in this folder."""
    (information,) = folder.glob("moto-*.dist-info")
    metadata = message_from_string((information / "METADATA").read_text("utf-8"))
    if metadata["License"] != LICENSE:
        sys.exit(f"error: moto is under {metadata['License']!r} now, not {LICENSE}; look into it")
    (copyright_line,) = (
        line.strip()
        for line in (information / "licenses" / "LICENSE").read_text("utf-8").splitlines()
        if line.startswith("Copyright ")
    )
    policies = read(folder / MODULE)
    return {
        "title": "The AWS managed policies of the partition aws",
        "source": f"https://github.com/getmoto/moto/blob/{metadata['Version']}/{MODULE.as_posix()}",
        "version": metadata["Version"],
        "license": LICENSE,
        "notice": (
            f"{copyright_line}. Licensed under the Apache License, Version 2.0; a copy is at "
            "https://www.apache.org/licenses/LICENSE-2.0. Changed: the documents alone are kept, "
            "as text, by path and name."
        ),
        "date": max(each["UpdateDate"] for each in policies.values())[:10],
        "count": len(policies),
        "policies": {
            each["Path"].removeprefix("/") + name: to_text(each["Document"])
            for name, each in policies.items()
        },
    }


def read(module: Path) -> dict[str, Any]:
    """The policies by name; the module is JSON in one string, and is not run."""
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == VARIABLE:
            policies: dict[str, Any] = json.loads(ast.literal_eval(node.value))
            return policies
    sys.exit(f"error: {module.name} has no {VARIABLE} any more; look into it")


def to_text(value: Any) -> str:
    """JSON without white space, the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def write(content: dict[str, Any], target: Path) -> bool:
    """Write the file if it says something else; whether it was written."""
    text = to_text(content)
    # Compressed bytes differ from one zlib to the next, so the content decides.
    if target.exists() and gzip.decompress(target.read_bytes()).decode("utf-8") == text:
        return False
    target.write_bytes(gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))
    return True


if __name__ == "__main__":
    main()
