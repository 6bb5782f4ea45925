"""Sounds that are brought into a window: asked for in vain, again, and once more."""

from __future__ import annotations

from pytestqt.qtbot import QtBot
from tests.tray.parts import REFUSED, offered
from tests.tray.told import MILLISECONDS, Told, asking, settle

from earmark_tray.windows.brought import Brought
from earmark_tray.windows.meant import Meant


def test_sounds_that_were_asked_for_in_vain_are_asked_for_again_in_their_order(
    qtbot: QtBot,
) -> None:
    told = Told(gather={"paths": ["/a.wav", "/b.wav"], "refused": {}}, suggestions=REFUSED)
    with asking(told) as asker:
        some = Brought(asker)
        ready: list[str] = []
        some.ready.connect(lambda found: ready.extend(sound.path for sound in found))
        with qtbot.waitSignal(asker.troubled, timeout=MILLISECONDS):
            some.bring(["/"])
        assert (some.total, ready) == (2, [])
        told.answers["suggestions"] = offered
        with qtbot.waitSignal(some.ready, timeout=MILLISECONDS):
            some.fetch()
        assert ready == ["/a.wav", "/b.wav"]


def test_news_that_come_while_one_asks_have_it_asked_once_more(qtbot: QtBot) -> None:
    told = Told(gather={"paths": ["/a.wav"], "refused": {}}, suggestions=[None])
    with asking(told) as asker:
        some = Brought(asker)
        some.bring(["/a.wav"])
        qtbot.waitUntil(lambda: some.unheard == 1, timeout=MILLISECONDS)
        some.fetch()
        some.fetch()
        settle(asker, qtbot)
        settle(asker, qtbot)
        assert [method for method, _ in told.asked].count("suggestions") == 3


def test_what_is_meant_for_sounds_that_cannot_be_had_is_not_done_and_that_is_told() -> None:
    told: list[object] = []
    used: list[object] = []
    meant = Meant(told.append)
    meant.then(used.append)
    meant.miss(REFUSED)
    meant.then(used.append)
    assert (told, used) == ([REFUSED, REFUSED], [])
