"""Keeps Python's garbage collector in the window's thread.

By itself it runs in whichever thread allocates; where that destroys a widget, Qt crashes. What is
there once the window is open, most of it code, is left out: to look through it each time held up
keys for 11 to 31 ms.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_OFTEN_MILLISECONDS = 2_000
_ALL_EVERY = 30


def collect_in_this_thread(parent: QObject) -> None:
    """Collect garbage by a timer of this thread alone, for as long as ``parent`` lives."""
    gc.disable()
    timer = QTimer(parent, interval=_OFTEN_MILLISECONDS)
    turn = 0

    def collect() -> None:
        nonlocal turn
        turn += 1
        if turn == 1:
            gc.freeze()
        gc.collect(2 if turn % _ALL_EVERY == 0 else 1)

    timer.timeout.connect(collect)
    timer.start()
