"""The `least-privilege` command: 0 for done, 1 for could not, 2 for wrong usage or input."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from .commands import COMMANDS
from .errors import InvalidInputError, LeastPrivilegeError

DONE, COULD_NOT, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are one line on stderr.

    Example:
        >>> main(["revoke-sessions", "--help"])  # doctest: +ELLIPSIS
        usage: least-privilege revoke-sessions ...
        0

    Source: https://docs.python.org/3/library/argparse.html#exiting-methods
    """
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else COULD_NOT
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except InvalidInputError as error:
        return _failed(arguments.command, error, WRONG_INPUT)
    except LeastPrivilegeError as error:
        return _failed(arguments.command, error, COULD_NOT)
    except KeyboardInterrupt as stop:
        # After the ^C that the terminal shows; a command that may change something says whether.
        sys.stderr.write("\n")
        return _failed(arguments.command, stop, INTERRUPTED) if str(stop) else INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on, as with `| head`; what Python flushes at its end must go somewhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="least-privilege",
        description="Least-privilege AWS IAM roles: what the library does, from a shell.",
        epilog="Exit codes: 0 done, 1 could not, 2 wrong usage or input.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        added = commands.add_parser(
            command.NAME,
            help=command.HELP,
            description=command.HELP[0].upper() + command.HELP[1:] + ".",
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(added)
        added.set_defaults(run=command.run)
    return parser


def _failed(command: str, error: BaseException, code: int) -> int:
    sys.stderr.write(f"least-privilege {command}: {' '.join(str(error).split())}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
