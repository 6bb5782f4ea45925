"""One sound and the question what it is: seen, heard and answered by one key."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.choices import Choices
from earmark_tray.windows.preview import Preview
from earmark_tray.windows.review_queue import Sound, Verdict
from earmark_tray.windows.sound_row import folder_words, length_words, shown
from earmark_tray.windows.tag_field import TagField
from earmark_tray.windows.thumbnails import Thumbnails


class SoundCard(QWidget):
    """Shows a sound with its choices; the window passes it the keys.

    Attributes:
        answered: `Verdict` and tag.
        back: the newest answer shall be taken back.
        left: the field for tags was left; the window wants the keys again.
    """

    answered = Signal(object, object)
    back = Signal()
    left = Signal()

    def __init__(self, player: Player, thumbnails: Thumbnails, field: TagField) -> None:
        super().__init__()
        self._player = player
        self._thumbnails = thumbnails
        self._field = field
        self._choices = Choices()
        self._name = theme.label(scale=1.4)
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._where = theme.label(muted=True)
        self._note = theme.label(muted=True)
        self._preview = Preview(player, thumbnails, with_spectrogram=True)
        self._choices.chosen.connect(self._is)
        field.chosen.connect(self._is)
        field.left.connect(self.left)
        self._lay_out()

    @property
    def choices(self) -> list[str]:
        """The tags behind the digits; the first is what Enter accepts."""
        return self._choices.tags

    def legend(self) -> Sequence[tuple[str, str]]:
        """The keys and what each does."""
        return (
            (self.tr("Enter"), self.tr("accept")),
            (self.tr("1–9"), self.tr("another")),
            (self.tr("X"), self.tr("not this")),
            (self.tr("S"), self.tr("skip")),
            (self.tr("Z"), self.tr("back")),
            (self.tr("Space"), self.tr("play")),
            (self.tr("T"), self.tr("type a tag")),
            (self.tr("G"), self.tr("groups")),
        )

    def show_sound(self, sound: Sound, note: str, choices: list[str], *, play: bool) -> None:
        """Ask about a sound."""
        self._choices.offer(choices)
        self._name.setText(shown(os.path.basename(sound.path)))
        self._where.setText(f"{folder_words(sound.path)}   ·   {length_words(sound.duration)}")
        self._where.setToolTip(theme.tip(shown(sound.path)))
        self._note.setText(note)
        self._field.setEnabled(True)
        self._preview.show_sound(sound.path, sound.duration, sound.loudness, play=play)

    def show_note(self, note: str) -> None:
        """Say something else of the sound that is asked about."""
        self._note.setText(note)

    def show_nothing(self, title: str, text: str) -> None:
        """There is nothing to ask about."""
        self._choices.offer([])
        self._name.setText(title)
        self._where.setText(text)
        self._where.setToolTip("")
        self._note.setText("")
        self._field.setEnabled(False)
        self._preview.show_sound(None, play=False)

    def prepare(self, sound: Sound) -> None:
        """Another one will probably be next."""
        self._player.prepare(sound.path)
        self._thumbnails.get(sound.path)

    def press(self, key: int) -> bool:
        """Take a key; returns whether it means anything here."""
        simple = {
            Qt.Key.Key_X: self._not_this,
            Qt.Key.Key_S: self._skip,
            Qt.Key.Key_Right: self._skip,
            Qt.Key.Key_Down: self._skip,
            Qt.Key.Key_Z: self.back.emit,
            Qt.Key.Key_Left: self.back.emit,
            Qt.Key.Key_Up: self.back.emit,
            Qt.Key.Key_Backspace: self.back.emit,
            Qt.Key.Key_Space: self._preview.play,
            Qt.Key.Key_T: self._field.begin,
        }
        if key in simple:
            simple[Qt.Key(key)]()
            return True
        return self._choices.press(key)

    def _lay_out(self) -> None:
        whole = theme.down()
        whole.addWidget(self._name)
        whole.addWidget(self._where)
        whole.addSpacing(theme.GAP)
        whole.addWidget(self._preview, 1)
        whole.addSpacing(theme.GAP)
        whole.addWidget(self._note)
        whole.addWidget(self._choices)
        whole.addWidget(self._field)
        self.setLayout(whole)

    def _is(self, tag: str) -> None:
        self.answered.emit(Verdict.IS, tag)
        self.left.emit()

    def _not_this(self) -> None:
        if self.choices:
            self.answered.emit(Verdict.IS_NOT, self.choices[0])

    def _skip(self) -> None:
        self.answered.emit(Verdict.SKIPPED, None)
