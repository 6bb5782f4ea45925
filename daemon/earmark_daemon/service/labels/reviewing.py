"""The order in which sounds are put before a person.

Most are doubtful ones, for there a word helps most; every fifth is one that the model is sure of,
so that what people confirm also says how far its certainty can be trusted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.service.wire import tags_data
from earmark_db.review import Candidate, Review

_MOST_SUGGESTIONS = 9
_SURE_EVERY = 5


def queue(
    review: Review,
    model: ModelInfo,
    limit: int,
    without: Collection[str],
    off: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Up to ``limit`` sounds, none of whose audio digests is in ``without``.

    Tags that are ``off`` are not offered.

    Returns:
        For each ``path``, ``content``, ``duration``, ``loudness``, ``note``, ``tags``, ``denied``,
        which tags a person said it is not (none, for nobody has spoken of it), and ``suggestions``:
        labels and their scores, the likeliest first.
    """
    doubtful = review.doubtful(model.digest, limit, without)
    unsure = review.least_sure(model.digest, limit, without)
    sure = review.surest(model.digest, limit, without)
    mixed = _fresh(_mixed([*doubtful, *unsure], sure))
    return [_data(candidate, off) for candidate in islice(mixed, limit)]


def _mixed(first: Sequence[Candidate], sure: Sequence[Candidate]) -> Iterator[Candidate]:
    """Every fifth a sure one, as long as there are others to mix it with."""
    checks = iter(sure)
    for position, candidate in enumerate(first):
        yield candidate
        if position % (_SURE_EVERY - 1) == _SURE_EVERY - 2:
            yield from islice(checks, 1)


def _fresh(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    seen = set()
    for candidate in candidates:
        if candidate.content not in seen:
            seen.add(candidate.content)
            yield candidate


def _data(candidate: Candidate, off: Collection[str]) -> dict[str, Any]:
    offered = [item for item in candidate.scores.items() if item[0] not in off]
    ranked = sorted(offered, key=lambda item: (-item[1], item[0]))
    return {
        "path": candidate.path,
        "content": candidate.content,
        "duration": candidate.duration,
        "loudness": candidate.loudness,
        "note": candidate.note,
        "tags": tags_data(candidate.tags),
        "denied": [],
        "suggestions": [
            {"tag": label, "score": score} for label, score in ranked[:_MOST_SUGGESTIONS]
        ],
    }
