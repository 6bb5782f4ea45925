"""What the windows that play sounds have in common: what lives beside them, and how they end."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent

from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.banner import Banner
from earmark_tray.windows.changes import Changes
from earmark_tray.windows.thumbnails import Thumbnails
from earmark_tray.windows.window import Window


class SoundWindow(Window):
    """Asks, plays, draws sounds, follows what changes, and says what is wrong."""

    def __init__(self, asker: Asker, player: Player | None) -> None:
        super().__init__()
        self._asker = asker
        self._player = player or Player()
        self._thumbnails = Thumbnails()
        self._changes = Changes(asker, self)
        self._banner = Banner(asker, self._refresh, self._player)
        self._changes.lost.connect(self._banner.complain)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End with the window what lives beside it; what was said is not lost unsaid."""
        if self._banner.lets_close(event, self._changes):
            self._thumbnails.close()
            self._player.close()
            super().closeEvent(event)

    def _refresh(self) -> None:
        """Ask the daemon anew."""
        raise NotImplementedError
