"""A worker that acts out the steps that a test wrote down; one list for each attempt.

Steps: `epoch N`, `wait GATE` (until the test opens it), `checkpoint WORDS`, `expect WORDS` (in
the checkpoint), `result` (or `result FILE`, of the test's), `finish`, `fail`, `die`, `hang`,
`child` (start a process of its own), `garble`, `fill SIZE`, `exhaust` (the disk).
"""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from earmark_trainer.engines.engine import CHECKPOINT, METRICS, MODEL, PLOTS, RESULT
from earmark_trainer.engines.reports import Kind, Line
from earmark_trainer.problems import Problem
from earmark_trainer.worker.lifeline import Lifeline
from earmark_trainer.worker.main import _explain


class Actor:
    def __init__(self, home: Path, assignment: Path) -> None:
        self.control = home / "control"
        self.folder = assignment.parent
        self.attempt = int(self.folder.name.removeprefix("attempt-"))
        self.lifeline = Lifeline.take_over()
        self.lifeline.watch()

    def act(self) -> None:
        attempts = json.loads((self.control / "script.json").read_text())
        for step in attempts[min(self.attempt, len(attempts)) - 1]:
            name, _, rest = step.partition(" ")
            getattr(self, name)(rest)

    def epoch(self, number: str) -> None:
        data = {"phase": "training", "epoch": int(number), "epochs": 9, "loss": 0.5}
        data["score"] = int(number) / 10
        self.lifeline.say(Line(Kind.PROGRESS, data))

    def wait(self, gate: str) -> None:
        pause = threading.Event()
        while not (self.control / gate).exists():
            pause.wait(0.02)

    def checkpoint(self, words: str) -> None:
        (self.folder / CHECKPOINT).write_text(words)

    def expect(self, words: str) -> None:
        assert (self.folder / CHECKPOINT).read_text() == words

    def result(self, name: str) -> None:
        made = b"model of attempt %d" % self.attempt
        model = (self.control / name).read_bytes() if name else made
        (self.folder / RESULT / MODEL).write_bytes(model)
        for name in (METRICS, PLOTS):
            (self.folder / RESULT / name).write_text("{}")

    def finish(self, _: str) -> None:
        self.lifeline.say(Line(Kind.FINISHED))

    def fail(self, _: str) -> None:
        problem = Problem("cannot-train", "No.", "Because.", "Change it.")
        self.lifeline.say(Line(Kind.FAILED, problem.to_dict()))

    def die(self, _: str) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def hang(self, _: str) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)

    def child(self, _: str) -> None:
        subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])

    def garble(self, _: str) -> None:
        self.lifeline._speech.write(b"what?\n")
        threading.Event().wait()

    def exhaust(self, _: str) -> None:
        """Write until the disk is full, and say so as the real worker does."""
        try:
            (self.folder / CHECKPOINT).with_suffix(".part").write_bytes(bytes(50_000_000))
        except OSError as error:
            problem = _explain(error, self.folder)
            assert problem is not None
            self.lifeline.say(Line(Kind.FAILED, problem.to_dict()))

    def fill(self, size: str) -> None:
        (self.folder / "filler").write_bytes(bytes(int(size)))
        threading.Event().wait()


if __name__ == "__main__":
    Actor(Path(sys.argv[1]), Path(sys.argv[2])).act()
