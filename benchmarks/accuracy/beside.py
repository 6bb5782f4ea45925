"""Who lies beside a clip, where each pack lies in one folder and its names tell nothing."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.corpus import Clip
from benchmarks.accuracy.personal import Scorer
from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.learning.head import fit_head
from earmark_daemon.tagging.fellows import NEAREST, Beside, Fellow, shares_of

Array = npt.NDArray[Any]


def fellows_of(clips: list[Clip], embeddings: Array) -> Fellows:
    """For each clip those that Earmark would hear it together with, by numbers of these clips."""
    packs: defaultdict[str, list[int]] = defaultdict(list)
    digest = [hashlib.sha256(clip.path.encode()).hexdigest() for clip in clips]
    row_of = {name: row for row, name in enumerate(digest)}
    for row, clip in enumerate(clips):
        packs[clip.pack].append(row)
    which = np.zeros((len(clips), NEAREST), dtype=np.int64)
    shares = np.zeros((len(clips), NEAREST))
    for rows in packs.values():
        beside = Beside()
        for row in rows:
            if embeddings[row].any():
                beside.take(clips[row].path, Fellow(digest[row], embeddings[row], {}))
        found = beside.nearest([digest[row] for row in rows], embeddings[rows])
        for row, near in zip(rows, found, strict=True):
            which[row, : len(near)] = [row_of[fellow.content] for fellow in near]
            shares[row, : len(near)] = shares_of(len(near))
    return Fellows(np.asarray(embeddings, dtype=np.float32), which, shares)


def head_alone(embeddings: Array) -> Scorer:
    """Scores of a head that hears each clip by itself; data sets hold numbers for embeddings."""
    return partial(_head, embeddings, None)


def head_beside(embeddings: Array, fellows: Fellows) -> Scorer:
    """The same of a head that hears clips together with their fellows."""
    return partial(_head, embeddings, fellows)


def _head(embeddings: Array, fellows: Fellows | None, data: Dataset, judged: Array) -> Array:
    learnt, library, asked = (
        column[:, 0].astype(np.int64) for column in (data.embeddings, data.background, judged)
    )
    heard = replace(
        data,
        embeddings=embeddings[learnt],
        background=embeddings[library],
        fellows=fellows and fellows.rows(learnt),
        background_fellows=fellows and fellows.rows(library),
    )
    return fit_head(heard).logits(embeddings[asked], fellows and fellows.rows(asked))
