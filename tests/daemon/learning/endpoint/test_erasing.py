"""What was sent is taken back: from the trainer, of this computer alone, and all of it."""

from __future__ import annotations

import pytest
from tests.daemon.learning.endpoint.paired import WHOLE, Paired, code_of, pairing_line, toy_spectra
from tests.trainer.service.client import toy_sounds
from tests.trainer.service.processes import run_cli

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.endpoint.client import Client


def nothing() -> None:
    """No job of this computer's is under way."""


def kept(paired: Paired) -> list[str]:
    """All files that the trainer keeps of anybody."""
    return [str(path) for path in paired.trainer.data.glob("tenants/*/*/*")]


def trained(paired: Paired) -> None:
    paired.trainer.script(WHOLE)
    paired.begin(paired.order(toy_spectra(4))).ended()
    paired.forget_order()


def test_what_was_sent_is_gone_and_sent_anew_by_the_next_training(paired: Paired) -> None:
    trained(paired)
    assert kept(paired)
    erased = paired.place.erase(nothing)
    assert (erased["address"], erased["jobs"]) == (paired.line.address, 1)
    assert erased["bytes"] > 0
    assert kept(paired) == []
    assert paired.jobs() == []
    assert not list(paired.folder.glob("had-*"))
    assert paired.place.erase(nothing) == {**erased, "jobs": 0, "bytes": 0}
    paired.told.clear()
    trained(paired)
    assert paired.told[-1].phase == "downloading"
    assert len(paired.trainer.stored()) == 12


def test_what_others_sent_stays(paired: Paired) -> None:
    trained(paired)
    other, sounds = paired.trainer.client("desktop"), toy_sounds(3, 0, 1)
    other.upload(sounds)
    paired.place.erase(nothing)
    assert other.missing(sounds) == []


def test_more_trainings_than_the_trainer_lists_at_once_are_erased(
    paired: Paired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earmark_daemon.learning.endpoint.jobs._LISTED_AT_ONCE", 2)
    paired.trainer.script(WHOLE)
    for seed in range(5):
        paired.begin(paired.order(toy_spectra(2, seed))).ended()
        paired.forget_order()
    assert paired.place.erase(nothing)["jobs"] == 5
    assert kept(paired) == []


def test_a_training_that_runs_there_is_ended(paired: Paired) -> None:
    paired.trainer.script(["epoch 0", "hang"])
    run = paired.begin(paired.order(toy_spectra(4)))
    paired.until_told("the first epoch", phase="training", epoch=0)

    def end() -> None:
        paired.place.suspend(1)
        run.join(timeout=60)

    assert paired.place.erase(end)["jobs"] == 1
    assert kept(paired) == []
    assert paired.trainer.workers() == []


def test_a_trainer_that_is_away_is_said_and_nothing_is_ended(paired: Paired) -> None:
    trained(paired)
    paired.line.cut()
    ended: list[bool] = []
    with pytest.raises(EarmarkError, match=r"cannot be reached\. Nothing was erased\.") as raised:
        paired.place.erase(lambda: ended.append(True))
    assert "earmark endpoint erase" in raised.value.problem.advice
    assert "the rest" not in raised.value.problem.advice
    assert not ended
    paired.line.mend()
    assert paired.place.erase(nothing)["jobs"] == 1


def test_what_broke_off_is_said_and_erased_when_it_is_said_again(
    paired: Paired, monkeypatch: pytest.MonkeyPatch
) -> None:
    paired.trainer.script(WHOLE)
    for seed in range(2):
        paired.begin(paired.order(toy_spectra(2, seed))).ended()
        paired.forget_order()
    delete = Client.delete

    def once(client: Client, path: str) -> object:
        gone = delete(client, path)
        paired.line.cut()
        return gone

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Client, "delete", once)
        with pytest.raises(EarmarkError, match="1 of 2 trainings are erased") as raised:
            paired.place.erase(nothing)
    assert code_of(raised) == "half-erased"
    paired.line.mend()
    assert len(paired.jobs()) == 1
    assert paired.place.erase(nothing)["jobs"] == 1
    assert kept(paired) == []


def test_a_trainer_that_is_too_busy_is_asked_more_slowly(paired: Paired) -> None:
    paired.trainer.script(WHOLE)
    for seed in range(4):
        paired.begin(paired.order(toy_spectra(2, seed))).ended()
        paired.forget_order()
    paired.trainer.limits = {"requests_per_second": 2.0, "request_burst": 3}
    paired.restart()
    assert paired.place.erase(nothing)["jobs"] == 4
    assert kept(paired) == []


def test_without_a_trainer_it_is_said_where_it_can_be_erased(paired: Paired) -> None:
    paired.place.forget()
    with pytest.raises(EarmarkError) as raised:
        paired.place.erase(nothing)
    assert code_of(raised) == "no-trainer-paired"
    assert "earmark-trainer unpair NAME --erase" in raised.value.problem.advice


def test_a_trainer_that_does_not_know_this_computer_any_more_says_so(paired: Paired) -> None:
    assert run_cli(paired.trainer.data, "unpair", "laptop").returncode == 0
    with pytest.raises(EarmarkError) as raised:
        paired.place.erase(nothing)
    assert code_of(raised) == "not-paired"
    paired.place.pair(pairing_line(paired.trainer, paired.line.address))
    assert paired.place.erase(nothing)["jobs"] == 0
