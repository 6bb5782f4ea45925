"""Keeps vanished files for a moment: what vanishes here often turns up there under a new name."""

from __future__ import annotations

from earmark_daemon.watching.facts import Stamp


class Limbo:
    """Known paths that have vanished, each with the time since when it may turn up.

    Args:
        stay: seconds.
        longest: the same while somebody looks for what has vanished.
    """

    def __init__(self, stay: float, longest: float) -> None:
        self._stay = stay
        self._longest = longest
        self._since: dict[str, tuple[float, Stamp]] = {}
        self._paths: dict[Stamp, str] = {}

    def admit(self, path: str, stamp: Stamp, now: float) -> None:
        """A known file has vanished."""
        if path not in self._since:
            self._since[path] = (now, stamp)
            self._paths[stamp] = path

    def claim(self, stamp: Stamp) -> str | None:
        """The vanished path of the file that turned up with this stamp, if there is one."""
        path = self._paths.get(stamp) if stamp.inode else None
        if path is not None:
            self.release(path)
        return path

    def release(self, path: str) -> None:
        """The path is of no interest any more."""
        entry = self._since.pop(path, None)
        if entry is not None and self._paths.get(entry[1]) == path:
            del self._paths[entry[1]]

    def next_due(self, *, sought: bool) -> float | None:
        """When the first stay is over; stays are all equally long, so the oldest ends first.

        Args:
            sought: whether somebody looks for what has vanished.
        """
        return next(iter(self._since.values()))[0] + self._length(sought) if self._since else None

    def due(self, now: float, *, sought: bool) -> list[str]:
        """The paths whose stay is over; they are released. See `next_due`."""
        over = []
        for path, (since, _) in self._since.items():
            if since + self._length(sought) > now:
                break
            over.append(path)
        for path in over:
            self.release(path)
        return over

    def _length(self, sought: bool) -> float:
        return self._longest if sought else self._stay
