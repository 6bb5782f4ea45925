"""Taking a write back: to the original byte, or, where others wrote since, our marks alone.

Uses the same safe replacement as writing; several writes to a file are taken back last first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from earmark_daemon.containers.digest import file_digest
from earmark_daemon.containers.source import Source
from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.writing import gate
from earmark_daemon.writing.ableton import plan_keywords
from earmark_daemon.writing.copying import Original, opened_target
from earmark_daemon.writing.desktop import plan_desktop
from earmark_daemon.writing.disk import REAL_DISK, Disk
from earmark_daemon.writing.outcomes import (
    PastWrite,
    Prepared,
    Refused,
    Unchanged,
    WriteOptions,
)
from earmark_daemon.writing.patch import Patch, decode, decode_beside
from earmark_daemon.writing.writer import Change, commit, make_copy, prepare
from earmark_db.records import Stamp


class Undone(Enum):
    """What undoing came to."""

    RESTORED = "restored"
    MARKS_REMOVED = "marks-removed"
    NOTHING_TO_DO = "nothing-to-do"
    REFUSED = "refused"


@dataclass(frozen=True)
class UndoOutcome:
    """What became of a file.

    Attributes:
        kind: `Undone.RESTORED` where every byte is as before the write; `Undone.MARKS_REMOVED`
            where somebody else changed the file since, so that only our marks were taken out.
        stamp: of the file now, where it was written.
        problem: why nothing was done, where it was refused.
        before: stamp of the file as it was then, where it was written.
    """

    kind: Undone
    stamp: Stamp | None = None
    problem: Problem | None = None
    before: Stamp | None = None


def undo(past: PastWrite, disk: Disk = REAL_DISK) -> UndoOutcome:
    """Take back a write."""
    prepared = prepare_undo(past, disk)
    if isinstance(prepared, Refused):
        return UndoOutcome(Undone.REFUSED, problem=prepared.problem)
    if isinstance(prepared, Unchanged):
        return UndoOutcome(Undone.NOTHING_TO_DO)
    restores = prepared.digest_after == past.digest_before
    try:
        stamp = commit(prepared, disk)
    except EarmarkError as error:
        return UndoOutcome(Undone.REFUSED, problem=error.problem)
    kind = Undone.RESTORED if restores else Undone.MARKS_REMOVED
    return UndoOutcome(kind, stamp, before=prepared.before)


def prepare_undo(past: PastWrite, disk: Disk = REAL_DISK) -> Prepared | Unchanged | Refused:
    """Make the copy with which a write is taken back, to be committed then.

    A write that kept the time of the last change is taken back without changing it either.
    Where somebody put the original bytes back, what lies beside them is still taken back.
    The copy's ``digest_after`` equals ``past.digest_before`` where it is the original again.
    """
    try:
        with opened_target(disk, past.path) as original:
            digest = file_digest(original.source)
            if digest == past.digest_after:
                patch = decode(past.patch, original.source)
                change = _way_back(original, patch, past.written.writer, disk)
                kept = Stamp.of(original.status).mtime_ns == past.mtime_ns
                return _restored(past, original, change, kept, disk)
            if digest == past.digest_before:
                patch = decode_beside(past.patch)
                change = _rest_of_way_back(original, patch, past.written.writer, disk)
                return _restored(past, original, change, True, disk)
    except (EarmarkError, OSError) as error:
        return Refused(past.path, gate.explain(error))
    return prepare(past.path, (), WriteOptions(writer=past.written.writer), disk, past.written)


def _restored(
    past: PastWrite, original: Original, change: Change, kept: bool, disk: Disk
) -> Prepared | Unchanged:
    if not change.edits and not change.attributes and change.keywords is None:
        return Unchanged(past.path)

    def check(copy: Source, _path: str, _digest: str) -> None:
        if file_digest(copy) != past.digest_before:
            raise fail("unverified", "Taking it back would not give the original file.")

    return make_copy(disk, past.path, original, change, kept or not change.edits, check)


def _way_back(original: Original, patch: Patch, writer: str, disk: Disk) -> Change:
    current = disk.attributes(original.descriptor)
    attributes = _attributes_before(patch, current, writer)
    return Change(patch.edits, writer, attributes, keywords=patch.keywords)


def _rest_of_way_back(original: Original, patch: Patch, writer: str, disk: Disk) -> Change:
    """For a file whose bytes are the ones before: what beside it is not yet.

    What is as it was before may hold words of older writes, which are not meant.
    """
    current = disk.attributes(original.descriptor)
    before = {name: pair[0] for name, pair in patch.attributes.items()}
    attributes = {
        name: value
        for name, value in _attributes_before(patch, current, writer).items()
        if name in before and current.get(name) != before[name]
    }
    keywords = patch.keywords
    if keywords is not None and plan_keywords(original.target, keywords, disk, writer) is None:
        keywords = None
    return Change((), writer, attributes, keywords=keywords)


def _attributes_before(
    patch: Patch, current: dict[str, bytes], writer: str
) -> dict[str, bytes | None]:
    """Attributes as they were; from one that others changed since, only our marks go."""
    removal = plan_desktop(current, (), WriteOptions(writer=writer)).attributes
    for name, (before, after) in patch.attributes.items():
        if current.get(name) == after:
            removal[name] = before
    return removal
