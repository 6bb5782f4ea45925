"""The library as a map, coloured by tag: what one points at is heard and can be dragged out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QPushButton, QSizePolicy, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.dragging import drag_out
from earmark_tray.windows.map_scene import Scene
from earmark_tray.windows.map_spots import spot_of
from earmark_tray.windows.pressing import Presses
from earmark_tray.windows.sound_row import Row

_STAY_MILLISECONDS = 60
_STEP = 1.5
_NOTCH = 240.0
_PAN = 120.0
_PULLS = Qt.MouseButton.LeftButton | Qt.MouseButton.MiddleButton
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_ZOOMS = {
    Qt.Key.Key_Plus: _STEP,
    Qt.Key.Key_Equal: _STEP,
    Qt.Key.Key_Minus: 1.0 / _STEP,
    Qt.Key.Key_0: 0.0,
}
"""What each key multiplies the size by; 0 for the whole map."""


class MapView(QWidget):
    """Shows sounds as dots.

    Attributes:
        pointed: the `Row` of the sound that the mouse rests on, or that a key went to.
        key: a letter was pressed, `Qt.Key`.
    """

    pointed = Signal(object)
    key = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._scene = Scene()
        self._presses = Presses()
        self._here: int | None = None
        self._next: int | None = None
        self._held: int | None = None
        self._pulled: QPointF | None = None
        self._pulling = False
        self._staying = QTimer(self, singleShot=True, interval=_STAY_MILLISECONDS)
        self._staying.timeout.connect(self._stay)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Map of sounds"))
        self.setAccessibleDescription(
            self.tr("Arrow keys go from sound to sound, with Shift they move the map; + - 0 zoom")
        )
        self._buttons = [
            self._button("+", self.tr("Nearer (+, or the mouse wheel)"), _STEP),
            self._button("−", self.tr("Further away (-)"), 1.0 / _STEP),
            self._button(self.tr("All"), self.tr("The whole map (0)"), 0.0),
        ]
        self._place_buttons()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As much as there is."""
        return QSize(640, 480)

    @property
    def current(self) -> Row | None:
        """The sound that was pointed at last."""
        return None if self._here is None else self._scene.spots[self._here].row

    @property
    def beside_chosen(self) -> QPoint:
        """Where on the screen the sound is that was pointed at last."""
        at = (
            self.rect().center() if self._here is None else self._scene.points[self._here].toPoint()
        )
        return self.mapToGlobal(at)

    def show_sounds(self, sounds: Sequence[Any]) -> None:
        """Show what the daemon's ``map`` says; what was pointed at stays, if it is still there."""
        before, held = self.current, self._held
        pulled = None if held is None else self._scene.spots[held].row
        spots = [spot_of(sound) for sound in sounds]
        paths = {spot.row.path: place for place, spot in enumerate(spots)}
        self._here = paths.get(before.path) if before else None
        self._held = paths.get(pulled.path) if pulled else None
        if pulled is not None and self._held is None:
            self._let_go()
        self._next = None
        self._scene.show(spots)
        self.update()

    def highlight(self, tags: Collection[str]) -> None:
        """Let only the sounds with one of these tags stand out; none to show all alike."""
        if frozenset(tags) != self._scene.bright:
            self._scene.bright = frozenset(tags)
            self._look_again()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the dots, and the one that was pointed at."""
        pen = QPainter(self)
        self._scene.paint(pen, self._here, self.devicePixelRatioF())
        if self.hasFocus():
            pen.setPen(QPen(theme.colour("accent"), 2))
            pen.setBrush(Qt.BrushStyle.NoBrush)
            pen.drawRect(self.rect().adjusted(1, 1, -1, -1))
        pen.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another size, another picture."""
        self._scene.resize(self.size())
        self._place_buttons()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another look, another picture."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._scene.show(self._scene.spots)
        super().changeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Nearer or further away, around the mouse."""
        self._zoom(_STEP ** (event.angleDelta().y() / _NOTCH), event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """With a button down a sound or the map is pulled; else what is below it is heard."""
        if event.buttons() & _PULLS and self._pulled is not None:
            self._pull(event.position())
            return
        found = self._scene.under(event.position())
        if found != self._next:
            self._next = found
            self._staying.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click is heard at once."""
        self.setFocus()
        self._pulled = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            return
        self._held = self._scene.under(event.position())
        if self._held is not None:
            self._go(self._held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The map lies still again."""
        self._let_go()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows go to the nearest sound that way or, with Shift, move the map."""
        key = Qt.Key(event.key())
        if key in _ARROWS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._move(*(-_PAN * part for part in _ARROWS[key]))
        elif key in _ARROWS:
            self._walk(_ARROWS[key])
        elif key in _ZOOMS:
            self._zoom(_ZOOMS[key])
        elif key == Qt.Key.Key_Space and self._here is not None:
            self._go(self._here)
        elif self._presses.letter(event):
            self.key.emit(key)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The key is not held any more."""
        self._presses.let_go(event)
        super().keyReleaseEvent(event)

    def _button(self, text: str, meaning: str, factor: float) -> QPushButton:
        made = QPushButton(text, self)
        made.setProperty("small", True)
        made.setToolTip(meaning)
        made.setAccessibleName(meaning)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setCursor(Qt.CursorShape.ArrowCursor)
        made.clicked.connect(lambda: self._zoom(factor))
        return made

    def _place_buttons(self) -> None:
        right = self.width() - theme.MARGIN
        for button in reversed(self._buttons):
            size = button.sizeHint()
            right -= size.width()
            button.setGeometry(
                right, self.height() - theme.MARGIN - size.height(), size.width(), size.height()
            )
            right -= theme.UNIT

    def _zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Around a point, or what was pointed at, or the middle."""
        scene, field = self._scene, self._scene.field
        if at is None:
            here = self._here is not None and scene.in_sight(self._here)
            at = scene.points[self._here or 0] if here else field.center()
        if factor:
            scene.camera.zoom_by(factor, at, field)
        else:
            scene.camera.show_all()
        self._look_again()

    def _move(self, right: float, down: float) -> None:
        """Pull the map along by so many pixels."""
        self._scene.camera.move_by(right, down, self._scene.field)
        self._look_again()

    def _pull(self, to: QPointF) -> None:
        moved = to - (self._pulled or to)
        if not self._pulling and moved.manhattanLength() < QApplication.startDragDistance():
            return
        if self._held is not None:
            row = self._scene.spots[self._held].row
            self._let_go()
            drag_out(self, row)
            return
        self._pulling, self._pulled = True, to
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._move(moved.x(), moved.y())

    def _let_go(self) -> None:
        """What was pulled lies still again."""
        self._held = self._pulled = None
        self._pulling = False
        self.unsetCursor()

    def _walk(self, way: tuple[float, float]) -> None:
        found = self._scene.beside(self._here, way)
        if found is not None:
            spot = self._scene.spots[found]
            self._scene.camera.reveal(spot.x, spot.y)
            self._look_again()
            self._go(found)

    def _stay(self) -> None:
        if self._next is not None and self._next != self._here:
            self._go(self._next)

    def _go(self, place: int) -> None:
        self._here = place
        row = self._scene.spots[place].row
        self.setAccessibleDescription(row.spoken)
        self.update()
        self.pointed.emit(row)

    def _look_again(self) -> None:
        self._scene.look_again()
        self.update()
