"""The subcommands of `least-privilege`, one file a command.

A command is a module with `NAME`, `HELP`, `add_arguments(parser)` and `run(arguments)`, which
returns the exit code. It raises an `InvalidInputError` for wrong input, and another
`LeastPrivilegeError` for what could not be done. Every command is imported to show the help: what
takes long to load (aws_cdk, boto3) is imported inside of `run`.
"""

from __future__ import annotations

import argparse
from typing import Final, Protocol

from . import profiles, revoke_sessions


class Command(Protocol):
    """What a module here offers.

    Example:
        >>> from least_privilege.commands import revoke_sessions
        >>> command: Command = revoke_sessions
        >>> command.NAME
        'revoke-sessions'

    Source: https://docs.python.org/3/library/argparse.html
    """

    NAME: str
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; return the exit code."""


COMMANDS: Final[tuple[Command, ...]] = (profiles, revoke_sessions)
"""In the order in which the help shows them."""

__all__ = ["COMMANDS", "Command"]
