"""The sound that is chosen: played, tagged, shown in its folder, and what sounds like it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.changes import Changes
from earmark_tray.windows.desktop import show_in_folder
from earmark_tray.windows.playback import PlaybackSwitches
from earmark_tray.windows.preview import Preview
from earmark_tray.windows.sound_row import Row
from earmark_tray.windows.tag_field import TagField
from earmark_tray.windows.thumbnails import Thumbnails


class SoundBar(QWidget):
    """Plays the chosen sound and offers what one can do with it.

    Attributes:
        alike: sounds like this `Row` are wanted.
        row: the sound; None where none is chosen.
        preview: its picture, which plays it.
        switches: how sounds are played.
        tag: where a tag for it is typed.
    """

    alike = Signal(object)

    def __init__(
        self, asker: Asker, player: Player, thumbnails: Thumbnails, changes: Changes
    ) -> None:
        super().__init__()
        self.row: Row | None = None
        self.preview = Preview(player, thumbnails)
        self.switches = PlaybackSwitches(asker, player, changes)
        self.tag = TagField(asker, self.tr("Add a tag to what is chosen"))
        self._folder = QPushButton(self.tr("Show in folder"))
        self._alike = QPushButton(self.tr("Sounds like this"))
        self._folder.clicked.connect(self.show_in_folder)
        self._alike.clicked.connect(self.find_alike)
        self._lay_out()

    def show_row(self, row: Row | None, *, play: bool) -> None:
        """Show a sound, or none."""
        self.row = row
        for control in (self._folder, self._alike, self.tag):
            control.setEnabled(row is not None)
        if row is None:
            self.preview.show_sound(None, play=False)
        else:
            self.preview.show_sound(row.path, row.duration, row.loudness, play=play)

    def show_in_folder(self) -> None:
        """Open the sound's folder in the desktop's file manager."""
        if self.row is not None:
            show_in_folder(self.row.path)

    def find_alike(self) -> None:
        """Ask for sounds like this one."""
        if self.row is not None:
            self.alike.emit(self.row)

    def _lay_out(self) -> None:
        hearing = theme.across(spacing=theme.MARGIN)
        hearing.addWidget(self.preview, 1)
        hearing.addWidget(self.switches)
        doing = theme.across()
        doing.addWidget(self.tag, 1)
        doing.addWidget(self._alike)
        doing.addWidget(self._folder)
        whole = theme.down(spacing=theme.GAP + theme.UNIT)
        whole.addLayout(hearing)
        whole.addLayout(doing)
        self.setLayout(whole)
