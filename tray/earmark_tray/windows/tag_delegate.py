"""How one tag looks in a list: the word, the number of its sounds, and how strong it is."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from earmark_tray.windows import painting, theme
from earmark_tray.windows.sound_model import Index

COUNT = Qt.ItemDataRole.UserRole + 1
"""The number of its sounds, as text."""

STRENGTH = Qt.ItemDataRole.UserRole + 2
"""From 0 to 1; None to show no bar."""

WANTED = Qt.ItemDataRole.UserRole + 3
"""Whether it is the one that is asked for."""

OFF = Qt.ItemDataRole.UserRole + 4
"""Whether it is switched off."""

DEPTH = Qt.ItemDataRole.UserRole + 5
"""How many broader tags it lies under."""

_BAR = 6
_STEP = 3 * theme.UNIT


class TagDelegate(QStyledItemDelegate):
    """Paints tags of a list."""

    def __init__(self, parent: QObject | None = None, *, keeps: bool = False) -> None:
        """Prepare.

        Args:
            parent: whose life it shares.
            keeps: whether the current tag stays marked while the keyboard is elsewhere, as where
                buttons mean it.
        """
        super().__init__(parent)
        self._keeps = keeps

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """One line and some air, and room for a bar where there is one."""
        bar = _BAR if index.data(STRENGTH) is not None else 0
        return QSize(0, QFontMetrics(theme.font()).height() + 3 * theme.UNIT + bar)

    def paint(self, pen: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one tag."""
        box: QRect = option.rect
        state = option.state
        pen.fillRect(box, theme.colour("window"))
        if state & QStyle.StateFlag.State_MouseOver:
            pen.fillRect(box, theme.colour("chip"))
        if index.data(WANTED):
            pen.fillRect(box, theme.colour("selection"))
            pen.fillRect(QRect(box.left(), box.top(), 3, box.height()), theme.colour("accent"))
        indent = _STEP * (index.data(DEPTH) or 0)
        inner = box.adjusted(theme.MARGIN + indent, 0, -theme.MARGIN, 0)
        strength = index.data(STRENGTH)
        if strength is not None:
            _bar(pen, inner, strength)
            inner.adjust(0, 0, 0, -_BAR)
        middle, count = Qt.AlignmentFlag.AlignVCenter, index.data(COUNT)
        pen.setFont(theme.font(0.88))
        pen.setPen(theme.colour("muted"))
        pen.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, count)
        inner.adjust(0, 0, -pen.fontMetrics().horizontalAdvance(count) - theme.GAP, 0)
        pen.setFont(theme.font())
        pen.setPen(theme.colour("muted" if index.data(OFF) else "text"))
        word = pen.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, inner.width()
        )
        pen.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, word)
        if state & QStyle.StateFlag.State_HasFocus:
            painting.focus_ring(pen, box)
        elif self._keeps and index == _current(option):
            painting.focus_ring(pen, box, "wave")


def _current(option: QStyleOptionViewItem) -> Index | None:
    view = option.widget
    return view.currentIndex() if isinstance(view, QAbstractItemView) else None


def _bar(pen: QPainter, box: QRect, strength: float) -> None:
    """How strong a tag is, from 0 to 1."""
    track = QRect(box.left(), box.bottom() - _BAR, box.width(), _BAR // 2)
    pen.fillRect(track, theme.colour("line"))
    track.setWidth(round(track.width() * strength))
    pen.fillRect(track, theme.colour("accent"))
