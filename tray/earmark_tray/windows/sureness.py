"""Asks how sure a tag must be before it is given, and shows how sure it is of how many sounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QSizePolicy, QSlider, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker

_SIZE = QSize(420, 96)
_BARS = 50
_LEAST_BAR = 2.0


def ask_sureness(parent: QWidget, asker: Asker, tag: str, changed: Callable[[], None]) -> None:
    """Ask a person how sure a tag must be.

    Args:
        parent: the window that asks.
        asker: knows how sure it is, and tells how sure it must be from now on.
        tag: the tag.
        changed: called once that holds.
    """
    asker.attempt("sureness", partial(_ask, parent, asker, changed), tag=tag)


def _ask(parent: QWidget, asker: Asker, changed: Callable[[], None], answer: Any) -> None:
    dialog = Sureness(answer, parent)
    if dialog.exec() == QDialog.DialogCode.Accepted and dialog.wanted != answer["sure_from"]:
        told = {"tag": answer["tag"], "least": dialog.wanted}
        asker.attempt("give_tag_from", lambda _: changed(), **told)


class Sureness(QDialog):
    """One question.

    Attributes:
        wanted: how sure the tag must be, from 0 to 1; None for what its model says.
    """

    def __init__(self, answer: Any, parent: QWidget | None = None) -> None:
        """Prepare.

        Args:
            answer: what the daemon says of the tag: `sureness` among its requests.
            parent: the window that asks.
        """
        super().__init__(parent)
        self.wanted: float | None = answer["sure_from"]
        self._percents, self._said = answer["percents"], answer["said"]
        self.setWindowTitle(self.tr("How sure"))
        text = self.tr(
            "How sure must Earmark be to call a sound “{}”?\nWhat you said of sounds always counts."
        )
        self._bars = Bars(self._percents)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100)
        self._slider.setPageStep(10)
        self._slider.setAccessibleName(self.tr("How sure, in percent"))
        self._slider.setValue(self._begin())
        self._slider.valueChanged.connect(self._move)
        self._value = theme.label(scale=1.2)
        self._count = theme.label(muted=True)
        column = theme.down(margins=(theme.MARGIN,) * 4)
        column.addWidget(theme.label(text.format(answer["tag"])))
        for widget in (self._bars, self._slider, self._value, self._count):
            column.addWidget(widget)
        column.addWidget(self._buttons())
        self.setLayout(column)
        self._show()

    def _begin(self) -> int:
        """Where the slider stands at first: as it was chosen, else at the least sure sound."""
        if self.wanted is not None:
            return round(self.wanted * 100)
        return next((percent for percent, count in enumerate(self._percents) if count), 50)

    def _buttons(self) -> QDialogButtonBox:
        kind = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kind.Ok | kind.Cancel | kind.RestoreDefaults)
        buttons.button(kind.Ok).setProperty("primary", True)
        usual = buttons.button(kind.RestoreDefaults)
        usual.setText(self.tr("As its model says"))
        usual.setEnabled(self.wanted is not None)
        usual.clicked.connect(self._give_up)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _move(self, percent: int) -> None:
        self.wanted = percent / 100
        self._show()

    def _give_up(self) -> None:
        self.wanted = None
        self.accept()

    def _show(self) -> None:
        percent = self._slider.value()
        self._bars.begin_at(percent)
        self._value.setText(self.tr("{} % sure or more").format(percent))
        every = self._said + sum(self._percents)
        kept = self._said + sum(self._percents[percent:])
        less = self.tr("{:,} of the {:,} sounds that carry it now keep it.")
        all_ = self.tr("All {1:,} sounds that carry it now keep it.")
        one = self.tr("The 1 sound that carries it now keeps it.")
        all_ = one if every == 1 else all_
        self._count.setText((less if kept < every else all_).format(kept, every))


class Bars(QWidget):
    """How many sounds there are for each percent, those that count in the accent colour."""

    def __init__(self, percents: Sequence[int]) -> None:
        super().__init__()
        self._counts = [0] * _BARS
        for percent, count in enumerate(percents):
            self._counts[_place(percent)] += count
        self._from = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for all bars."""
        return _SIZE

    def begin_at(self, percent: int) -> None:
        """From where on sounds count."""
        self._from = percent
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint them, their heights by the root of their number, so that few are seen too."""
        most = math.sqrt(max(1, *self._counts))
        pen = QPainter(self)
        pen.setPen(Qt.PenStyle.NoPen)
        width = self.width() / _BARS
        for place, count in enumerate(self._counts):
            counts = place >= _place(self._from)
            pen.setBrush(theme.colour("accent" if counts else "line"))
            height = max(_LEAST_BAR, math.sqrt(count) / most * self.height())
            pen.drawRect(QRectF(place * width, self.height() - height, width - 1, height))
        pen.end()


def _place(percent: int) -> int:
    """The bar of a percent, 0 to 100."""
    return min(_BARS - 1, percent * _BARS // 100)
