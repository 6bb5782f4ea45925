"""What a training keeps on this computer's disk, and what to say where that has no room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from earmark_daemon.errors import fail


@contextmanager
def stored(what: str) -> Iterator[None]:
    """Have what is written inside be written, or say what to do.

    Args:
        what: as a sentence begins with it.

    Raises:
        EarmarkError: it cannot be written. Another try is worth nothing before there is room.
    """
    try:
        yield
    except OSError as error:
        raise fail(
            "unwritable",
            f"{what} cannot be kept on this computer ({error.strerror or error}).",
            "Check that the disk which holds the index is not full, then train again; nothing that"
            " you said is lost, and a trainer keeps what it has.",
        ) from error
