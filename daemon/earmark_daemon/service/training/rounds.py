"""The rounds of a training so far, so that its curve can be drawn by whoever comes later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from earmark_daemon.learning.place import Progress

MOST = 500


def with_round(rounds: Sequence[Mapping[str, Any]], progress: Progress) -> list[dict[str, Any]]:
    """The rounds with the one that is told; where it was told before, it begins anew from there.

    Args:
        rounds: ``"epoch"``, ``"loss"`` and ``"score"`` of each, in order.
        progress: of the job.

    Returns:
        `MOST` rounds at most; beyond that every second one goes, but the newest stays.
    """
    if progress.epoch is None or (progress.loss is None and progress.score is None):
        return [dict(each) for each in rounds]
    kept = [dict(each) for each in rounds if each["epoch"] < progress.epoch]
    if len(kept) >= MOST:
        kept = kept[::2]
    newest = {"epoch": progress.epoch, "loss": progress.loss, "score": progress.score}
    return [*kept, newest]
