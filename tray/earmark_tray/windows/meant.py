"""The sounds that a word is meant for: chosen when it was begun, perhaps still being fetched."""

from __future__ import annotations

from collections.abc import Callable

from earmark_daemon.api import EarmarkError
from earmark_tray.windows.sound_row import Row

Use = Callable[[list[Row]], None]


class Meant:
    """Rows that are there, will be, or cannot be had; then what is asked of them is not done."""

    def __init__(self, complain: Callable[[EarmarkError], None]) -> None:
        """Prepare.

        Args:
            complain: told why they cannot be had.
        """
        self._complain = complain
        self._rows: list[Row] | None = None
        self._error: EarmarkError | None = None
        self._use: Use | None = None

    def have(self, rows: list[Row]) -> None:
        """These are they."""
        self._rows = rows
        if self._use is not None:
            self._use(rows)

    def miss(self, error: EarmarkError) -> None:
        """They cannot be had."""
        self._error = error
        self._complain(error)

    def then(self, use: Use) -> None:
        """Do something with them, as soon as they are there."""
        if self._error is not None:
            self._complain(self._error)
        elif self._rows is not None:
            use(self._rows)
        else:
            self._use = use
