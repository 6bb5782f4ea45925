"""What review and label window are: a window that asks about sounds, one key an answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.playback import PlaybackSwitches
from earmark_tray.windows.pressing import plain
from earmark_tray.windows.questions import Questions
from earmark_tray.windows.sound_window import SoundWindow

_AROUND = 6 * theme.UNIT


class AskingWindow(SoundWindow):
    """The questions, what lives beside them, and the keys; a window adds where sounds come from.

    Attributes:
        asks: another sound or group is asked about, or none.
    """

    asks = Signal()

    def __init__(self, asker: Asker, player: Player | None) -> None:
        super().__init__(asker, player)
        self._switches = PlaybackSwitches(asker, self._player, self._changes)
        self._questions = Questions(asker, self._player, self._thumbnails)
        self._answering = self._questions.answering
        self._questions.left.connect(self.setFocus)
        self._questions.moved.connect(self._moved)
        self._questions.wants_groups.connect(self._find_groups)
        self._changes.labelled.connect(self._answering.hear_of)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def asked_about(self) -> str | None:
        """The path of the sound that is asked about now."""
        sound = self._answering.queue.current
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
        """One key, one answer: a key that is held answers for no sound that follows."""
        if not self._is_meant(event) or self._pressed_by(event) is not None:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_L:
            self._switches.switch_loop()
        elif not self._questions.press(event.key()):
            super().keyPressEvent(event)

    def _is_meant(self, event: QKeyEvent) -> bool:
        """Whether a key was pressed for itself; only up and down a group may one be held."""
        walks = self._questions.in_groups and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        return plain(event) and (walks or not self._presses.held(event))

    def _fill(self, body: QLayout, *beside: QWidget) -> None:
        """Put the body into the window, and the keys below; on a low screen all of it scrolls."""
        column = theme.down(margins=(_AROUND, _AROUND, _AROUND, theme.MARGIN))
        column.addLayout(body, 1)
        column.addSpacing(theme.GAP)
        column.addLayout(self._keys(*beside))
        area = theme.scrolled(self, column, self._banner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys are answers
        self._questions.typing.connect(area.ensureWidgetVisible)

    def _keys(self, *beside: QWidget) -> QHBoxLayout:
        """The bottom line: the keys, what a window wants beside them, and the switches."""
        line = theme.across(spacing=theme.MARGIN)
        line.addWidget(self._questions.legend, 1)
        for widget in (*beside, self._switches):
            line.addWidget(widget)
        return line

    def _refresh(self) -> None:
        """Ask the daemon anew; a window adds where its sounds come from."""
        self._questions.again()

    def _find_groups(self) -> None:
        """Begin with groups of alike sounds."""
        raise NotImplementedError

    def _rest_with(self, title: str, text: str) -> None:
        """What is said where no sound is left."""
        if (title, text) != self._answering.rest:
            self._answering.rest = (title, text)
            if self._answering.queue.current is None:
                self._answering.show()

    def _skipped(self) -> str:
        """That sounds were skipped, and how to get back to them; empty where none were."""
        count = self._answering.queue.skipped
        if count == 1:
            return self.tr("One was skipped: Z goes back to it.")
        return self.tr("{:,} were skipped: Z goes back to them.").format(count) if count else ""

    def _moved(self) -> None:
        """Another sound or group is asked about."""
        self._banner.listen()
        self.asks.emit()
