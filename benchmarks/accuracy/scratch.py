"""The compact net trained from scratch on the same few clips that a head learns from.

The trainer's own code, with transfer off: what the net knows is in these clips alone.
"""

from __future__ import annotations

from multiprocessing import get_context
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.accuracy.corpus import Clip
from benchmarks.accuracy.embeddings import windows_of
from benchmarks.accuracy.kept import kept
from benchmarks.accuracy.personal import TAGS, average_precisions, unheard
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.learning.dataset import Dataset
from earmark_trainer.architectures.compact import compact
from earmark_trainer.training.loop import train
from earmark_trainer.training.predicting import predict
from earmark_trainer.training.types import SpectrogramDataset, TrainConfig
from earmark_trainer.worker.dataset import clips_a_step

Array = npt.NDArray[Any]
EPOCHS = 60
"""Half as many again as the trainer's own number, for nothing is kept aside to stop by."""
MOST_BESIDE = 100
"""Unlabelled sounds that are learnt from as "not this"."""
SEEDS = 1


def from_scratch(clips: list[Clip], examples: int, *, library: bool) -> Array:
    """Average precision of each personal tag, the mean over `SEEDS` draws.

    Args:
        clips: the whole collection.
        examples: of each tag.
        library: also learn from unlabelled sounds.
    """
    orders = [(clips, fold, examples, library, seed) for seed in range(SEEDS) for fold in TAGS]
    with get_context("spawn").Pool(2) as pool:
        found = pool.starmap(_draw, orders, chunksize=1)
    each = [np.concatenate(found[at : at + len(TAGS)]) for at in range(0, len(found), len(TAGS))]
    return np.asarray(np.mean(each, axis=0))


def _draw(clips: list[Clip], fold: int, examples: int, library: bool, seed: int) -> Array:
    """Average precisions of one fold's tags."""
    beside = MOST_BESIDE if library else 0
    paths = [clip.path for clip in clips]
    return np.array(
        kept(
            ("compact", EPOCHS, beside, fold, examples, seed, paths),
            lambda: _trained(clips, fold, examples, beside, seed),
        )
    )


def _trained(clips: list[Clip], fold: int, examples: int, beside: int, seed: int) -> list[float]:
    """The same, measured; the net is handed row numbers as embeddings."""
    torch.set_num_threads(1)
    windows = first_windows(clips)
    rows = unheard(clips, np.arange(len(clips), dtype=np.float32)[:, None], fold)

    def scores(data: Dataset, judged: Array) -> Array:
        return _scores(data, windows, data.background[:beside], judged)

    return [float(value) for value in average_precisions(rows, examples, scores, [seed])]


def first_windows(clips: list[Clip]) -> npt.NDArray[np.uint8]:
    """What the net is shown of each clip: uint8 ``[N, mels, frames]``; silence is all zeros."""
    windows, counts = windows_of(clips, FrontendSpec())
    starts = np.cumsum(counts) - counts
    shown = windows[np.minimum(starts, len(windows) - 1)]
    shown[counts == 0] = 0
    return np.asarray(shown)


def _scores(data: Dataset, windows: npt.NDArray[np.uint8], beside: Array, judged: Array) -> Array:
    """Train, and score the clips of these row numbers."""
    learnt = np.concatenate([data.embeddings, beside])[:, 0].astype(np.int64)
    none = np.zeros((len(beside), len(data.labels)), dtype=np.float32)
    config = TrainConfig(
        epochs=EPOCHS, batch_size=clips_a_step(len(learnt)), validation_share=0.0, patience=0
    )
    taught = SpectrogramDataset(
        clips=windows[learnt],
        targets=np.concatenate([data.targets, none]),
        known=np.ones((len(learnt), len(data.labels)), dtype=np.bool_),
        groups=np.arange(len(learnt)),
        packs=np.arange(len(learnt)),
        copies=np.zeros(len(learnt), dtype=np.bool_),
        labels=data.labels,
        exclusive=False,
        tag_set=data.tag_set,
        frontend=FrontendSpec().to_dict(),
    )
    model = train(taught, config, compact)
    network = compact(len(model.labels), *model.input_shape)
    network.load_state_dict({name: torch.from_numpy(w) for name, w in model.state.items()})
    return predict(network, windows[judged[:, 0].astype(np.int64)], config)
