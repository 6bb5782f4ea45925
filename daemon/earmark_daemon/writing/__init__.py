"""Saying it in the file itself, without ever harming it."""

from earmark_daemon.writing.outcomes import (
    FieldChange,
    Prepared,
    Recovered,
    Refused,
    Stamp,
    Unchanged,
    WriteOptions,
)
from earmark_daemon.writing.writer import commit, discard, prepare, preview, recover, sweep

__all__ = [
    "FieldChange",
    "Prepared",
    "Recovered",
    "Refused",
    "Stamp",
    "Unchanged",
    "WriteOptions",
    "commit",
    "discard",
    "prepare",
    "preview",
    "recover",
    "sweep",
]
