"""Saying it in the file itself, without ever harming it."""

from earmark_daemon.writing.gate import about_undo
from earmark_daemon.writing.metadata import EmbeddedMetadata, read_metadata
from earmark_daemon.writing.outcomes import (
    FieldChange,
    PastWrite,
    Prepared,
    Recovered,
    Refused,
    Unchanged,
    WriteOptions,
    WrittenBefore,
)
from earmark_daemon.writing.patch import for_copy
from earmark_daemon.writing.undo import Undone, UndoOutcome, undo
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
    "PastWrite",
    "Prepared",
    "Recovered",
    "Refused",
    "Unchanged",
    "UndoOutcome",
    "Undone",
    "WriteOptions",
    "WrittenBefore",
    "about_undo",
    "commit",
    "commit_all",
    "discard",
    "for_copy",
    "prepare",
    "preview",
    "read_metadata",
    "recover",
    "sweep",
    "undo",
]
