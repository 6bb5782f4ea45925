"""Search results as a list model: any number of rows, of which only those in sight are fetched."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from earmark_tray.windows.asking import Asker
from earmark_tray.windows.sound_row import Row, file_url, row_of, shown

PAGE = 100
MOST_ALIKE = 200
"""As many as are worth hearing of what sounds like a sound."""

_MOST_PAGES = 60
_MOST_FETCHES = 4

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What else the model tells of a row."""

    ROW = Qt.ItemDataRole.UserRole + 1


class SoundModel(QAbstractListModel):
    """The sounds that match a query.

    Attributes:
        searched: a search has been answered; tells how many sounds match.
        refreshed: the same, where only what had changed was looked at again.
    """

    searched = Signal(int)
    refreshed = Signal(int)

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._total = 0
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._asked: set[int] = set()
        self._query = ""
        self._like: str | None = None
        self._waiting: str | None = None
        self._searching = False
        self._generation = 0

    @property
    def query(self) -> str:
        """What was searched for last."""
        return self._query

    def search(self, query: str) -> None:
        """Show what matches; while one search is under way the newest other one waits."""
        self._waiting = query
        if not self._searching:
            self._begin()

    def like(self, path: str) -> None:
        """Show what sounds like this file, the nearest first."""
        self._waiting, self._like = None, path
        self._searching = True
        self._asker.ask("similar", self._take_like, self._fail, path=path, limit=MOST_ALIKE)

    def refresh(self) -> None:
        """Look again at the rows in sight; what is chosen stays chosen, wherever it is now."""
        if self._searching:
            return
        first, last = (0, 0) if self._like else self._in_sight()
        generation = self._generation

        def take(answer: Any) -> None:
            if generation == self._generation and not self._searching:
                self._take_again(first, answer)

        if self._like:
            self._asker.ask("similar", take, path=self._like, limit=MOST_ALIKE)
            return
        self._asker.ask(
            "search",
            take,
            query=self._query,
            limit=(last - first + 1) * PAGE,
            offset=first * PAGE,
        )

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
        self._searching, self._like = True, None
        self._asker.ask("search", self._take, self._fail, query=self._query, limit=PAGE, offset=0)

    def _take(self, answer: Any) -> None:
        self._searching = False
        if self._waiting is not None:
            self._begin()
        elif self._like is None:
            self._reset(answer)

    def _take_like(self, answer: Any) -> None:
        self._searching = False
        if self._waiting is not None:
            self._begin()
        elif self._like is not None:
            self._reset(answer)

    def _reset(self, answer: Any) -> None:
        self.beginResetModel()
        self._generation += 1
        self._asked.clear()
        self._pages = _pages([row_of(hit) for hit in answer["hits"]])
        self._total = _total(answer)
        self.endResetModel()
        self.searched.emit(self._total)

    def _fail(self, error: Any) -> None:
        self._searching = False
        self._asker.troubled.emit(error)

    def _in_sight(self) -> tuple[int, int]:
        """The first and the last page that were looked at lately, with that of what is chosen."""
        recent = list(self._pages)[-2:] or [0]
        chosen = [index.row() // PAGE for index in self.persistentIndexList() if index.isValid()]
        for pages in ([*recent, *chosen], recent):
            if max(pages) - min(pages) < _MOST_FETCHES:
                return min(pages), max(pages)
        return recent[-1], recent[-1]

    def _take_again(self, first: int, answer: Any) -> None:
        rows = [row_of(hit) for hit in answer["hits"]]
        total = max(_total(answer), first * PAGE + len(rows))
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()
        self.layoutAboutToBeChanged.emit()
        chosen = [(index, self._path(index.row())) for index in self.persistentIndexList()]
        self._generation += 1
        self._asked.clear()
        self._pages = _pages(rows, first)
        places = {row.path: first * PAGE + place for place, row in enumerate(rows)}
        for index, path in chosen:
            place = places.get(path, min(index.row(), total - 1))
            self.changePersistentIndex(index, self.index(place) if total else QModelIndex())
        self.layoutChanged.emit()
        if total < self._total:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self.endRemoveRows()
        self.refreshed.emit(total)

    def _path(self, number: int) -> str:
        page, place = divmod(number, PAGE)
        rows = self._pages.get(page, [])
        return rows[place].path if place < len(rows) else ""

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


def _pages(rows: Sequence[Row], first: int = 0) -> OrderedDict[int, list[Row]]:
    """Rows by the number of their page, from page ``first`` on."""
    starts = range(0, len(rows), PAGE)
    return OrderedDict(
        (first + start // PAGE, list(rows[start : start + PAGE])) for start in starts
    )


def _total(answer: Any) -> int:
    """How many sounds match; what sounds alike is not counted beyond what is shown."""
    return int(answer.get("total", len(answer["hits"])))
