"""A real daemon process in a home of its own, started, asked, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.waiting import until

from earmark_daemon.api import Client, NotRunning
from earmark_daemon.places import places
from earmark_daemon.settings import Folder
from earmark_daemon.settings_file import add_folder, change_value

COMMAND = [sys.executable, "-m", "earmark_daemon.cli"]
AS_A_USER = (
    ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
)
"""Put before a command so that it minds permissions, which root does not."""


def earmark(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would."""
    done = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=240, check=False
    )
    if check:
        assert done.returncode == 0, done.stderr + done.stdout
    return done


class LivingDaemon:
    """`earmark run` as a process, watching one folder."""

    def __init__(self, folder: Path, *, write_tags: bool = True) -> None:
        self.folder = Path(os.path.realpath(folder))
        self.places = places()
        self.folder.mkdir(exist_ok=True)
        add_folder(self.places.settings, Folder(str(self.folder), write_tags))
        change_value(self.places.settings, "watching", "quiet_seconds", 0.3)
        self.client = Client(self.places.socket, self.places.key)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, before: Sequence[str] = ()) -> None:
        """Start the process, with other words before its command, and wait until it answers."""
        self.places.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.places.log, "ab") as log:
            self._process = subprocess.Popen(
                [*before, *COMMAND, "run", "--quiet"],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self._answers, "the daemon answers")

    def kill(self) -> None:
        """`kill -9`, and nothing else."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """Ask it to stop; returns its exit code."""
        assert self._process is not None
        self.client.call("stop")
        return self._process.wait(timeout=120)

    def end(self) -> None:
        """Whatever state it is in, end it."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def wait_for(self, paths: Iterable[Path | str], seconds: float = 240.0) -> list[dict[str, Any]]:
        """Return how each path ended, once all have."""
        wanted = [str(path) for path in paths]
        until(lambda: all(self._results(wanted)), f"{len(wanted)} files are dealt with", seconds)
        return [result for result in self._results(wanted) if result]

    def status(self) -> dict[str, Any]:
        """What it is doing."""
        status: dict[str, Any] = self.client.call("status")
        return status

    def _results(self, paths: Sequence[str]) -> list[dict[str, Any] | None]:
        results: list[dict[str, Any] | None] = self.client.call("results", paths=list(paths))
        return results

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.places.log.read_text()
        try:
            self.client.call("status")
        except NotRunning:
            return False
        return True
