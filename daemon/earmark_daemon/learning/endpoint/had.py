"""Which spectrograms the trainer has, as far as this computer has been told.

While its machine is off the trainer cannot be asked. What stands here and is gone there is found
out once it is up, for it is asked then.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_BYTES = 32


class Had:
    """Digests that one trainer has confirmed, in a file that only grows."""

    def __init__(self, folder: Path, signing_key: str) -> None:
        """Of the trainer with this key; nothing is read yet."""
        self._path = folder / f"had-{signing_key[:16]}"

    def all(self) -> set[str]:
        """The digests; a part of one that a power cut left at the end does not count."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return set()
        whole = len(data) - len(data) % _BYTES
        return {data[start : start + _BYTES].hex() for start in range(0, whole, _BYTES)}

    def add(self, digests: Iterable[str]) -> None:
        """The trainer has these; where there is no room to note it, it is asked again."""
        new = [bytes.fromhex(digest) for digest in dict.fromkeys(digests)]
        known = self.all()
        fresh = b"".join(one for one in new if one.hex() not in known)
        if not fresh:
            return
        with suppress(OSError):
            self._append(fresh)

    def _append(self, fresh: bytes) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            size = file.tell()
            file.truncate(size - size % _BYTES)
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())


def drop_all(folder: Path) -> None:
    """Forget what any trainer has."""
    for path in folder.glob("had-*"):
        path.unlink(missing_ok=True)
