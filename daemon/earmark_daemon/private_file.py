"""Files that only this user can read, whole or not at all: a secret, a key, a token."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Have a file hold this, in one step that a power cut leaves whole; raises OSError."""
    with drafted(path, data) as draft:
        os.replace(draft, path)


@contextmanager
def drafted(path: Path, data: bytes) -> Iterator[Path]:
    """A file beside ``path`` that holds this and is on the disk, to be put in its place.

    Unless it was, it is gone afterwards.

    Raises:
        OSError: there is no room for it, or its folder cannot be written.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    draft = Path(temporary)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)
