"""Hearing with models that come, stumble, or need a file that is no longer as it was."""

from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.audio_files import write
from tests.made_models import BASE, steady_head

from earmark_daemon.errors import Problem
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.processes import Workers
from earmark_daemon.service.deciding import Deciding
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.models.lineup import Member
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.stages.analysis import Analysis
from earmark_daemon.service.stages.hearing_job import HearingJob
from earmark_daemon.settings import Tags
from earmark_db.index import Index
from earmark_db.records import Arrival, FileState, Stamp, Step, Task


class Asked:
    """Remembers what a worker would be asked."""

    def __init__(self) -> None:
        self.arguments: tuple[Any, ...] = ()

    def submit(self, function: Any, *arguments: Any) -> Future[Any]:
        self.arguments = arguments
        return Future()

    @property
    def known(self) -> list[str | None]:
        return list(self.arguments[1])

    @property
    def others(self) -> list[str]:
        return list(self.arguments[3])


@pytest.fixture
def models(index: Index, tmp_path: Path) -> Models:
    return Models(index, Feed(), tmp_path / "models", Member(BUILTIN, BASE), lambda: None, Tags())


@pytest.fixture
def job(index: Index, models: Models) -> HearingJob:
    deciding = Deciding(index, Feed(), lambda: models.lineup, lambda path: False)
    return HearingJob(index, Feed(), lambda: models.lineup, deciding)


def arrived(index: Index, path: str) -> None:
    index.files.arrived([Arrival(path, Stamp.of(os.stat(path)), None)])


def due(index: Index) -> list[Task]:
    return index.queue.due(Step.HEAR, 10)


def use(models: Models, tmp_path: Path, **scores: float) -> str:
    steady_head(tmp_path / "head.onnx", scores)
    digest = str(models.add(tmp_path / "head.onnx", "local")["digest"])
    models.use(digest)
    return digest


def hear(job: HearingJob, index: Index, workers: Workers) -> list[Analysis | Problem]:
    tasks = due(index)
    results = job.begin(workers, tasks).result()
    job.finish(list(zip(tasks, results, strict=True)))
    return results


def test_a_model_that_comes_while_a_sound_is_heard_is_asked_afterwards(
    index: Index, models: Models, job: HearingJob, workers: Workers, tmp_path: Path
) -> None:
    arrived(index, write(tmp_path / "a.wav"))
    tasks = due(index)
    under_way = job.begin(workers, tasks)
    use(models, tmp_path, shiny=0.9)
    assert index.queue.waiting()["retag"] == 0
    job.finish(list(zip(tasks, under_way.result(), strict=True)))
    assert index.queue.waiting() == {"hear": 0, "retag": 1, "write": 0}


def test_what_every_model_has_heard_is_not_heard_again(
    index: Index, models: Models, job: HearingJob, workers: Workers, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.wav")
    arrived(index, path)
    hear(job, index, workers)
    arrived(index, path)
    asked = Asked()
    job.begin(asked, due(index))  # type: ignore[arg-type]
    assert asked.known != [None]
    use(models, tmp_path, shiny=0.9)
    job.begin(asked, due(index))  # type: ignore[arg-type]
    assert asked.known == [None]
    (result,) = hear(job, index, workers)
    assert isinstance(result, Analysis)
    assert result.heard is not None
    assert index.queue.waiting()["retag"] == 0


def test_a_sound_that_failed_is_tried_with_the_built_in_model_alone(
    index: Index, models: Models, job: HearingJob, tmp_path: Path
) -> None:
    arrived(index, write(tmp_path / "a.wav"))
    use(models, tmp_path, shiny=0.9)
    (task,) = due(index)
    asked = Asked()
    job.begin(asked, [task])  # type: ignore[arg-type]
    assert len(asked.others) == 1
    job.begin(asked, [replace(task, attempts=1)])  # type: ignore[arg-type]
    assert asked.others == []


@pytest.mark.parametrize(("code", "left"), [("vanished", 0), ("crashed", 1)])
def test_a_sound_that_cannot_be_heard_again_keeps_its_tags(
    index: Index, job: HearingJob, workers: Workers, tmp_path: Path, code: str, left: int
) -> None:
    path = write(tmp_path / "a.wav")
    arrived(index, path)
    hear(job, index, workers)
    before = index.lookup.by_path(path)
    assert before is not None
    index.queue.add(Step.HEAR, [before.id])
    job.finish([(due(index)[0], Problem(code, "It does not work."))])
    after = index.lookup.by_path(path)
    assert after is not None
    assert (after.state, after.tags) == (FileState.HEARD, before.tags)
    assert after.tags
    assert index.queue.waiting()["hear"] == left
