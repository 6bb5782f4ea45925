"""The line that says what is wrong and goes away by itself once it is right again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QPushButton

from earmark_daemon.api import EarmarkError, NotRunning
from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker, NotDone
from earmark_tray.windows.changes import Changes

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
            again: called once the daemon answers again.
            player: its complaints are told here.
        """
        super().__init__()
        self._asker = asker
        self._player = player
        self._again = again
        self._warned = False
        self._children: list[subprocess.Popen[bytes]] = []
        self.setProperty("banner", True)
        self._text = theme.label()
        self._start = QPushButton(self.tr("Start Earmark"))
        self._start.clicked.connect(self._start_daemon)
        line = theme.across(margins=(theme.MARGIN, theme.GAP, theme.GAP, theme.GAP))
        self.setLayout(line)
        line.addWidget(self._text, 1)
        line.addWidget(self._start)
        self._knocking = QTimer(self, interval=_AGAIN_MILLISECONDS)
        self._knocking.timeout.connect(self._knock)
        self._listening = QTimer(self, singleShot=True, interval=_DECODING_MILLISECONDS)
        self._listening.timeout.connect(self._listen)
        asker.troubled.connect(self.complain)
        self.hide()

    def complain(self, error: EarmarkError) -> None:
        """Say what is wrong; where the daemon is missing, look for it until it is there."""
        missing = isinstance(error, NotRunning)
        lost = error.problem.code == "connection-lost"
        if lost and self._knocking.isActive():
            return  # that the daemon has gone is said already
        said = [error.problem.message if missing else str(error.problem)]
        if isinstance(error, NotDone):
            said.append(self.tr("What you asked for was not done."))
        self._say(" ".join(filter(None, [*said, self._what_waits()])), start=missing)
        if missing or lost:
            self._knocking.start()

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

    def _may_close(self) -> bool:
        """Whether nothing would be lost by closing the window; says once what would be."""
        if not self._asker.waiting or self._warned:
            return True
        self._warned = True
        closing = self.tr("Start Earmark first, or close once more to leave them out.")
        self._say(f"{self._what_waits()} {closing}", start=True)
        return False

    def _what_waits(self) -> str:
        count = self._asker.waiting
        if count < 2:
            return self.tr("What you said waits to be taken down.") if count else ""
        return self.tr("{:,} things that you said wait to be taken down.").format(count)

    def _listen(self) -> None:
        if self._player is None or self._knocking.isActive():
            return
        if self._player.complaint:
            self._say(self._player.complaint, start=False)
        elif self._player.decoding:
            self._listening.start()
        else:
            self.hide()

    def _say(self, sentence: str, *, start: bool) -> None:
        self._text.setText(sentence)
        self._start.setVisible(start)
        self.show()

    def _knock(self) -> None:
        self._asker.ask("status", self._found, lambda _: None)

    def _found(self, _: Any) -> None:
        if self._knocking.isActive():
            self._knocking.stop()
            self.hide()
            self._asker.tell_kept()
            self._again()

    def _start_daemon(self) -> None:
        command = [sys.executable, "-m", "earmark_daemon.cli", "start"]
        self._children.append(subprocess.Popen(command, start_new_session=True))
