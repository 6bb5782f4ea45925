"""Figures that cost minutes of training, kept in the cache: a run that was stopped goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from benchmarks.accuracy.embeddings import CACHE


def kept(decisive: object, measure: Callable[[], list[float]]) -> list[float]:
    """What was measured before, or is now.

    Args:
        decisive: everything that decides the figures; its ``repr`` names them.
        measure: measures them.
    """
    place = _place(decisive)
    if not place.exists():
        figures = measure()
        CACHE.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(figures), encoding="utf-8")
    return [float(figure) for figure in json.loads(place.read_text(encoding="utf-8"))]


def is_kept(decisive: object) -> bool:
    """Whether these figures need not be measured."""
    return _place(decisive).exists()


def _place(decisive: object) -> Path:
    name = hashlib.sha256(repr(decisive).encode()).hexdigest()[:16]
    return CACHE / f"figures-{name}.json"
