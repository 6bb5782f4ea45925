"""Where chosen sounds are, once the results that they are among have been looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from earmark_tray.windows.sound_pages import PAGE, Pages
from earmark_tray.windows.sound_row import Row

_MOST_PAGES = 20
"""Of no more a sound is looked for that is not where it was."""


class Look:
    """Some pages of results as they are now, beside what was known of them before."""

    def __init__(
        self, before: Pages, counted: int, rows: Sequence[Row], first: int, total: int
    ) -> None:
        """Compare.

        Args:
            before: the rows that were known.
            counted: how many sounds matched then.
            rows: those of now, from page ``first`` on.
            first: number of their first page.
            total: how many sounds match now.
        """
        self.rows, self.first, self.total = rows, first, total
        self._before = before
        self._grown = total - counted
        self._places = {row.path: first * PAGE + place for place, row in enumerate(rows)}

    def further(self, chosen: Iterable[int]) -> tuple[int, int] | None:
        """The first and the last page to look at for those of ``chosen`` rows that are not here.

        Of rows that came or went before it a sound has moved by as many as there are more or fewer.
        """
        missing = [
            number
            for number in chosen
            if (row := self._before.row(number)) is not None
            and row.path not in self._places
            and not self._covers(number)
        ]
        if not missing:
            return None
        pages = [max(0, place) // PAGE for number in missing for place in self._reach(number)]
        here = [self.first, self._last // PAGE]
        for low, high in ((min(pages + here), max(pages + here)), (min(pages), max(pages))):
            if high - low < _MOST_PAGES:
                return low, high
        high = (max(missing) + max(0, self._grown)) // PAGE
        return max(0, high - _MOST_PAGES + 1), high

    def place(self, number: int) -> int | None:
        """Where the sound is that was in a row, or what followed it where it matches no more.

        None where that is not known: then nothing is chosen rather than another sound.
        """
        row = self._before.row(number)
        if row is None:
            return number if not self._grown else None
        if row.path in self._places:
            return self._places[row.path]
        if not self._covers(number) or not self.total:
            return None
        followed = (self._places.get(each.path) for each in self._following(number))
        heir = next((place for place in followed if place is not None), number)
        return min(heir, self.total - 1)

    @property
    def _last(self) -> int:
        """The last row that was looked at."""
        return self.first * PAGE + max(0, len(self.rows) - 1)

    def _reach(self, number: int) -> tuple[int, int]:
        return number, number + self._grown

    def _covers(self, number: int) -> bool:
        """Whether a sound that was in this row would be here if it still matched."""
        low, high = sorted(self._reach(number))
        return self.first * PAGE <= max(0, low) and min(high, self.total - 1) <= self._last

    def _following(self, number: int) -> Iterator[Row]:
        """The rows after this one, as far as they were known."""
        for each in range(number + 1, number + PAGE):
            row = self._before.row(each)
            if row is None:
                return
            yield row
