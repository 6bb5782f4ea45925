"""The part that review and label window share: one sound after the other, or group after group."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.answering import Answering
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.group_card import GroupCard
from earmark_tray.windows.grouping import Grouping
from earmark_tray.windows.review_queue import ReviewQueue
from earmark_tray.windows.sound_card import SoundCard
from earmark_tray.windows.tag_field import TagField
from earmark_tray.windows.thumbnails import Thumbnails


class Questions(QStackedWidget):
    """Asks what sounds are; the window passes it the keys.

    Attributes:
        left: a field was left; the window wants the keys again.
        typing: somebody begins to type in this field.
        moved: another sound or group is asked about.
        wants_groups: groups shall be asked about; see `begin_groups`.
        answering: the sounds one by one.
        legend: the keys, for the window to show.
    """

    left = Signal()
    typing = Signal(QWidget)
    moved = Signal()
    wants_groups = Signal()

    def __init__(self, asker: Asker, player: Player, thumbnails: Thumbnails) -> None:
        super().__init__()
        fields = TagField(asker), TagField(asker)
        self._card = SoundCard(player, thumbnails, fields[0])
        self._group_card = GroupCard(player, thumbnails, fields[1])
        self.answering = Answering(asker, self._card, self)
        self._grouping = Grouping(asker, self._group_card, self.answering.queue, self)
        self.legend = QStackedWidget()
        for card in (self._card, self._group_card):
            self.addWidget(card)
            keys = QWidget()
            keys.setLayout(theme.legend(card.legend()))
            self.legend.addWidget(keys)
            card.left.connect(self.left)
        for field in fields:
            field.begun.connect(partial(self.typing.emit, field))
        self.answering.moved.connect(self.moved)
        self._grouping.moved.connect(self.moved)

    @property
    def queue(self) -> ReviewQueue:
        """The sounds that are asked about one by one."""
        return self.answering.queue

    @property
    def in_groups(self) -> bool:
        """Whether groups are asked about at the moment."""
        return self.currentWidget() is self._group_card

    @property
    def choices(self) -> list[str]:
        """The tags behind the digits."""
        return self._group_card.choices if self.in_groups else self._card.choices

    @property
    def group(self) -> list[str]:
        """The paths of the sounds with a tick."""
        return [sound.path for sound in self._group_card.chosen] if self.in_groups else []

    def title(self, window: str) -> str:
        """The window's title, with the name of the sound where a single one is asked about."""
        return window if self.in_groups else self.answering.title(window)

    def want(self, tag: str | None) -> None:
        """Ask whether sounds are this; None to ask what they are."""
        self._grouping.want(tag)
        self.answering.want(tag)

    def suggest_anew(self) -> None:
        """Tags have other names: offer those."""
        self._grouping.suggest_anew()
        self.answering.suggest_anew()

    def begin_groups(self, paths: list[str]) -> None:
        """Ask about groups among these sounds."""
        self._turn(1)
        self._grouping.begin(paths)
        self.moved.emit()

    def again(self) -> None:
        """Ask the daemon what it has not answered."""
        self._grouping.again()

    def press(self, key: int) -> bool:
        """Take a key; returns whether it means anything here."""
        if self.in_groups and key in (Qt.Key.Key_G, Qt.Key.Key_Escape):
            self._turn(0)
            self.answering.show()
            return True
        if key == Qt.Key.Key_G:
            self.wants_groups.emit()
            return True
        return (self._group_card if self.in_groups else self._card).press(key)

    def _turn(self, page: int) -> None:
        self.answering.in_sight = page == 0
        self.setCurrentIndex(page)
        self.legend.setCurrentIndex(page)
