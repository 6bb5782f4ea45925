"""Wakes those who wait for news of a job; keeps nothing and knows no database."""

from __future__ import annotations

import asyncio


class Bells:
    """One bell a job, for tasks of one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}

    def ring(self, job: str) -> None:
        """Wake everyone who waits for this job now."""
        for waiter in self._waiting.pop(job, ()):
            if not waiter.done():
                waiter.set_result(None)

    def ring_all(self) -> None:
        """Wake everyone: the server is about to stop."""
        for job in list(self._waiting):
            self.ring(job)

    async def wait(self, job: str, seconds: float) -> None:
        """Wait for the bell, at most this long.

        What rang before is not heard: look at the job first, then wait without awaiting anything
        in between.
        """
        waiter = asyncio.get_running_loop().create_future()
        waiters = self._waiting.setdefault(job, set())
        waiters.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            return
        finally:
            waiters.discard(waiter)
            if not waiters and self._waiting.get(job) is waiters:
                del self._waiting[job]
