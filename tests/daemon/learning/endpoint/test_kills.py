"""The trainer killed, or its disk filled, in each phase: one model, and nothing sent twice."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.daemon.learning.endpoint.line import Line
from tests.daemon.learning.endpoint.paired import Paired, toy_spectra
from tests.trainer.service.processes import Trainer
from tests.trainer.service.small_disk import fill, small_disk, small_trainer

from earmark_daemon.errors import EarmarkError

__all__ = ["small_disk", "small_trainer"]

MODEL = random.Random(1).randbytes(2_000_000)
FIRST = ["child", "wait first", "checkpoint here", "epoch 0", "wait go", "result model", "finish"]
AGAIN = ["epoch 5", "result model", "finish"]


def hold(paired: Paired, phase: str) -> None:
    """Bring a job to a phase, in which it then stays."""
    if phase == "uploading":
        paired.line.was_cut.wait()
        return
    paired.until_told("it is ordered", phase="queued")
    if phase == "queued":
        return
    paired.trainer.open_gate("first")
    paired.until_told("the first epoch", phase="training", epoch=0)
    if phase == "downloading":
        paired.line.cut_after_received(len(MODEL) // 2)
        paired.trainer.open_gate("go")
        paired.until_told("half the model", phase="downloading", waiting=True)


@pytest.mark.parametrize("phase", ["uploading", "queued", "training", "downloading"])
def test_a_killed_trainer_is_waited_for(paired: Paired, phase: str) -> None:
    (paired.trainer.control / "model").write_bytes(MODEL)
    paired.trainer.script(FIRST, AGAIN)
    if phase == "uploading":
        paired.line.cut_after(30_000)
    run = paired.begin(paired.order(toy_spectra(40)))
    hold(paired, phase)
    paired.restart()
    before = paired.line.received
    if phase in ("uploading", "downloading"):
        paired.line.mend()
    for gate in ("first", "go"):
        paired.trainer.open_gate(gate)
    assert run.ended().file.read_bytes() == MODEL
    if phase == "downloading":
        assert paired.line.received - before < 0.7 * len(MODEL)
    attempt = 2 if phase in ("queued", "training") else 1
    (job,) = paired.jobs()
    assert (job["state"], job["attempt"]) == ("succeeded", attempt)
    assert len(paired.trainer.stored()) == len(set(paired.trainer.stored())) == 120
    paired.trainer.assert_idle()


@pytest.fixture
def crowded(
    small_trainer: Trainer, line_to: Callable[[Trainer], Line], tmp_path: Path
) -> Iterator[Paired]:
    """Paired with a trainer whose disk can be filled."""
    paired = Paired(small_trainer, line_to(small_trainer), tmp_path / "endpoint")
    yield paired
    paired.close()


def reason(paired: Paired, count: int) -> EarmarkError:
    """Why a job over so many sounds ends without a model."""
    with pytest.raises(EarmarkError) as raised:
        paired.begin(paired.order(toy_spectra(count))).ended()
    return raised.value


def test_a_disk_full_in_mid_upload_is_said_and_the_rest_goes_up_later(
    crowded: Paired, small_disk: Path
) -> None:
    crowded.trainer.script(["epoch 5", "result", "finish"])
    crowded.begin(crowded.order(toy_spectra(20))).ended()
    crowded.forget_order()
    filler = fill(small_disk)
    error = reason(crowded, 40)
    assert error.problem.code == "disk-full"
    assert "Free some space" in error.problem.advice
    filler.unlink()
    crowded.forget_order()
    crowded.begin(crowded.order(toy_spectra(40))).ended()
    assert len(crowded.trainer.stored()) == len(set(crowded.trainer.stored())) == 120


def test_a_disk_full_in_mid_training_is_said_and_it_goes_on_when_asked(
    crowded: Paired, small_disk: Path
) -> None:
    crowded.trainer.script(
        ["checkpoint here", "epoch 0", "wait go", "exhaust"], ["expect here", "result", "finish"]
    )
    run = crowded.begin(crowded.order(toy_spectra(4)))
    crowded.until_told("the first epoch", phase="training", epoch=0)
    filler = fill(small_disk)
    crowded.trainer.open_gate("go")
    with pytest.raises(EarmarkError) as raised:
        run.ended()
    assert raised.value.problem.code == "disk-full"
    filler.unlink()
    crowded.forget_order()
    before = crowded.line.sent
    made = crowded.begin(crowded.order(toy_spectra(4))).ended()
    assert made.file.read_bytes() == b"model of attempt 2"
    assert crowded.line.sent - before < 20_000
    assert len(crowded.jobs()) == 1
