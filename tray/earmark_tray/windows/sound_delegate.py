"""How one sound looks in a list: waveform, name and folder, tags, length, tempo and key."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from earmark_tray.windows import painting, theme
from earmark_tray.windows.sound_model import Index, Role
from earmark_tray.windows.sound_row import Row
from earmark_tray.windows.thumbnails import Thumbnails

_WAVE_WIDTH = 96
_LONGEST_FACTS = "174.5 BPM C#m"
_LEAST_NAME_WIDTH = 180
_WAVE_FROM, _FACTS_FROM = 520, 400
"""How wide a row must be to show them, in pixels."""


class SoundDelegate(QStyledItemDelegate):
    """Paints rows of a `SoundModel`."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Rows are as high as two lines of text and some air."""
        metrics = QFontMetrics(theme.font())
        return QSize(0, 2 * metrics.height() + 4 * theme.UNIT)

    def paint(self, pen: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        box: QRect = option.rect
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            pen.fillRect(box, theme.colour("selection"))
        pen.setPen(theme.colour("line"))
        pen.drawLine(box.bottomLeft(), box.bottomRight())
        row = index.data(Role.ROW)
        if row is not None:
            self.paint_row(pen, box.adjusted(theme.MARGIN, 0, -theme.MARGIN, 0), row)
        if state & QStyle.StateFlag.State_HasFocus:
            painting.focus_ring(pen, box)

    def paint_row(self, pen: QPainter, box: QRect, row: Row) -> None:
        """Paint waveform, name and folder, tags, length, tempo and key into a box.

        Where it is narrow the waveform gives way first, then what stands on the right.
        """
        left, right = box.left(), box.right()
        if box.width() >= _WAVE_FROM:
            self._wave(pen, box, row)
            left += _WAVE_WIDTH + theme.MARGIN
        if box.width() >= _FACTS_FROM:
            wide = QFontMetrics(_facts_font()).horizontalAdvance(_LONGEST_FACTS)
            length = QRect(right - wide, box.top(), wide, box.height())
            _length_and_facts(pen, length, row)
            right = length.left() - theme.MARGIN
        room = max(0, right - left - _LEAST_NAME_WIDTH)
        chips = QRect(right - room, box.top(), room, box.height())
        taken = painting.chips(pen, chips, row.tags, right=True)
        beside = taken + theme.MARGIN if taken else 0
        _two_lines(pen, QRect(left, box.top(), right - beside - left, box.height()), row)

    def _wave(self, pen: QPainter, box: QRect, row: Row) -> None:
        picture = self._thumbnails.get(row.path) if row.online else None
        if picture is None:
            return
        area = QRectF(box.left(), box.top() + 10, _WAVE_WIDTH, box.height() - 20)
        painting.waveform(pen, area, picture)


def _facts_font() -> QFont:
    return theme.font(0.88)


def _length_and_facts(pen: QPainter, box: QRect, row: Row) -> None:
    """The length, and tempo and key below it where they are known."""
    pen.setFont(_facts_font())
    pen.setPen(theme.colour("muted"))
    text = "\n".join(filter(None, (row.length, row.facts)))
    pen.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def _two_lines(pen: QPainter, box: QRect, row: Row) -> None:
    """The name above, the folder below."""
    name, folder = theme.font(), theme.font(0.88)
    upper, lower = QFontMetrics(name), QFontMetrics(folder)
    top = box.center().y() - (upper.height() + lower.height()) // 2
    elide = Qt.TextElideMode.ElideMiddle
    pen.setFont(name)
    pen.setPen(theme.colour("text" if row.online else "muted"))
    first = QRect(box.left(), top, box.width(), upper.height())
    left = Qt.AlignmentFlag.AlignLeft
    pen.drawText(first, left, upper.elidedText(row.name, elide, box.width()))
    pen.setFont(folder)
    pen.setPen(theme.colour("muted"))
    second = QRect(box.left(), top + upper.height(), box.width(), lower.height())
    text = (
        row.folder if row.online else QCoreApplication.translate("Sounds", "its disk is not there")
    )
    pen.drawText(second, left, lower.elidedText(text, elide, box.width()))
