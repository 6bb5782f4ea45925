"""What came of a training: how good each tag is, what would help most, and whether to use it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QPushButton, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.tag_table import Bar, Table


class TrainingResult(QWidget):
    """Shows a job that has succeeded."""

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._job: Any = None
        self._table = Table()
        self._words = theme.label(scale=0.92, muted=True)
        self._hint = theme.label()
        self._state = theme.label(muted=True)
        self._use = QPushButton(self.tr("Use it"))
        self._use.clicked.connect(self._take_into_use)
        self._old = QPushButton(self.tr("Back to the one before"))
        self._old.clicked.connect(self._go_back)
        buttons = theme.across(spacing=theme.MARGIN)
        buttons.addWidget(self._state, 1)
        buttons.addWidget(self._use)
        buttons.addWidget(self._old)
        column = theme.down(spacing=theme.MARGIN)
        column.addWidget(theme.label(self.tr("How good it is"), scale=1.2))
        for widget in (self._table, self._words, self._hint):
            column.addWidget(widget)
        column.addLayout(buttons)
        self.setLayout(column)
        self.hide()

    def show_job(self, job: Any) -> None:
        """Show what came of it; None for nothing."""
        self._job = job
        self.setVisible(job is not None)
        if job is None:
            return
        metrics = job["metrics"]
        head = (self.tr("Tag"), self.tr("Sounds"), self.tr("Found"), "", self.tr("Right"), "")
        self._table.fill(
            head,
            [
                (
                    tag,
                    f"{told['clips']:,}",
                    f"{told['recall'] * 100:.0f} %",
                    Bar(told["recall"]),
                    f"{told['precision'] * 100:.0f} %",
                    Bar(told["precision"]),
                )
                for tag, told in sorted(metrics["labels"].items())
            ],
        )
        self._words.setText(
            self.tr(
                "Of sounds that it did not learn from: how many with the tag it found, and how many"
                " that it gave the tag were right."
            )
        )
        self._hint.setText("\n".join(_hints(self, metrics)))
        self._hint.setVisible(bool(self._hint.text()))
        self._refresh()

    def _refresh(self) -> None:
        self._asker.ask("models", self._take_models)

    def _take_models(self, models: Any) -> None:
        if self._job is None:
            return
        model = next((each for each in models if each["digest"] == self._job["model"]), None)
        used = model is not None and model["in_use"]
        self._use.setVisible(model is not None and not used)
        self._old.setVisible(used)
        if model is None:
            self._state.setText(self.tr("This model was removed."))
        else:
            self._state.setText(self.tr("It is in use.") if used else self.tr("It is not in use."))

    def _take_into_use(self) -> None:
        self._asker.ask("use_model", lambda _: self._refresh(), digest=self._job["model"])

    def _go_back(self) -> None:
        tag_set = self._job["tag_set"]
        self._asker.ask("rollback_model", lambda _: self._refresh(), tag_set=tag_set)


def _hints(widget: QWidget, metrics: Any) -> list[str]:
    """What was left out and why, what is confused, and what would help most."""
    lines = [
        widget.tr("“{}” is left out: {}.").format(tag, why)
        for tag, why in sorted(metrics.get("left_out", {}).items())
    ]
    confused = _most_confused(metrics)
    if confused is not None:
        lines.append(widget.tr("“{}” was taken for “{}” {} times.").format(*confused))
    if metrics.get("most_wanted"):
        text = widget.tr("Ten more examples of “{}” would help most.")
        lines.append(text.format(metrics["most_wanted"]))
    return lines


def _most_confused(metrics: Any) -> tuple[str, str, int] | None:
    """The two tags of an exclusive set that were mixed up most often."""
    labels, table = list(metrics["labels"]), metrics.get("confusion") or []
    mistakes = [
        (count, true, given)
        for true, row in enumerate(table)
        for given, count in enumerate(row)
        if true != given and count
    ]
    if not mistakes:
        return None
    count, true, given = max(mistakes)
    return labels[true], labels[given], count
