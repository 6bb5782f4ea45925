"""The hearing stage: from a file that arrived to one that is searchable."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from earmark_daemon.errors import Problem
from earmark_daemon.processes import Workers
from earmark_daemon.service.deciding import Deciding, Event, Known, Opinion
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.models.lineup import LineUp
from earmark_daemon.service.stages.absence import AWAY_SECONDS, may_turn_up
from earmark_daemon.service.stages.analysis import CHANGED, Analysis, analyse
from earmark_daemon.service.stages.edited import carry_labels_over
from earmark_daemon.service.stages.undoing import TAKEN_BACK, stays_out
from earmark_daemon.watching.ignore import is_sound
from earmark_db.index import Index
from earmark_db.queue import LONGEST_WAIT_SECONDS
from earmark_db.records import FileState, Hearing, Reason, Step, Task

_FORBIDDEN = "no-permission"
"""Code of a file that may not be read: it is told that it is taken once it may, however late."""

_MAY_PASS = {_FORBIDDEN, CHANGED, "unreadable", "crashed"}
_FIRST_RETRY_SECONDS = 60.0
_LAST_RETRY_SECONDS = LONGEST_WAIT_SECONDS
_MOST_RETRIES = 8


class HearingJob:
    """Hears files and gives them their tags; see `earmark_daemon.service.stages.stage.Job`."""

    step = Step.HEAR

    def __init__(
        self, index: Index, feed: Feed, lineup: Callable[[], LineUp], deciding: Deciding
    ) -> None:
        """Prepare the job.

        Args:
            index: where results go.
            feed: who is told.
            lineup: the models in use at the moment.
            deciding: gives tags.
        """
        self._index = index
        self._feed = feed
        self._lineup = lineup
        self._deciding = deciding

    def begin(self, workers: Workers, tasks: Sequence[Task]) -> Future[list[Analysis | Problem]]:
        """Start the analysis of files in a worker.

        What failed before is heard by the built-in model alone, so that another one that stumbles
        over a sound costs its own tags and no more.
        """
        lineup = self._lineup()
        known = [self._known(task, lineup) for task in tasks]
        paths = [task.path for task in tasks]
        others = [] if any(task.attempts for task in tasks) else lineup.paths
        base = lineup.base
        return workers.submit(analyse, paths, known, str(base.path), others, base.info.digest)

    def finish(self, results: Sequence[tuple[Task, Analysis | Problem]]) -> None:
        """Record what was heard in one transaction, then tell."""
        told: list[Event] = []
        heard: list[Known] = []
        with self._index.transaction():
            for task, result in results:
                if not self._index.files.is_still(task.file_id, task.stamp):
                    continue
                if isinstance(result, Problem):
                    told += self._failed(task, result)
                else:
                    heard.append(self._recorded(task, result))
            told += self._deciding.heard(heard)
        for kind, data in told:
            self._feed.tell(kind, **data)

    def _known(self, task: Task, lineup: LineUp) -> str | None:
        """The content of a file of which every model in use has spoken already."""
        if task.content and not lineup.lacking(self._index.verdicts.of(task.content)):
            return task.content
        return None

    def _failed(self, task: Task, problem: Problem) -> list[Event]:
        tried_enough = problem.code != _FORBIDDEN and task.attempts >= _MOST_RETRIES
        again = problem.code in _MAY_PASS and not tried_enough
        wait = min(
            _LAST_RETRY_SECONDS, _FIRST_RETRY_SECONDS * 2 ** min(task.attempts, _MOST_RETRIES)
        )
        record = self._index.lookup.by_id(task.file_id)
        if record is not None and record.state is FileState.HEARD:
            self._not_heard_again(task, problem, wait if again else None)
            return []
        if problem.code == "vanished":
            self._index.files.gone([task.path])
            return [("gone", {"path": task.path})]
        self._index.files.failed(
            task.file_id,
            Reason(problem.code, problem.message, problem.advice),
            retry_at=time.time() + wait if again else None,
        )
        if problem.code == "unknown-format" and not is_sound(os.path.basename(task.path)):
            self._index.files.gone([task.path])  # no sound, named by mistake: not to be looked at
        return [("failed", {"path": task.path, "reason": str(problem)})]

    def _not_heard_again(self, task: Task, problem: Problem, wait: float | None) -> None:
        """A file that has its tags could not be heard for a new model: it keeps them."""
        if may_turn_up(self._index, task, problem):
            self._index.queue.later(Step.HEAR, task.file_id, AWAY_SECONDS, tried=False)
        elif wait is not None:
            self._index.queue.later(Step.HEAR, task.file_id, wait)
        else:
            self._index.queue.done(Step.HEAR, task.file_id)
            self._index.queue.done(Step.RETAG, task.file_id)

    def _recorded(self, task: Task, analysis: Analysis) -> Known:
        out = stays_out(self._index, task, analysis.content)
        files, file_id, metadata = self._index.files, task.file_id, analysis.metadata
        if analysis.heard is None:
            files.known_again(file_id, metadata, carries=analysis.carries)
        else:
            files.heard(file_id, _hearing(analysis), metadata, carries=analysis.carries)
            self._carry_labels_over(task, analysis.content)
        if out:
            files.set_written(file_id, None, TAKEN_BACK)
        scores = self._index.verdicts.of(analysis.content)
        clues = None if task.blind else self._deciding.clues(task.path, analysis.metadata)
        return Known(task.file_id, task.path, Opinion(analysis.content, scores, clues))

    def _carry_labels_over(self, task: Task, content: str) -> None:
        """Where the sound was edited in place, people's word about it holds on, in all copies."""
        before = task.content
        if before is None or not carry_labels_over(self._index, before, content, self._lineup()):
            return
        for copy in self._index.labels.files_with(content):
            if copy != task.file_id:
                self._deciding.reconsider(copy)


def _hearing(analysis: Analysis) -> Hearing:
    heard = analysis.heard
    assert heard is not None
    return Hearing(
        content=analysis.content,
        duration=heard.info.duration,
        sample_rate=heard.info.sample_rate,
        channels=heard.info.channels,
        verdicts=heard.verdicts,
        facts=heard.facts,
    )
