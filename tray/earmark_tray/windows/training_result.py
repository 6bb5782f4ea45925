"""What came of a training: how good each tag is, what would help most, and whether to use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QVBoxLayout, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.comparison import Comparison
from earmark_tray.windows.curves import Curves, Points
from earmark_tray.windows.mistakes import Mistakes, most_mistaken
from earmark_tray.windows.tag_table import Bar, Table

_MOST_BESIDE = 7
"""With more tags than this the confusion stands below the curve."""


_LEAST_WIDTH = 220


class TrainingResult(QWidget):
    """Shows a job that has succeeded.

    Attributes:
        listened: the path of a sound to play.
        decidable: all is shown that helps to decide.
    """

    listened = Signal(str)
    decidable = Signal()

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._job: Any = None
        self._declined = False
        self._table = Table()
        self._words = theme.label(scale=0.92, muted=True)
        self._hint = theme.label()
        self._curves = Curves(self.tr("Learning curve"), doubling=True)
        said = self.tr(
            "How far a tag's sounds come before all others, by the number of its examples: at 100 %"
            " they all do (average precision)"
        )
        note = theme.label(said, scale=0.88, muted=True)
        self._curve = _titled(self.tr("Learning curve"), note, self._curves)
        self._mistakes = Mistakes()
        self._which = theme.label(scale=0.88, muted=True)
        title = self.tr("What is mistaken for what")
        self._confusion = _titled(title, self._which, self._mistakes)
        self._comparison = Comparison(asker)
        self._comparison.listened.connect(self.listened)
        self._comparison.answered.connect(self.decidable)
        self._state = theme.label(muted=True)
        self._use = QPushButton(self.tr("Use it"))
        self._use.setProperty("primary", True)
        self._use.clicked.connect(self._take_into_use)
        self._keep = QPushButton(self.tr("Keep the old one"))
        self._keep.clicked.connect(self._leave)
        self._old = QPushButton(self.tr("Back to the one before"))
        self._old.clicked.connect(self._go_back)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        self._pictures = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pictures.setSpacing(2 * theme.MARGIN)
        self._pictures.addWidget(self._curve, 1)
        self._pictures.addWidget(self._confusion)
        buttons = theme.across(spacing=theme.GAP)
        buttons.addWidget(self._use)
        buttons.addWidget(self._keep)
        buttons.addWidget(self._old)
        buttons.addWidget(self._state, 1)
        column = theme.down(spacing=theme.MARGIN)
        column.addWidget(theme.label(self.tr("How good it is"), scale=1.2))
        for widget in (self._table, self._words, self._hint):
            column.addWidget(widget)
        column.addWidget(self._comparison)
        column.addLayout(buttons)
        column.addSpacing(theme.GAP)
        column.addLayout(self._pictures)
        self.setLayout(column)

    @property
    def decision(self) -> QPushButton:
        """The button that takes the model into use."""
        return self._use

    def show_job(self, job: Any) -> None:
        """Show what came of it; None for nothing."""
        if job is not None and self._job is not None and job["id"] == self._job["id"]:
            self.refresh()
            return
        self._job, self._declined = job, False
        self.setVisible(job is not None)
        if job is None:
            self._comparison.compare(None)
            return
        metrics = job["metrics"]
        self._show_table(metrics.get("labels") or {})
        self._hint.setText("\n".join(_hints(self, metrics)))
        self._hint.setVisible(bool(self._hint.text()))
        self._show_confusion(metrics)
        self._show_curve({}, metrics)
        self.refresh()

    def _show_table(self, labels: Mapping[str, Any]) -> None:
        """How good each tag is; without any, nothing could be tested."""
        head = (self.tr("Tag"), self.tr("Sounds"), self.tr("Found"), "", self.tr("Right"), "")
        self._table.fill(head, [_line(tag, told) for tag, told in sorted(labels.items())])
        self._table.setVisible(bool(labels))
        told = self.tr(
            "Of sounds that it did not learn from: how many with the tag it found, and how many"
            " that it gave the tag were right."
        )
        untested = self.tr("It could not be tested: too few different sounds.")
        self._words.setText(told if labels else untested)

    def _show_confusion(self, metrics: Any) -> None:
        labels, counts = list(metrics.get("labels") or {}), metrics.get("confusion")
        self._confusion.setVisible(bool(counts) and len(labels) > 1)
        if counts:
            shown, kept = most_mistaken(labels, counts)
            self._mistakes.show_table(shown, kept)
            all_ = self.tr("A row for each tag, a column for what it was heard as")
            most = self.tr("The {} that are mistaken most, a column for what each was heard as")
            self._which.setText(all_ if shown == labels else most.format(len(shown)))
        beside = len(labels) <= _MOST_BESIDE
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._pictures.setDirection(across if beside else down)

    def _show_curve(self, training: Any, metrics: Any) -> None:
        lines = points_of(training, metrics)
        self._curve.setVisible(bool(lines))
        if lines:
            self._curves.show_lines(lines)

    def refresh(self) -> None:
        """Look whether the model is in use."""
        self._asker.ask("models", self._take_models)

    def _take_models(self, models: Any) -> None:
        if self._job is None:
            return
        model = next((each for each in models if each["digest"] == self._job["model"]), None)
        used = bool(model and model["in_use"])
        self._declined &= not used
        self._use.setVisible(model is not None and not used)
        self._keep.setVisible(model is not None and not used and not self._declined)
        self._old.setVisible(used)
        if model is None:
            self._comparison.compare(None)
            self._state.setText(self.tr("This model was removed."))
            return
        self._comparison.compare(None if used or self._declined else model["digest"])
        self._show_curve(model["training"], self._job["metrics"])
        self._say_state(used=used)

    def _say_state(self, *, used: bool) -> None:
        said = self.tr("It is in use.") if used else self.tr("It is not in use yet.")
        if self._declined:
            said = self.tr("The old one stays. This one is kept, in case you want it.")
        self._state.setText(said)

    def _take_into_use(self) -> None:
        self._use.setEnabled(False)
        self._asker.attempt("use_model", self._done, self._refused, digest=self._job["model"])

    def _go_back(self) -> None:
        tag_set = self._job["tag_set"]
        self._asker.attempt("rollback_model", self._done, self._refused, tag_set=tag_set)

    def _done(self, _: Any) -> None:
        self._use.setEnabled(True)
        self.refresh()

    def _refused(self, error: Any) -> None:
        self._use.setEnabled(True)
        self._asker.troubled.emit(error)

    def _leave(self) -> None:
        self._declined = True
        self._keep.hide()
        self._comparison.compare(None)
        self._say_state(used=False)


def points_of(training: Any, metrics: Any) -> dict[str, Points]:
    """The learning curve of each tag: numbers of examples, and scores from 0 to 1.

    A model that was made on this machine has it among its metrics, by number of examples; one from
    an endpoint in the description of its training, by tag.
    """
    here: Mapping[str, Mapping[str, float]] = metrics.get("learning_curve") or {}
    there = training.get("learning_curve") or {"examples": [], "labels": {}}
    found = {(int(n), tag, score) for n, scores in here.items() for tag, score in scores.items()}
    found |= {
        (int(n), tag, score)
        for tag, scores in there["labels"].items()
        for n, score in zip(there["examples"], scores, strict=True)
        if score is not None
    }
    lines: dict[str, list[tuple[float, float]]] = {}
    for number, tag, score in sorted(found):
        lines.setdefault(tag, []).append((float(number), score))
    return {tag: points for tag, points in lines.items() if len(points) > 1}


def _titled(title: str, note: QWidget, widget: QWidget) -> QWidget:
    column: QVBoxLayout = theme.down(spacing=theme.UNIT)
    column.addWidget(theme.label(title, scale=1.0))
    column.addWidget(note)
    column.addSpacing(theme.UNIT)
    column.addWidget(widget)
    column.addStretch(1)
    whole = QWidget()
    whole.setLayout(column)
    whole.setMinimumWidth(_LEAST_WIDTH)
    return whole


def _line(tag: str, told: Any) -> tuple[str | QWidget, ...]:
    found, right = told["recall"], told["precision"]
    return (
        tag,
        f"{told['clips']:,}",
        f"{found * 100:.0f} %",
        Bar(found),
        f"{right * 100:.0f} %",
        Bar(right),
    )


def _hints(widget: QWidget, metrics: Any) -> list[str]:
    """What was left out and why, and what would help most."""
    lines = [
        widget.tr("“{}” is left out: {}.").format(tag, why)
        for tag, why in sorted(metrics.get("left_out", {}).items())
    ]
    if metrics.get("most_wanted"):
        text = widget.tr("Ten more examples of “{}” would help most.")
        lines.append(text.format(metrics["most_wanted"]))
    return lines
