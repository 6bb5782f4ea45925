from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from earmark_tray.windows import collecting


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


class Circle:
    """Only the garbage collector can take it away."""

    def __init__(self) -> None:
        self.itself = self


def test_garbage_goes_but_what_was_there_at_first_is_not_looked_through(
    thawed: None, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "_OFTEN_MILLISECONDS", 5)
    parent = QObject()
    collecting.collect_in_this_thread(parent)
    assert not gc.isenabled()
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 1000)
    assert len(gc.get_objects()) < gc.get_freeze_count() / 2
    gone = weakref.ref(Circle())
    assert gone() is not None
    qtbot.waitUntil(lambda: gone() is None)
    del parent
