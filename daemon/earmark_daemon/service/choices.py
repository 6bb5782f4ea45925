"""What the user chose: the settings in use, taken anew from their file when that has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from earmark_daemon import index_faults
from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.service.feed import Feed
from earmark_daemon.settings import Settings
from earmark_daemon.settings_file import load


class Choices:
    """The settings in use.

    Attributes:
        file: where they stand.
        now: what they are.
    """

    def __init__(self, file: Path, feed: Feed) -> None:
        """Read them.

        Args:
            file: the settings file.
            feed: who is told.

        Raises:
            EarmarkError: the file cannot be read, or there is a mistake in it.
        """
        self.file = file
        self._feed = feed
        self._stamp = _changed_at(file)
        self._problem: Problem | None = None
        self._reloading = threading.Lock()
        self._follow: Callable[[Settings], None] = lambda settings: None
        self.now = load(file)

    def have_follow(self, follow: Callable[[Settings], None]) -> None:
        """Have this called with new settings from now on, once they are those in use."""
        self._follow = follow

    def reload(self) -> None:
        """Take a changed file into use; a wrong one changes nothing.

        Raises:
            EarmarkError: as at first, or what follows cannot be done; the next call does it.
        """
        with self._reloading:
            self.now = load(self.file)
            self._follow(self.now)
        self._feed.tell("settings")

    def look(self) -> None:
        """Take the file into use if somebody has changed it; say so once if that fails."""
        stamp = _changed_at(self.file)
        if stamp == self._stamp:
            return
        try:
            with index_faults.told():
                self.reload()
            self._stamp, self._problem = stamp, None
        except EarmarkError as error:
            if error.problem != self._problem:
                self._feed.tell("trouble", path=str(self.file), reason=str(error.problem))
            self._problem = error.problem


def _changed_at(path: Path) -> int | None:
    """When a file was last changed, in nanoseconds; None where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None
