"""Work on many things in worker processes, batch by batch, while somebody waits for the results."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import TypeVar

from earmark_daemon.errors import Problem
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers

_AT_ONCE = 16

Item = TypeVar("Item")
T = TypeVar("T")
Work = Callable[[Sequence[Item]], Sequence[T | Problem]]


def in_batches(
    workers: Workers, work: Work[Item, T], items: Sequence[Item]
) -> Iterator[tuple[Item, T | Problem]]:
    """Each item with its result, in order; a worker that stumbles over one costs that one alone."""
    batches = deque(items[i : i + _AT_ONCE] for i in range(0, len(items), _AT_ONCE))
    calls: deque[tuple[Sequence[Item], Future[Sequence[T | Problem]]]] = deque()
    while batches or calls:
        while batches and len(calls) < 2 * workers.count:
            batch = batches.popleft()
            calls.append((batch, workers.submit(work, batch)))
        batch, call = calls.popleft()
        try:
            yield from zip(batch, call.result(), strict=True)
        except (WorkerDied, WorkerFailed):
            yield from _one_by_one(workers, work, batch)


def _one_by_one(
    workers: Workers, work: Work[Item, T], batch: Sequence[Item]
) -> Iterator[tuple[Item, T | Problem]]:
    for item in batch:
        try:
            yield item, workers.submit(work, [item]).result()[0]
        except (WorkerDied, WorkerFailed) as error:
            yield item, Problem("crashed", f"Reading this file failed ({error}).")
