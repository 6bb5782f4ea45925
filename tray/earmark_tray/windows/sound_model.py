"""Search results as a list model: any number of rows, of which only those in sight are fetched."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from urllib.parse import quote_from_bytes

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)

from earmark_tray.windows.asking import Asker

PAGE = 100
_MOST_PAGES = 60
_MOST_FETCHES = 4

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Row:
    """One sound as the list shows it."""

    path: str
    tags: tuple[tuple[str, str], ...]
    duration: float | None
    online: bool

    @property
    def name(self) -> str:
        """The file's name, with what is no text replaced."""
        return shown(os.path.basename(self.path))

    @property
    def folder(self) -> str:
        """The two folders that it lies in."""
        return folder_words(self.path)

    @property
    def length(self) -> str:
        """Its length as musicians write it."""
        return length_words(self.duration)


class Role(IntEnum):
    """What else the model tells of a row."""

    ROW = Qt.ItemDataRole.UserRole + 1


def row_of(hit: Any) -> Row:
    """A row from what the daemon's search says of a sound."""
    tags = tuple((tag["tag"], tag["source"]) for tag in hit["tags"])
    return Row(hit["path"], tags, hit["duration"], hit.get("online", True))


def shown(text: str) -> str:
    """Text that may hold undecodable bytes, fit to be shown."""
    return text.encode("utf-8", "replace").decode("utf-8")


def folder_words(path: str) -> str:
    """The two folders that a file lies in, such as ``808s › Kicks``."""
    parts = os.path.dirname(path).split(os.sep)
    return shown(" › ".join(part for part in parts[-2:] if part))


def length_words(seconds: float | None) -> str:
    """A length such as ``0.42 s`` or ``3:05``."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def file_url(path: str) -> QUrl:
    """The address of a file, whatever bytes its name has."""
    if os.name == "nt":
        return QUrl.fromLocalFile(path)
    return QUrl.fromEncoded(b"file://" + quote_from_bytes(os.fsencode(path)).encode("ascii"))


class SoundModel(QAbstractListModel):
    """The sounds that match a query.

    Attributes:
        searched: a search has been answered; tells how many sounds match.
    """

    searched = Signal(int)

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._total = 0
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._asked: set[int] = set()
        self._query = ""
        self._waiting: str | None = None
        self._searching = False
        self._generation = 0

    def search(self, query: str) -> None:
        """Show what matches; while one search is under way the newest other one waits."""
        self._waiting = query
        if not self._searching:
            self._begin()

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """How many sounds match."""
        return 0 if parent is not None and parent.isValid() else self._total

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, what a screen reader says, or the whole `Row`; None until it is there."""
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Role.ROW,
        ):
            return None
        row = self.row(index.row())
        if row is None:
            return None
        if role == Role.ROW:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return shown(row.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join([row.name, *(tag for tag, _ in row.tags), row.length])
        return row.name

    def row(self, number: int) -> Row | None:
        """The sound in a row; None while it is being fetched."""
        page, place = divmod(number, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            self._fetch(page)
            return None
        self._pages.move_to_end(page)
        return rows[place] if place < len(rows) else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen and dragged out."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """Rows leave as files."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """The files of these rows, as a file manager would give them."""
        data = QMimeData()
        rows = [self.row(index.row()) for index in indexes]
        data.setUrls([file_url(row.path) for row in rows if row is not None])
        return data

    def _begin(self) -> None:
        if self._waiting is None:
            return
        self._query, self._waiting = self._waiting, None
        self._searching = True
        self._asker.ask("search", self._take, self._fail, query=self._query, limit=PAGE, offset=0)

    def _take(self, answer: Any) -> None:
        self._searching = False
        if self._waiting is not None:
            self._begin()
            return
        self.beginResetModel()
        self._generation += 1
        self._asked.clear()
        self._pages = OrderedDict({0: [row_of(hit) for hit in answer["hits"]]})
        self._total = answer["total"]
        self.endResetModel()
        self.searched.emit(self._total)

    def _fail(self, error: Any) -> None:
        self._searching = False
        self._asker.troubled.emit(error)

    def _fetch(self, page: int) -> None:
        if page in self._asked or len(self._asked) >= _MOST_FETCHES:
            return
        self._asked.add(page)
        generation = self._generation

        def take(answer: Any) -> None:
            if generation == self._generation:
                self._asked.discard(page)
                self._put(page, [row_of(hit) for hit in answer["hits"]])

        def fail(error: Any) -> None:
            if generation == self._generation:
                self._asked.discard(page)
            self._asker.troubled.emit(error)

        self._asker.ask(
            "search", take, fail, query=self._query, limit=PAGE, offset=page * PAGE, count=False
        )

    def _put(self, page: int, rows: list[Row]) -> None:
        self._pages[page] = rows
        while len(self._pages) > _MOST_PAGES:
            self._pages.popitem(last=False)
        first = self.index(page * PAGE)
        last = self.index(min(self._total, (page + 1) * PAGE) - 1)
        self.dataChanged.emit(first, last)
