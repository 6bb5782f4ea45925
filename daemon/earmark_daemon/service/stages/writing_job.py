"""The writing stage: from tags in the index to tags in the file, journalled before it happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime

from earmark_daemon import writing
from earmark_daemon.errors import Problem
from earmark_daemon.processes import Workers
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.stages.absence import may_turn_up
from earmark_daemon.service.stages.entries import details_of
from earmark_daemon.service.stages.recovery import settle_intended
from earmark_daemon.service.stages.refusals import hear_again, other_audio, refusal
from earmark_daemon.service.stages.stage import seconds_for
from earmark_daemon.service.stages.strays import Strays
from earmark_daemon.settings import Writing
from earmark_daemon.watching.reconcile import same_file
from earmark_daemon.writing.record import ANYBODY
from earmark_db.index import Index
from earmark_db.journal import JournalState
from earmark_db.queue import LONGEST_WAIT_SECONDS
from earmark_db.records import Reason, Stamp, Step, Tag, Task


@dataclass(frozen=True)
class Unwanted:
    """By the time of its turn, tags were not to be written into the file any more."""


Order = tuple[str, tuple[str, ...]] | writing.Refused | None
Written = writing.Prepared | writing.Unchanged | writing.Refused | Unwanted
UNSURE = Reason(
    "unsure",
    "Its tag is not sure enough to be written into the file.",
    "Confirm it: earmark label FILE --add TAG",
)
_BATCH_SECONDS = 60.0
_BUSY_RETRY_SECONDS = 10.0
_LAST_RETRY_SECONDS = LONGEST_WAIT_SECONDS
_MOST_DOUBLINGS = 16


def prepare_all(jobs: Sequence[Order], options: writing.WriteOptions) -> list[Written | Problem]:
    """Prepare several writes, None for one that is unwanted; runs in a worker process."""
    return [_prepare(job, options) for job in jobs]


def _prepare(job: Order, options: writing.WriteOptions) -> Written:
    if job is None:
        return Unwanted()
    return job if isinstance(job, writing.Refused) else writing.prepare(*job, options)


class WritingJob:
    """Writes tags into files; see `earmark_daemon.service.stages.stage.Job`."""

    step = Step.WRITE

    def __init__(
        self,
        index: Index,
        feed: Feed,
        settings: Callable[[], Writing],
        wants: Callable[[str], bool] = lambda path: True,
        strays: Strays | None = None,
        writer: str = ANYBODY,
    ) -> None:
        """Prepare the job.

        Args:
            index: where tags come from and the journal is.
            feed: who is told.
            settings: what is to be written, as chosen at the moment.
            wants: whether anything is to be written into the file at a path, at the moment.
            strays: where copies may lie that nobody finishes.
            writer: the id of this installation, see `writing.WriteOptions`.
        """
        self._index = index
        self._feed = feed
        self._settings = settings
        self._wants = wants
        self._writer = writer
        self._asked: dict[int, tuple[str, ...]] = {}
        self._unsettled = False
        self._strays = strays or Strays()
        self._batch = ""
        self._batch_until = 0.0

    def begin(self, workers: Workers, tasks: Sequence[Task]) -> Future[list[Written | Problem]]:
        """Start preparing writes in a worker."""
        if self._unsettled:
            settle_intended(self._index, self._feed)
            self._unsettled = False
        for task in tasks:
            if task.file_id in self._asked:  # the worker that made its copy has died
                self._strays.suspect_beside(task.path)
        self._asked |= {task.file_id: self._terms(task.file_id) for task in tasks}
        jobs = [self._order(task) for task in tasks]
        seconds = seconds_for(sum(task.stamp.size for task in tasks))
        return workers.submit(
            prepare_all, jobs, options_of(self._settings(), self._writer), seconds=seconds
        )

    def _order(self, task: Task) -> Order:
        """What a worker is to write; None where that is unwanted."""
        if not self._wants(task.path):
            return None
        terms = self._asked[task.file_id]
        return refusal(self._index, task, terms) or (task.path, terms)

    def finish(self, results: Sequence[tuple[Task, Written | Problem]]) -> None:
        """Journal the prepared writes, replace the files, record how it went."""
        results = [(task, _checked(task, result)) for task, result in results]
        wanted, unwanted = [], []
        for task, result in results:
            if isinstance(result, Unwanted) or not self._wants(task.path):
                unwanted.append(task)
                if isinstance(result, writing.Prepared):
                    writing.discard(result)
            else:
                wanted.append((task, result))
        told = self._told(wanted)
        self._write(wanted)
        self._drop(unwanted)
        for task, _ in results:
            self._asked.pop(task.file_id, None)
        self._sweep(results)
        self._tell(wanted, told)

    def _drop(self, tasks: Sequence[Task]) -> None:
        """Take unwanted writes off the queue, but for those that are wanted again by now."""
        with self._index.transaction():
            for task in tasks:
                if not self._wants(task.path):
                    self._index.queue.done(Step.WRITE, task.file_id)

    def _write(self, results: Sequence[tuple[Task, Written | Problem]]) -> None:
        prepared = [(t, r) for t, r in results if isinstance(r, writing.Prepared)]
        try:
            with self._index.transaction():
                entries = [self._intend(task, item) for task, item in prepared]
        except BaseException:
            for _, item in prepared:
                writing.discard(item)
            raise
        self._unsettled = bool(entries)
        outcomes = writing.commit_all([item for _, item in prepared])
        with self._index.transaction():
            for (task, item), entry, outcome in zip(prepared, entries, outcomes, strict=True):
                self._record(task, entry, outcome, before=item.before)
            for task, result in results:
                if isinstance(result, Problem):
                    self._record(task, None, writing.Refused(task.path, result))
                elif not isinstance(result, writing.Prepared | Unwanted):
                    self._record(task, None, result)
        self._unsettled = False

    def _sweep(self, results: Sequence[tuple[Task, Written | Problem]]) -> None:
        """Remove the copies of workers that died, once no other copy is being made."""
        for task, result in results:
            if isinstance(result, Problem):
                self._strays.suspect_beside(task.path)
            else:
                self._strays.at_hand(task.path)
        if not self._asked:
            self._strays.sweep()

    def _terms(self, file_id: int) -> tuple[str, ...]:
        record = self._index.lookup.by_id(file_id)
        return sure_terms(record.tags, self._settings()) if record else ()

    def _intend(self, task: Task, item: writing.Prepared) -> int:
        return self._index.journal.intend(
            item.path,
            file_id=task.file_id,
            batch=self._current_batch(),
            digests=(item.digest_before, item.digest_after),
            terms=item.terms,
            details=details_of(item),
            patch=item.patch,
        )

    def _record(
        self,
        task: Task,
        entry: int | None,
        outcome: Stamp | writing.Unchanged | writing.Refused,
        before: Stamp | None = None,
    ) -> None:
        """Record how a write ended; ``before`` is the stamp of the file that was written to.

        Where others changed the file since it was heard, its new stamp is left unknown, so that it
        is looked at once more.
        """
        if isinstance(outcome, writing.Refused):
            if entry is not None:
                self._index.journal.settle(entry, JournalState.VOID)
            self._refused(task, outcome)
            return
        terms = self._terms(task.file_id)
        if isinstance(outcome, writing.Unchanged):
            self._index.files.set_written(task.file_id, None, written=bool(terms))
        else:
            assert entry is not None
            assert before is not None
            self._index.journal.settle(entry, JournalState.DONE)
            known = same_file(task.stamp, before, stable_inodes=False)
            self._index.files.set_written(
                task.file_id, outcome if known else None, written=bool(terms)
            )
        self._note_doubt(task.file_id, written=bool(terms))
        self._end(task, terms)

    def _end(self, task: Task, terms: tuple[str, ...]) -> None:
        """The task is done, unless other words are wanted by now than were given to the worker."""
        if terms == self._asked[task.file_id]:
            self._index.queue.done(Step.WRITE, task.file_id)

    def _note_doubt(self, file_id: int, *, written: bool) -> None:
        """Say it where a file has tags and none is sure enough to stand in it, and no longer."""
        record = self._index.lookup.by_id(file_id)
        doubtful = record is not None and bool(record.tags) and not written
        if record and doubtful and record.reason is None:
            self._index.files.set_note(file_id, UNSURE)
        elif record and not doubtful and record.reason == UNSURE:
            self._index.files.set_note(file_id, None)

    def _refused(self, task: Task, refused: writing.Refused) -> None:
        problem = refused.problem
        reason = Reason(problem.code, problem.message, problem.advice)
        self._index.files.set_written(task.file_id, None, reason)
        if refused.worth_retrying or may_turn_up(self._index, task, problem):
            doublings = min(task.attempts, _MOST_DOUBLINGS)  # in weeks they become very many
            wait = min(_LAST_RETRY_SECONDS, _BUSY_RETRY_SECONDS * 2**doublings)
            self._index.queue.later(Step.WRITE, task.file_id, wait)
        else:
            self._end(task, self._terms(task.file_id))
        hear_again(self._index, task, refused)

    def _told(self, results: Sequence[tuple[Task, Written | Problem]]) -> dict[int, Reason | None]:
        """Why files that are tried again could not be written the last time."""
        again = [task.file_id for task, _ in results if task.attempts]
        records = [self._index.lookup.by_id(file_id) for file_id in again]
        return {record.id: record.write_reason for record in records if record}

    def _tell(
        self,
        results: Sequence[tuple[Task, Written | Problem]],
        told: Mapping[int, Reason | None],
    ) -> None:
        for task, _ in results:
            record = self._index.lookup.by_id(task.file_id)
            if record is None:
                continue
            if record.write_reason:
                if record.write_reason == told.get(task.file_id):
                    continue
                reason = f"{record.write_reason.message} {record.write_reason.advice}".strip()
                self._feed.tell("not-written", path=task.path, reason=reason)
            else:
                self._feed.tell("written", path=task.path)

    def _current_batch(self) -> str:
        """Writes that follow one another closely are one batch to undo."""
        now = time.monotonic()
        if now > self._batch_until:
            self._batch = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._batch_until = now + _BATCH_SECONDS
        return self._batch


def _checked(task: Task, result: Written | Problem) -> Written | Problem:
    """A result, unless it would write what was heard in one sound into another."""
    if not isinstance(result, writing.Prepared):
        return result
    refused = other_audio(task, result)
    if refused is not None:
        writing.discard(result)
    return refused or result


def sure_terms(tags: Iterable[Tag], settings: Writing) -> tuple[str, ...]:
    """The words to write: only what is sure enough, since a file cannot show doubt."""
    return tuple(
        tag.tag for tag in tags if tag.source == "person" or tag.score >= settings.sure_from
    )


def options_of(settings: Writing, writer: str) -> writing.WriteOptions:
    """The writer's options as the user's settings say, for the installation with this id."""
    return writing.WriteOptions(
        genre=settings.genre,
        comment=settings.comment,
        keep_mtime=settings.keep_mtime,
        finder_tags=settings.finder_tags,
        xdg_tags=settings.xdg_tags,
        ableton=settings.ableton,
        writer=writer,
    )
