"""Keeps a training process from outliving its supervisor, and lets it be heard.

The supervisor holds the other ends of the process's standard input and output. When it dies,
however it dies, the input ends: the process then kills its whole group. Linux is asked to do
that by itself, which works even while no thread gets to run or the process is stopped.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
from typing import BinaryIO

from earmark_trainer.engines.reports import Kind, Line

BEAT_SECONDS = 2.0


class Lifeline:
    """The process's side of the connection to its supervisor."""

    def __init__(self, speech: BinaryIO, listening: BinaryIO) -> None:
        """Take over the reports' pipe and the pipe whose end means the supervisor's end."""
        self._speech = speech
        self._listening = listening
        self._lock = threading.Lock()

    @classmethod
    def take_over(cls) -> Lifeline:
        """Claim standard input and output; what is printed goes to the log from now on."""
        speech = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        listening = os.fdopen(os.dup(0), "rb", buffering=0)
        with open(os.devnull, "rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        _kill_group_at_end_of(listening.fileno())
        return cls(speech, listening)

    def watch(self) -> None:
        """Start to beat, and to listen for the supervisor's end."""
        threading.Thread(target=self._await_end, name="lifeline", daemon=True).start()
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def say(self, line: Line) -> None:
        """Send a line; the process ends if nobody is there to read it."""
        try:
            with self._lock:
                self._speech.write(line.encode())
        except OSError:
            end_group()

    def _beat(self) -> None:
        wait = threading.Event()
        while not wait.wait(BEAT_SECONDS):
            self.say(Line(Kind.BEAT))

    def _await_end(self) -> None:
        while self._listening.read(1):
            continue
        end_group()


def _kill_group_at_end_of(descriptor: int) -> None:
    """Let Linux kill the group when the other end closes: F_SETSIG in fcntl(2)."""
    if not sys.platform.startswith("linux"):
        return
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, -os.getpgid(0))
    fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL)
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)


def end_group() -> None:
    """Kill this process and all that it started."""
    os.killpg(os.getpgid(0), signal.SIGKILL)
