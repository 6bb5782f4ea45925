"""Cancellations that reach the trainer: kept on the disk until it has heard of them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.place import Stopped

if TYPE_CHECKING:
    from earmark_daemon.learning.endpoint.client import Client
    from earmark_daemon.learning.endpoint.stopping import Stop

_ID = re.compile(r"[0-9a-f]{32}")

Connect = Callable[["Stop"], "Client | None"]
"""The paired trainer, or None where none is."""


class Cancelling:
    """Tells the trainer which jobs nobody wants any more, as soon as it can be reached."""

    def __init__(self, folder: Path, connect: Connect) -> None:
        """Keep the ids in ``folder``; nothing is sent before `start`."""
        self._folder = folder
        self._connect = connect
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop: Stop | None = None

    def add(self, job: str) -> None:
        """Nobody wants this job of the trainer's any more."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._folder / job).touch()
        self.start()

    def drop(self, job: str) -> None:
        """Somebody wants it again."""
        (self._folder / job).unlink(missing_ok=True)

    def start(self) -> None:
        """Begin to tell, in the background, where there is something to tell."""
        with self._lock:
            if not self._waiting() or (self._thread and self._thread.is_alive()):
                return
            from earmark_daemon.learning.endpoint.stopping import Stop

            self._stop = Stop()
            self._thread = threading.Thread(
                target=self._work, args=(self._stop,), name="cancelling", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Stop trying; what is left is told in the next life."""
        with self._lock:
            thread, stop = self._thread, self._stop
        if thread is not None and stop is not None:
            stop.stop()
            thread.join()

    def _waiting(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        return [path.name for path in self._folder.iterdir() if _ID.fullmatch(path.name)]

    def _work(self, stop: Stop) -> None:
        from earmark_daemon.learning.endpoint.faults import TryAgain
        from earmark_daemon.learning.endpoint.pace import Backoff

        backoff = Backoff()
        try:
            while waiting := self._waiting():
                try:
                    self._tell(waiting, stop)
                except TryAgain as error:
                    stop.wait(backoff.after(error))
        except (EarmarkError, Stopped):
            return

    def _tell(self, waiting: list[str], stop: Stop) -> None:
        from earmark_daemon.learning.endpoint import jobs
        from earmark_daemon.learning.endpoint.faults import TryAgain

        client = self._connect(stop)
        if client is None:
            raise Stopped
        with closing(client):
            for job in waiting:
                try:
                    jobs.cancel(client, job)
                except TryAgain:
                    raise
                except EarmarkError as error:
                    if error.problem.code != "no-such-job":
                        raise
                self.drop(job)
