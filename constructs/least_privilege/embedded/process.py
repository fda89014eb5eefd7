"""The server as a subprocess: started, waited for, stopped, and never left behind."""

import contextlib
import json
import os
import queue
import signal
import site
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import least_privilege
from least_privilege.errors import EmbeddedAwsError

_READY_WITHIN_SECONDS = 60
_STOPPED_WITHIN_SECONDS = 5
_LINES_OF_LOG_IN_ERRORS = 25

# All that the server takes over from its parent. Anything else (AWS_*, proxies, the emulator's
# own switches) would make one developer's demo differ from the next one's.
_INHERITED_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The ports on 127.0.0.1 that the server chose and listens on."""

    api: int
    instance_metadata: int


class ServerProcess:
    """One running server."""

    def __init__(self, folder: Path, settings: dict[str, object]) -> None:
        """Start the server in `folder` and wait until it answers.

        `settings` go to the server over its standard input, which then stays open: the server
        ends when that pipe closes, and the operating system closes it however this process ends.
        """
        self._log = folder / "server.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "least_privilege.embedded.server"],
                cwd=folder,
                env=_environment(folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                # Ctrl-C is for the caller, who may still need the server to clean up.
                start_new_session=True,
            )
        try:
            self._send(settings)
            self.ports = self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and everything it started. Does nothing the second time."""
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            try:
                self._process.wait(_STOPPED_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                self._signal(signal.SIGKILL)
                self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    @property
    def pid(self) -> int:
        """The process ID of the server."""
        return self._process.pid

    def wait(self) -> None:
        """Return when the server has ended."""
        self._process.wait()

    def log_tail(self) -> str:
        """The last lines that the server logged."""
        lines = self._log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-_LINES_OF_LOG_IN_ERRORS:])

    def _send(self, settings: dict[str, object]) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # It failed already; waiting tells why.
            self._process.stdin.write(json.dumps(settings).encode() + b"\n")
            self._process.stdin.flush()

    def _wait_until_ready(self) -> Ports:
        assert self._process.stdout is not None
        answers: queue.Queue[bytes] = queue.Queue()
        threading.Thread(
            target=_read_line, args=(self._process.stdout, answers), daemon=True
        ).start()
        try:
            line = answers.get(timeout=_READY_WITHIN_SECONDS)
        except queue.Empty:
            raise self._failure(f"was not ready within {_READY_WITHIN_SECONDS} s") from None
        if not line:
            code = self._process.wait()
            raise self._failure(f"ended with exit code {code} while starting")
        return Ports(**json.loads(line))

    def _failure(self, what: str) -> EmbeddedAwsError:
        return EmbeddedAwsError(f"the embedded AWS {what}; its log ends with:\n{self.log_tail()}")

    def _signal(self, number: signal.Signals) -> None:
        # The server leads a process group of its own, with the functions it runs in it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _read_line(pipe: IO[bytes], answers: "queue.Queue[bytes]") -> None:
    answers.put(pipe.readline())


def _environment(folder: Path) -> dict[str, str]:
    environment = {name: os.environ[name] for name in _INHERITED_VARIABLES if name in os.environ}
    source_root = Path(least_privilege.__path__[0]).parent
    # Node.js may lie beside Python, in the same virtual environment.
    beside = str(Path(sys.executable).parent)
    return environment | {
        "PATH": os.pathsep.join((beside, environment.get("PATH", os.defpath))),
        # A function that runs on this machine shall not find ~/.aws.
        "HOME": str(folder),
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONPATH": str(source_root),
        "PYTHONUNBUFFERED": "1",
    }
