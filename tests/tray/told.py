"""A daemon that says what it is told to say, for parts of windows by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from pytestqt.qtbot import QtBot

from earmark_daemon.api import Client, EarmarkError
from earmark_tray.windows.asking import Asker

MILLISECONDS = 20_000


class Told:
    """Remembers what it was asked; refuses where the answer is an error, or works it out."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def call(self, method: str, **arguments: Any) -> Any:
        self.asked.append((method, arguments))
        answer = self.answers.get(method)
        if isinstance(answer, EarmarkError):
            raise answer
        return answer(**arguments) if callable(answer) else answer


@contextmanager
def asking(told: Told) -> Iterator[Asker]:
    asker = Asker(cast(Client, told))
    yield asker
    asker.close()


def settle(asker: Asker, qtbot: QtBot) -> None:
    """Wait until all that was asked so far is answered, or refused."""
    answers: list[object] = []
    asker.ask("status", answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=MILLISECONDS)
