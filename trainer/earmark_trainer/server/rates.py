"""Token buckets: how often somebody may do something, with bounded memory for who it was."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

_MOST_KEYS = 4096


class Rate:
    """Allows ``burst`` at once and ``per_second`` sustained, for each key of its own."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float]) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, key: Hashable) -> float:
        """Seconds until the key is allowed again; 0 if it is now. Takes nothing."""
        missing = 1.0 - self._level(key)
        return max(0.0, missing / self._per_second)

    def take(self, key: Hashable) -> None:
        """Count one."""
        self._buckets[key] = (self._level(key) - 1.0, self._clock())
        self._buckets.move_to_end(key)
        if len(self._buckets) > _MOST_KEYS:
            self._buckets.popitem(last=False)

    def _level(self, key: Hashable) -> float:
        level, since = self._buckets.get(key, (self._burst, self._clock()))
        return min(self._burst, level + (self._clock() - since) * self._per_second)
