"""What a worker does to find the sounds that are worth labelling next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_daemon.index_faults import reading
from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.examples import Examples
from earmark_daemon.learning.head import fit_head
from earmark_daemon.learning.selection import next_to_label
from earmark_daemon.service.fellowship import vector
from earmark_daemon.service.training.gathering import gathered

MOST_LOOKED_AT = 5000
"""So many unlabelled sounds, a fair sample of the library, are chosen among."""


def sounds_to_label(
    index: str, examples: Examples, backbone: str, limit: int
) -> list[dict[str, Any]]:
    """Unlabelled sounds, the most telling first; see `TrainingRequests.next_to_label`."""
    with reading(Path(index)) as own:
        beside = own.examples.unlabelled(examples.tag_set, backbone, MOST_LOOKED_AT)
    if not beside:
        return []
    vectors = np.stack([vector(sound.embedding) for sound in beside])
    data = gathered(index, examples, backbone)
    scores = _scores(data, vectors)
    return [
        {
            "path": beside[row].path,
            "content": beside[row].content,
            "scores": {
                tag: round(float(score), 4)
                for tag, score in zip(data.labels, scores[row], strict=True)
            },
        }
        for row in next_to_label(vectors, scores, limit)
    ]


def _scores(data: Dataset, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """What a head says of these sounds, ``[N, L]``; of no tag where there is nothing to fit."""
    if not data.contents or len(data.labels) < (2 if data.exclusive else 1):
        return np.zeros((len(vectors), len(data.labels)))
    return np.asarray(fit_head(data).scores(vectors))
