"""The search window: type, hear, drag into the DAW."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QLineEdit,
    QPushButton,
    QWidget,
)

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.banner import Banner
from earmark_tray.windows.desktop import show_in_folder
from earmark_tray.windows.preview import Preview
from earmark_tray.windows.sound_list import SoundList
from earmark_tray.windows.sound_model import Role, Row, SoundModel
from earmark_tray.windows.tag_list import TagList
from earmark_tray.windows.thumbnails import Thumbnails

_TYPING_MILLISECONDS = 25


class SearchWindow(QWidget):
    """Finds sounds as one types."""

    def __init__(self, asker: Asker, query: str = "", player: Player | None = None) -> None:
        super().__init__()
        self._asker = asker
        self._player = player or Player()
        self._thumbnails = Thumbnails()
        self._model = SoundModel(asker, self)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MILLISECONDS)
        self._build()
        self._connect()
        self._field.setText(query)
        self._search()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End with the window what lives beside it."""
        self._banner.close_down()
        self._thumbnails.close()
        self._player.close()
        super().closeEvent(event)

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Search – Earmark"))
        self.resize(1040, 700)
        self._field = QLineEdit(clearButtonEnabled=True)
        self._field.setPlaceholderText(self.tr("Words, tags and folders, such as: kick 808 -loop"))
        self._field.setAccessibleName(self.tr("Search for sounds"))
        self._field.setFont(theme.font(1.3))
        self._tags = TagList(self._asker)
        self._list = SoundList(self._model, self._thumbnails)
        self._empty = theme.label(scale=1.1, muted=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview = Preview(self._player, self._thumbnails)
        self._note = theme.label(muted=True)
        self._note.setWordWrap(False)
        self._banner = Banner(self._asker, self._search, self._player)
        self._folder = QPushButton(self.tr("Show in folder"))
        self._lay_out()

    def _lay_out(self) -> None:
        around = (theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        top = theme.down(margins=around)
        top.addWidget(self._field)
        top.addWidget(self._banner)
        results = theme.down(spacing=0)
        results.addWidget(self._list, 1)
        results.addWidget(self._empty, 1)
        middle = theme.across(spacing=0)
        middle.addWidget(self._tags)
        middle.addLayout(results, 1)
        bottom = theme.across(spacing=theme.MARGIN, margins=around)
        bottom.addWidget(self._preview, 1)
        bottom.addWidget(self._note)
        bottom.addWidget(self._folder)
        whole = theme.down(spacing=0)
        whole.addLayout(top)
        whole.addLayout(middle, 1)
        whole.addLayout(bottom)
        self.setLayout(whole)

    def _connect(self) -> None:
        self._typing.timeout.connect(self._search)
        self._field.textChanged.connect(lambda _: self._typing.start())
        self._model.searched.connect(self._searched)
        self._list.selectionModel().currentChanged.connect(self._chosen)
        self._list.again.connect(self._preview.play)
        self._tags.chosen.connect(self._add_word)
        self._folder.clicked.connect(self._show_in_folder)
        shortcuts = {
            "Ctrl+L": self._field.setFocus,
            "Ctrl+F": self._field.setFocus,
            "Ctrl+O": self._show_in_folder,
            "F5": self._search,
            "Ctrl+W": self.close,
        }
        for keys, function in shortcuts.items():
            action = QAction(self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(partial(_without_arguments, function))
            self.addAction(action)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows go to the list, Escape clears the search or closes."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._field.hasFocus():
            self._list.setFocus()
            if not self._list.currentIndex().isValid():
                self._list.setCurrentIndex(self._model.index(0))
        elif key == Qt.Key.Key_Escape:
            self._field.clear() if self._field.text() else self.close()
        else:
            super().keyPressEvent(event)

    def _search(self) -> None:
        self._model.search(self._field.text())
        self._tags.refresh()

    def _searched(self, total: int) -> None:
        self._list.setVisible(total > 0)
        self._empty.setVisible(total == 0)
        self._empty.setText(
            self.tr("No sound matches.") if self._field.text() else self.tr("No sounds yet.")
        )
        many = self.tr("1 sound") if total == 1 else self.tr("{} sounds").format(f"{total:,}")
        self._note.setText(many if total else "")
        self._show(None, play=False)

    def _chosen(self, index: QModelIndex, _: QModelIndex) -> None:
        self._show(index.data(Role.ROW), play=True)
        following = self._model.row(index.row() + 1) if index.isValid() else None
        if following is not None and following.online:
            self._player.prepare(following.path)

    def _show(self, row: Row | None, *, play: bool) -> None:
        self._folder.setEnabled(row is not None)
        if row is None:
            self._preview.show_sound(None, None, play=False)
            return
        self._preview.show_sound(row.path, row.duration, play=play)
        self._banner.listen()

    def _show_in_folder(self) -> None:
        row = self._list.currentIndex().data(Role.ROW)
        if row is not None:
            show_in_folder(row.path)

    def _add_word(self, word: str) -> None:
        text = self._field.text()
        parts = text.split()
        parts.remove(word) if word in parts else parts.append(word)
        self._field.setText(" ".join(parts))


def _without_arguments(function: Any, *_: object) -> None:
    function()
