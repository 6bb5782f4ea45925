"""The train window: what there is to learn from, how the learning goes, and what came of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QProgressBar, QPushButton, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.banner import Banner
from earmark_tray.windows.changes import Changes
from earmark_tray.windows.tag_table import TagTable
from earmark_tray.windows.training_result import TrainingResult

_AROUND = 6 * theme.UNIT
_GOING_ON = ("running", "waiting")
_PARTS = 1000


class TrainWindow(QWidget):
    """Has Earmark learn the tags of one's own."""

    def __init__(self, asker: Asker, page: str = "") -> None:
        super().__init__()
        self._asker = asker
        self._job: Any = None
        self._changes = Changes(asker.client, self)
        self.setWindowTitle(self.tr("Train – Earmark"))
        self.resize(760, 760)
        self._banner = Banner(asker, self._refresh)
        self._set = QComboBox()
        self._set.setAccessibleName(self.tr("Which tags"))
        self._set.addItem(self.tr("Your own tags"), "own")
        self._set.addItem(self.tr("Instruments"), "instrument")
        self._where = QComboBox()
        self._where.setAccessibleName(self.tr("Where to train"))
        for text, where in (
            (self.tr("On this machine"), "here"),
            (self.tr("At the paired endpoint"), "endpoint"),
        ):
            self._where.addItem(text, where)
        self._sends = theme.label(scale=0.92, muted=True)
        self._use = QCheckBox(self.tr("Use the new model at once; the one before stays at hand"))
        self._use.setChecked(True)
        self._train = QPushButton(self.tr("Train"))
        self._train.setProperty("primary", True)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._bar = QProgressBar()
        self._bar.setRange(0, _PARTS)
        self._bar.setTextVisible(False)
        self._phase = theme.label(muted=True)
        self._table = TagTable()
        self._warnings = theme.label(scale=0.92)
        self._warnings.setProperty("warning", True)
        self._result = TrainingResult(asker)
        self._lay_out()
        self._connect()
        self._say_what_is_sent()
        self._refresh()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End with the window what lives beside it; a training goes on."""
        self._changes.close()
        self._banner.close_down()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        column = theme.down(spacing=theme.MARGIN, margins=(_AROUND,) * 4)
        column.addWidget(self._banner)
        title = theme.across(spacing=theme.MARGIN)
        title.addWidget(theme.label(self.tr("What there is to learn from"), scale=1.2), 1)
        title.addWidget(self._set)
        column.addLayout(title)
        column.addWidget(self._table)
        column.addWidget(self._warnings)
        doing = theme.across(spacing=theme.MARGIN)
        doing.addWidget(self._train)
        doing.addWidget(self._where)
        doing.addWidget(self._sends, 1)
        column.addLayout(doing)
        column.addWidget(self._use)
        going = theme.across(spacing=theme.MARGIN)
        going.addWidget(self._bar, 1)
        going.addWidget(self._cancel)
        column.addLayout(going)
        column.addWidget(self._phase)
        column.addWidget(self._result)
        column.addStretch(1)
        theme.scrolled(self, column)

    def _connect(self) -> None:
        self._train.clicked.connect(self._begin)
        self._cancel.clicked.connect(self._end)
        self._set.currentIndexChanged.connect(lambda _: self._refresh())
        self._where.currentIndexChanged.connect(lambda _: self._say_what_is_sent())
        self._changes.training.connect(self._told)
        self._changes.tags.connect(self._refresh_tags)

    def _refresh(self) -> None:
        self._refresh_tags()
        self._asker.ask("training_jobs", self._take_jobs)

    def _refresh_tags(self) -> None:
        self._asker.ask("dataset_overview", self._take, tag_set=self._set.currentData())

    def _take(self, overview: Any) -> None:
        self._table.show_tags(overview["tags"])
        self._warnings.setText("\n".join(each["text"] for each in overview["warnings"]))
        self._warnings.setVisible(bool(overview["warnings"]))

    def _take_jobs(self, jobs: Any) -> None:
        wanted = self._set.currentData()
        self._show(next((job for job in jobs if job["tag_set"] == wanted), None))

    def _begin(self) -> None:
        self._train.setEnabled(False)
        self._asker.ask(
            "train",
            lambda _: self._refresh(),
            self._refused,
            tag_set=self._set.currentData(),
            where=self._where.currentData(),
            use=self._use.isChecked(),
        )

    def _refused(self, error: Any) -> None:
        self._train.setEnabled(True)
        self._asker.troubled.emit(error)

    def _end(self) -> None:
        if self._job is not None:
            self._asker.ask("cancel_training", self._show, id=self._job["id"])

    def _told(self, event: Any) -> None:
        if self._job is None or event["job"] != self._job["id"] or event["state"] != "running":
            self._refresh()
            return
        done, total = event["done"], event["total"]
        if event.get("epochs"):
            done, total = event["epoch"], event["epochs"]
        self._bar.setValue(round(_PARTS * done / total) if total else 0)
        self._phase.setText(_progress(event))

    def _show(self, job: Any) -> None:
        """Show how a job stands; None where there is none."""
        self._job = job
        going_on = job is not None and job["state"] in _GOING_ON
        self._train.setEnabled(not going_on)
        for widget in (self._bar, self._cancel):
            widget.setVisible(going_on)
        self._phase.setVisible(job is not None and job["state"] != "succeeded")
        if going_on:
            self._phase.setText(_progress(job))
        elif job is not None:
            nothing = self.tr("It was cancelled; nothing has changed.")
            self._phase.setText(job["message"] or nothing)
        self._result.show_job(job if job is not None and job["state"] == "succeeded" else None)

    def _say_what_is_sent(self) -> None:
        here = self._where.currentData() == "here"
        self._sends.setText(
            self.tr("Nothing leaves this machine.")
            if here
            else self.tr("Sends spectrograms of the labelled sounds, never the sounds themselves.")
        )


def _progress(told: Any) -> str:
    """Phase, loss, score and time left, as far as they are known."""
    parts = [told["message"] or f"{(told['phase'] or '').capitalize()}…"]
    for name, text in (("loss", "loss {:.3f}"), ("score", "score {:.2f}")):
        if told.get(name) is not None:
            parts.append(text.format(told[name]))
    if told.get("seconds_left"):
        parts.append(f"{told['seconds_left']:.0f} s left")
    return "   ·   ".join(parts)
