"""What commands read: an assembly of the CDK, a folder of templates, or one template."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import InvalidInputError
from ..template import Reading, read_assembly, read_directory, read_template


def add_source(parser: argparse.ArgumentParser) -> None:
    """Take the path, and what a template does not say itself."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        type=Path,
        nargs="+",
        help="cdk.out, a folder of templates, or a template",
    )
    parser.add_argument("--account", help="where stacks are deployed that name no account")
    parser.add_argument("--region", help="where stacks are deployed that name no region")


def read(arguments: argparse.Namespace) -> list[Reading]:
    """Read each; raises `InvalidInputError` for what is none of the three."""
    known = {"account": arguments.account, "region": arguments.region}
    return [_read(path, known) for path in arguments.paths]


def _read(path: Path, known: dict[str, Any]) -> Reading:
    if not path.exists():
        raise InvalidInputError(
            f"{path} is not there; give a folder of templates, or a template, or run `cdk synth` "
            "first and give cdk.out"
        )
    if not path.is_dir():
        return read_template(path, **known)
    if (path / "manifest.json").exists():
        return read_assembly(path, **known)
    return read_directory(path, **known)
