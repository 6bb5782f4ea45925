"""The stages together: one wakes those that go on with what it has done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from earmark_daemon.errors import Problem
from earmark_daemon.hearing.again import Answers
from earmark_daemon.processes import Workers
from earmark_daemon.service.stages.analysis import Analysis
from earmark_daemon.service.stages.hearing_job import HearingJob
from earmark_daemon.service.stages.retagging_job import AT_ONCE, RetaggingJob
from earmark_daemon.service.stages.stage import Stage
from earmark_daemon.service.stages.writing_job import WritingJob, Written
from earmark_db.queue import Queue


class Stages:
    """The stages of a file's way.

    Attributes:
        hearing: from a file that arrived to its tags.
        retagging: from other models to other tags.
        writing: from tags in the index to tags in the file.
    """

    def __init__(
        self,
        jobs: tuple[HearingJob, RetaggingJob, WritingJob],
        work: Queue,
        workers: Workers,
        trouble: Callable[[Problem | None], None],
    ) -> None:
        """Prepare; see `Stage` for what each of these is.

        Args:
            jobs: what the stages do.
            work: where their tasks come from.
            workers: who does them.
            trouble: told why the index cannot be written.
        """
        hear, retag, write = jobs
        common = (work, workers, trouble)
        self.hearing: Stage[Analysis] = Stage(hear, *common, self._heard)
        self.retagging: Stage[Answers] = Stage(retag, *common, self._retagged, AT_ONCE)
        self.writing: Stage[Written] = Stage(write, *common, self._written)
        self._all: tuple[Stage[Any], ...] = (self.hearing, self.retagging, self.writing)

    def start(self) -> None:
        """Begin."""
        for stage in self._all:
            stage.start()

    def stop(self) -> None:
        """Finish what is under way, then end."""
        for stage in self._all:
            stage.stop()

    def wake(self) -> None:
        """There may be something to hear or to write."""
        for stage in self._all:
            stage.wake()

    def pause(self, paused: bool) -> None:
        """Take no new work, or take it again; what is under way is finished."""
        for stage in self._all:
            stage.pause(paused)

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return any(stage.busy for stage in self._all)

    def _heard(self) -> None:
        self.writing.wake()
        self.retagging.wake()

    def _retagged(self) -> None:
        self.writing.wake()
        self.hearing.wake()

    def _written(self) -> None:
        self.hearing.wake()
