"""Stops a rented machine when nobody has needed it for a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

_log = logging.getLogger(__name__)
_LOOKS = 4
_LONGEST_SECONDS = 60.0


class Idleness:
    """How long nothing has happened: no request with a good token, and no job."""

    def __init__(self, clock: Callable[[], float], is_busy: Callable[[], bool]) -> None:
        self._clock = clock
        self._is_busy = is_busy
        self._since = clock()

    def touch(self) -> None:
        """Something happened."""
        self._since = self._clock()

    def seconds(self) -> float:
        """How long nothing has happened."""
        if self._may_be_busy():
            self.touch()
        return self._clock() - self._since

    def _may_be_busy(self) -> bool:
        """Who cannot even tell whether there is work does none, and shall not cost money for it."""
        try:
            return self._is_busy()
        except Exception:  # noqa: BLE001 - it is told, and costs no money
            _log.exception("whether there is anything to do cannot be told")
            return False


async def stop_when_idle(
    idleness: Idleness, seconds: float, command: Sequence[str], stop: Callable[[], None]
) -> None:
    """Wait until nothing has happened for this long; run the command, then stop the server.

    It looks several times in this while, so that one look that fails stops nothing. Where the
    command fails the server goes on, and it is tried again after the same time: a server that has
    ended on a machine that has not costs money and trains nothing.
    """
    longest = min(seconds / _LOOKS, _LONGEST_SECONDS)
    while True:
        while (idle := idleness.seconds()) < seconds:
            await asyncio.sleep(min(seconds - idle, longest) + 0.01)
        _log.warning("nothing to do for %g minutes: stopping", seconds / 60)
        if await _done(command):
            stop()
            return
        idleness.touch()


async def _done(command: Sequence[str]) -> bool:
    if not command:
        return True
    try:
        process = await asyncio.create_subprocess_exec(*command)
    except OSError as error:
        _log.error("the idle command could not be started: %s", error)
        return False
    status = await process.wait()
    if status:
        _log.error("the idle command failed with status %d; the machine is still on", status)
    return status == 0
