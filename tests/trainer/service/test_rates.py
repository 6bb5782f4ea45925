"""How much is asked: too often, and not at all."""

from __future__ import annotations

import pytest
from tests.trainer.service.by_hand import Clock

from earmark_trainer.server.idle import Idleness
from earmark_trainer.server.rates import Rate


def test_rates_allow_a_burst_and_then_a_trickle(clock: Clock) -> None:
    rate = Rate(2.0, 3, clock)
    for _ in range(3):
        assert rate.wait("a") == 0
        rate.take("a")
    assert rate.wait("a") == pytest.approx(0.5)
    assert rate.wait("b") == 0
    clock.now += 0.5
    assert rate.wait("a") == 0
    for key in range(10_000):
        rate.take(key)
    assert len(rate._buckets) < 5_000


def test_idleness_counts_from_the_last_request_or_job(clock: Clock) -> None:
    busy = [False]
    idleness = Idleness(clock, lambda: busy[0])
    clock.now += 100
    assert idleness.seconds() == 100
    idleness.touch()
    assert idleness.seconds() == 0
    clock.now += 50
    busy[0] = True
    assert idleness.seconds() == 0
    busy[0] = False
    clock.now += 7
    assert idleness.seconds() == 7
