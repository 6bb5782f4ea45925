"""Runs inside a process of its own: opens a window and prints how fluid it is, as JSON.

`benchmarks.speed.windows` starts it, with the name of what to do and, for ``open``, the window and
the time at which it was started.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import psutil
from miniaudio import Backend
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView, QWidget

from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.collecting import collect_in_this_thread
from earmark_tray.windows.opening import application, maker

QUERY = "deep snare 12"
_STEPS = 200
_BETWEEN_MILLISECONDS = 100
_REST_MILLISECONDS = 500


def opened(name: str, began: float) -> dict[str, Any]:
    """Seconds until the window is painted."""
    window, asker = _shown(name)
    QApplication.processEvents()
    seconds = time.time() - began
    _close(window, asker)
    return {"seconds": seconds}


def search() -> dict[str, Any]:
    """Scroll through all rows, and type; a letter is done when its sounds are in the list."""
    window, asker = _shown("search")
    view = next(view for view in window.findChildren(QTableView) if view.dragEnabled())
    model: Any = view.model()
    while not model.rowCount() or model.more:
        _rest(10)
    frames = []
    for step in range(_STEPS):
        began = time.perf_counter()
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() * step // (_STEPS - 1))
        view.viewport().repaint()
        frames.append(time.perf_counter() - began)
        _rest(5)
    rows, letters, answers = model.rowCount(), [], []
    field = window.findChildren(QLineEdit)[0]
    model.searched.connect(lambda _: answers.append(model.query))
    _rest(_REST_MILLISECONDS)
    for number, letter in enumerate(QUERY, 1):
        began = time.perf_counter()
        QTest.keyClicks(field, letter)
        _until(model.searched, partial(answers.__contains__, QUERY[:number]))
        view.viewport().repaint()
        letters.append(time.perf_counter() - began)
        _rest(_BETWEEN_MILLISECONDS)
    resident = _resident()
    _close(window, asker)
    return {"rows": rows, "frames": frames, "letters": letters, "resident": resident}


def review() -> dict[str, Any]:
    """Accept one sound after the other; a step is done when the next one is painted."""
    began = time.perf_counter()
    window, asker = _shown("review")
    asking: Any = window
    while asking.asked_about is None:
        _rest(1)
    first, before, steps = time.perf_counter() - began, _resident(), []
    for _ in range(_STEPS):
        path = asking.asked_about
        began = time.perf_counter()
        QTest.keyClick(window, Qt.Key.Key_Return)
        _until(asking.asks, partial(_asks_another, asking, path))
        window.repaint()
        steps.append(time.perf_counter() - began)
        _rest(_BETWEEN_MILLISECONDS)
    resident = _resident()
    _close(window, asker)
    return {"first": first, "steps": steps, "before": before, "resident": resident}


def _shown(name: str) -> tuple[QWidget, Asker]:
    collect_in_this_thread(application())
    asker = Asker(local_client())
    silent = name in ("search", "review", "label")
    window = maker(name)(asker, "", *([Player([Backend.NULL])] if silent else []))
    window.show()
    return window, asker


def _rest(milliseconds: int) -> None:
    """Let the window work; unlike `QTest.qWait` this lets its threads work too."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _asks_another(window: Any, path: str) -> bool:
    return window.asked_about not in (path, None)


def _until(signal: Any, condition: Callable[[], bool]) -> None:
    """Let the window work until the signal was heard and the condition holds."""
    loop = QEventLoop()
    connection = signal.connect(lambda *_: loop.quit())
    while not condition():
        loop.exec()
    signal.disconnect(connection)


def _close(window: QWidget, asker: Asker) -> None:
    window.close()
    asker.close()


def _resident() -> int:
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "open":
        figures = opened(rest[0], float(rest[1]))
    else:
        figures = {"search": search, "review": review}[what]()
    print(json.dumps(figures), flush=True)
