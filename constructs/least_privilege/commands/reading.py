"""What commands read: an assembly of the CDK, a folder of templates, or one template."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..template import Reading, read_assembly, read_directory, read_template


def add_source(parser: argparse.ArgumentParser) -> None:
    """Take the path, and what a template does not say itself."""
    parser.add_argument(
        "path", metavar="PATH", type=Path, help="cdk.out, a folder of templates, or a template"
    )
    parser.add_argument("--account", help="where stacks are deployed that name no account")
    parser.add_argument("--region", help="where stacks are deployed that name no region")


def read(arguments: argparse.Namespace) -> Reading:
    """Read it; raises `InvalidInputError` for what is none of the three."""
    path: Path = arguments.path
    known = {"account": arguments.account, "region": arguments.region}
    if not path.is_dir():
        return read_template(path, **known)
    if (path / "manifest.json").exists():
        return read_assembly(path, **known)
    return read_directory(path, **known)
