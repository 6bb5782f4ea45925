"""A sound that was edited in place: what people said of it holds for what it became.

Labels belong to the audio, and whoever normalises or trims a sound and saves it has other audio.
Where it is still as good as the same sound, under the same path, their word goes along.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from earmark_daemon.learning.copies import near_pairs
from earmark_daemon.service.fellowship import vector
from earmark_daemon.service.models.lineup import LineUp
from earmark_db.index import Index
from earmark_db.labels import Label


def carry_labels_over(index: Index, before: str, now: str, lineup: LineUp) -> bool:
    """Have labels hold for the audio that a file has now; part of the caller's transaction.

    What was said of that audio already stands, and so does all that was said of the audio before.

    Args:
        index: where labels are kept, and what was heard in both.
        before: digest of the audio that the file had.
        now: digest of its audio.
        lineup: the models in use.

    Returns:
        Whether any label was carried over.
    """
    said = index.labels.of(before)
    if before == now or not said or not _alike(index, before, now, lineup.base.info.digest):
        return False
    new = _unsaid(said, index.labels.of(now), lineup.hierarchy.exclusive)
    index.labels.put(now, new)
    return bool(new)


def _alike(index: Index, before: str, now: str, model: str) -> bool:
    """Whether two sounds are near-copies; silence is like nothing."""
    embeddings = [index.verdicts.embedding(content, model) for content in (before, now)]
    vectors = [vector(each) for each in embeddings if each]
    return len(vectors) == 2 and any(near_pairs(np.stack(vectors)))


def _unsaid(
    said: Collection[Label], already: Collection[Label], exclusive: Collection[str]
) -> list[Label]:
    """Those labels that contradict nothing and are not there yet."""
    spoken = {label.tag for label in already}
    taken = {label.set for label in already if label.says and label.set in exclusive}
    return [
        label
        for label in said
        if label.tag not in spoken and not (label.says and label.set in taken)
    ]
