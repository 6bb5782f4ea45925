"""Those who wait for news of a job."""

from __future__ import annotations

import asyncio

from earmark_trainer.jobs.bells import Bells


def test_bells_wake_those_who_wait() -> None:
    async def scene() -> None:
        bells = Bells()
        waiting = [asyncio.create_task(bells.wait("job", 60)) for _ in range(3)]
        await asyncio.sleep(0)
        bells.ring("another")
        assert not any(task.done() for task in waiting)
        bells.ring("job")
        await asyncio.gather(*waiting)
        await bells.wait("job", 0.01)
        assert not bells._waiting

    asyncio.run(scene())
