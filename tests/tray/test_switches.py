"""Settings that are switched on and off."""

from __future__ import annotations

from contextlib import closing

from miniaudio import Backend
from pytestqt.qtbot import QtBot
from tests.tray.looking import box
from tests.tray.parts import button
from tests.tray.told import Told, asking, settle

from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.changes import Changes
from earmark_tray.windows.playback import PlaybackSwitches
from earmark_tray.windows.switches import Switch


def test_a_setting_can_be_changed_once_it_is_known(qtbot: QtBot) -> None:
    told = Told()
    with asking(told) as asker:
        switch = Switch(asker, "writing", "genre", "Genre")
        qtbot.addWidget(switch)
        box(switch, "Genre").click()
        switch.take({"writing": {"genre": True}})
        assert box(switch, "Genre").isChecked()
        box(switch, "Genre").click()
        settle(asker, qtbot)
        said = {"section": "writing", "name": "genre", "value": False}
        assert [asked for method, asked in told.asked if method == "set"] == [said]


def test_how_sounds_are_played_is_kept(qtbot: QtBot) -> None:
    chosen = {"at_once": True, "match_levels": False, "device": "Headphones"}
    told = Told(settings={"playback": chosen})
    player = Player([Backend.NULL])
    with asking(told) as asker, closing(Asker(local_client())) as nobody:
        changes = Changes(nobody)
        switches = PlaybackSwitches(asker, player, changes)
        qtbot.addWidget(switches)
        settle(asker, qtbot)
        assert player._device_name == "Headphones"
        for text in ("Autoplay", "Match levels", "Loop"):
            button(switches, text).click()
        assert (player.at_once, player.matched, player.loop) == (False, True, True)
        settle(asker, qtbot)
        said = [asked for method, asked in told.asked if method == "set"]
        assert [(each["name"], each["value"]) for each in said] == [
            ("at_once", False),
            ("match_levels", True),
        ]
        changes.close()
    player.close()
