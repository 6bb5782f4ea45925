"""The bar that shows and plays the chosen sound: waveform, spectrogram, click to seek."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from earmark_tray.sound.player import Player
from earmark_tray.windows import painting, theme
from earmark_tray.windows.thumbnails import Thumbnails

if TYPE_CHECKING:
    from earmark_tray.sound.pictures import Picture

_FRAME_MILLISECONDS = 33


class Preview(QWidget):
    """Shows the sound that was chosen and where it plays."""

    def __init__(
        self, player: Player, thumbnails: Thumbnails, *, with_spectrogram: bool = False
    ) -> None:
        super().__init__()
        self._player = player
        self._thumbnails = thumbnails
        self._with_spectrogram = with_spectrogram
        self._path: str | None = None
        self._duration = 0.0
        self._loudness: float | None = None
        self._image: tuple[Picture, str, QImage] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MILLISECONDS)
        self._timer.timeout.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if with_spectrogram:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Preview"))
        self.setAccessibleDescription(self.tr("Waveform of the chosen sound; click to play from."))
        thumbnails.made.connect(self._made)

    def sizeHint(self) -> QSize:  # noqa: N802
        """A bar, or with the spectrogram a picture, which takes what room there is."""
        return QSize(400, 120 if self._with_spectrogram else 56)

    def show_sound(
        self,
        path: str | None,
        duration: float | None = None,
        loudness: float | None = None,
        *,
        play: bool,
    ) -> None:
        """Show a sound, and let it be heard; its loudness is for matching levels."""
        self._path, self._duration, self._loudness = path, duration or 0.0, loudness
        if path is None or (play and not self._player.at_once):
            self._player.stop()
        elif play:
            self.play()
        self.update()

    def play(self, begin: float = 0.0) -> None:
        """Play the shown sound from ``begin`` seconds on."""
        if self._path is not None:
            self._player.play(self._path, begin, self._loudness)
            self._timer.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Play from where was clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self.width():
            self.play(self._duration * event.position().x() / self.width())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint waveform, spectrogram and playhead."""
        picture = self._thumbnails.get(self._path) if self._path else None
        heard = self._heard()
        if heard is None and not self._timer_is_needed():
            self._timer.stop()
        if picture is None:
            return
        pen = QPainter(self)
        box = QRectF(self.rect())
        if self._with_spectrogram:
            upper = QRectF(box.left(), box.top(), box.width(), box.height() * 0.34)
            lower = box.adjusted(0, box.height() * 0.34 + theme.GAP, 0, 0)
            pen.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            pen.drawImage(lower, self._spectrogram(picture))
            painting.waveform(pen, upper, picture, heard)
            if heard is not None:
                painting.playhead(pen, lower, heard)
        else:
            painting.waveform(pen, box, picture, heard)
        pen.end()

    def _heard(self) -> float | None:
        seconds = self._player.seconds
        if seconds is None or not self._duration:
            return None
        return min(1.0, seconds / self._duration)

    def _timer_is_needed(self) -> bool:
        return self._player.seconds is not None

    def _spectrogram(self, picture: Picture) -> QImage:
        scheme = theme.colours().surface
        if self._image is None or self._image[0] is not picture or self._image[1] != scheme:
            self._image = (picture, scheme, painting.spectrogram(picture))
        return self._image[2]

    def _made(self, path: str) -> None:
        if path == self._path:
            self.update()
