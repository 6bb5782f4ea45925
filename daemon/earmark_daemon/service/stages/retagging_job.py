"""The tagging anew: what was heard before gets the words of models that came into use since.

Reads stored embeddings and spectrograms. Only where a model hears what is not stored, the file
goes through hearing once more. A model that has spoken already is not asked again, so going back
to one takes no more than deciding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from earmark_daemon.errors import Problem
from earmark_daemon.hearing.again import Answers, Stored, hear_again
from earmark_daemon.processes import Workers
from earmark_daemon.service.deciding import Deciding, Known, Opinion
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.models.lineup import LineUp
from earmark_daemon.service.models.stored import stored_for
from earmark_daemon.service.stages.absence import AWAY_SECONDS
from earmark_db.index import Index
from earmark_db.records import FileRecord, FileState, Step, Task

AT_ONCE = 64
"""Files in one call to a worker and one transaction."""

_HEARING_SECONDS = 3600.0
_MOST_TRIES = 4
_MOST_FAILURES = 3


class RetaggingJob:
    """Tags files anew; see `earmark_daemon.service.stages.stage.Job`."""

    step = Step.RETAG

    def __init__(
        self,
        index: Index,
        feed: Feed,
        lineup: Callable[[], LineUp],
        deciding: Deciding,
        unfit: Callable[[str, Problem], None],
    ) -> None:
        """Prepare the job.

        Args:
            index: where results go.
            feed: who is told.
            lineup: the models in use at the moment.
            deciding: gives tags.
            unfit: told of a model file that cannot be loaded, and why.
        """
        self._index = index
        self._feed = feed
        self._lineup = lineup
        self._deciding = deciding
        self._unfit = unfit
        self._failures: Counter[str] = Counter()
        self._total = 0

    def begin(self, workers: Workers, tasks: Sequence[Task]) -> Future[list[Answers | Problem]]:
        """Have the models asked that have not spoken yet; no worker where all have."""
        lineup = self._lineup()
        sounds = [self._stored(task, lineup) for task in tasks]
        if any(sound.wanted for sound in sounds):
            base = lineup.base
            return workers.submit(hear_again, sounds, str(base.path), base.info.digest)
        nothing: Future[list[Answers | Problem]] = Future()
        nothing.set_result([Answers() for _ in tasks])
        return nothing

    def finish(self, results: Sequence[tuple[Task, Answers | Problem]]) -> None:
        """Record what the models said and the tags that follow, in one transaction; then tell."""
        for task, result in results:
            self._look_for_unfit(task, result)
        with self._index.transaction():
            recorded = [self._recorded(task, result) for task, result in results]
            known = [file for file in recorded if file is not None]
            spoken = {
                task.file_id
                for task, result in results
                if isinstance(result, Answers) and result.verdicts
            }
            self._deciding.again(known, [file for file in known if file.file_id in spoken])
        progress = self._index.queue.progress(Step.RETAG)
        done, total = progress or (self._total, self._total)
        self._total = total if progress else 0
        self._feed.tell("retagging", done=done, total=total)

    def _look_for_unfit(self, task: Task, result: Answers | Problem) -> None:
        """A model that cannot be loaded, or fails again and again, is asked no more."""
        if isinstance(result, Answers):
            for path, problem in result.unfit.items():
                self._unfit(path, problem)
            return
        for path in self._stored(task, self._lineup()).wanted:
            self._failures[path] += 1
            if self._failures[path] >= _MOST_FAILURES:
                self._unfit(path, result)

    def _stored(self, task: Task, lineup: LineUp) -> Stored:
        """What there is to hear the missing models with; they are left out where it is not."""
        if task.content is None:
            return Stored(())
        lacking = lineup.lacking(self._index.verdicts.of(task.content))
        return stored_for(self._index, task.content, lineup, lacking)

    def _recorded(self, task: Task, result: Answers | Problem) -> Known | None:
        """Keep what was said; the task ends, unless the sound must be heard from its file."""
        record = self._index.lookup.by_id(task.file_id)
        if record is None or record.content is None or record.state is not FileState.HEARD:
            self._index.queue.done(Step.RETAG, task.file_id)
            return None
        if isinstance(result, Answers) and task.content is not None:
            self._index.verdicts.put(task.content, result.verdicts)  # it may hold other by now
        opinion = self._deciding.opinion(record)
        self._end_or_go_on(task, record, opinion, failed=isinstance(result, Problem))
        return Known(record.id, record.path, opinion)

    def _end_or_go_on(
        self, task: Task, record: FileRecord, opinion: Opinion, *, failed: bool
    ) -> None:
        """The task is done, unless a model in use still lacks its word and can have it."""
        lineup = self._lineup()
        if not lineup.lacking(opinion.scores) or failed or task.attempts >= _MOST_TRIES:
            self._index.queue.done(Step.RETAG, task.file_id)
        elif self._stored(task, lineup).wanted and not task.attempts:
            self._index.queue.later(Step.RETAG, task.file_id, 0.0)
        else:
            self._hear_from_file(record)

    def _hear_from_file(self, record: FileRecord) -> None:
        """Nothing that is stored serves: once its disk is there, the file is heard again."""
        if self._index.roots.is_online(record.root_id):
            self._index.queue.add(Step.HEAR, [record.id], afresh=False)
            self._index.queue.later(Step.RETAG, record.id, _HEARING_SECONDS)
        else:
            self._index.queue.later(Step.RETAG, record.id, AWAY_SECONDS, tried=False)
