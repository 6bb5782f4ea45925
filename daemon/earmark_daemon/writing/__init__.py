"""Saying it in the file itself, without ever harming it."""

from earmark_daemon.writing.metadata import EmbeddedMetadata, read_metadata
from earmark_daemon.writing.outcomes import (
    FieldChange,
    Prepared,
    Recovered,
    Refused,
    Unchanged,
    WriteOptions,
    WrittenBefore,
)
from earmark_daemon.writing.undo import Undone, UndoOutcome, prepare_undo, undo
from earmark_daemon.writing.writer import (
    commit,
    commit_all,
    discard,
    prepare,
    preview,
    recover,
    sweep,
)

__all__ = [
    "EmbeddedMetadata",
    "FieldChange",
    "Prepared",
    "Recovered",
    "Refused",
    "Unchanged",
    "UndoOutcome",
    "Undone",
    "WriteOptions",
    "WrittenBefore",
    "commit",
    "commit_all",
    "discard",
    "prepare",
    "prepare_undo",
    "preview",
    "read_metadata",
    "recover",
    "sweep",
    "undo",
]
