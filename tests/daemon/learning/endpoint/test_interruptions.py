"""The trainer killed, the line cut, this computer's daemon killed, in each phase: one model."""

from __future__ import annotations

import pytest
from tests.daemon.learning.endpoint.paired import (
    Paired,
    code_of,
    pairing_line,
    toy_spectra,
)
from tests.waiting import DEADLINE_SECONDS, until

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.place import Stopped

WHOLE = ["epoch 0", "epoch 1", "result", "finish"]


def test_from_order_to_a_checked_model(paired: Paired) -> None:
    paired.trainer.script(WHOLE)
    made = paired.begin(paired.order(toy_spectra(4))).ended()
    assert made.file.read_bytes() == b"model of attempt 1"
    assert paired.phases() == ["preparing", "uploading", "queued", "training", "downloading"]
    assert {one.epoch for one in paired.told} >= {0, 1}


def test_the_same_order_again_sends_nothing_and_is_the_same_job(paired: Paired) -> None:
    paired.trainer.script(WHOLE)
    spectra = toy_spectra(4)
    paired.begin(paired.order(spectra)).ended()
    paired.note = {}
    before = paired.line.sent
    made = paired.begin(paired.order(spectra)).ended()
    assert made.file.read_bytes() == b"model of attempt 1"
    assert len(paired.jobs()) == 1
    assert paired.line.sent - before < 20_000


def test_a_line_cut_in_mid_upload_is_waited_for(paired: Paired) -> None:
    paired.trainer.script(WHOLE)
    paired.line.cut_after(30_000)
    run = paired.begin(paired.order(toy_spectra(40)))
    paired.until_told("waiting for the line", phase="uploading", waiting=True)
    assert "cannot be reached" in paired.told[-1].message
    paired.line.mend()
    assert run.ended().file.exists()


def test_a_line_cut_in_mid_training_is_waited_for(paired: Paired) -> None:
    paired.trainer.script(["epoch 0", "wait go", "epoch 1", "wait end", "result", "finish"])
    run = paired.begin(paired.order(toy_spectra(4)))
    paired.until_told("the first epoch", phase="training", epoch=0)
    paired.line.cut()
    paired.until_told("waiting for the line", phase="training", waiting=True)
    paired.trainer.open_gate("go")
    paired.line.mend()
    paired.until_told("the second epoch", phase="training", epoch=1)
    paired.trainer.open_gate("end")
    assert run.ended().file.exists()
    assert len(paired.jobs()) == 1
    assert [one.epoch for one in paired.told if one.epoch is not None] == [0, 1]


@pytest.mark.parametrize("phase", ["uploading", "queued", "training"])
def test_another_life_of_the_daemon_finds_the_job_again(paired: Paired, phase: str) -> None:
    """The daemon dies while the trainer is out of reach, so that the phase holds still."""
    paired.trainer.script(["wait first", "epoch 0", "wait go", "epoch 1", "result", "finish"])
    spectra = toy_spectra(40)
    if phase == "uploading":
        paired.line.cut_after(30_000)
    run = paired.begin(paired.order(spectra))
    if phase == "training":
        paired.trainer.open_gate("first")
        paired.until_told("the first epoch", phase="training", epoch=0)
    paired.until_told(phase, phase=phase)
    if phase == "uploading":
        assert paired.line.was_cut.wait(DEADLINE_SECONDS)
    paired.place.suspend(1)
    with pytest.raises(Stopped):
        run.ended()
    paired.reborn()
    if phase == "uploading":
        paired.line.mend()
    for gate in ("first", "go"):
        paired.trainer.open_gate(gate)
    made = paired.begin(paired.order(spectra)).ended()
    assert made.file.exists()
    assert [job["state"] for job in paired.jobs()] == ["succeeded"]
    assert ("uploading" in paired.phases()) == (phase == "uploading")


def test_stopping_does_not_wait_for_the_network(paired: Paired) -> None:
    paired.trainer.script(["epoch 0", "hang"])
    run = paired.begin(paired.order(toy_spectra(4)))
    paired.until_told("the first epoch", phase="training", epoch=0)
    paired.place.suspend(1)
    run.join(timeout=20)  # the request that is under way is answered after 25 seconds
    assert isinstance(run.error, Stopped)


def test_cancelling_reaches_the_trainer(paired: Paired) -> None:
    paired.trainer.script(["epoch 0", "hang"])
    run = paired.begin(paired.order(toy_spectra(4)))
    paired.until_told("the first epoch", phase="training", epoch=0)
    paired.place.cancel(1, paired.note)
    with pytest.raises(Stopped):
        run.ended()
    until(lambda: paired.jobs()[0]["state"] == "cancelled", "the trainer has heard")


def test_a_training_ends_when_its_trainer_is_forgotten(paired: Paired) -> None:
    paired.trainer.script(["epoch 0", "wait go", *WHOLE])
    order, line = paired.order(toy_spectra(4)), pairing_line(paired.trainer, paired.line.address)
    run = paired.begin(order)
    paired.until_told("the first epoch", phase="training", epoch=0)
    assert paired.place.forget()
    with pytest.raises(EarmarkError) as raised:
        run.ended()
    assert code_of(raised) == "trainer-forgotten"
    (job,) = paired.jobs()
    assert job["state"] == "running", "it goes on there"
    paired.trainer.open_gate("go")
    paired.place.pair(line)
    assert paired.begin(order).ended().file.exists()
    assert len(paired.jobs()) == 1


def test_cancelling_without_a_line_reaches_the_trainer_in_the_next_life(paired: Paired) -> None:
    paired.trainer.script(["epoch 0", "hang"])
    run = paired.begin(paired.order(toy_spectra(4)))
    paired.until_told("the first epoch", phase="training", epoch=0)
    paired.line.cut()
    paired.place.cancel(1, paired.note)
    with pytest.raises(Stopped):
        run.ended()
    paired.reborn()
    assert paired.jobs()[0]["state"] == "running"
    paired.line.mend()
    paired.place.start()
    until(lambda: paired.jobs()[0]["state"] == "cancelled", "the trainer has heard")


def test_what_was_cancelled_goes_on_when_it_is_ordered_again(paired: Paired) -> None:
    paired.trainer.script(
        ["checkpoint here", "epoch 0", "hang"], ["expect here", "epoch 5", "result", "finish"]
    )
    spectra = toy_spectra(4)
    run = paired.begin(paired.order(spectra))
    paired.until_told("the first epoch", phase="training", epoch=0)
    paired.place.cancel(1, paired.note)
    with pytest.raises(Stopped):
        run.ended()
    until(lambda: paired.jobs()[0]["state"] == "cancelled", "the trainer has heard")
    paired.note = {}
    assert paired.begin(paired.order(spectra)).ended().file.read_bytes() == b"model of attempt 2"
    assert len(paired.jobs()) == 1


def test_a_failed_training_says_why_in_the_trainers_words(paired: Paired) -> None:
    paired.trainer.script(["epoch 0", "fail"])
    run = paired.begin(paired.order(toy_spectra(4)))
    with pytest.raises(EarmarkError) as raised:
        run.ended()
    assert raised.value.problem.message


def test_a_job_that_the_trainer_has_forgotten_is_ordered_anew(paired: Paired) -> None:
    paired.trainer.script(["epoch 0", "wait go", "result", "finish"])
    spectra = toy_spectra(4)
    run = paired.begin(paired.order(spectra))
    paired.until_told("the first epoch", phase="training", epoch=0)
    paired.place.suspend(1)
    with pytest.raises(Stopped):
        run.ended()
    paired.trainer.open_gate("go")
    job = paired.jobs()[0]["id"]
    client = paired.trainer.client("laptop")
    assert client.call("DELETE", f"/v1/jobs/{job}").status_code == 204
    paired.reborn()
    assert paired.begin(paired.order(spectra)).ended().file.exists()
    assert paired.jobs()[0]["id"] != job


def test_what_the_trainer_lost_between_upload_and_order_is_sent_again(paired: Paired) -> None:
    paired.trainer.script(WHOLE)
    spectra = toy_spectra(4)
    paired.begin(paired.order(spectra)).ended()
    for pack in paired.trainer.data.glob("tenants/*/packs/*.tar"):
        pack.unlink()
    paired.forget_order()
    assert paired.begin(paired.order(spectra, epochs=3)).ended().file.exists()
    assert len(paired.jobs()) == 2


def test_what_was_agreed_is_what_is_sent_although_more_was_labelled_meanwhile(
    paired: Paired,
) -> None:
    paired.trainer.script(WHOLE)
    spectra = toy_spectra(40)
    paired.line.cut_after(30_000)
    run = paired.begin(paired.order(spectra))
    assert paired.line.was_cut.wait(DEADLINE_SECONDS)
    paired.place.suspend(1)
    with pytest.raises(Stopped):
        run.ended()
    paired.reborn()
    paired.line.mend()
    assert paired.begin(paired.order(toy_spectra(44) | spectra)).ended().file.exists()
    assert len(set(paired.trainer.stored())) == len(spectra)
