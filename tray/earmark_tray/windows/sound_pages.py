"""Rows of a list of any length, page by page: those that were looked at last are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from earmark_tray.windows.sound_row import Row

PAGE = 100
MOST_FETCHED = 4
"""As many pages as are asked for at once."""

_MOST_PAGES = 60


class Pages:
    """The rows that are there, by their number."""

    def __init__(self, rows: Sequence[Row] = (), first: int = 0) -> None:
        """Begin with these rows, from page ``first`` on."""
        self._pages = OrderedDict(
            (first + start // PAGE, list(rows[start : start + PAGE]))
            for start in range(0, len(rows), PAGE)
        )

    def __contains__(self, page: int) -> bool:
        return page in self._pages

    def look(self, number: int) -> Row | None:
        """The row, whose page is kept the longer for it; None where it is not there."""
        page = number // PAGE
        if page in self._pages:
            self._pages.move_to_end(page)
        return self.row(number)

    def row(self, number: int) -> Row | None:
        """The row, where it is there."""
        page, place = divmod(number, PAGE)
        rows = self._pages.get(page, [])
        return rows[place] if place < len(rows) else None

    def put(self, page: int, rows: list[Row]) -> None:
        """Keep a page; of too many the one that was looked at longest ago goes."""
        self._pages[page] = rows
        while len(self._pages) > _MOST_PAGES:
            self._pages.popitem(last=False)

    def in_sight(self, chosen: Iterable[int]) -> tuple[int, int]:
        """The first and the last page that were looked at lately, with those of ``chosen`` rows."""
        recent = list(self._pages)[-2:] or [0]
        for pages in ([*recent, *(number // PAGE for number in chosen)], recent):
            if max(pages) - min(pages) < MOST_FETCHED:
                return min(pages), max(pages)
        return recent[-1], recent[-1]
