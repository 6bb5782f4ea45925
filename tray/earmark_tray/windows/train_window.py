"""The train window: what there is to learn from, how the learning goes, and what came of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QCheckBox, QPushButton

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.banner import Banner
from earmark_tray.windows.changes import Changes
from earmark_tray.windows.tag_table import TagTable
from earmark_tray.windows.training_place import TrainingPlace
from earmark_tray.windows.training_progress import GOING_ON, TrainingProgress
from earmark_tray.windows.training_result import TrainingResult
from earmark_tray.windows.window import Window

_AROUND = 6 * theme.UNIT


class TrainWindow(Window):
    """Has Earmark learn the tags of one's own."""

    def __init__(self, asker: Asker, page: str = "", player: Player | None = None) -> None:
        super().__init__()
        self._asker = asker
        self._player = player or Player()
        self._job: Any = None
        self._asking = False
        self._stale = False
        self._awaited = False
        self._beginning = False
        self._unlabelled = False
        self._unwanted = False
        self._number: int | None = None
        self._changes = Changes(asker, self)
        self.setWindowTitle(self.tr("Train – Earmark"))
        self.resize(780, 860)
        self._banner = Banner(asker, self._refresh, self._player)
        self._set = theme.Choice()
        self._set.setAccessibleName(self.tr("Which tags"))
        self._set.addItem(self.tr("Your own tags"), "own")
        self._set.addItem(self.tr("Instruments"), "instrument")
        self._place = TrainingPlace(asker)
        self._use = QCheckBox(self.tr("Use the new model at once, without asking"))
        self._train = QPushButton(self.tr("Train"))
        self._train.setProperty("primary", True)
        self._table = TagTable()
        self._warnings = theme.label(scale=0.92)
        self._warnings.setProperty("warning", True)
        self._warnings.hide()
        self._progress = TrainingProgress()
        self._result = TrainingResult(asker)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        self._connect()
        self._refresh()
        self._train.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End with the window what lives beside it; a training goes on."""
        if self._banner.lets_close(event, self._changes):
            self._player.close()
            super().closeEvent(event)

    def _lay_out(self) -> None:
        column = theme.down(spacing=theme.MARGIN, margins=(_AROUND,) * 4)
        title = theme.across(spacing=theme.MARGIN)
        title.addWidget(theme.label(self.tr("What there is to learn from"), scale=1.2), 1)
        title.addWidget(self._set)
        column.addLayout(title)
        column.addWidget(self._table)
        column.addWidget(self._warnings)
        doing = theme.across(spacing=theme.MARGIN)
        doing.addWidget(self._train)
        doing.addWidget(self._place, 1)
        column.addLayout(doing)
        column.addWidget(self._use)
        column.addWidget(self._progress)
        column.addSpacing(theme.GAP)
        column.addWidget(self._result)
        column.addStretch(1)
        self._area = theme.scrolled(self, column, self._banner)

    def _connect(self) -> None:
        self._train.clicked.connect(self._begin)
        self._progress.unwanted.connect(self._end)
        self._result.listened.connect(self._listen)
        self._result.decidable.connect(lambda: QTimer.singleShot(0, self._attend))
        self._set.currentIndexChanged.connect(lambda _: self._refresh())
        self._changes.lost.connect(self._banner.complain)
        self._changes.training.connect(self._told)
        self._changes.tags.connect(self._refresh_tags)
        self._changes.models.connect(self._result.refresh)

    def _refresh(self) -> None:
        self._place.refresh()
        self._refresh_tags()
        self._asker.ask("training_jobs", self._take_jobs)

    def _refresh_tags(self) -> None:
        """Ask what there is to learn from; while one answer is awaited, once more afterwards."""
        if self._asking:
            self._stale = True
            return
        self._asking, self._stale = True, False
        wanted = self._set.currentData()
        self._asker.ask("dataset_overview", self._take, self._missed, tag_set=wanted)

    def _missed(self, error: Any) -> None:
        self._asking = False
        self._asker.troubled.emit(error)

    def _take(self, overview: Any) -> None:
        self._asking = False
        if self._stale or overview["tag_set"] != self._set.currentData():
            self._refresh_tags()
        self._table.show_tags(overview["tags"])
        self._unlabelled = not overview["tags"]
        self._allow()
        self._place.plan(overview["tag_set"])
        self._warnings.setText("\n".join(each["text"] for each in overview["warnings"]))
        self._warnings.setVisible(bool(overview["warnings"]))

    def _take_jobs(self, jobs: Any) -> None:
        if self._beginning:
            return  # the answer is older than the training that was asked for
        wanted = self._set.currentData()
        self._show(next((job for job in jobs if job["tag_set"] == wanted), None))

    def _begin(self) -> None:
        self._awaited = self._beginning = True
        self._unwanted, self._number = False, None
        self._progress.begin()
        self._allow()
        self._asker.attempt(
            "train",
            self._begun,
            self._refused,
            tag_set=self._set.currentData(),
            where=self._place.chosen,
            use=self._use.isChecked(),
        )

    def _refused(self, error: Any) -> None:
        self._awaited = self._beginning = False
        self._show(self._job)
        self._asker.troubled.emit(error)

    def _begun(self, answer: Any) -> None:
        self._beginning, self._number = False, answer["job"]
        if self._unwanted:
            self._end()
        self._refresh()

    def _end(self) -> None:
        """Cancel the job, or have it cancelled as soon as its number is known."""
        self._unwanted = self._number is None
        if self._number is not None:
            self._asker.tell("cancel_training", self._show, id=self._number)

    def _told(self, event: Any) -> None:
        if self._job is None or event["job"] != self._job["id"] or event["state"] != "running":
            self._refresh()
            return
        self._progress.show_event(event)

    def _show(self, job: Any) -> None:
        """Show how a job stands; None where there is none."""
        self._job = job
        self._number = None if job is None else job["id"]
        going_on = job is not None and job["state"] in GOING_ON
        self._awaited |= going_on
        if not going_on and self._progress.isAncestorOf(self.focusWidget() or self):
            self.setFocus()  # what follows must not meet a key that was meant for “Cancel”
        self._allow()
        self._progress.show_job(job)
        self._result.show_job(job if job is not None and job["state"] == "succeeded" else None)

    def _allow(self) -> None:
        """One training at a time, and none with nothing to learn from, as the table says then."""
        job = self._job
        going_on = job is not None and job["state"] in GOING_ON
        begun = self._number is not None and (job is None or job["id"] != self._number)
        self._train.setEnabled(not (going_on or begun or self._beginning or self._unlabelled))

    def _attend(self) -> None:
        """Bring into view what is to be decided, once, after a training that was waited for."""
        if self._awaited:
            self._awaited = False
            self._result.decision.setFocus()
            self._area.ensureWidgetVisible(self._result.decision)

    def _listen(self, path: str) -> None:
        self._player.play(path)
        self._banner.listen()
