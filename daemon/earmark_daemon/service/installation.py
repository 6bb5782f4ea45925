"""Which Earmark this is among those that write into the same files.

The id is random and says nothing of its user. It lies beside the index rather than in it, so words
that were written before the index was lost are still known as our own.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from earmark_daemon.errors import fail
from earmark_daemon.private_file import write_private

_ID = re.compile(r"[0-9a-f]{16}")

UNKNOWN = "unknown"
"""Stands for the id of an installation that has none yet: nothing was written under it."""


def installation_at(path: Path) -> str:
    """The id that a file holds, or `UNKNOWN`."""
    try:
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return UNKNOWN
    return text if _ID.fullmatch(text) else UNKNOWN


def own_installation(path: Path) -> str:
    """The same, made where there is none; the caller alone writes in that folder.

    Raises:
        EarmarkError: it cannot be kept.
    """
    known = installation_at(path)
    if known != UNKNOWN:
        return known
    made = secrets.token_hex(8)
    try:
        write_private(path, made.encode("ascii"))
    except OSError as error:
        raise fail(
            "no-home",
            f"Earmark cannot write to its own folder {path.parent} ({error.strerror}).",
            "Make it writable, or set EARMARK_HOME to another folder.",
        ) from error
    return made
