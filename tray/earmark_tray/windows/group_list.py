"""A group of alike sounds as a list with ticks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyleOptionViewItem

from earmark_tray.windows import painting, theme
from earmark_tray.windows.review_queue import Sound
from earmark_tray.windows.sound_delegate import SoundDelegate
from earmark_tray.windows.sound_model import Index, Role
from earmark_tray.windows.sound_row import Row
from earmark_tray.windows.thumbnails import Thumbnails

_TICK = 16
_LEFT_OUT = 0.4


class GroupList(QListView):
    """Shows sounds, with a tick each until it is taken away.

    Attributes:
        again: the current sound shall be heard again.
        ticked: a tick came or went.
    """

    again = Signal()
    ticked = Signal()

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._model = _Model()
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(thumbnails, self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Sounds that are alike"))
        thumbnails.made.connect(lambda _: self.viewport().update())

    @property
    def current(self) -> Sound | None:
        """The sound that the keys mean."""
        row = self.currentIndex().row()
        return self._model.sounds[row] if 0 <= row < len(self._model.sounds) else None

    @property
    def chosen(self) -> list[Sound]:
        """The sounds with a tick."""
        pairs = zip(self._model.sounds, self._model.ticks, strict=True)
        return [sound for sound, tick in pairs if tick]

    @property
    def left_out(self) -> set[str]:
        """The paths of those without one."""
        pairs = zip(self._model.sounds, self._model.ticks, strict=True)
        return {sound.path for sound, tick in pairs if not tick}

    def show_group(self, sounds: Sequence[Sound], left_out: Collection[str] = ()) -> None:
        """Show a group, these paths of it without a tick; its first sound is the current one."""
        self._model.show_group(sounds, left_out)
        self.setCurrentIndex(self._model.index(0))

    def move(self, steps: int) -> None:  # type: ignore[override]
        """Go down by so many, or up."""
        last = len(self._model.sounds) - 1
        row = min(max(0, self.currentIndex().row() + steps), last)
        self.setCurrentIndex(self._model.index(row))
        self.scrollTo(self.currentIndex())

    def toggle(self) -> None:
        """Leave the current sound out, or take it in again."""
        self._model.toggle(self.currentIndex().row())
        self.ticked.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click on the tick toggles it, elsewhere it plays the sound."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        again = index == self.currentIndex()
        self.setCurrentIndex(index)
        if event.position().x() < theme.MARGIN + _TICK + theme.GAP:
            self.toggle()
        elif again:
            self.again.emit()


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.sounds: list[Sound] = []
        self.ticks: list[bool] = []

    def show_group(self, sounds: Sequence[Sound], left_out: Collection[str]) -> None:
        self.beginResetModel()
        self.sounds = list(sounds)
        self.ticks = [sound.path not in left_out for sound in sounds]
        self.endResetModel()

    def toggle(self, row: int) -> None:
        if 0 <= row < len(self.ticks):
            self.ticks[row] = not self.ticks[row]
            self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.sounds)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        sound = self.sounds[index.row()]
        tags = tuple((tag, "person") for tag in sound.said)
        row = Row(sound.path, tags, sound.duration, True, sound.loudness)
        if role == Role.ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.name
        if role == Qt.ItemDataRole.CheckStateRole:
            checked = self.ticks[index.row()]
            return Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked
        return None


class _Delegate(SoundDelegate):
    def paint(self, pen: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box: QRect = option.rect
        ticked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        if option.state & QStyle.StateFlag.State_Selected:
            pen.fillRect(box, theme.colour("selection"))
        pen.setPen(theme.colour("line"))
        pen.drawLine(box.bottomLeft(), box.bottomRight())
        middle = box.center().y()
        _tick(pen, QRectF(box.left() + theme.MARGIN, middle - _TICK / 2, _TICK, _TICK), ticked)
        pen.setOpacity(1.0 if ticked else _LEFT_OUT)
        left = 2 * theme.MARGIN + _TICK
        self.paint_row(pen, box.adjusted(left, 0, -theme.MARGIN, 0), index.data(Role.ROW))
        pen.setOpacity(1.0)
        if option.state & QStyle.StateFlag.State_Selected:
            painting.focus_ring(pen, box)


def _tick(pen: QPainter, box: QRectF, ticked: bool) -> None:
    pen.save()
    pen.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen.setPen(QPen(theme.colour("accent" if ticked else "wave"), 1))
    pen.setBrush(theme.colour("accent" if ticked else "surface"))
    pen.drawRoundedRect(box, 3, 3)
    if ticked:
        pen.setPen(QPen(theme.colour("on_accent"), 2))
        x, y, size = box.left(), box.top(), box.width()
        middle = (x + 0.42 * size, y + 0.70 * size)
        for end in ((x + 0.22 * size, y + 0.50 * size), (x + 0.78 * size, y + 0.30 * size)):
            pen.drawLine(*map(round, (*middle, *end)))
    pen.restore()
