"""The idle stop: a server does not end on a machine that would go on without it."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

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


def test_a_command_that_fails_is_tried_again_and_the_server_goes_on(tmp_path: Path) -> None:
    stopped: list[bool] = []
    idleness = Idleness(time.monotonic, lambda: False)
    command = [str(tmp_path / "no such program")]

    async def scene() -> None:
        task = asyncio.create_task(
            stop_when_idle(idleness, 0.02, command, lambda: stopped.append(True))
        )
        done, _ = await asyncio.wait([task], timeout=0.5)
        assert not done
        task.cancel()

    asyncio.run(scene())
    assert not stopped
