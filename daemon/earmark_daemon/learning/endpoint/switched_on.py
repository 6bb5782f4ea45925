"""That a job has switched a machine on which has not come up yet, kept in the job's folder.

A machine costs money while it is on. Should the trainer on it never answer, it is switched off by
whoever waits for it then, in another life of the daemon too.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_FILE = "switched-on"


class SwitchedOn:
    """Of one job: which instance it has started, until that has come up."""

    def __init__(self, job_folder: Path) -> None:
        """Nothing is read yet."""
        self._path = job_folder / _FILE

    def note(self, instance: str) -> None:
        """The job is about to start this instance."""
        with suppress(OSError):  # where there is no room for it, this life of the daemon knows it
            self._path.write_text(instance, encoding="utf-8")

    def is_noted(self, instance: str) -> bool:
        """Whether the job has started it, or was about to."""
        try:
            return self._path.read_text(encoding="utf-8") == instance
        except (OSError, ValueError):
            return False

    def forget(self) -> None:
        """It is up, or off again."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
