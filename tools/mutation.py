"""Changes the evaluator in small ways, one at a time, and shows each change that no test notices.

    uv run --no-project --with mutmut==3.8.1 python tools/mutation.py [--every N] [MODULE ...]

It works on a copy in a temporary folder, with the tests of `tests/access/` that say what they want;
those with generated policies would take hours. `--every 5` tries every fifth change. What is shown
has to be read: some changes make no difference to any caller.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = {
    "conditions": "access/conditions.py",
    "context_keys": "access/context_keys.py",
    "evaluation": "access/evaluation.py",
    "matching": "access/matching.py",
    "rules": "access/rules.py",
    "statements": "access/statements.py",
    "unknowns": "access/unknowns.py",
    "values": "policy/values.py",
    "variables": "access/variables.py",
}
SURVIVED, UNTESTED = 0, 33
"""How mutmut notes a change with which all tests pass, and one in code that no test runs."""
SETTINGS = """
[tool.pytest.ini_options]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider"]
pythonpath = ["."]

[tool.mutmut]
source_paths = ["src"]
only_mutate = {files}
pytest_add_cli_args_test_selection = {tests}
# Tests start in a process that has run none, so that nothing is remembered from before the change.
process_isolation = "forkserver"
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=", ".join(MODULES))
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try every n-th change")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    given = parser.parse_args()
    if unknown := set(given.modules) - set(MODULES):
        parser.error(f"MODULE must be one of {', '.join(MODULES)}, got {', '.join(unknown)}")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        copy(place, given.modules or MODULES)
        # By a name that no change has, mutmut makes all changes and tries none.
        output = mutmut(place, "run", "none")
        names = sorted(results(place))
        chosen = names[:: given.every]
        if chosen:
            output = mutmut(place, "run", "--max-children", str(given.processes), *chosen)
        found = results(place)
        if not chosen or any(found[name] is None for name in chosen):
            sys.exit(output)
        survivors = [name for name in chosen if found[name] in (SURVIVED, UNTESTED)]
        for name in survivors:
            print(mutmut(place, "show", name))
    print(f"{len(chosen)} of {len(names)} changes tried, {len(survivors)} not noticed")


def copy(place: Path, modules: Iterable[str]) -> None:
    """The library and the tests, laid out as mutmut wants it."""
    package, tests = place / "src" / "least_privilege", place / "tests" / "access"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "constructs" / "least_privilege", package, ignore=ignored)
    shutil.copytree(ROOT / "tests" / "access", tests, ignore=ignored)
    files = [package / MODULES[name] for name in modules]
    for file in files:
        file.write_text(undecorated(file.read_text("utf-8")), "utf-8")
    quick = [
        file for file in tests.glob("test_*.py") if "hypothesis" not in file.read_text("utf-8")
    ]
    settings = SETTINGS.format(
        files=json.dumps([str(file.relative_to(place)) for file in files]),
        tests=json.dumps([str(file.relative_to(place)) for file in sorted(quick)]),
    )
    (place / "pyproject.toml").write_text(settings, "utf-8")


def undecorated(source: str) -> str:
    """The same code with fewer decorators: mutmut passes by a function that has one.

    A property is made by a call below its function. A cache goes: it would answer as before.
    """
    lines = source.splitlines()
    functions = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.FunctionDef)]
    for function in sorted(functions, key=lambda each: each.lineno, reverse=True):
        for decorator in function.decorator_list:
            kind = ast.unparse(decorator).partition("(")[0]
            if kind == "property":
                assert function.end_lineno is not None
                call = f"{function.name} = property({function.name})"
                lines.insert(function.end_lineno, " " * function.col_offset + call)
            if kind in ("property", "lru_cache"):
                lines[decorator.lineno - 1] = ""
    return "\n".join(lines) + "\n"


def mutmut(place: Path, *arguments: str) -> str:
    """What it prints."""
    return subprocess.run(
        [Path(sys.executable).with_name("mutmut"), *arguments],
        cwd=place, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ).stdout  # fmt: skip


def results(place: Path) -> dict[str, int | None]:
    """How pytest ended with each change, by its name; None where it was not tried."""
    found: dict[str, int | None] = {}
    for file in sorted((place / "mutants").rglob("*.py.meta")):
        found |= json.loads(file.read_text("utf-8"))["exit_code_by_key"]
    return found


if __name__ == "__main__":
    main()
