from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest
from tests.waiting import until

from earmark_daemon.errors import Problem, fail
from earmark_daemon.processes import Workers
from earmark_daemon.service.stages import stage as stages
from earmark_daemon.service.stages.stage import Stage
from earmark_db.errors import IndexFault
from earmark_db.index import Index
from earmark_db.records import Arrival, Reason, Stamp, Step, Task

STAMP = Stamp(1, 2, 3, 4)


def measure(paths: Sequence[str]) -> list[int | Problem]:
    if any("deadly" in path for path in paths):
        os.kill(os.getpid(), signal.SIGKILL)
    return [len(path) for path in paths]


def measure_by(model: str, paths: Sequence[str]) -> list[int | Problem]:
    if not os.path.exists(model):
        raise fail("bad-model", "The model is away.")
    return measure(paths)


class MeasuringJob:
    """Measures names; its results take their tasks off the queue."""

    step = Step.HEAR

    def __init__(self, index: Index) -> None:
        self._index = index
        self.results: dict[str, int | Problem] = {}
        self.times: dict[str, int] = {}
        self.faults: list[IndexFault] = []
        self.changed = threading.Condition()

    def begin(self, workers: Workers, tasks: Sequence[Task]) -> Future[list[int | Problem]]:
        return workers.submit(measure, [task.path for task in tasks])

    def finish(self, results: Sequence[tuple[Task, int | Problem]]) -> None:
        if self.faults:
            raise self.faults.pop()
        with self._index.transaction():
            for task, result in results:
                self._index.files.failed(task.file_id, Reason("measured", str(result)))
                self.results[task.path] = result
                self.times[task.path] = self.times.get(task.path, 0) + 1


class ModelJob(MeasuringJob):
    """Measures only while there is a model."""

    def __init__(self, index: Index, model: Path) -> None:
        super().__init__(index)
        self._model = str(model)

    def begin(self, workers: Workers, tasks: Sequence[Task]) -> Future[list[int | Problem]]:
        return workers.submit(measure_by, self._model, [task.path for task in tasks])


class MixedJob(ModelJob):
    """Measures some names without the model."""

    def begin(self, workers: Workers, tasks: Sequence[Task]) -> Future[list[int | Problem]]:
        if all("needs none" in task.path for task in tasks):
            return MeasuringJob.begin(self, workers, tasks)
        return super().begin(workers, tasks)


def arrive(index: Index, *paths: str) -> None:
    index.files.arrived(Arrival(path, STAMP, None) for path in paths)


def nothing_waits(index: Index) -> bool:
    return index.queue.waiting()["hear"] == 0


def test_every_task_is_done_once(index: Index, workers: Workers) -> None:
    job = MeasuringJob(index)
    stage = Stage(job, index.queue, workers, lambda problem: None)
    arrive(index, *(f"/pack/{number}.wav" for number in range(100)))
    stage.start()
    arrive(index, *(f"/late/{number}.wav" for number in range(100)))
    stage.wake()
    until(lambda: nothing_waits(index), "the queue is empty")
    stage.stop()
    assert len(job.times) == 200
    assert set(job.times.values()) == {1}


def test_a_deadly_file_costs_only_itself(index: Index, workers: Workers) -> None:
    job = MeasuringJob(index)
    stage = Stage(job, index.queue, workers, lambda problem: None)
    arrive(index, *(f"/pack/{number}.wav" for number in range(30)), "/pack/deadly.wav")
    stage.start()
    until(lambda: nothing_waits(index), "the queue is empty")
    stage.stop()
    problem = job.results.pop("/pack/deadly.wav")
    assert isinstance(problem, Problem)
    assert problem.code == "crashed"
    assert len(job.results) == 30
    assert all(isinstance(result, int) for result in job.results.values())


def test_a_full_disk_is_said_waited_out_and_loses_nothing(
    index: Index, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "STALLED_SECONDS", 0.01)
    said: list[Problem | None] = []
    job = MeasuringJob(index)
    job.faults = [IndexFault("disk-full", "The disk is full.", "Free some.") for _ in range(3)]
    stage = Stage(job, index.queue, workers, said.append)
    arrive(index, *(f"/pack/{number}.wav" for number in range(10)))
    stage.start()
    until(lambda: nothing_waits(index), "the queue is empty")
    stage.stop()
    assert len(job.times) == 10
    assert said[0] is not None
    assert said[0].code == "disk-full"
    assert said[-1] is None


def test_while_a_full_disk_is_waited_out_nothing_is_tried(
    index: Index, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "STALLED_SECONDS", 3600.0)
    said: list[Problem | None] = []
    job = MeasuringJob(index)
    job.faults = [IndexFault("disk-full", "The disk is full.", "Free some.")]
    stage = Stage(job, index.queue, workers, said.append)
    arrive(index, "/pack/a.wav")
    stage.start()
    until(lambda: bool(said), "the full disk is said")
    for _ in range(3):
        stage.wake()
        with stage.resting():
            assert job.times == {}
    stage.stop()
    assert len(said) == 1
    assert not nothing_waits(index)


def test_a_model_that_is_away_is_said_waited_for_and_costs_no_file(
    index: Index, workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "STALLED_SECONDS", 0.01)
    said: list[Problem | None] = []
    job = ModelJob(index, tmp_path / "model")
    stage = Stage(job, index.queue, workers, said.append)
    arrive(index, *(f"/pack/{number}.wav" for number in range(40)))
    stage.start()
    until(lambda: len(said) > 5, "it is tried again and again")
    while_away = list(said)
    (tmp_path / "model").touch()
    until(lambda: nothing_waits(index), "the queue is empty")
    stage.stop()
    assert len(job.times) == 40
    assert set(job.times.values()) == {1}
    assert {problem and problem.code for problem in while_away} == {"bad-model"}
    assert said[-1] is None


def test_a_model_that_is_away_stays_said_while_what_needs_none_is_done(
    index: Index, workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "STALLED_SECONDS", 0.01)
    said: list[Problem | None] = []
    job = MixedJob(index, tmp_path / "model")
    stage = Stage(job, index.queue, workers, said.append, at_once=1)
    arrive(index, "/pack/a.wav", *(f"/pack/{number} needs none.wav" for number in range(40)))
    stage.start()
    until(lambda: len(job.times) == 40 and len(said) > 5, "the others are done")
    while_away = list(said)
    (tmp_path / "model").touch()
    until(lambda: nothing_waits(index), "the queue is empty")
    stage.stop()
    assert {problem and problem.code for problem in while_away} == {"bad-model"}
    assert said[-1] is None


def test_who_rests_last_lets_work_go_on(index: Index, workers: Workers) -> None:
    job = MeasuringJob(index)
    stage = Stage(job, index.queue, workers, lambda problem: None)
    stage.start()
    first, second = stage.resting(), stage.resting()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    arrive(index, "/pack/a.wav")
    stage.wake()
    assert workers.submit(measure, ["x"]).result() == [1]
    assert job.times == {}, "the second one rests still"
    second.__exit__(None, None, None)
    until(lambda: nothing_waits(index), "the queue is empty")
    stage.stop()


def test_a_pause_that_is_asked_for_meanwhile_outlasts_the_rest(
    index: Index, workers: Workers
) -> None:
    job = MeasuringJob(index)
    stage = Stage(job, index.queue, workers, lambda problem: None)
    stage.start()
    with stage.resting():
        stage.pause(True)
    arrive(index, "/pack/a.wav")
    stage.wake()
    assert workers.submit(measure, ["x"]).result() == [1]
    assert job.times == {}
    stage.pause(False)
    until(lambda: nothing_waits(index), "the queue is empty")
    stage.stop()


def test_nobody_waits_for_the_rest_of_a_stage_that_has_ended(
    index: Index, workers: Workers
) -> None:
    stage = Stage(MeasuringJob(index), index.queue, workers, lambda problem: None)
    rested = threading.Event()

    def rest() -> None:
        with stage.resting():
            rested.set()

    stage.start()
    stage.stop()
    threading.Thread(target=rest, daemon=True).start()
    until(rested.is_set, "the stage rests", seconds=20.0)


def test_paused_means_paused(index: Index, workers: Workers) -> None:
    job = MeasuringJob(index)
    stage = Stage(job, index.queue, workers, lambda problem: None)
    stage.pause(True)
    stage.start()
    arrive(index, "/pack/a.wav")
    stage.wake()
    assert workers.submit(measure, ["x"]).result() == [1]
    assert job.times == {}
    stage.pause(False)
    until(lambda: nothing_waits(index), "the queue is empty")
    stage.stop()


def test_a_task_for_later_is_done_when_it_is_due(index: Index, workers: Workers) -> None:
    job = MeasuringJob(index)
    stage = Stage(job, index.queue, workers, lambda problem: None)
    arrive(index, "/pack/a.wav")
    (task,) = index.queue.due(Step.HEAR, 1)
    index.queue.later(Step.HEAR, task.file_id, 0.2)
    stage.start()
    until(lambda: nothing_waits(index), "the task came due by itself")
    stage.stop()
    assert job.times == {"/pack/a.wav": 1}
