"""Rows of a list of sounds while it is asked for anew."""

from __future__ import annotations

from threading import Event
from typing import Any

from pytestqt.qtbot import QtBot
from tests.tray.parts import item
from tests.tray.told import MILLISECONDS, Told, asking, settle

from earmark_tray.windows.looking_again import Look
from earmark_tray.windows.sound_model import SoundModel
from earmark_tray.windows.sound_pages import PAGE, Pages
from earmark_tray.windows.sound_row import Row


def test_what_followed_a_sound_that_went_takes_its_place() -> None:
    def rows(*names: str) -> list[Row]:
        return [Row(f"/{name}.wav", (), 1.0, True) for name in names]

    look = Look(Pages(rows("a", "b", "c", "d")), 4, rows("new", "a", "d"), 0, 3)
    assert [look.place(number) for number in range(4)] == [1, 2, 2, 2]


def test_a_row_whose_answer_came_too_late_is_asked_for_again(qtbot: QtBot) -> None:
    def found(offset: int = 0, limit: int = 0, **_: Any) -> dict[str, Any]:
        facts = {"loudness": None, "bpm": None, "key": None, "pitch": None}
        here = range(offset, min(offset + limit, 3 * PAGE))
        hits = [item(f"{number}") | {"facts": facts} for number in here]
        return {"hits": hits, "total": 3 * PAGE}

    go_on = Event()
    with asking(Told(search=found, hold=lambda: go_on.wait(20))) as asker:
        model = SoundModel(asker)
        with qtbot.waitSignal(model.searched, timeout=MILLISECONDS):
            model.search("")
        asker.ask("hold", lambda _: None)
        assert model.row(2 * PAGE) is None
        model.refresh()
        go_on.set()
        settle(asker, qtbot)
        qtbot.waitUntil(lambda: bool(model.row(2 * PAGE)), timeout=MILLISECONDS)
