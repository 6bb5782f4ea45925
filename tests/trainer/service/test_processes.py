"""The engine that trains in child processes, without a server around it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.waiting import DEADLINE_SECONDS

from earmark_trainer.engines import verdicts
from earmark_trainer.engines.attempt import Attempt
from earmark_trainer.engines.engine import ASSIGNMENT, Assignment, Ending, Outcome
from earmark_trainer.engines.probe import probe
from earmark_trainer.engines.processes import ProcessEngine
from earmark_trainer.engines.ray_jobs import RELAY
from earmark_trainer.engines.reports import Kind, Line
from earmark_trainer.limits import Limits

SAYS_WHICH = """
import os, pathlib
pathlib.Path("given").write_text(os.environ["CUDA_VISIBLE_DEVICES"])
"""


@pytest.mark.parametrize(
    ("given", "gpus", "wanted"),
    [
        (None, 2, {"0", "1"}),
        ("3", 1, {"3"}),
        ("2, 3", 2, {"2", "3"}),
        ("GPU-8932f937,GPU-1f22a253", 2, {"GPU-8932f937", "GPU-1f22a253"}),
        ("1,-1,0", 1, {"1"}),
        ("", 0, {""}),
        ("3", 0, {""}),
    ],
)
def test_trainings_keep_to_the_processors_that_the_trainer_was_given(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: str | None,
    gpus: int,
    wanted: set[str],
) -> None:
    """As many as CUDA shows of those; each training gets another one."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if given is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", given)
    engine = ProcessEngine(gpus, Limits(), command=[sys.executable, "-c", SAYS_WHICH])
    folders = [tmp_path / str(number) for number in range(engine.slots)]

    async def scene() -> None:
        attempts = [Assignment(folder.name, 1, folder) for folder in folders]
        await asyncio.gather(*(engine.submit(one, lambda _: None) for one in attempts))

    for folder in folders:
        folder.mkdir()
    asyncio.run(scene())
    assert {(folder / "given").read_text() for folder in folders} == wanted


SAYS_THAT_IT_FINISHED = f"""
import sys
sys.stdout.buffer.write({Line(Kind.FINISHED).encode()!r})
sys.stdout.flush()
sys.exit(int(sys.argv[1]))
"""


@pytest.mark.parametrize(("status", "outcome"), [(0, Outcome.FINISHED), (1, Outcome.LOST)])
def test_who_says_that_it_finished_is_believed_where_it_also_ends_well(
    tmp_path: Path, status: int, outcome: Outcome
) -> None:
    command = [sys.executable, "-c", SAYS_THAT_IT_FINISHED, str(status)]
    engine = ProcessEngine(0, Limits(), command=command)
    ending = asyncio.run(engine.submit(Assignment("kick", 1, tmp_path), lambda _: None))
    assert ending.outcome is outcome


def test_why_an_attempt_was_ended_first_is_why_it_ended() -> None:
    attempt = Attempt(heard=0.0)
    attempt.end(verdicts.too_big(1))
    attempt.end(Ending(Outcome.CANCELLED))
    assert attempt.verdict == verdicts.too_big(1)


WAITS = """
import pathlib, time
pathlib.Path("started").touch()
while True:
    time.sleep(60)
"""


def test_a_running_attempt_has_a_process_and_was_heard_of_at_some_time(tmp_path: Path) -> None:
    now = 100.0
    engine = ProcessEngine(0, Limits(), command=[sys.executable, "-c", WAITS], clock=lambda: now)

    async def scene() -> None:
        nonlocal now
        assert engine.status("kick") is None
        running = asyncio.create_task(
            engine.submit(Assignment("kick", 1, tmp_path), lambda _: None)
        )
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not (tmp_path / "started").exists():
                await asyncio.sleep(0.01)
            now += 7
            status = engine.status("kick")
            assert status is not None
            assert status.process is not None
            assert status.silent_seconds == 7
            os.kill(status.process, signal.SIGKILL)
            assert (await running).outcome is Outcome.LOST
        assert engine.status("kick") is None

    asyncio.run(scene())


@pytest.mark.parametrize("start", ["probe", "worker", "relay"])
def test_a_python_file_that_lies_where_something_is_started_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    """A file named as one of the standard library's, which all of them load."""
    folder = tmp_path / "attempt-1"
    folder.mkdir()
    (folder / "json.py").write_text("open('was-run', 'w').close(); raise SystemExit(9)")
    monkeypatch.chdir(folder)
    if start == "probe":
        assert asyncio.run(probe()).torch is not None
    elif start == "worker":
        engine = ProcessEngine(0, Limits())
        asyncio.run(engine.submit(Assignment("one", 1, folder), lambda _: None))
    else:
        subprocess.run([*RELAY, folder / ASSIGNMENT], check=False)
    assert not (folder / "was-run").exists()
