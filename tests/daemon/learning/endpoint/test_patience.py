"""How often a trainer is asked that is busy, or of which news do not pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from tests.daemon.learning.endpoint.paired import (
    WHOLE,
    Paired,
    client_of,
    pairing_line,
    pairing_of,
    toy_spectra,
)
from tests.trainer.service.processes import Trainer

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.learning.endpoint import pace
from earmark_daemon.learning.endpoint.faults import TryAgain, of_answer
from earmark_daemon.learning.endpoint.pace import Backoff


def test_a_trainer_that_is_too_busy_is_asked_more_slowly(
    scripted: Callable[..., Trainer], line_to, tmp_path: Path
) -> None:
    trainer = scripted(requests_per_second=2.0, request_burst=3)
    trainer.script(WHOLE)
    paired = Paired(trainer, line_to(trainer), tmp_path / "busy")
    assert paired.begin(paired.order(toy_spectra(4))).ended().file.exists()
    assert any(one.waiting and "is busy" in one.message for one in paired.told)
    paired.close()


def test_the_wait_is_as_long_as_the_trainer_asks(scripted: Callable[..., Trainer]) -> None:
    trainer = scripted(requests_per_second=0.1, request_burst=1)
    client = client_of(pairing_of(trainer), trainer.cert)
    client.get("/v1/version")
    with pytest.raises(TryAgain) as raised:
        client.get("/v1/version")
    client.close()
    assert raised.value.seconds
    assert raised.value.seconds > 1.0
    assert Backoff().after(raised.value) == raised.value.seconds


def test_waits_grow_to_a_minute_and_mistakes_are_not_forgiven_for_ever() -> None:
    backoff, problem = Backoff(), Problem("gone", "Gone.")
    waits = [backoff.after(TryAgain(problem)) for _ in range(12)]
    assert waits[0] <= 1.0
    assert 30.0 <= waits[-1] <= 60.0
    backoff.succeeded()
    assert backoff.after(TryAgain(problem)) <= 1.0
    mistake = TryAgain(Problem("mistake", "Oh."), tries=3)
    for error in (mistake, TryAgain(problem), mistake):
        backoff.after(error)
    with pytest.raises(TryAgain, match="Oh"):
        backoff.after(mistake)


def test_after_a_success_mistakes_are_counted_anew() -> None:
    backoff, mistake = Backoff(), TryAgain(Problem("mistake", "Oh."), tries=3)
    for _ in range(3):
        backoff.after(mistake)
        backoff.after(mistake)
        backoff.succeeded()


def test_nobody_has_us_wait_for_more_than_ten_minutes() -> None:
    assert Backoff().after(TryAgain(Problem("busy", "Busy."), seconds=1e9)) == 600.0


@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("²", None), ("٧", None), ("", None)])
def test_a_wait_that_is_no_number_is_not_heeded(said: str, seconds: float | None) -> None:
    busy = requests.Response()
    busy.status_code = 503
    busy.headers["Retry-After"] = said
    error = of_answer(busy, "https://gpu.example:8750")
    assert isinstance(error, TryAgain)
    assert error.seconds == seconds


def test_a_trainer_that_cannot_keep_what_is_sent_is_given_up(
    paired: Paired, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot make a folder for what arrives, so that it answers 500 to each pack."""
    monkeypatch.setattr(pace, "_FIRST_WAIT_SECONDS", 0.01)
    folder = paired.trainer.data / "tenants"
    folder.rmdir()
    folder.write_text("in the way")
    with pytest.raises(EarmarkError, match="problem of its own"):
        paired.begin(paired.order(toy_spectra(4))).ended()
    assert sum(one.waiting for one in paired.told) == 4


def test_news_come_by_polls_where_streams_do_not_pass(
    paired: Paired, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "plain"
    home.mkdir()
    trainer = Trainer(home / "data", limits={"requests_per_second": 10_000.0}).start()
    trainer.script(["epoch 0", "epoch 1", "result", "finish"])
    monkeypatch.setattr("earmark_daemon.learning.endpoint.client.ANSWER_SECONDS", 5.0)
    paired.line.target = trainer.address
    paired.line.address = paired.line.address.replace("https", "http")
    paired.line.swallowed = b"/events HTTP"
    paired.place.pair(pairing_line(trainer, paired.line.address))
    assert paired.begin(paired.order(toy_spectra(4))).ended().file.exists()
    assert not any(one.waiting and one.phase == "training" for one in paired.told)
    assert {one.epoch for one in paired.told} >= {0, 1}
    trainer.close()
