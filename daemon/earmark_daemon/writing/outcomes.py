"""What writing answers with; all of it plain frozen data that travels between processes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from earmark_daemon.errors import Problem
from earmark_daemon.writing.record import ANYBODY
from earmark_db.records import Stamp

FOUGHT_OVER = "fought-over"
"""Code of a file that others change again each time it is written."""

_WORTH_RETRYING = frozenset(
    {
        *("busy", "changed", "disk-full", "io-error", "immutable", "read-only", "read-only-place"),
        FOUGHT_OVER,
    }
)


@dataclass(frozen=True)
class WriteOptions:
    """What is written besides the index.

    Attributes:
        genre: whether tags are merged into the file's genre.
        comment: whether they are merged into its comment.
        keep_mtime: keep the time of the last change, although sync programs then may miss it.
        finder_tags: also set Finder tags (macOS).
        xdg_tags: also set ``user.xdg.tags`` (Linux).
        ableton: also set keywords in the sidecar that Ableton Live reads.
        writer: the id of this installation of Earmark. Words that another one marked are others';
            empty where all that any of them marked is to count as our own.
    """

    genre: bool = True
    comment: bool = True
    keep_mtime: bool = False
    finder_tags: bool = False
    xdg_tags: bool = False
    ableton: bool = False
    writer: str = ANYBODY


@dataclass(frozen=True)
class FieldChange:
    """One field as it is and as it will be, for a person to read.

    Attributes:
        place: where it stands, such as ``ID3``.
        field: ``genre``, ``comment``, ``tags`` or ``keywords``.
        before: its text now, or an empty string.
        after: its text afterwards, or an empty string.
    """

    place: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class WrittenBefore:
    """What we wrote into a file, for where the file itself does not say it any more.

    Attributes:
        changes: what that changed, the oldest first.
        content: digest of the audio in it, see `containers.digest`; empty where it is not known.
        writer: the id of the installation that did, see `WriteOptions`.
    """

    changes: tuple[FieldChange, ...] = ()
    content: str = ""
    writer: str = ANYBODY


NOTHING_BEFORE = WrittenBefore()


@dataclass(frozen=True)
class PastWrite:
    """A write that happened, as `undo` needs it to take it back.

    Attributes:
        path: the file as it was named.
        patch: what turns the file of then back into the one before.
        digest_before: of every byte before the write, see `containers.digest.file_digest`.
        digest_after: of every byte after it.
        mtime_ns: when the file was last changed before the write, in nanoseconds.
        written: what this write and those before it changed, for where others wrote since and
            dropped the record of which words are ours.
    """

    path: str
    patch: bytes
    digest_before: str
    digest_after: str
    mtime_ns: int
    written: WrittenBefore = NOTHING_BEFORE


@dataclass(frozen=True)
class Prepared:
    """A write that is ready: a checked, synced copy that waits to take the file's place.

    Attributes:
        path: the file as it was named.
        target: the file itself, with symbolic links resolved.
        temp: the copy beside it; empty where the file's own bytes do not change.
        before: the stamp of the file that was copied.
        ctime_ns: when its status last changed, in nanoseconds.
        digest_before: of every byte of the file, see `containers.digest.file_digest`.
        digest_after: of every byte of the copy.
        patch: what turns the copy back into the file, for `undo`.
        terms: the words that the file will carry.
        changes: what changes, for a person to read.
        keywords: our keywords in Ableton Live's sidecar; None leaves it alone.
        content: digest of the audio in the file; empty where a write is taken back.
        writer: the id of the installation that writes, see `WriteOptions`.
    """

    path: str
    target: str
    temp: str
    before: Stamp
    ctime_ns: int
    digest_before: str
    digest_after: str
    patch: bytes
    terms: tuple[str, ...]
    changes: tuple[FieldChange, ...]
    keywords: tuple[str, ...] | None = None
    content: str = ""
    writer: str = ANYBODY


@dataclass(frozen=True)
class Unchanged:
    """The file says all of it already; the disk was not touched."""

    path: str


@dataclass(frozen=True)
class Refused:
    """Nothing was written, and why."""

    path: str
    problem: Problem

    @property
    def worth_retrying(self) -> bool:
        """Whether the reason may pass unseen, such as a file in use or a protected disk."""
        return self.problem.code in _WORTH_RETRYING


class Recovered(Enum):
    """What became of a write that was cut off between its record and its end."""

    COMMITTED = "committed"
    NOT_DONE = "not-done"
    CHANGED_SINCE = "changed-since"
    MISSING = "missing"
