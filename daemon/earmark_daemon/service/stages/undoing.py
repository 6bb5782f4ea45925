"""Taking writes back: the newest first, each to the original byte where nobody wrote since."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from earmark_daemon import writing
from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.stages.entries import (
    changes_of,
    content_of,
    past_of,
    size_of,
    writer_of,
)
from earmark_daemon.service.stages.stage import crashed, seconds_for
from earmark_daemon.service.stages.strays import Strays
from earmark_daemon.service.stages.ways_back import WaysBack, names_of, untaken
from earmark_daemon.watching.look import device_beneath
from earmark_daemon.watching.reconcile import same_file
from earmark_daemon.writing.record import ANYBODY
from earmark_db.index import Index
from earmark_db.journal import JournalEntry, JournalState
from earmark_db.records import FileState, Reason, Stamp, Step, Task

TAKEN_BACK = Reason(
    "taken-back",
    "Its tags were taken back out of the file.",
    "To write them again: earmark tag FILE",
)
_PARTLY = Reason(
    "taken-back",
    "Its newest tags were taken back out of the file; older words of Earmark's stand in it.",
    "To write them again: earmark tag FILE. To take those out too: earmark undo FILE",
)
_KEPT_OUT = Reason(
    "taken-back",
    "Tags were taken back here before it was its turn.",
    "To tag it all the same: earmark tag FILE",
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
        writer: str = ANYBODY,
    ) -> None:
        """Prepare.

        Args:
            index: where the journal is.
            feed: who is told.
            workers: who does the heavy part.
            writing_rests: inside it no tags are written.
            strays: where copies may lie that nobody finishes.
            writer: the id of this installation, see `writing.WriteOptions`.
        """
        self._writer = writer
        self._index = index
        self._feed = feed
        self._workers = workers
        self._writing_rests = writing_rests
        self._ways = WaysBack(index, workers, writer)
        self._one_at_a_time = threading.Lock()
        self._lock = threading.Lock()
        self._at_once = 0
        self._strays = strays

    def undo(
        self,
        paths: Sequence[str],
        since: float | None = None,
        batch: str | None = None,
        *,
        everybody: bool = True,
    ) -> list[dict[str, str | None]]:
        """Take back what was written into files, one after the other, each the newest write first.

        Args:
            paths: the files.
            since: only writes after this time, in seconds since the epoch.
            batch: only writes of this batch.
            everybody: whether of a file that we have not written to the words of all installations
                are meant: of those that are gone, too.

        Returns:
            For each file ``{"path", "outcome", "reason"}``; the outcome is a value of
            `writing.Undone`.
        """
        told = []
        with self._writing_rests(), self._sweeping():
            for path in dict.fromkeys(paths):
                with self._one_at_a_time:
                    entries = self._ways.of(path, since, batch, everybody=everybody)
                    outcome = self._undo_file(path, entries)
                self._note_gone(path, outcome.problem)
                reason = str(outcome.problem) if outcome.problem else None
                told.append({"path": path, "outcome": outcome.kind.value, "reason": reason})
        return told

    def keep_out(self, path: str | None, wants: Callable[[str], bool]) -> int:
        """Have nothing written into files that wait for it until somebody asks for them by name.

        Else what is taken back now would be written right afterwards, or as soon as it is heard.

        Args:
            path: a file, or a folder with all below it; None for all.
            wants: whether tags are to be written into the file at a path.

        Returns:
            How many files these are.
        """
        names = [None] if path is None else names_of(path)
        with self._writing_rests(), self._index.transaction():
            found = dict(each for name in names for each in self._index.queue.waiting_at(name))
            waiting = [file_id for file_id, where in found.items() if wants(where)]
            self._index.files.keep_out(waiting, _KEPT_OUT)
        return len(waiting)

    def carrying(self, paths: Sequence[str]) -> list[str]:
        """Those of these files that say themselves that words in them are an Earmark's."""
        return self._ways.carrying(paths)

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

    def _undo_file(self, path: str, entries: Sequence[JournalEntry]) -> writing.UndoOutcome:
        """Take back these writes to a file; where one cannot be, those before it stay too."""
        written = _written_by(entries, self._writer)
        records = self._ways.records(path)
        known = set[int]().union(*(self._index.lookup.rows_of_file(each.id) for each in records))
        worst = writing.UndoOutcome(writing.Undone.NOTHING_TO_DO)
        for entry in entries:
            if worst.kind is not writing.Undone.REFUSED:
                worst = _worse(worst, self._undo(entry, written[entry.id], known))
        return worst

    def _note_gone(self, path: str, problem: Problem | None) -> None:
        """Remember that a file is gone of which nobody else finds out; it is not asked for again.

        Who watches its folder finds out; and where its disk is not there, it may be on that.
        """
        if problem is not None and problem.code == "vanished":
            beneath = device_beneath(path)
            self._index.files.gone(
                each.path
                for each in self._ways.records(path)
                if each.root_id is None and each.stamp.device == beneath
            )

    def _undo(
        self, entry: JournalEntry, written: writing.WrittenBefore, known: Collection[int]
    ) -> writing.UndoOutcome:
        """Take back one write; ``known`` are the rows of its file in the index."""
        self._index.journal.settle(entry.id, JournalState.UNDOING)
        outcome = self._in_worker(entry, written)
        refused = outcome.kind is writing.Undone.REFUSED
        carries = not refused and bool(self._ways.carrying([entry.path], everybody=False))
        with self._index.transaction():
            state = untaken(entry) if refused else JournalState.UNDONE
            self._index.journal.settle(entry.id, state)
            if not refused:
                rows = {*known, *([] if entry.file_id is None else [entry.file_id])}
                stamps = {each: _known_stamp(self._index, each, outcome) for each in rows}
                record_taken_back(self._index, stamps, carries=carries)
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
        except (WorkerDied, WorkerFailed, EarmarkError) as error:
            self._strays.suspect_beside(entry.path)
            problem = error.problem if isinstance(error, EarmarkError) else crashed(error)
            return writing.UndoOutcome(writing.Undone.REFUSED, problem=problem)
        self._strays.at_hand(entry.path)
        if outcome.problem is None:
            return outcome
        return replace(outcome, problem=writing.about_undo(outcome.problem))


def record_taken_back(index: Index, rows: Mapping[int, Stamp | None], *, carries: bool) -> None:
    """A write to a file was taken back, and is not done again until somebody asks for it.

    A file that was not the one that had been heard keeps a stamp that is not its own, so that it is
    looked at once more.

    Args:
        index: where that is recorded.
        rows: the file in the index, for it may have several names, each with its stamp by now; None
            for one that was not the file that had been heard, or of which that is not known.
        carries: whether older words of ours stand in the file still.
    """
    reason = _PARTLY if carries else TAKEN_BACK
    for file_id, stamp in rows.items():
        index.files.set_written(file_id, stamp, reason, written=carries)
        index.queue.done(Step.WRITE, file_id)


def _known_stamp(index: Index, file_id: int, outcome: writing.UndoOutcome) -> Stamp | None:
    """The stamp of a file that was taken back, if it was the one that the index knows."""
    record, before = index.lookup.by_id(file_id), outcome.before
    if record is None or before is None:
        return None
    return outcome.stamp if same_file(record.stamp, before, stable_inodes=False) else None


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


def _written_by(entries: Sequence[JournalEntry], writer: str) -> dict[int, writing.WrittenBefore]:
    """What each write to a file, with those before it into the same audio, has changed.

    The words of all of them go with the newest, where they can no longer be told apart.
    """
    written: dict[int, writing.WrittenBefore] = {}
    changes: dict[str, tuple[writing.FieldChange, ...]] = {}
    for entry in reversed(entries):
        content = content_of(entry)
        so_far = (*changes.get(content, ()), *changes_of(entry))
        changes[content] = so_far
        written[entry.id] = writing.WrittenBefore(so_far, content, writer_of(entry, writer))
    return written


_GRAVITY = (
    writing.Undone.NOTHING_TO_DO,
    writing.Undone.RESTORED,
    writing.Undone.MARKS_REMOVED,
    writing.Undone.REFUSED,
)
