"""Figures that cost minutes of training, kept in the cache: a run that was stopped goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from benchmarks.accuracy.embeddings import CACHE


def kept(decisive: object, measure: Callable[[], list[float]]) -> list[float]:
    """What was measured before, or is now.

    Args:
        decisive: everything that decides the figures; its ``repr`` names them.
        measure: measures them.
    """
    name = hashlib.sha256(repr(decisive).encode()).hexdigest()[:16]
    place = CACHE / f"figures-{name}.json"
    if not place.exists():
        figures = measure()
        CACHE.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(figures), encoding="utf-8")
    return [float(figure) for figure in json.loads(place.read_text(encoding="utf-8"))]
