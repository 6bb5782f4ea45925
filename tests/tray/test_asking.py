"""In which order what the windows ask is asked, and what waits to be told once more."""

from __future__ import annotations

from threading import Event

import pytest
from pytestqt.qtbot import QtBot
from tests.tray.told import Told, asking

from earmark_daemon.errors import fail
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


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("connection-lost", 1),
        ("no-answer", 1),
        ("disk-full", 1),
        ("index-read-only", 1),
        ("index-fault", 1),
        ("unknown-tag", 0),
    ],
)
def test_what_a_person_said_waits_for_what_passes_and_for_nothing_else(
    qtbot: QtBot, code: str, kept: int
) -> None:
    with asking(Told(label=fail(code, "It cannot be done."))) as asker:
        with qtbot.waitSignal(asker.troubled, timeout=MILLISECONDS):
            asker.tell("label", paths=["/kick.wav"], add=["dusty"])
        assert asker.waiting == kept
