"""For parts of windows by themselves: sounds, a player, a refusal, and what a part shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from earmark_daemon.errors import fail
from earmark_tray.windows.review_queue import Sound, brought
from earmark_tray.windows.thumbnails import Thumbnails

REFUSED = fail("no-such-model", "There is no such model.")
LEFT = Qt.MouseButton.LeftButton


class Silent:
    """A player that only remembers what it shall play."""

    def __init__(self) -> None:
        self.played: list[tuple[Any, ...]] = []
        self.at_once = True
        self.seconds: float | None = None

    def play(self, *what: Any) -> None:
        self.played.append(what)

    def stop(self) -> None: ...


@pytest.fixture
def thumbnails() -> Iterator[Thumbnails]:
    made = Thumbnails()
    yield made
    made.close()


def item(name: str, content: str | None = "") -> dict[str, Any]:
    return {
        "path": f"/{name}.wav",
        "content": name if content == "" else content,
        "duration": 1.0,
        "loudness": -9.0,
        "note": "It is broken." if content is None else None,
        "denied": [],
        "tags": [],
        "suggestions": [{"tag": "kick", "score": 0.4}],
    }


def sounds(*names: str) -> list[Sound]:
    return [brought(item(name)) for name in names]


def offered(paths: list[str]) -> list[dict[str, Any]]:
    return [item(path[1:-4]) for path in paths]


def words(widget: Any) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if not each.isHidden())


def button(widget: Any, text: str) -> QPushButton:
    return next(each for each in widget.findChildren(QPushButton) if each.text() == text)
