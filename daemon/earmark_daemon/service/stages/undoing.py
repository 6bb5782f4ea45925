"""Taking writes back: the newest first, each to the original byte where nobody wrote since."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from earmark_daemon import writing
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.stages.entries import (
    changes_of,
    content_of,
    details_of_adopted,
    past_of,
    size_of,
)
from earmark_daemon.service.stages.stage import crashed, seconds_for
from earmark_daemon.service.stages.strays import Strays
from earmark_db.index import Index
from earmark_db.journal import JournalEntry, JournalState
from earmark_db.records import FileState, Reason, Stamp, Step, Task

TAKEN_BACK = Reason(
    "taken-back",
    "Its tags were taken back out of the file.",
    "To write them again: earmark tag FILE",
)


class Undoing:
    """Walks the journal backwards."""

    def __init__(
        self,
        index: Index,
        feed: Feed,
        workers: Workers,
        writing_rests: Callable[[], AbstractContextManager[None]],
        strays: Strays,
    ) -> None:
        """Prepare.

        Args:
            index: where the journal is.
            feed: who is told.
            workers: who does the heavy part.
            writing_rests: inside it no tags are written.
            strays: where copies may lie that nobody finishes.
        """
        self._index = index
        self._feed = feed
        self._workers = workers
        self._writing_rests = writing_rests
        self._lock = threading.Lock()
        self._at_once = 0
        self._strays = strays

    def undo(self, entries: Sequence[JournalEntry]) -> list[dict[str, str | None]]:
        """Take back these writes; those to one file stand newest first.

        Returns:
            For each file ``{"path", "outcome", "reason"}``; the outcome is a value of
            `writing.Undone`.
        """
        outcomes: dict[str, writing.UndoOutcome] = {}
        written = _written_by(entries)
        with self._writing_rests(), self._sweeping():
            for entry in entries:
                before = outcomes.get(entry.path, _NOTHING)
                if before.kind is not writing.Undone.REFUSED:
                    outcomes[entry.path] = _worse(before, self._undo(entry, written[entry.id]))
        return [
            {
                "path": path,
                "outcome": outcome.kind.value,
                "reason": str(outcome.problem) if outcome.problem else None,
            }
            for path, outcome in outcomes.items()
        ]

    def carries(self, path: str) -> bool:
        """Whether a file says itself that words in it are ours."""
        try:
            found = self._workers.submit(writing.read_metadata, path).result()
        except (WorkerDied, WorkerFailed, OSError):
            return False
        return bool(found.ours or found.refused)

    def adopted(self, path: str) -> list[JournalEntry]:
        """Enter into the journal that a file carries words of ours which no write in it put there.

        Taking that back takes out what the file itself says is ours.
        """
        record = self._index.lookup.by_path(path)
        try:
            stamp = record.stamp if record else Stamp.of(os.stat(path))
        except OSError:
            return []
        with self._index.transaction():
            entry = self._index.journal.intend(
                path,
                file_id=record.id if record else None,
                batch="",
                digests=("", ""),
                terms=(),
                details=details_of_adopted(stamp),
                patch=b"",
            )
            self._index.journal.settle(entry, JournalState.DONE)
        return self._index.journal.done(path=path)

    @property
    def busy(self) -> bool:
        """Whether anything is being taken back."""
        return self._at_once > 0

    @contextmanager
    def _sweeping(self) -> Iterator[None]:
        """Remove the copies of workers that died, once no other copy is being made."""
        with self._lock:
            self._at_once += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1
                if not self._at_once:
                    self._strays.sweep()

    def _undo(self, entry: JournalEntry, written: writing.WrittenBefore) -> writing.UndoOutcome:
        self._index.journal.settle(entry.id, JournalState.UNDOING)
        outcome = self._in_worker(entry, written)
        refused = outcome.kind is writing.Undone.REFUSED
        with self._index.transaction():
            state = _still(entry) if refused else JournalState.UNDONE
            self._index.journal.settle(entry.id, state)
            if not refused:
                record_taken_back(self._index, entry, outcome.stamp)
        self._feed.tell("undone", path=entry.path, outcome=outcome.kind.value)
        return outcome

    def _in_worker(
        self, entry: JournalEntry, written: writing.WrittenBefore
    ) -> writing.UndoOutcome:
        call = self._workers.submit(
            writing.undo, past_of(entry, written), seconds=seconds_for(size_of(entry))
        )
        try:
            outcome = call.result()
        except (WorkerDied, WorkerFailed) as error:
            self._strays.suspect_beside(entry.path)
            return writing.UndoOutcome(writing.Undone.REFUSED, problem=crashed(error))
        self._strays.at_hand(entry.path)
        return outcome


def record_taken_back(index: Index, entry: JournalEntry, stamp: Stamp | None) -> None:
    """A write to a file was taken back, and is not done again until somebody asks for it.

    Args:
        index: where that is recorded.
        entry: the write.
        stamp: of the file now; None where nothing was changed.
    """
    if entry.file_id is not None:
        index.files.set_written(entry.file_id, stamp, TAKEN_BACK)
        index.queue.done(Step.WRITE, entry.file_id)


def stays_out(index: Index, task: Task, content: str) -> bool:
    """Whether a new file is one that tags were taken back out of, come from where it lay before.

    On one disk a file that is still there was copied, and the copy is a file of its own. What moves
    to another disk is there twice for as long as that takes.

    Args:
        index: knows what was taken back.
        task: to hear the file; what a person asks for by name does not stay out.
        content: digest of its audio.
    """
    if task.content is not None or index.queue.comes_first(Step.HEAR, task.file_id):
        return False
    name = os.path.basename(task.path)
    return any(
        each.state is FileState.GONE
        or each.stamp.device != task.stamp.device
        or not os.path.lexists(each.path)
        for each in index.lookup.taken_back(content, task.stamp.size, name)
    )


def _worse(before: writing.UndoOutcome, now: writing.UndoOutcome) -> writing.UndoOutcome:
    """What is to be told of two writes to one file that were taken back, the newer one first."""
    return max(before, now, key=lambda outcome: _GRAVITY.index(outcome.kind))


def _still(entry: JournalEntry) -> JournalState:
    """The state of a write that could not be taken back; what was only adopted is adopted anew."""
    return JournalState.DONE if entry.digest_after else JournalState.VOID


def _written_by(entries: Sequence[JournalEntry]) -> dict[int, writing.WrittenBefore]:
    """What each write, with those before it into the same audio, has changed; the newest first.

    The words of all of them go with the newest, where they can no longer be told apart.
    """
    written: dict[int, writing.WrittenBefore] = {}
    changes: dict[tuple[str, str], tuple[writing.FieldChange, ...]] = {}
    for entry in reversed(entries):
        content = content_of(entry)
        so_far = (*changes.get((entry.path, content), ()), *changes_of(entry))
        changes[entry.path, content] = so_far
        written[entry.id] = writing.WrittenBefore(so_far, content)
    return written


_NOTHING = writing.UndoOutcome(writing.Undone.NOTHING_TO_DO)
_GRAVITY = (
    writing.Undone.NOTHING_TO_DO,
    writing.Undone.RESTORED,
    writing.Undone.MARKS_REMOVED,
    writing.Undone.REFUSED,
)
