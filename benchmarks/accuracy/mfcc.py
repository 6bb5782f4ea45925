"""MFCC statistics: what sounds were told apart by before nets, for comparison."""

from __future__ import annotations

from multiprocessing import get_context
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy import corpus
from benchmarks.accuracy.corpus import Clip
from benchmarks.accuracy.embeddings import CACHE, places_of

SECONDS = 3


def mfcc_statistics(clips: list[Clip]) -> npt.NDArray[np.float32]:
    """Mean and spread of 20 MFCC and of their steps, standardised, ``[N, 80]``."""
    place = CACHE / "mfcc.npy"
    if not place.exists():
        with get_context("spawn").Pool(2) as pool:
            np.save(place, np.stack(pool.map(_mfcc, corpus.indexed(), chunksize=64)))
    found = np.load(place)[places_of(clips)]
    return np.asarray((found - found.mean(axis=0)) / (found.std(axis=0) + 1e-6), dtype=np.float32)


def _mfcc(clip: Clip) -> npt.NDArray[Any]:
    import librosa

    audio = corpus.read(clip)[: SECONDS * corpus.RATE]
    audio = np.pad(audio, (0, max(0, 4096 - len(audio))))
    found = librosa.feature.mfcc(y=audio, sr=corpus.RATE, n_mfcc=20, n_fft=2048, hop_length=512)
    steps = np.diff(found, axis=1)
    return np.concatenate([part(of, axis=1) for of in (found, steps) for part in (np.mean, np.std)])
