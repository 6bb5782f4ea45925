"""Whether Earmark was installed anew beneath the process that runs."""

from __future__ import annotations

from pathlib import Path

from earmark_daemon.errors import Problem

UPDATED = "updated"
"""Code of the problem that another version was installed; it says nothing of what was asked."""

_UPDATED = Problem(
    UPDATED,
    "Earmark was updated while it ran.",
    "Restart it: earmark stop, then earmark start",
)


class Updated:
    """Tells a process that its code is no longer what lies on the disk.

    What it starts or imports then is of another version, and need not fit. Installers put what they
    know of a package anew beside it each time. A checkout has no such thing beside it: who changes
    code there knows of it.
    """

    def __init__(self, package: Path = Path(__file__).parent.parent) -> None:
        """Remember what is installed now.

        Args:
            package: the folder of the code that runs.
        """
        self._known = next(package.parent.glob("earmark-*.dist-info/METADATA"), None)
        self._before = self._stamp()

    def __call__(self) -> Problem | None:
        """What to tell a person, once something else is installed, or nothing for the moment."""
        return _UPDATED if self._stamp() != self._before else None

    def _stamp(self) -> tuple[int, int] | None:
        if self._known is None:
            return None
        try:
            found = self._known.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns
