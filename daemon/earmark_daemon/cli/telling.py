"""What the service prints while it runs: all that happens, or into its log what is wrong."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from earmark_daemon.cli.output import plain, tag_words

_PROBLEMS = frozenset({"failed", "trouble", "not-written"})
_MOST_BYTES = 4_000_000
_STANDARD_OUTPUT = 1


def tell(kind: str, data: Mapping[str, Any], *, quiet: bool) -> None:
    """Print an event.

    Args:
        kind: of the event.
        data: what the daemon tells with it.
        quiet: print problems alone, each with the time.
    """
    line = _line(kind, data)
    if line is None or (quiet and kind == "tagged"):
        return
    with suppress(OSError):  # the log's disk is full, or nobody reads any more: the work goes on
        typer.echo(f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {line}" if quiet else line)


def keep_short(log: Path, most: int = _MOST_BYTES) -> None:
    """Drop the older half of a log of more than ``most`` bytes that standard output goes into."""
    with suppress(OSError):
        output = os.fstat(_STANDARD_OUTPUT)
        if output.st_size <= most or not stat.S_ISREG(output.st_mode):
            return
        with log.open("rb") as file:
            if not os.path.samestat(os.fstat(file.fileno()), output):
                return
            file.seek(-most // 2, os.SEEK_END)
            newer = file.read().partition(b"\n")[2]
        os.ftruncate(_STANDARD_OUTPUT, 0)
        os.lseek(_STANDARD_OUTPUT, 0, os.SEEK_SET)  # Windows goes on where it was, past the end
        os.write(_STANDARD_OUTPUT, newer)


def _line(kind: str, data: Mapping[str, Any]) -> str | None:
    path = plain(data.get("path") or "")
    if kind == "tagged":
        return f"{tag_words(data['tags']) or 'unknown':<18} {os.path.basename(path)}"
    if kind in _PROBLEMS:
        where = f"{path}: " if path else ""
        return f"{kind:<18} {where}{plain(data['reason'])}"
    if kind == "state" and data.get("reason"):
        return str(data["reason"])
    return None
