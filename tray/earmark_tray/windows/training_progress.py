"""How a training goes: how far it is, loss and score as they come, time left, and its end."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.curves import Curves

GOING_ON = ("running", "waiting")
_PARTS = 1000


class TrainingProgress(QWidget):
    """Shows a job that has not succeeded (yet).

    Attributes:
        unwanted: the job shall end.
    """

    unwanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._scores: dict[float, float] = {}
        self._bar = QProgressBar()
        self._bar.setRange(0, _PARTS)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("How far it is"))
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.clicked.connect(self.unwanted)
        self._said = theme.label(muted=True)
        self._plot = Curves(self.tr("Score, round by round"))
        self._plot.hide()
        line = theme.across(spacing=theme.MARGIN)
        line.addWidget(self._bar, 1)
        line.addWidget(self._cancel)
        column = theme.down()
        column.addLayout(line)
        column.addWidget(self._said)
        column.addWidget(self._plot)
        self.setLayout(column)
        self.hide()

    def begin(self) -> None:
        """A job was asked for; the keyboard's attention goes to what ends it."""
        self._bar.setValue(0)
        self._said.setText(self.tr("Beginning…"))
        for widget in (self, self._bar, self._cancel):
            widget.show()
        self._cancel.setFocus()

    def show_job(self, job: Any) -> None:
        """Show how a job stands; None where there is none."""
        going_on = job is not None and job["state"] in GOING_ON
        self.setVisible(job is not None and job["state"] != "succeeded")
        for widget in (self._bar, self._cancel):
            widget.setVisible(going_on)
        if going_on:
            self._said.setText(in_words(job))
            return
        self._scores.clear()
        self._bar.setValue(0)
        self._plot.hide()
        if job is not None:
            nothing = self.tr("It was cancelled; nothing has changed.")
            self._said.setText(job["message"] or nothing)

    def show_event(self, event: Any) -> None:
        """Show what the daemon tells of a job that is running."""
        done, total = event["done"], event["total"]
        if event.get("epochs"):
            done, total = event["epoch"], event["epochs"]
        self._bar.setValue(round(_PARTS * done / total) if total else 0)
        self._said.setText(in_words(event))
        if event.get("epoch") is not None and event.get("score") is not None:
            self._scores[float(event["epoch"])] = float(event["score"])
        if len(self._scores) > 1:
            self._plot.show_lines({self.tr("score"): sorted(self._scores.items())})
            self._plot.show()


def in_words(told: Any) -> str:
    """Phase, round, loss, score and time left, as far as they are known."""
    parts = [told["message"] or f"{(told['phase'] or '').capitalize()}…"]
    if told.get("epoch") is not None and told.get("epochs"):
        parts.append(f"round {told['epoch']} of {told['epochs']}")
    for name, text in (("loss", "loss {:.3f}"), ("score", "score {:.2f}")):
        if told.get(name) is not None:
            parts.append(text.format(told[name]))
    if told.get("seconds_left"):
        parts.append(_left(told["seconds_left"]))
    return "   ·   ".join(parts)


def _left(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left"
