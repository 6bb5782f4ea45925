"""The order in which sounds are put before a person.

Most are doubtful ones, for there a word helps most; every fifth is one that the model is sure of,
so that what people confirm also says how far its certainty can be trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.service.wire import tags_data
from earmark_daemon.tagging.evidence import named
from earmark_daemon.tagging.lexicon import Grade
from earmark_daemon.tagging.names import Evidence, evidence, vendor_texts
from earmark_db.review import Candidate, Review

_MOST_SUGGESTIONS = 9
_SURE_EVERY = 5


def queue(
    review: Review,
    model: ModelInfo,
    limit: int,
    without: Collection[str],
    off: Collection[str] = (),
    telling: Callable[[str], str] = str,
    said: Callable[[Mapping[str, float]], Mapping[str, float]] = dict,
) -> list[dict[str, Any]]:
    """Sounds to ask about.

    Args:
        review: picks them.
        model: whose scores count.
        limit: at most so many.
        without: audio digests to leave out.
        off: tags that are not offered.
        telling: the part of a path that may speak of its sound.
        said: what the model's scores by label say of tags.

    Returns:
        For each ``path``, ``content``, ``duration``, ``loudness``, ``note``, ``tags``, ``denied``,
        which tags a person said it is not (none, for nobody has spoken of it), and ``suggestions``:
        labels and their scores: the likeliest, then what its names plainly say, then the others.
    """
    doubtful = review.doubtful(model.digest, limit, without)
    unsure = review.least_sure(model.digest, limit, without)
    sure = review.surest(model.digest, limit, without)
    mixed = _fresh(_mixed([*doubtful, *unsure], sure))
    return [_data(each, _without(off, said(each.scores)), telling) for each in islice(mixed, limit)]


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


def _without(off: Collection[str], scores: Mapping[str, float]) -> dict[str, float]:
    return {tag: score for tag, score in scores.items() if tag not in off}


def _data(
    candidate: Candidate, scores: Mapping[str, float], telling: Callable[[str], str]
) -> dict[str, Any]:
    clues = evidence(telling(candidate.path), vendor_texts(candidate.metadata))
    return {
        "path": candidate.path,
        "content": candidate.content,
        "duration": candidate.duration,
        "loudness": candidate.loudness,
        "note": candidate.note,
        "tags": tags_data(candidate.tags),
        "denied": [],
        "suggestions": [
            {"tag": label, "score": scores[label]}
            for label in _ranked(scores, clues)[:_MOST_SUGGESTIONS]
        ],
    }


def _ranked(scores: Mapping[str, float], clues: Evidence) -> list[str]:
    """Labels in the order in which they are offered; see `queue`."""
    heard = sorted(scores, key=lambda label: (-scores[label], label))
    by_name = named(scores, clues) if clues else {}
    plain = {clue.label for clue in clues if clue.grade > Grade.HINT}
    said = sorted(plain & scores.keys(), key=lambda label: (-by_name[label], label))
    return list(dict.fromkeys((*heard[:1], *said, *heard)))
