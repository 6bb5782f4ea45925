"""Labels 200 real sounds by key strokes at human speed, on a virtual screen with a real daemon.

python -m benchmarks.speed.labelling          # or another number of sounds

A typist who decides within 0.7 to 1.5 seconds: mostly accepts, sometimes picks another tag,
refuses, types a word or takes the last answer back. Printed are the whole time and, for every
sound, the time from the key to its first samples going out to the device (miniaudio's null device,
which asks for samples as a real one does).
"""

from __future__ import annotations

import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tests.tray.screen import Screen, screen
from tests.waiting import until

from benchmarks.speed.running import one_shots, running_daemon

_WINDOW = """
import json, sys
from miniaudio import Backend
from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.collecting import collect_in_this_thread
from earmark_tray.windows.opening import application, maker
app = application()
collect_in_this_thread(app)
def started(path, at):
    print(json.dumps([path, at]), flush=True)
asker = Asker(local_client())
window = maker("label")(asker, sys.argv[1], Player([Backend.NULL], started))
window.show()
app.exec()
"""
_STROKES = (
    (["Return"], 0.72),
    (["2"], 0.10),
    (["3"], 0.04),
    (["x"], 0.05),
    (["s"], 0.03),
    (["t", "r", "i", "m", "Return"], 0.04),
    (["z", "Return"], 0.02),
)
_LEAST_SECONDS, _MOST_SECONDS = 0.7, 1.5
_LONGEST_WAIT_SECONDS = 5.0


class Ears:
    """Hears when which sound began."""

    def __init__(self, lines: IO[bytes]) -> None:
        self._began = threading.Condition()
        self._count = 0
        self._last = 0.0
        threading.Thread(target=self._listen, args=(lines,), daemon=True).start()

    @property
    def count(self) -> int:
        """How many sounds have begun."""
        return self._count

    def next(self, count: int) -> float | None:
        """When the first sound after the first ``count`` began; None where none does."""
        with self._began:
            heard = self._began.wait_for(lambda: self._count > count, _LONGEST_WAIT_SECONDS)
            return self._last if heard else None

    def _listen(self, lines: IO[bytes]) -> None:
        for line in lines:
            with self._began:
                self._last = json.loads(line)[1]
                self._count += 1
                self._began.notify_all()


def label(shown: Screen, ears: Ears, count: int) -> Iterator[float]:
    """For each answer the seconds from the key to the next sound."""
    choice = random.Random(7)
    strokes, weights = zip(*_STROKES, strict=True)
    for _ in range(count):
        time.sleep(choice.uniform(_LEAST_SECONDS, _MOST_SECONDS))
        (keys,) = choice.choices(strokes, weights)
        for key in keys[:-1]:
            shown.xdotool("key", key)
            time.sleep(0.12)
        before = ears.count
        pressed = time.perf_counter()
        shown.xdotool("key", keys[-1])
        heard = ears.next(before)
        if heard is not None:
            yield heard - pressed


def run(count: int) -> None:
    """Label and print the figures."""
    folder = Path(tempfile.mkdtemp(prefix="earmark-labelling-"))
    with running_daemon() as (client, watched, _), screen(folder) as shown:
        for number, source in enumerate(one_shots(count + count // 10)):
            shutil.copyfile(source, watched / f"{number:04d} {source.name}")
        number = client.call("status")["event"]
        while client.call("status")["files"]["heard"] < count:
            number = client.call("changes", since=number, seconds=30.0)["number"]
        command = [sys.executable, "-c", _WINDOW, str(watched)]
        with subprocess.Popen(command, env=shown.environment, stdout=subprocess.PIPE) as window:
            assert window.stdout is not None
            ears = Ears(window.stdout)
            until(lambda: ears.count > 0, "the first sound plays")
            (wanted,) = shown.windows("Label – Earmark$")
            shown.xdotool("windowactivate", "--sync", wanted)
            began = time.perf_counter()
            waits = sorted(label(shown, ears, count))
            seconds = time.perf_counter() - began
            window.terminate()
        said = sum(
            any(tag["source"] == "person" for tag in hit["tags"])
            for hit in client.call("search", query="", limit=2 * count)["hits"]
        )
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{count} answers in {seconds:.0f} s; {said} sounds carry a person's tag")
    print(f"key to next sound, {len(waits)} times: median {statistics.median(waits) * 1000:.0f} ms")
    print(f"  95 of 100 within {waits[int(len(waits) * 0.95)] * 1000:.0f} ms")
    print(f"  slowest {waits[-1] * 1000:.0f} ms, all with xdotool's own start of a few ms")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
