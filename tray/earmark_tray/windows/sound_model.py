"""Search results as a list model: any number of rows, of which only those in sight are fetched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from earmark_daemon.api import EarmarkError, Problem
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker, Failed
from earmark_tray.windows.dragging import files_of
from earmark_tray.windows.looking_again import Look
from earmark_tray.windows.meant import Use
from earmark_tray.windows.sound_pages import MOST_FETCHED, PAGE, Pages
from earmark_tray.windows.sound_row import Row, row_of, shown

MOST_ALIKE = 200
MOST_CHOSEN = 2_000
"""As many rows from the first that is chosen to the last."""

_MOST_COUNTED = 10_000
_REST_MILLISECONDS = 250
_MOST_LOOKS = 4
"""As long as sounds come and go, what is chosen may be elsewhere with each look."""

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What else the model tells of a row."""

    ROW = Qt.ItemDataRole.UserRole + 1


_TOLD: dict[int, Callable[[Row], Any]] = {
    Qt.ItemDataRole.DisplayRole: lambda row: row.name,
    Qt.ItemDataRole.ToolTipRole: lambda row: theme.tip(f"{shown(row.path)}\n{row.tagged}".strip()),
    Qt.ItemDataRole.AccessibleTextRole: lambda row: row.spoken,
    Role.ROW: lambda row: row,
}


class SoundModel(QAbstractListModel):
    """The sounds that match a query.

    Attributes:
        searched: a search has been answered; tells how many sounds match.
        refreshed: the same, where only what had changed was looked at again, or all were counted.
    """

    searched = Signal(int)
    refreshed = Signal(int)

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._total = 0
        self._more = False
        self._why: str | None = None
        self._pages = Pages()
        self._asked: set[int] = set()
        self._query = ""
        self._like: str | None = None
        self._waiting: str | None = None
        self._searching = False
        self._looking = False
        self._changed = False
        self._missed: Callable[[], None] | None = None
        self._generation = 0
        self._resting = QTimer(self, singleShot=True, interval=_REST_MILLISECONDS)
        self._resting.timeout.connect(self._count_all)

    @property
    def more(self) -> bool:
        """Whether there are more than were counted so far: all are, once nobody types."""
        return self._more

    @property
    def why(self) -> str | None:
        """What in the query kept it from finding anything, in a sentence."""
        return self._why

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
        take = partial(self._take, like=path)
        fail = partial(self._fail, partial(self.like, path))
        self._asker.ask("similar", take, fail, path=path, limit=MOST_ALIKE)

    def again(self) -> None:
        """Ask once more what was not answered, such as for want of a daemon; else `refresh`."""
        (self._missed or self.refresh)()

    def refresh(self) -> None:
        """Look again at the rows in sight; what is chosen stays chosen, wherever it is now."""
        if self._looking:
            self._changed = True
        elif not self._searching:
            first, last = (0, 0) if self._like else self._pages.in_sight(self._chosen())
            self._look(first, last)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        """How many sounds match."""
        return 0 if parent is not None and parent.isValid() else self._total

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, what a screen reader says, or the whole `Row`; None until it is there."""
        told = _TOLD.get(role)
        row = self.row(index.row()) if told else None
        return told(row) if told and row else None

    def row(self, number: int) -> Row | None:
        """The sound in a row; None while it is being fetched."""
        page = number // PAGE
        if page not in self._pages:
            self._fetch(page)
        return self._pages.look(number)

    def fetch(self, numbers: Sequence[int], take: Use, fail: Failed) -> None:
        """Have the rows with these numbers, all of them: at once where they are there.

        Args:
            numbers: which rows.
            take: called with them, in this order.
            fail: called where they are too many, or are not what they were when they were chosen.
        """
        there = all(self._pages.row(number) for number in numbers)
        if there and len(set(numbers)) <= MOST_CHOSEN:
            take(self._there(numbers))
            return
        if max(numbers) - min(numbers) >= MOST_CHOSEN:
            fail(EarmarkError(self._too_many()))
            return
        first, last = min(numbers) // PAGE, max(numbers) // PAGE
        total = None if self._more else self._total
        generation = self._generation

        def took(answer: Any) -> None:
            rows = [row_of(hit) for hit in answer["hits"]]
            same = generation == self._generation and total in (None, answer["total"])
            if not (same and self._agree(first, rows)):
                fail(EarmarkError(self._moved()))
                self.refresh()
                return
            for page in range(first, last + 1):
                start = (page - first) * PAGE
                self._put(page, rows[start : start + PAGE])
            take(self._there(numbers))

        part = {"limit": (last - first + 1) * PAGE, "offset": first * PAGE}
        self._asker.attempt("search", took, fail, query=self._query, **part)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen and dragged out."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """Rows leave as files."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """The files of these rows, as a file manager would give them."""
        rows = [self.row(index.row()) for index in indexes]
        return files_of([row for row in rows if row is not None])

    def _begin(self) -> None:
        if self._waiting is None:
            return
        self._query, self._waiting = self._waiting, None
        self._searching, self._like = True, None
        question = {"query": self._query, "limit": PAGE, "most": _MOST_COUNTED}
        fail = partial(self._fail, partial(self.search, self._query))
        self._asker.ask("search", self._take, fail, **question)

    def _take(self, answer: Any, like: str | None = None) -> None:
        self._searching, self._missed = False, None
        if self._waiting is not None:
            self._begin()
        elif self._like == like:
            self._reset(answer)

    def _reset(self, answer: Any) -> None:
        self.beginResetModel()
        self._generation += 1
        self._asked.clear()
        self._pages = Pages([row_of(hit) for hit in answer["hits"]])
        self._total = _total(answer)
        self._more = bool(answer.get("more"))
        self._why = answer.get("why")
        self.endResetModel()
        if self._more:
            self._resting.start()
        else:
            self._resting.stop()
        self.searched.emit(self._total)

    def _fail(self, again: Callable[[], None], error: Any) -> None:
        self._searching, self._missed = False, again
        self._asker.troubled.emit(error)
        self._begin()

    def _count_all(self) -> None:
        generation = self._generation

        def take(answer: Any) -> None:
            if generation == self._generation and not self._searching:
                self._more = False
                self._grow(answer["total"])
                self.refreshed.emit(self._total)

        self._asker.ask_last("search", take, query=self._query, limit=0)

    def _grow(self, total: int) -> None:
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()

    def _chosen(self) -> list[int]:
        """The rows that are chosen; of many in a line the first and the last."""
        return [index.row() for index in self.persistentIndexList() if index.isValid()]

    def _look(self, first: int, last: int, tries: int = _MOST_LOOKS) -> None:
        """Ask for these pages again, and where what is chosen is not on them, for its own."""
        generation = self._generation
        self._looking = True

        def take(answer: Any) -> None:
            self._looking = False
            if generation == self._generation and not self._searching:
                rows = [row_of(hit) for hit in answer["hits"]]
                look = Look(self._pages, self._total, rows, first, _total(answer))
                further = look.further(self._chosen())
                if further is not None and tries > 1:
                    self._look(*further, tries - 1)
                    return
                self._take_again(look, answer)
            if self._changed:
                self._changed = False
                self.refresh()

        def fail(error: Any) -> None:
            self._looking = self._changed = False
            self._asker.troubled.emit(error)

        if self._like:
            self._asker.ask("similar", take, fail, path=self._like, limit=MOST_ALIKE)
            return
        part = {"limit": (last - first + 1) * PAGE, "offset": first * PAGE}
        self._asker.ask("search", take, fail, query=self._query, **part)

    def _take_again(self, look: Look, answer: Any) -> None:
        self._more, self._why = False, answer.get("why")
        self._grow(look.total)
        self.layoutAboutToBeChanged.emit()
        chosen = [(index, look.place(index.row())) for index in self.persistentIndexList()]
        self._generation += 1
        self._asked.clear()
        self._pages = Pages(look.rows, look.first)
        for index, place in chosen:
            self.changePersistentIndex(index, QModelIndex() if place is None else self.index(place))
        self.layoutChanged.emit()
        if look.total < self._total:
            self.beginRemoveRows(QModelIndex(), look.total, self._total - 1)
            self._total = look.total
            self.endRemoveRows()
        self.refreshed.emit(look.total)

    def _there(self, numbers: Sequence[int]) -> list[Row]:
        rows = (self._pages.row(number) for number in numbers)
        return list(dict.fromkeys(row for row in rows if row is not None))

    def _agree(self, first: int, rows: list[Row]) -> bool:
        """Whether rows from a page on are where they were, as far as that is known."""
        known = (self._pages.row(first * PAGE + place) for place in range(len(rows)))
        return all(
            row is None or row.path == now.path for row, now in zip(known, rows, strict=True)
        )

    def _too_many(self) -> Problem:
        many = self.tr("More than {:,} sounds cannot be chosen at once.").format(MOST_CHOSEN)
        return Problem("too-many", many, self.tr("Choose fewer."))

    def _moved(self) -> Problem:
        moved = self.tr("The list has changed, and nothing was done.")
        return Problem("list-changed", moved, self.tr("Choose the sounds again."))

    def _fetch(self, page: int) -> None:
        if page in self._asked or len(self._asked) >= MOST_FETCHED:
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

        question = {"query": self._query, "limit": PAGE, "offset": page * PAGE, "count": False}
        self._asker.ask_last("search", take, fail, **question)

    def _put(self, page: int, rows: list[Row]) -> None:
        self._pages.put(page, rows)
        first = self.index(page * PAGE)
        last = self.index(min(self._total, (page + 1) * PAGE) - 1)
        self.dataChanged.emit(first, last)


def _total(answer: Any) -> int:
    """How many sounds match; what sounds alike is not counted beyond what is shown."""
    return int(answer.get("total", len(answer["hits"])))
