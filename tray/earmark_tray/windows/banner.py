"""The line that says what is wrong: it goes once that is over, or once it has been read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QPushButton

from earmark_daemon.api import EarmarkError, NotRunning
from earmark_daemon.program import apart, program
from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker, NotDone, NotTaken, Telling
from earmark_tray.windows.changes import Changes
from earmark_tray.windows.sound_row import shown

_AGAIN_MILLISECONDS = 1000
_DECODING_MILLISECONDS = 150


class Banner(QFrame):
    """Hidden while all is well."""

    def __init__(
        self, asker: Asker, again: Callable[[], None], player: Player | None = None
    ) -> None:
        """Prepare.

        Args:
            asker: its troubles are told here.
            again: called once the daemon answers again, or has refused what a person said.
            player: its complaints are told here.
        """
        super().__init__()
        self._asker = asker
        self._player = player
        self._again = again
        self._warned: frozenset[Telling] = frozenset()
        self._closing = False
        self._sayings = 0
        self._of_player = False
        self._children: list[subprocess.Popen[bytes]] = []
        self.setProperty("banner", True)
        self._text = theme.label()
        self._start = QPushButton(self.tr("Start Earmark"))
        self._start.clicked.connect(self._start_daemon)
        self._read = QPushButton(self.tr("OK"))
        self._read.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._read.clicked.connect(self.hide)
        line = theme.across(margins=(theme.MARGIN, theme.GAP, theme.GAP, theme.GAP))
        self.setLayout(line)
        line.addWidget(self._text, 1)
        line.addWidget(self._start)
        line.addWidget(self._read)
        self._knocking = QTimer(self, interval=_AGAIN_MILLISECONDS)
        self._knocking.timeout.connect(self._knock)
        self._listening = QTimer(self, singleShot=True, interval=_DECODING_MILLISECONDS)
        self._listening.timeout.connect(self._listen)
        asker.troubled.connect(self.complain)
        asker.settled.connect(self._close)
        self.hide()

    def complain(self, error: EarmarkError) -> None:
        """Say what is wrong; look for the daemon while it is missing, or what was said waits."""
        self._closing = False
        missing = isinstance(error, NotRunning)
        lost = error.problem.code == "connection-lost"
        if lost and self._knocking.isActive():
            return  # that the daemon has gone is said already
        if missing or lost or self._asker.waiting:
            self._knocking.start()
        self._say(" ".join([*self._words(error), *self._what_waits()]), start=missing)
        if isinstance(error, NotTaken):
            self._again()  # what a person chose is not so, and must not look as if it were

    def listen(self) -> None:
        """Say why the sound that was just chosen is not heard, once that is known."""
        self._listening.start()

    def lets_close(self, event: QCloseEvent, changes: Changes | None = None) -> bool:
        """Stop following the daemon as the window closes; or keep it open, and say why."""
        if not self._may_close():
            event.ignore()
            return False
        if changes is not None:
            changes.close()
        self._knocking.stop()
        self._listening.stop()
        self._asker.hush()
        return True

    def _words(self, error: EarmarkError) -> Iterator[str]:
        """What is wrong, sentence by sentence."""
        missing = isinstance(error, NotRunning)
        text = error.problem.message if missing else str(error.problem)
        yield f"{shown(os.path.basename(error.path))}: {text}" if error.path else text
        if isinstance(error, NotDone):
            yield self.tr("What you asked for was not done.")
        elif isinstance(error, NotTaken):
            yield self.tr("What you said was not saved.")

    def _may_close(self) -> bool:
        """Whether nothing would be lost by closing the window; says once what would be."""
        untaken = self._asker.untaken
        if untaken <= self._warned or self._closing:
            return True
        if not self._asker.waiting:
            self._closing = True
            self._say(self._what_is_on_its_way(), start=False)
            return False
        self._warned = untaken
        missing = isinstance(self._asker.why, NotRunning)
        closing = self.tr("Close once more to leave them out.")
        if missing:
            closing = self.tr("Start Earmark first, or close once more to leave them out.")
        self._say(" ".join([*self._what_waits(), closing]), start=missing)
        return False

    def _close(self) -> None:
        """What the window has waited for is taken down."""
        if self._closing:
            self.window().close()

    def _what_is_on_its_way(self) -> str:
        return self.tr(
            "What you said is still being taken down; this window closes once it is. Close it once"
            " more to wait no longer: if Earmark stops meanwhile, that is left out."
        )

    def _what_waits(self) -> Iterator[str]:
        count = self._asker.waiting
        if count == 1:
            yield self.tr("What you said waits to be taken down.")
        elif count:
            yield self.tr("{:,} things that you said wait to be taken down.").format(count)

    def _listen(self) -> None:
        if self._player is None or not (self.isHidden() or self._of_player):
            return
        if self._player.complaint:
            self._say(self._player.complaint, start=False, of_player=True)
        elif self._player.decoding:
            self._listening.start()
        else:
            self.hide()

    def _say(self, sentence: str, *, start: bool, of_player: bool = False) -> None:
        self._sayings += 1
        self._of_player = of_player
        self._text.setText(sentence)
        self._start.setVisible(start)
        self._read.setVisible(not of_player and not self._knocking.isActive())
        self.show()

    def _knock(self) -> None:
        self._asker.ask("status", self._found, lambda _: None)

    def _found(self, _: Any) -> None:
        if self._knocking.isActive():
            self._knocking.stop()
            self._asker.tell_kept()
            self._asker.ask("status", partial(self._told, self._sayings), self.complain)

    def _told(self, sayings: int, _: Any) -> None:
        """What has waited was told; it may have to wait on, or have been refused."""
        if not self._knocking.isActive():
            if sayings == self._sayings:
                self.hide()
            self._again()

    def _start_daemon(self) -> None:
        self._children.append(subprocess.Popen([*program(), "start"], **apart()))
