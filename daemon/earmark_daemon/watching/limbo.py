"""Keeps vanished files for a moment: what vanishes here often turns up there under a new name."""

from __future__ import annotations

from earmark_daemon.watching.facts import Stamp


class Limbo:
    """Known paths that have vanished, each with the time until which it may turn up.

    Args:
        stay: seconds.
    """

    def __init__(self, stay: float) -> None:
        self._stay = stay
        self._until: dict[str, tuple[float, Stamp]] = {}
        self._paths: dict[Stamp, str] = {}

    def admit(self, path: str, stamp: Stamp, now: float) -> None:
        """A known file has vanished."""
        if path not in self._until:
            self._until[path] = (now + self._stay, stamp)
            self._paths[stamp] = path

    def claim(self, stamp: Stamp) -> str | None:
        """The vanished path of the file that turned up with this stamp, if there is one."""
        path = self._paths.get(stamp) if stamp.inode else None
        if path is not None:
            self.release(path)
        return path

    def release(self, path: str) -> None:
        """The path is of no interest any more."""
        entry = self._until.pop(path, None)
        if entry is not None and self._paths.get(entry[1]) == path:
            del self._paths[entry[1]]

    def next_due(self) -> float | None:
        """When the first stay is over; stays are all equally long, so the oldest ends first."""
        return next(iter(self._until.values()))[0] if self._until else None

    def due(self, now: float) -> list[str]:
        """The paths whose stay is over; they are released."""
        over = []
        for path, (until, _) in self._until.items():
            if until > now:
                break
            over.append(path)
        for path in over:
            self.release(path)
        return over
