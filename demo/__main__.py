"""`make demo`: set up an AWS on this machine, deploy the app to it, and walk through it."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from least_privilege.embedded import EmbeddedAws
from least_privilege.errors import EmbeddedAwsError

from .attempts import Outcome, Result
from .commands import Commands, CommandsStoppedError
from .deployment import CdkCli, DeploymentError, deploy
from .walkthrough import Walkthrough

LAST_WORDS = """
Identity, trust, bucket and key policies were enforced. Not shown, as the AWS on this machine does
not act on them: VPC endpoint policies, CloudTrail and its alarms, how long ago MFA was used.
docs/embedded-aws.md has the whole list.

Where to go next:
  README.md             a role in ten lines
  docs/which-role.md    which kind of role you need
  make synth            the stacks, and the checks on them
  make deploy           the same stacks in an account of yours"""

WIDE = 120
"""Columns from which on a table reads better than lines."""

COLOURS = {Outcome.ALLOWED: "green", Outcome.DENIED: "yellow", Outcome.FAILED: "red"}


def main() -> int:
    """Run the demo; 0 if every attempt ended as expected."""
    # Where there is no terminal, as in CI, lines may be long.
    console = Console(
        highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 130
    )
    begun = time.monotonic()

    def tell(step: str) -> None:
        console.print(f"[dim]{time.monotonic() - begun:4.0f} s[/]  {step}")

    commands = Commands()
    with tempfile.TemporaryDirectory(prefix="least-privilege-demo-") as name:
        folder = Path(name)
        tell("starting an AWS on 127.0.0.1 (no account, no Docker)")
        with EmbeddedAws.start() as aws:
            _stop_with(aws, commands)
            deployment = deploy(CdkCli(aws=aws, folder=folder, commands=commands), tell)
            tell("trying every kind of access, allowed and denied, with the AWS CLI")
            walk = Walkthrough(deployment=deployment, folder=folder, commands=commands)
            scenarios = walk.run(tell)
            tell("stopping what was started")
    for title, results in scenarios.items():
        console.print()
        if console.width >= WIDE:
            console.print(_table(title, results, walk.names))
        else:
            _print_narrow(console, title, results, walk.names)
    return _conclude(console, scenarios.values())


def _stop_with(aws: EmbeddedAws, commands: Commands) -> None:
    """End all commands when the AWS on this machine ends before us: none could succeed."""

    def watch() -> None:
        aws.wait()
        commands.stop("the AWS on this machine ended before the demo did; run it again")

    threading.Thread(target=watch, daemon=True).start()


def _print_narrow(
    console: Console, title: str, results: Sequence[Result], names: Mapping[str, str]
) -> None:
    console.print(f"[bold]{title}[/]")
    for result in results:
        console.print(f"  {_outcome(result)}  {result.attempt.who}: {result.attempt.why}")
        console.print(f"           [dim]{result.attempt.shown(names)}[/]", soft_wrap=True)


def _outcome(result: Result) -> str:
    outcome = f"[{COLOURS[result.outcome]}]{result.outcome:7}[/]"
    if not result.as_expected:
        outcome += f" [red](expected {result.attempt.expected})[/]"
    return outcome


def _table(title: str, results: Sequence[Result], names: Mapping[str, str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.add_column("step", justify="right")
    for heading in ("who", "command", "outcome", "why"):
        table.add_column(heading, overflow="fold")
    for step, result in enumerate(results, start=1):
        attempt = result.attempt
        table.add_row(str(step), attempt.who, attempt.shown(names), _outcome(result), attempt.why)
    return table


def _conclude(console: Console, scenarios: Iterable[Sequence[Result]]) -> int:
    results = [result for scenario in scenarios for result in scenario]
    differing = [result for result in results if not result.as_expected]
    for result in differing:
        console.print(f"[red]{result.attempt.who}: {result.attempt.shown({})}[/]\n{result.said}\n")
    console.print(
        f"{len(results)} attempts, {len(results) - len(differing)} as expected, "
        f"{len(differing)} not."
    )
    if differing:
        return 1
    console.print(LAST_WORDS)
    return 0


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    # So that what was started is stopped, whoever ends the demo.
    signal.signal(signal.SIGTERM, _end)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("interrupted; everything that was started is stopped")
    except (CommandsStoppedError, DeploymentError, EmbeddedAwsError) as error:
        sys.exit(f"error: {error}")
