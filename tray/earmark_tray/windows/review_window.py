"""The review window: a sound plays, one key says what it is, the next one plays."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.banner import Banner
from earmark_tray.windows.changes import Changes
from earmark_tray.windows.playback import PlaybackSwitches
from earmark_tray.windows.questions import Questions
from earmark_tray.windows.review_queue import sound_of
from earmark_tray.windows.thumbnails import Thumbnails

_FETCH = 40
_COMPARED = 500
_AROUND = 6 * theme.UNIT


class ReviewWindow(QWidget):
    """Asks a person about one sound after the other.

    Attributes:
        asks: another sound or group is asked about, or none.
    """

    asks = Signal()

    def __init__(self, asker: Asker, page: str = "", player: Player | None = None) -> None:
        super().__init__()
        self._asker = asker
        self._player = player or Player()
        self._thumbnails = Thumbnails()
        self._changes = Changes(asker.client, self)
        self._fetching = False
        self.setWindowTitle(self.tr("Review – Earmark"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.resize(860, 720)
        self._banner = Banner(asker, self._fetch, self._player)
        self._switches = PlaybackSwitches(asker, self._player, self._changes)
        self._questions = Questions(asker, self._player, self._thumbnails)
        self._questions.answering.rest = (
            self.tr("Nothing is left to review"),
            self.tr("New sounds that need a word of yours will come here."),
        )
        self._count = theme.label(scale=0.92, muted=True)
        self._count.setWordWrap(False)
        self._questions.left.connect(self.setFocus)
        self._questions.moved.connect(self._moved)
        self._questions.wants_groups.connect(self._find_groups)
        self._questions.answering.wants_more.connect(self._fetch)
        self._lay_out()
        self._fetch()
        self.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End with the window what lives beside it."""
        self._changes.close()
        self._banner.close_down()
        self._thumbnails.close()
        self._player.close()
        super().closeEvent(event)

    @property
    def asked_about(self) -> str | None:
        """The path of the sound that is asked about now."""
        sound = self._questions.queue.current
        return None if sound is None else sound.path

    @property
    def choices(self) -> list[str]:
        """The tags behind the digits."""
        return self._questions.choices

    @property
    def group(self) -> list[str]:
        """The paths of the sounds with a tick, where groups are asked about."""
        return self._questions.group

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """One key, one answer."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() == Qt.Key.Key_L:
            self._switches.switch_loop()
        elif not self._questions.press(event.key()):
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        whole = theme.down(margins=(_AROUND, _AROUND, _AROUND, theme.MARGIN))
        whole.addWidget(self._banner)
        whole.addWidget(self._questions, 1)
        whole.addSpacing(theme.GAP)
        keys = theme.across(spacing=theme.MARGIN)
        keys.addWidget(self._questions.legend, 1)
        keys.addWidget(self._count)
        keys.addWidget(self._switches)
        whole.addLayout(keys)
        self.setLayout(whole)

    def _fetch(self) -> None:
        if self._fetching:
            return
        self._fetching = True
        known = self._questions.queue.known
        self._asker.ask("review", self._take, self._failed, limit=_FETCH, without=known)

    def _take(self, items: Any) -> None:
        self._fetching = False
        self._questions.answering.add([sound_of(item) for item in items])

    def _find_groups(self) -> None:
        self._asker.ask("review", self._group, limit=_COMPARED, without=[])

    def _group(self, items: Any) -> None:
        self._questions.begin_groups([item["path"] for item in items])

    def _failed(self, error: object) -> None:
        self._fetching = False
        self._asker.troubled.emit(error)

    def _moved(self) -> None:
        self.setWindowTitle(self._questions.answering.title(self.tr("Review – Earmark")))
        answered = self._questions.queue.answered
        self._count.setText(self.tr("{} answered").format(answered) if answered else "")
        self._banner.listen()
        self.asks.emit()
