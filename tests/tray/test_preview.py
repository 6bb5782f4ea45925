"""The waveform under the mouse."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot
from tests.tray.parts import LEFT, Silent, thumbnails

from earmark_tray.sound.player import Player
from earmark_tray.windows.preview import Preview
from earmark_tray.windows.thumbnails import Thumbnails

__all__ = ["thumbnails"]


def test_a_click_into_the_waveform_plays_from_there(qtbot: QtBot, thumbnails: Thumbnails) -> None:
    player = Silent()
    preview = Preview(cast(Player, player), thumbnails)
    qtbot.addWidget(preview)
    preview.resize(400, 56)
    preview.show_sound("/a.wav", 10.0, -9.0, play=False)
    qtbot.mouseClick(preview, LEFT, pos=QPoint(100, 20))
    assert player.played == [("/a.wav", 2.5, -9.0)]
    preview.show_sound(None, play=False)
    qtbot.mouseClick(preview, LEFT, pos=QPoint(100, 20))
    assert len(player.played) == 1
