"""A list of very many sounds."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from earmark_daemon.api import local_client
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.sound_delegate import SoundDelegate
from earmark_tray.windows.sound_list import SoundList
from earmark_tray.windows.sound_model import Index, SoundModel
from earmark_tray.windows.sound_row import Row, row_of
from earmark_tray.windows.thumbnails import Thumbnails


class Counting(SoundModel):
    """Of any length; counts how often it is asked for that."""

    asked = 0
    rows = 0

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        self.asked += 1
        return self.rows

    def grow(self, rows: int) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


def test_the_list_does_not_look_at_every_row(qtbot: QtBot) -> None:
    asker = Asker(local_client())
    model, thumbnails = Counting(asker), Thumbnails()
    shown = SoundList(model, thumbnails)
    qtbot.addWidget(shown)
    shown.show()
    model.grow(300_000)
    QApplication.processEvents()
    assert shown.verticalScrollBar().maximum() > 1_000_000
    assert model.asked < 1_000
    shown.scrollToBottom()
    assert shown.verticalScrollBar().value() > 1_000_000
    model.grow(299_999)
    assert shown.verticalScrollBar().value() == 0
    asker.close()
    thumbnails.close()


def test_tempo_and_key_or_note_stand_below_the_length_and_are_read_out(qtbot: QtBot) -> None:
    none = {"bpm": None, "key": None, "pitch": None, "loudness": None}
    hit = {"path": "/a/b.wav", "tags": [], "denied": [], "duration": 2.0, "online": False}
    loop = row_of({**hit, "facts": {**none, "bpm": 127.98, "key": "Am", "pitch": "A2"}})
    assert loop.spoken == "b.wav, 2.00 s, 128 BPM Am"
    note = row_of({**hit, "facts": {**none, "pitch": "F#3"}})
    assert note.spoken == "b.wav, 2.00 s, F#3"
    bare = row_of({**hit, "facts": none})
    assert bare.spoken == "b.wav, 2.00 s"
    assert len({painted(row, 700) for row in (loop, note, bare)}) == 3


def painted(row: Row, width: int) -> bytes:
    thumbnails = Thumbnails()
    size = QSize(width, 50)
    picture = QImage(size, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    pen = QPainter(picture)
    SoundDelegate(thumbnails).paint_row(pen, QRect(QPoint(), size), row)
    pen.end()
    thumbnails.close()
    return bytes(picture.constBits())


def test_of_many_tags_one_is_shown_where_a_row_is_narrow(qtbot: QtBot) -> None:
    tags = tuple((tag, "model") for tag in ("percussion", "warm", "dark"))
    others = (("melodious", "model"), *tags[1:])
    row = Row("/a/b.wav", tags, 1.0, True)
    for width in (700, 478, 360):
        assert painted(row, width) != painted(replace(row, tags=others), width)


def test_nothing_is_painted_over_a_name_where_there_is_no_room_beside_it(qtbot: QtBot) -> None:
    row = Row("/a/A name of some length.wav", (("kick", "model"),), 1.0, True)
    bare = replace(row, duration=None, tags=())
    assert painted(row, 115) == painted(bare, 115)
    assert painted(row, 400) != painted(bare, 400)
