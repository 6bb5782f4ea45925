"""When to switch a machine on, from how long it takes to boot and how fast packs go up.

Both are measured at every training and remembered for the next one.
"""

from __future__ import annotations

import json
import math
import os
from contextlib import suppress
from pathlib import Path
from statistics import median

_FILE = "timings.json"
_REMEMBERED = 5
_NAMES = ("boot_seconds", "bytes_per_second", "bytes_per_picture")


def seconds_to_wait(
    left_bytes: float | None, bytes_per_second: float | None, boot_seconds: float | None
) -> float:
    """How long to wait before a machine is switched on, for it to be up when the upload ends.

    Args:
        left_bytes: what is still to be sent.
        bytes_per_second: how fast it goes.
        boot_seconds: from the switch to the trainer's first answer.

    Returns:
        Seconds, 0 for now. Where anything is not known yet it is now: a machine that is up too
        early costs little, and one that is up too late is waited for.
    """
    if left_bytes is None or not bytes_per_second or boot_seconds is None:
        return 0.0
    return max(0.0, left_bytes / bytes_per_second - boot_seconds)


class Timings:
    """What earlier trainings took: the median of the last few."""

    def __init__(self, folder: Path) -> None:
        """Read what is remembered in ``folder``; what is damaged is measured anew."""
        self._path = folder / _FILE
        self._known: dict[str, list[float]] = {name: [] for name in _NAMES}
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            for name in _NAMES:
                self._known[name] = [float(number) for number in told.get(name, [])]
        except (OSError, ValueError, TypeError, AttributeError):
            pass

    @property
    def boot_seconds(self) -> float | None:
        """From the switch to the first answer; None where it was never seen."""
        return self._usual("boot_seconds")

    @property
    def bytes_per_second(self) -> float | None:
        """Of an upload as a whole, with packing; None where none was seen."""
        return self._usual("bytes_per_second")

    @property
    def bytes_per_picture(self) -> float | None:
        """Of a packed spectrogram; None where none was seen."""
        return self._usual("bytes_per_picture")

    def booted(self, seconds: float) -> None:
        """Remember how long a machine took."""
        self._add(boot_seconds=seconds)

    def uploaded(self, size: int, seconds: float, pictures: int) -> None:
        """Remember an upload of this many bytes and spectrograms."""
        if size and seconds > 0 and pictures:
            self._add(bytes_per_second=size / seconds, bytes_per_picture=size / pictures)

    def _usual(self, name: str) -> float | None:
        return median(self._known[name]) if self._known[name] else None

    def _add(self, **measured: float) -> None:
        for name, number in measured.items():
            self._known[name] = [*self._known[name], number][-_REMEMBERED:]
        with suppress(OSError):  # where there is no room for it, it is measured anew
            self._keep()

    def _keep(self) -> None:
        new = self._path.with_suffix(".new")
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.write_text(json.dumps(self._known), encoding="utf-8")
        os.replace(new, self._path)


def about(seconds: float) -> str:
    """A time as a person says it: ``"about 40 s"``, ``"about 3 min"``."""
    if seconds < 90:
        return f"about {max(5, 5 * math.ceil(seconds / 5))} s"
    return f"about {math.ceil(seconds / 60)} min"
