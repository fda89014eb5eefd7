"""Commands that can all be ended at once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path


class CommandsStoppedError(RuntimeError):
    """A command was ended, or not begun, because all are; the text says why."""


class Commands:
    """Runs commands for several threads; `stop` ends those that run and refuses more.

    Each is in a session of its own, so that Ctrl-C reaches us alone, and we end them in order.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._stopped = ""

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command and wait for it.

        Raises `CommandsStoppedError` if it was ended before it was done.
        """
        with self._lock:
            self.check()
            process = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",  # A picture on standard output is no text.
                start_new_session=True,
            )
            self._running.add(process)
        try:
            output, errors = process.communicate()
        except BaseException:
            _end(process)
            raise
        finally:
            with self._lock:
                self._running.discard(process)
        self.check()
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def stop(self, why: str) -> None:
        """End what runs, and let nothing begin any more."""
        with self._lock:
            self._stopped = self._stopped or why
            for process in self._running:
                _end(process)

    def check(self) -> None:
        """Raise if all was stopped."""
        if self._stopped:
            raise CommandsStoppedError(self._stopped)


def _end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
