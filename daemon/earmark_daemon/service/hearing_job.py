"""The hearing stage: from a file that arrived to one that is searchable."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from earmark_daemon.errors import Problem
from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.processes import Workers
from earmark_daemon.service.analysis import Analysis, analyse
from earmark_daemon.service.feed import Feed
from earmark_daemon.tagging.decide import TagSet, Word, decide
from earmark_daemon.tagging.evidence import disagrees
from earmark_daemon.tagging.names import Evidence, evidence, vendor_texts
from earmark_daemon.tagging.trust import Trust
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.records import FileState, Hearing, Reason, Step, Tag, Task

_SILENT = Reason("silent", "It is silent: nothing rises above -90 dBFS.")
_UNKNOWN = Reason("unknown", "No tag is sure enough.", "Review it to say what it is.")
_DISAGREE = Reason(
    "disagreement", "Its name and its sound disagree.", "Review it to say what it is."
)
_Event = tuple[str, dict[str, Any]]
_MAY_PASS = {"no-permission", "unreadable", "crashed"}
_FIRST_RETRY_SECONDS = 60.0
_LAST_RETRY_SECONDS = 3600.0
_MOST_RETRIES = 8


@dataclass(frozen=True)
class Opinion:
    """What is known of a file before its tags are decided.

    Attributes:
        content: digest of its audio.
        scores: label to score as heard; empty for silence.
        clues: what its names say; None where it is to be judged by its sound alone.
    """

    content: str
    scores: Mapping[str, float]
    clues: Evidence | None


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
        self._trust = Trust()

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
        told: list[_Event] = []
        heard: list[tuple[Task, Opinion]] = []
        with self._index.transaction():
            for task, result in results:
                if not self._index.files.is_still(task.file_id, task.stamp):
                    continue
                if isinstance(result, Problem):
                    told.append(self._failed(task, result))
                else:
                    heard.append((task, self._recorded(task, result)))
            doubted = self._newly_doubted(heard)
            for task, opinion in heard:
                told.append(_told(task.path, self.retag(task.file_id, task.path, opinion)))
            for folder in doubted:
                told += self._reconsidered(folder, {task.file_id for task, _ in heard})
        for kind, data in told:
            self._feed.tell(kind, **data)

    def _failed(self, task: Task, problem: Problem) -> _Event:
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

    def _recorded(self, task: Task, analysis: Analysis) -> Opinion:
        scores: Mapping[str, float]
        if analysis.heard is None:
            self._index.files.known_again(task.file_id, analysis.metadata)
            scores = self._index.verdicts.scores(analysis.content, self._model.digest) or {}
        else:
            hearing = _hearing(analysis)
            self._index.files.heard(task.file_id, hearing, analysis.metadata)
            scores = hearing.scores
        clues = None if task.blind else evidence(task.path, vendor_texts(analysis.metadata))
        return Opinion(analysis.content, scores, clues)

    def _newly_doubted(self, heard: Sequence[tuple[Task, Opinion]]) -> list[str]:
        """Folders whose names turn out to tell nothing, now that these files were heard."""
        folders = {os.path.dirname(task.path) for task, _ in heard}
        believed = [folder for folder in folders if self._trust.believes(folder)]
        for task, opinion in heard:
            self._trust.remember(os.path.dirname(task.path), opinion.scores, opinion.clues or ())
        return [folder for folder in believed if not self._trust.believes(folder)]

    def _reconsidered(self, folder: str, done: Collection[int]) -> list[_Event]:
        """Tag the files of a folder, heard before its names were doubted, by sound alone."""
        told = []
        for record in self._index.files.below(folder):
            known = record.id not in done and record.state is FileState.HEARD
            if known and record.content and os.path.dirname(record.path) == folder:
                scores = self._index.verdicts.scores(record.content, self._model.digest) or {}
                opinion = Opinion(record.content, scores, None)
                told.append(_told(record.path, self.retag(record.id, record.path, opinion)))
        return told

    def retag(self, file_id: int, path: str, opinion: Opinion) -> tuple[Tag, ...]:
        """Decide a file's tags anew and queue their writing; part of the caller's transaction."""
        labels = self._index.labels.of(opinion.content)
        said = [label for label in labels if label.set == self._model.tag_set]
        word = Word([s.tag for s in said if s.says], [s.tag for s in said if not s.says])
        rules = TagSet(self._model.tag_set, self._model.exclusive, self._model.thresholds)
        believed = self._trust.believes(os.path.dirname(path))
        heard = decide(opinion.scores, rules, word, opinion.clues if believed else None)
        tags = (*heard, *(_said(label) for label in labels if label.says and label not in said))
        self._index.files.set_tags(file_id, tags)
        self._index.files.set_note(file_id, self._note(opinion, tags))
        if self._wants_writing(path) and self._index.files.may_be_written(file_id):
            self._index.queue.add(Step.WRITE, [file_id])
        return tags

    def reconsider(self, file_id: int) -> None:
        """Decide the tags of a file that was heard before anew, as when a person said something."""
        record = self._index.files.by_id(file_id)
        if record is None or record.content is None or record.state is not FileState.HEARD:
            return
        scores = self._index.verdicts.scores(record.content, self._model.digest) or {}
        clues = evidence(record.path, vendor_texts(record.metadata))
        tags = self.retag(file_id, record.path, Opinion(record.content, scores, clues))
        self._feed.tell("tagged", path=record.path, tags=[asdict(tag) for tag in tags])

    def _note(self, opinion: Opinion, tags: Sequence[Tag]) -> Reason | None:
        """What a person should know of the outcome; where they spoke, there is nothing to say."""
        if any(tag.source == "person" for tag in tags):
            return None
        clues = opinion.clues if opinion.clues and self._model.exclusive else ()
        if disagrees(opinion.scores, clues, self._model.thresholds):
            return _DISAGREE
        if tags:
            return None
        return _UNKNOWN if opinion.scores else _SILENT


def _said(label: Label) -> Tag:
    return Tag(label.tag, label.set, 1.0, "person")


def _told(path: str, tags: Sequence[Tag]) -> _Event:
    return "tagged", {"path": path, "tags": [asdict(tag) for tag in tags]}


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
        facts=heard.facts,
    )
