"""A group of alike sounds and the question what they all are: confirmed at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.choices import Choices
from earmark_tray.windows.group_list import GroupList
from earmark_tray.windows.review_queue import MOST_CHOICES, Sound
from earmark_tray.windows.tag_field import TagField
from earmark_tray.windows.thumbnails import Thumbnails


class GroupCard(QWidget):
    """Shows a group with its choices; the window passes it the keys.

    Attributes:
        answered: the sounds with a tick, and the tag that they have.
        skipped: nothing is said of this group.
        back: the newest answer shall be taken back.
        left: the field for tags was left; the window wants the keys again.
    """

    answered = Signal(object, str)
    skipped = Signal()
    back = Signal()
    left = Signal()

    def __init__(self, player: Player, thumbnails: Thumbnails, field: TagField) -> None:
        super().__init__()
        self._player = player
        self._field = field
        self._title = theme.label(scale=1.4)
        self._note = theme.label(muted=True)
        self._list = GroupList(thumbnails)
        self._choices = Choices()
        self._list.selectionModel().currentChanged.connect(self._moved)
        self._list.again.connect(self._play)
        self._list.ticked.connect(self._count)
        self._choices.chosen.connect(self._is)
        field.chosen.connect(self._is)
        field.left.connect(self.left)
        column = theme.down()
        for widget in (self._title, self._note):
            column.addWidget(widget)
        column.addSpacing(theme.GAP)
        column.addWidget(self._list, 1)
        column.addSpacing(theme.GAP)
        column.addWidget(self._choices)
        column.addWidget(field)
        self.setLayout(column)

    @property
    def choices(self) -> list[str]:
        """The tags behind the digits; the first is what Enter accepts."""
        return self._choices.tags

    @property
    def chosen(self) -> list[Sound]:
        """The sounds with a tick."""
        return self._list.chosen

    @property
    def left_out(self) -> set[str]:
        """The paths of those without one."""
        return self._list.left_out

    def legend(self) -> Sequence[tuple[str, str]]:
        """The keys and what each does."""
        return (
            (self.tr("Enter"), self.tr("all are this")),
            (self.tr("1–9"), self.tr("another")),
            (self.tr("↑ ↓"), self.tr("listen")),
            (self.tr("X"), self.tr("not this one")),
            (self.tr("S"), self.tr("skip")),
            (self.tr("Z"), self.tr("back")),
            (self.tr("T"), self.tr("type a tag")),
            (self.tr("G"), self.tr("one by one")),
        )

    def show_group(self, sounds: Sequence[Sound], left_out: Collection[str] = ()) -> None:
        """Ask about a group; these paths of it have no tick."""
        self._field.setEnabled(bool(sounds))
        self._list.setVisible(bool(sounds))
        self._list.show_group(sounds, left_out)
        self._count()

    def propose(
        self, sounds: Sequence[Sound], wanted: str | None = None, typed: str | None = None
    ) -> None:
        """Offer what is ``wanted``, what most of these sounds may be, what was ``typed`` last."""
        votes = Counter(sound.proposal for sound in sounds if sound.proposal)
        ranked = [tag for tag, _ in votes.most_common()]
        more = sounds[0].suggestions if sounds else ()
        tags = dict.fromkeys((wanted, *ranked[:1], typed, *ranked[1:], *more))
        self._choices.offer([tag for tag in tags if tag][:MOST_CHOICES])

    def show_nothing(self, title: str, text: str) -> None:
        """There is no group."""
        self.show_group(())
        self.propose(())
        if not self.isHidden():
            self._player.stop()
        self._title.setText(title)
        self._note.setText(text)

    def press(self, key: int) -> bool:
        """Take a key; returns whether it means anything here."""
        simple = {
            Qt.Key.Key_Down: lambda: self._list.move(1),
            Qt.Key.Key_Up: lambda: self._list.move(-1),
            Qt.Key.Key_X: self._list.toggle,
            Qt.Key.Key_S: self.skipped.emit,
            Qt.Key.Key_Right: self.skipped.emit,
            Qt.Key.Key_Z: self.back.emit,
            Qt.Key.Key_Left: self.back.emit,
            Qt.Key.Key_Space: self._play,
            Qt.Key.Key_T: self._field.begin,
        }
        if key in simple:
            simple[Qt.Key(key)]()
            return True
        return self._choices.press(key)

    def _count(self) -> None:
        count = len(self._list.chosen)
        alike = self.tr("{} sounds that are alike").format(count)
        self._title.setText(self.tr("1 sound of those that are alike") if count == 1 else alike)
        self._note.setText(self.tr("Are they all this? Take a tick away where one is not."))

    def _moved(self, index: QModelIndex, _: QModelIndex) -> None:
        if index.isValid() and self._player.at_once:
            self._play()
        elif not self.isHidden():
            self._player.stop()

    def _play(self) -> None:
        sound = self._list.current
        if sound is not None and not self.isHidden():  # else another sound is asked about
            self._player.play(sound.path, 0.0, sound.loudness)

    def _is(self, tag: str) -> None:
        if self._list.chosen:
            self.answered.emit(self._list.chosen, tag)
        self.left.emit()
