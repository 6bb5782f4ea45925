"""Windows and search as one types, over a made-up library of any size.

python -m benchmarks.speed.windows 300000
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.speed.running import own_home, started
from earmark_daemon.api import Client
from earmark_daemon.places import places
from earmark_db.index import Index
from earmark_db.records import Arrival, Hearing, Stamp, Tag

_TAGS = ("kick", "snare", "hihat", "clap", "tom", "bass", "synth", "vocal", "fx", "guitar")
_WORDS = ("kick", "snare 12", "deep ba", "vocal", "tag:fx")
_AT_ONCE = 10_000
_OPEN = """
import sys, time
from earmark_daemon.api import local_client
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.opening import application, maker
app = application()
asker = Asker(local_client())
window = maker(sys.argv[1])(asker, "")
window.show()
app.processEvents()
print(time.time() - float(sys.argv[2]), flush=True)
window.close()
asker.close()
"""
_SCROLL = """
import json, sys, time
import psutil
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView
from miniaudio import Backend
from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.opening import application, maker
app = application()
asker = Asker(local_client())
window = maker("search")(asker, "", Player([Backend.NULL]))
window.show()
view = next(view for view in window.findChildren(QTableView) if view.dragEnabled())
while not view.model().rowCount():
    QTest.qWait(10)
bar = view.verticalScrollBar()
frames = []
for step in range(200):
    began = time.perf_counter()
    bar.setValue(bar.maximum() * step // 199)
    view.viewport().repaint()
    frames.append(time.perf_counter() - began)
    QTest.qWait(5)
keys = []
field = window.findChildren(QLineEdit)[0]
for letter in "snare 12":
    began = time.perf_counter()
    QTest.keyClicks(field, letter)
    app.processEvents()
    keys.append(time.perf_counter() - began)
    QTest.qWait(120)
rss = psutil.Process().memory_info().rss
print(json.dumps([view.model().rowCount(), sorted(frames), sorted(keys), rss]), flush=True)
window.close()
asker.close()
"""


def fill(path: Path, count: int) -> None:
    """An index with ``count`` sounds of which none exists."""
    index = Index.for_writing(path)
    for start in range(0, count, _AT_ONCE):
        with index.transaction():
            for number in range(start, min(count, start + _AT_ONCE)):
                _add(index, number)
    index.close()


def _add(index: Index, number: int) -> None:
    tag = _TAGS[number % len(_TAGS)]
    path = f"/library/Deep Pack {number // 200}/{tag.title()}s/{tag} {number}.wav"
    (file_id,) = index.files.arrived([Arrival(path, Stamp(1, 1, number, 1), None)])
    scores = {tag: 0.9}
    hearing = Hearing(str(number), 0.5, 44_100, 1, "f", b"", "m", scores, b"")
    index.files.heard(file_id, hearing, {})
    index.files.set_tags(file_id, [Tag(tag, "instrument", 0.9, "model")])


def typing_seconds(client: Client) -> list[tuple[str, float]]:
    """For each beginning of each query how long the daemon takes to answer."""
    taken = []
    for words in _WORDS:
        for length in range(1, len(words) + 1):
            began = time.perf_counter()
            client.call("search", query=words[:length], limit=100)
            taken.append((words[:length], time.perf_counter() - began))
    return taken


def opening_seconds(window: str) -> float:
    """Median wall time from starting the process to the painted window."""
    walls = []
    for _ in range(5):
        command = [sys.executable, "-c", _OPEN, window, str(time.time())]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        walls.append(float(done.stdout.split()[-1]))
    return statistics.median(walls)


def print_fluency() -> None:
    """Scroll through all rows of the search window, and type into it."""
    done = subprocess.run([sys.executable, "-c", _SCROLL], check=True, capture_output=True)
    _, frames, keys, resident = json.loads(done.stdout.splitlines()[-1])
    for what, seconds in (("scrolled picture", frames), ("typed letter", keys)):
        print(
            f"search window, one {what}: median {statistics.median(seconds) * 1000:.0f} ms,"
            f" slowest {seconds[-1] * 1000:.0f} ms"
        )
    print(f"search window after that: {resident / 1e6:.0f} MB resident")


def print_figures(client: Client, count: int) -> None:
    """Search as one types, open each window, scroll and type in one."""
    taken = typing_seconds(client)
    seconds = sorted(second for _, second in taken)
    worst = max(taken, key=lambda item: item[1])
    print(f"search as one types, {count:,} sounds: median {statistics.median(seconds):.3f} s")
    print(f"  slowest {worst[1]:.3f} s, for {worst[0]!r}")
    for window in ("search", "review", "label", "train", "settings", "welcome"):
        print(f"{window} window open after {opening_seconds(window):.2f} s")
    print_fluency()


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with own_home():
        fill(places().index, count)
        with started() as client:
            print_figures(client, count)


if __name__ == "__main__":
    main()
