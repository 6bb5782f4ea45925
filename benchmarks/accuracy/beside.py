"""Who lies beside a clip, where each pack lies in one folder or in folders made up."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
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


def fellows_of(
    clips: list[Clip], embeddings: Array, folders: Sequence[str] | None = None
) -> Fellows:
    """For each clip those that Earmark would hear it together with, by numbers of these clips.

    Args:
        clips: the sounds.
        embeddings: of these, ``[N, D]``.
        folders: in which each lies; by default its pack's.
    """
    together: defaultdict[str, list[int]] = defaultdict(list)
    digest = [hashlib.sha256(clip.path.encode()).hexdigest() for clip in clips]
    row_of = {name: row for row, name in enumerate(digest)}
    for row, folder in enumerate(folders or [clip.pack for clip in clips]):
        together[folder].append(row)
    which = np.zeros((len(clips), NEAREST), dtype=np.int64)
    shares = np.zeros((len(clips), NEAREST))
    for rows in together.values():
        beside = Beside()
        for row in rows:
            if embeddings[row].any():
                beside.take(clips[row].path, Fellow(digest[row], embeddings[row], {}))
        for row in rows:
            near = beside.nearest(digest[row], embeddings[row])
            which[row, : len(near)] = [row_of[fellow.content] for fellow in near]
            shares[row, : len(near)] = shares_of(len(near))
    return Fellows(np.asarray(embeddings, dtype=np.float32), which, shares)


def folders_of(clips: list[Clip], size: int, *, sorted_by_pack: bool) -> list[str]:
    """Folders of so many clips: each of one pack, or of all sorts, drawn by chance."""
    random, folder = np.random.default_rng(0), [""] * len(clips)
    packs = [clip.pack if sorted_by_pack else "all sorts" for clip in clips]
    for pack in sorted(set(packs)):
        own = random.permutation([row for row, name in enumerate(packs) if name == pack])
        for place, row in enumerate(own):
            folder[row] = f"{pack}/{place // size}"
    return folder


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
