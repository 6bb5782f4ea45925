"""Moments as people write them, whatever clocks do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import typer

from earmark_daemon.cli.moments import moment

IN_OCTOBER = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).timestamp()
IN_MARCH = datetime(2026, 3, 29, 1, 30, tzinfo=UTC).timestamp()


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A zone whose clocks go back and forward at one o'clock in UTC."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system has no zone that can be set")
    with monkeypatch.context() as context:
        context.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize("now", [IN_OCTOBER, IN_MARCH])
def test_two_hours_are_two_hours_when_clocks_were_changed(
    now: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: now)
    assert moment("2h") == now - 7_200
    assert moment(" 45 min ") == now - 2_700
    assert moment("1 day") == now - 86_400


@pytest.mark.usefixtures("berlin")
def test_a_date_is_meant_as_clocks_show_it() -> None:
    assert moment("2026-10-25T12:00") == datetime(2026, 10, 25, 11, tzinfo=UTC).timestamp()
    assert moment("2026-10-24T12:00") == datetime(2026, 10, 24, 10, tzinfo=UTC).timestamp()
    assert moment("2026-10-24T12:00+00:00") == datetime(2026, 10, 24, 12, tzinfo=UTC).timestamp()


def test_long_ago_is_before_all_that_was_ever_written() -> None:
    assert moment("800000d") < 0


@pytest.mark.parametrize("text", ["", " ", "soon", "2 weeks", "-2h", f"{'9' * 400}d", "0001-01-01"])
def test_what_is_no_time_is_said(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time"):
        moment(text)
