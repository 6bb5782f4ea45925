"""How a training goes: how far it is, loss and score as they come, time left, and its end."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.curves import Curves

translate = QCoreApplication.translate

GOING_ON = ("running", "waiting")
_PARTS = 1000
_SPANS = {
    "preparing": (0.0, 0.02),
    "starting": (0.02, 0.02),
    "uploading": (0.02, 0.15),
    "queued": (0.15, 0.15),
    "loading": (0.15, 0.15),
    "training": (0.15, 0.9),
    "calibrating": (0.9, 0.9),
    "exporting": (0.92, 0.92),
    "downloading": (0.95, 1.0),
    "gathering": (0.0, 0.0),
    "testing": (0.0, 0.9),
    "learning": (0.9, 0.9),
}
"""Where each phase of a training, at the trainer or here, begins and ends on the bar."""


class TrainingProgress(QWidget):
    """Shows a job that has not succeeded (yet).

    Attributes:
        unwanted: the job shall end.
    """

    unwanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._job: int | None = None
        self._scores: dict[float, float] = {}
        self._rounds: float | None = None
        self._bar = QProgressBar()
        self._bar.setRange(0, _PARTS)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("How far it is"))
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.clicked.connect(self.unwanted)
        self._said = theme.label(muted=True)
        rounds = self.tr("Score, round by round")
        best = self.tr("{}: 100 % would be right about all")
        self._caption = theme.label(best.format(rounds), scale=0.92, muted=True)
        self._plot = Curves(rounds)
        self._show_plot(shown=False)
        line = theme.across(spacing=theme.MARGIN)
        line.addWidget(self._bar, 1)
        line.addWidget(self._cancel)
        column = theme.down()
        column.addLayout(line)
        column.addWidget(self._said)
        column.addWidget(self._caption)
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
        """Show how a job stands, from its first round on; None where there is none."""
        going_on = job is not None and job["state"] in GOING_ON
        self.setVisible(job is not None and job["state"] != "succeeded")
        for widget in (self._bar, self._cancel):
            widget.setVisible(going_on)
        if going_on:
            self._join(job)
            return
        self._forget(None)
        if job is not None:
            nothing = self.tr("It was cancelled; nothing has changed.")
            self._said.setText(job["message"] or nothing)

    def show_event(self, event: Any) -> None:
        """Show what the daemon tells of a job that is running."""
        self._bar.setValue(round(_PARTS * how_far(event)))
        self._said.setText(in_words(event))
        if event.get("epoch") is not None and event.get("score") is not None:
            epoch = float(event["epoch"])
            self._scores = {n: score for n, score in self._scores.items() if n < epoch}
            self._scores[epoch] = float(event["score"])
        self._draw(event)

    def _join(self, job: Any) -> None:
        """Show what has come of a job so far; what events told of it meanwhile is newer."""
        if job["id"] != self._job:
            self._forget(job["id"])
        self._bar.setValue(max(self._bar.value(), round(_PARTS * how_far(job))))
        self._said.setText(in_words(job))
        scored = [each for each in job["rounds"] or [] if each["score"] is not None]
        self._scores = {float(each["epoch"]): each["score"] for each in scored} | self._scores
        self._draw(job)

    def _draw(self, told: Any) -> None:
        self._rounds = told.get("epochs") or self._rounds
        if len(self._scores) > 1:
            score = {self.tr("score"): sorted(self._scores.items())}
            self._plot.show_lines(score, until=self._rounds)
            self._show_plot(shown=True)

    def _forget(self, job: int | None) -> None:
        self._job, self._rounds = job, None
        self._scores.clear()
        self._bar.setValue(0)
        self._show_plot(shown=False)

    def _show_plot(self, *, shown: bool) -> None:
        for widget in (self._caption, self._plot):
            widget.setVisible(shown)


def how_far(told: Any) -> float:
    """The part of the whole that is done, 0 to 1."""
    begin, end = _SPANS.get(told["phase"], (0.0, 0.0))
    return begin + (end - begin) * (told["done"] / told["total"] if told["total"] else 0.0)


def in_words(told: Any) -> str:
    """Phase, round, loss, score and time left, as far as they are known."""
    parts = [told["message"] or _phase(told["phase"] or "")]
    if told.get("epoch") is not None and told.get("epochs"):
        rounds = translate("TrainingProgress", "round {} of {}")
        parts.append(rounds.format(told["epoch"], told["epochs"]))
    if told.get("loss") is not None:
        parts.append(translate("TrainingProgress", "loss {:.3f}").format(told["loss"]))
    if told.get("score") is not None:
        parts.append(translate("TrainingProgress", "score {:.2f}").format(told["score"]))
    if told.get("seconds_left"):
        parts.append(_left(told["seconds_left"]))
    return "   ·   ".join(parts)


def _phase(name: str) -> str:
    words = {
        "preparing": translate("TrainingProgress", "Getting ready."),
        "loading": translate("TrainingProgress", "The trainer gets ready."),
        "calibrating": translate("TrainingProgress", "The trainer finds how sure to be."),
        "exporting": translate("TrainingProgress", "The trainer packs the model up."),
        "downloading": translate("TrainingProgress", "The model comes here."),
    }
    return words.get(name, f"{name.capitalize()}…")


def _left(seconds: float) -> str:
    if seconds < 90:
        return translate("TrainingProgress", "{:.0f} s left").format(seconds)
    return translate("TrainingProgress", "{:.0f} min left").format(seconds / 60)
