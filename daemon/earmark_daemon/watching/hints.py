"""What the system's events are reduced to: hints about where to look, never the truth itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a hint is about."""

    TOUCHED = "a file was made or written to"
    CLOSED = "a file was closed by its writer or put in place by a rename"
    LOOK = "something else about a file changed, such as who may read it"
    VANISHED = "a file was deleted or moved away"
    MOVED = "a file has a new name"
    FOLDER = "a folder came, with what is in it"
    FOLDER_VANISHED = "a folder was deleted or moved away"
    DOUBT = "events were lost"


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint.

    Attributes:
        kind: what it is about.
        root: the watched folder it belongs to; empty if all are meant.
        path: the file or folder.
        new_path: where it is now, if it has moved.
    """

    kind: Kind
    root: str
    path: str
    new_path: str = ""
