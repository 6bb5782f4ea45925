"""The review window: a sound plays, one key says what it is, the next one plays."""

from __future__ import annotations

from typing import Any

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.asking_window import AskingWindow
from earmark_tray.windows.review_queue import sound_of

_FETCH = 40
_COMPARED = 500


class ReviewWindow(AskingWindow):
    """Asks a person about the sounds that the models are least sure of."""

    def __init__(self, asker: Asker, page: str = "", player: Player | None = None) -> None:
        super().__init__(asker, player)
        self._fetching = False
        self.setWindowTitle(self.tr("Review – Earmark"))
        self.resize(860, 720)
        self._answering.wants_more.connect(self._refresh)
        self._changes.tags.connect(self._look)
        self._count = theme.label(scale=0.92, muted=True)
        self._count.setWordWrap(False)
        self._lay_out()
        self._rest()
        self._refresh()
        self.setFocus()

    def _lay_out(self) -> None:
        body = theme.down()
        body.addWidget(self._questions)
        self._fill(body, self._count)

    def _refresh(self) -> None:
        super()._refresh()
        if self._fetching:
            return
        self._fetching = True
        known = self._answering.queue.known
        self._asker.ask("review", self._take, self._failed, limit=_FETCH, without=known)

    def _look(self) -> None:
        """Sounds have come or got other tags: where nothing is asked about, some may be."""
        if self._answering.queue.current is None:
            self._refresh()

    def _take(self, items: Any) -> None:
        self._fetching = False
        self._answering.add([sound_of(item) for item in items])

    def _find_groups(self) -> None:
        self._asker.ask("review", self._group, limit=_COMPARED, without=[])

    def _group(self, items: Any) -> None:
        self._questions.begin_groups([item["path"] for item in items])

    def _failed(self, error: object) -> None:
        self._fetching = False
        self._asker.troubled.emit(error)

    def _moved(self) -> None:
        self.setWindowTitle(self._questions.title(self.tr("Review – Earmark")))
        answered = len(self._answering.queue.answered)
        self._count.setText(self.tr("{} answered").format(answered) if answered else "")
        self._rest()
        super()._moved()

    def _rest(self) -> None:
        coming = self.tr("New sounds that need your decision appear here.")
        skipped = self._skipped()
        if skipped:
            self._rest_with(self.tr("Nothing else is left to review"), f"{skipped} {coming}")
        else:
            self._rest_with(self.tr("Nothing is left to review"), coming)
