"""The hearing stage: from a file that arrived to one that is searchable."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path
from typing import Any

from earmark_daemon.errors import Problem
from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.processes import Workers
from earmark_daemon.service.analysis import Analysis, analyse
from earmark_daemon.service.feed import Feed
from earmark_daemon.tagging.decide import TagSet, Word, decide
from earmark_db.index import Index
from earmark_db.records import Hearing, Reason, Step, Tag, Task

_SILENT = Reason("silent", "It is silent: nothing rises above -90 dBFS.")
_UNKNOWN = Reason("unknown", "No tag is sure enough.", "Review it to say what it is.")
_MAY_PASS = {"no-permission", "unreadable", "crashed"}
_FIRST_RETRY_SECONDS = 60.0
_LAST_RETRY_SECONDS = 3600.0
_MOST_RETRIES = 8


class HearingJob:
    """Hears files and gives them their tags; see `earmark_daemon.service.stage.Job`."""

    step = Step.HEAR

    def __init__(
        self,
        index: Index,
        feed: Feed,
        model: tuple[Path, ModelInfo],
        wants_writing: Callable[[str], bool],
    ) -> None:
        """Prepare the job.

        Args:
            index: where results go.
            feed: who is told.
            model: the model file and what it says of itself.
            wants_writing: whether tags are to be written into the file at a path.
        """
        self._index = index
        self._feed = feed
        self._model_path, self._model = model
        self._wants_writing = wants_writing

    def begin(self, workers: Workers, tasks: Sequence[Task]) -> Future[list[Analysis | Problem]]:
        """Start the analysis of files in a worker."""
        known = [
            task.content
            if task.content and self._index.verdicts.scores(task.content, self._model.digest)
            else None
            for task in tasks
        ]
        return workers.submit(analyse, [task.path for task in tasks], known, str(self._model_path))

    def finish(self, results: Sequence[tuple[Task, Analysis | Problem]]) -> None:
        """Record what was heard in one transaction, then tell."""
        told: list[tuple[str, dict[str, Any]]] = []
        with self._index.transaction():
            for task, result in results:
                if not self._index.files.is_still(task.file_id, task.stamp):
                    continue
                if isinstance(result, Problem):
                    told.append(self._failed(task, result))
                else:
                    told.append(self._tagged(task, result))
        for kind, data in told:
            self._feed.tell(kind, **data)

    def _failed(self, task: Task, problem: Problem) -> tuple[str, dict[str, Any]]:
        if problem.code == "vanished":
            self._index.files.gone([task.path])
            return "gone", {"path": task.path}
        again = problem.code in _MAY_PASS and task.attempts < _MOST_RETRIES
        wait = min(_LAST_RETRY_SECONDS, _FIRST_RETRY_SECONDS * 2**task.attempts)
        self._index.files.failed(
            task.file_id,
            Reason(problem.code, problem.message, problem.advice),
            retry_at=time.time() + wait if again else None,
        )
        return "failed", {"path": task.path, "reason": str(problem)}

    def _tagged(self, task: Task, analysis: Analysis) -> tuple[str, dict[str, Any]]:
        if analysis.heard is None:
            self._index.files.known_again(task.file_id, analysis.metadata)
            scores = self._index.verdicts.scores(analysis.content, self._model.digest) or {}
        else:
            hearing = _hearing(analysis)
            self._index.files.heard(task.file_id, hearing, analysis.metadata)
            scores = hearing.scores
        tags = self.retag(task.file_id, task.path, analysis.content, scores)
        return "tagged", {"path": task.path, "tags": [asdict(tag) for tag in tags]}

    def retag(
        self, file_id: int, path: str, content: str, scores: Mapping[str, float]
    ) -> tuple[Tag, ...]:
        """Decide a file's tags anew and queue their writing; part of the caller's transaction."""
        said = [label for label in self._index.labels.of(content) if label.set == self._tag_set]
        word = Word([s.tag for s in said if s.says], [s.tag for s in said if not s.says])
        rules = TagSet(self._tag_set, self._model.exclusive, self._model.thresholds)
        tags = decide(scores, rules, word)
        self._index.files.set_tags(file_id, tags)
        self._index.files.set_note(file_id, _note(scores, tags))
        if self._wants_writing(path):
            self._index.queue.add(Step.WRITE, [file_id])
        return tags

    @property
    def _tag_set(self) -> str:
        return self._model.tag_set


def _note(scores: Mapping[str, float], tags: Sequence[Tag]) -> Reason | None:
    if tags:
        return None
    return _UNKNOWN if scores else _SILENT


def _hearing(analysis: Analysis) -> Hearing:
    heard = analysis.heard
    assert heard is not None
    return Hearing(
        content=analysis.content,
        duration=heard.info.duration,
        sample_rate=heard.info.sample_rate,
        channels=heard.info.channels,
        frontend=heard.frontend,
        spectrogram=heard.spectrogram,
        model=heard.model,
        scores=heard.scores,
        embedding=heard.embedding,
    )
