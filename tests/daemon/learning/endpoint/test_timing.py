"""When a machine is switched on, and what is remembered of earlier times."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark_daemon.learning.endpoint.had import Had
from earmark_daemon.learning.endpoint.timing import Timings, about, seconds_to_wait

amounts = st.floats(1, 1e9)
speeds = st.floats(1e3, 1e8)
times = st.floats(1, 600)


@given(left=amounts, speed=speeds, boot=times)
def test_a_machine_is_up_when_the_upload_ends(left: float, speed: float, boot: float) -> None:
    wait, upload = seconds_to_wait(left, speed, boot), left / speed
    if upload >= boot:
        assert wait + boot == pytest.approx(upload)
    else:
        assert wait == 0


@given(left=amounts, speed=speeds, boot=times, slower=st.floats(0.1, 1))
def test_a_slower_upload_starts_it_later(
    left: float, speed: float, boot: float, slower: float
) -> None:
    assert seconds_to_wait(left, speed * slower, boot) >= seconds_to_wait(left, speed, boot)


def test_what_was_never_measured_starts_it_at_once() -> None:
    assert seconds_to_wait(None, 1e3, 30) == 0
    assert seconds_to_wait(1e9, None, 30) == 0
    assert seconds_to_wait(1e9, 1e3, None) == 0


def test_the_usual_is_the_median_of_the_last_few(tmp_path: Path) -> None:
    assert Timings(tmp_path).boot_seconds is None
    for seconds in (900, 30, 40, 50, 60, 400):
        Timings(tmp_path).booted(seconds)
    assert Timings(tmp_path).boot_seconds == 50
    Timings(tmp_path).uploaded(1000, 10, 4)
    Timings(tmp_path).uploaded(0, 10, 4)
    again = Timings(tmp_path)
    assert (again.bytes_per_second, again.bytes_per_picture) == (100, 250)
    (tmp_path / "timings.json").write_text('{"boot_seconds": "x"')
    assert Timings(tmp_path).boot_seconds is None


def test_times_as_people_say_them() -> None:
    said = [about(seconds) for seconds in (0, 38, 89, 91, 600)]
    assert said == ["about 5 s", "about 40 s", "about 90 s", "about 2 min", "about 10 min"]


def test_what_cannot_be_remembered_is_measured_and_asked_again(tmp_path: Path) -> None:
    folder = tmp_path / "in the way" / "endpoint"
    folder.parent.write_bytes(b"")
    timings, had = Timings(folder), Had(folder, "a" * 64)
    timings.booted(40)
    had.add([f"{1:064x}"])
    assert timings.boot_seconds == 40
    assert had.all() == set()


def test_what_the_trainer_has_survives_a_power_cut(tmp_path: Path) -> None:
    digests = [f"{number:064x}" for number in range(5)]
    had = Had(tmp_path, "a" * 64)
    assert had.all() == set()
    had.add(digests[:3])
    had.add(digests[1:4])
    (path,) = tmp_path.iterdir()
    assert path.stat().st_size == 4 * 32
    path.write_bytes(path.read_bytes()[:-5])
    assert had.all() == set(digests[:3])
    had.add(digests[3:])
    assert had.all() == set(digests)
    assert Had(tmp_path, "b" * 64).all() == set()
