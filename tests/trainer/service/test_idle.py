"""The idle stop: a server does not end on a machine that would go on without it."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import pytest
from tests.waiting import DEADLINE_SECONDS

from earmark_trainer.server.idle import Idleness, stop_when_idle

FAILS_ONCE = """
import pathlib, sys
tried = pathlib.Path(sys.argv[1])
with tried.open("a") as file:
    file.write("x")
sys.exit(tried.stat().st_size == 1)
"""


def run(command: list[str], seconds: float = 0.05) -> int:
    """How often the server was stopped by the time that the wait was over."""
    stopped: list[bool] = []
    idleness = Idleness(time.monotonic, lambda: False)
    wait = stop_when_idle(idleness, seconds, command, lambda: stopped.append(True))
    asyncio.run(asyncio.wait_for(wait, 30))
    return len(stopped)


def test_the_server_ends_once_its_machine_does(tmp_path: Path) -> None:
    tried = tmp_path / "tried"
    assert run([sys.executable, "-c", FAILS_ONCE, str(tried)]) == 1
    assert tried.read_text() == "xx", "the first time it failed"
    assert run([]) == 1


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["/no such program"], "could not be started"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "failed with status 3"),
    ],
)
def test_a_command_that_fails_is_tried_again_and_the_server_goes_on(
    command: list[str], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    stopped: list[bool] = []
    idleness = Idleness(time.monotonic, lambda: False)

    async def scene() -> None:
        wait = stop_when_idle(idleness, 0.02, command, lambda: stopped.append(True))
        task = asyncio.create_task(wait)
        async with asyncio.timeout(DEADLINE_SECONDS):
            while caplog.text.count(words) < 3:
                await asyncio.sleep(0.01)
        assert not task.done()
        task.cancel()

    asyncio.run(scene())
    assert not stopped
