"""The label window: drop sounds, and say of one after the other what it is."""

from __future__ import annotations

import os
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QScrollArea

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.asking_window import AskingWindow
from earmark_tray.windows.brought import Brought
from earmark_tray.windows.drop_zone import DropZone
from earmark_tray.windows.own_tags import OwnTags
from earmark_tray.windows.sound_row import shown

_BETWEEN = 5 * theme.UNIT
_SIDE_WIDTH = 216


class LabelWindow(AskingWindow):
    """Teaches tags of one's own."""

    def __init__(self, asker: Asker, page: str = "", player: Player | None = None) -> None:
        super().__init__(asker, player)
        self._brought = Brought(asker, self)
        self._answering.queue.leaves_out = False
        self.setWindowTitle(self.tr("Label – Earmark"))
        self.setAcceptDrops(True)
        self.resize(1080, 740)
        self._zone = DropZone()
        self._tags = OwnTags(asker)
        self._progress = theme.label(scale=0.92, muted=True)
        self._trouble = theme.label(scale=0.92)
        self._trouble.setProperty("warning", True)
        self._trouble.hide()
        self._reasons: dict[str, str] = {}
        self._lay_out()
        self._connect()
        self._rest()
        self._refresh()
        if page:
            self.turn_to(page)
        self.setFocus()

    def turn_to(self, page: str) -> None:
        """Ask about the sounds of a file or folder."""
        self._brought.bring([page])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Sounds may be dropped anywhere on the window."""
        self._zone.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Take what was dropped."""
        self._zone.dropEvent(event)

    def _lay_out(self) -> None:
        body = theme.across(spacing=_BETWEEN)
        body.addWidget(self._side())
        body.addWidget(self._questions, 1)
        self._fill(body)

    def _side(self) -> QScrollArea:
        """What scrolls by itself, so that a low screen keeps its room for what is asked."""
        side = theme.down()
        side.addWidget(self._zone)
        side.addWidget(self._progress)
        side.addWidget(self._trouble)
        side.addSpacing(theme.GAP)
        side.addWidget(self._tags, 1)
        area = theme.scrolling(side)
        area.setFixedWidth(_SIDE_WIDTH)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _connect(self) -> None:
        self._zone.dropped.connect(self._brought.bring)
        self._brought.ready.connect(self._answering.add)
        self._brought.changed.connect(self._moved)
        self._brought.refused.connect(self._refused)
        self._tags.chosen.connect(self._questions.want)
        self._tags.left.connect(self.setFocus)
        self._tags.renamed.connect(self._questions.suggest_anew)
        self._answering.wants_more.connect(self._brought.fetch)
        self._changes.tags.connect(self._refresh)

    def _find_groups(self) -> None:
        self._questions.begin_groups(self._brought.open(self._answering.queue.done))

    def _refresh(self) -> None:
        super()._refresh()
        self._tags.refresh()
        if self._answering.queue.wants_more:
            self._brought.fetch()

    def _moved(self) -> None:
        self.setWindowTitle(self._questions.title(self.tr("Label – Earmark")))
        queue = self._answering.queue
        total, unheard = self._brought.total, self._brought.unheard
        answered = self._brought.count(queue.done, queue.answered)
        parts = [self.tr("{} of {} answered").format(f"{answered:,}", f"{total:,}")]
        if unheard:
            parts.append(self.tr("{} still to be heard").format(f"{unheard:,}"))
        self._progress.setText("  ·  ".join(parts) if total else "")
        self._rest()
        super()._moved()

    def _rest(self) -> None:
        skipped = self._skipped()
        if not self._brought.total:
            self._rest_with(
                self.tr("Which sounds should Earmark learn from?"),
                self.tr(
                    "Drop files or folders on this window. Names, folders and what their makers"
                    " wrote into them give the first suggestions; what you say is what counts."
                ),
            )
        elif self._brought.unheard:
            self._rest_with(
                self.tr("Listening…"), self.tr("The next sounds come as they are heard.")
            )
        elif skipped:
            self._rest_with(self.tr("That was the last of them"), skipped)
        else:
            self._rest_with(
                self.tr("All of them are answered"),
                self.tr("Drop more sounds, or choose a tag on the left to see how it stands."),
            )

    def _refused(self, reasons: Any) -> None:
        self._reasons.update(reasons)
        path, reason = next(iter(reasons.items()))
        more = len(self._reasons) - 1
        text = f"{shown(os.path.basename(path))}: {reason}"
        self._trouble.setText(text + (self.tr(" And {:,} more.").format(more) if more else ""))
        self._trouble.show()
