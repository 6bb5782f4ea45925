"""In which order what the windows ask is asked."""

from __future__ import annotations

from threading import Event

from pytestqt.qtbot import QtBot

from earmark_tray.windows.asking import Asker

MILLISECONDS = 20_000


def test_what_is_asked_last_gives_way(qtbot: QtBot) -> None:
    class Slow:
        """Answers the first question only when it may."""

        may = Event()

        def call(self, method: str) -> str:
            assert method != "first" or self.may.wait(20)
            return method

    answers: list[str] = []
    asker = Asker(Slow())  # type: ignore[arg-type]
    asker.ask("first", answers.append)
    asker.ask_last("page", answers.append)
    asker.ask("second", answers.append)
    asker.ask("third", answers.append)
    Slow.may.set()
    qtbot.waitUntil(lambda: len(answers) == 4, timeout=MILLISECONDS)
    assert answers == ["first", "second", "third", "page"]
    asker.close()
