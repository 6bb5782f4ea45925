"""Embeddings of every clip of the collection, by any model file, kept in the cache.

Clips are heard as the daemon hears them. Windows and embeddings of the whole collection are kept,
whatever part of it is asked for, so that a further model or question costs seconds.
"""

from __future__ import annotations

import hashlib
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.corpus import HERE, SOUNDS, Clip, indexed
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.model import Model
from earmark_daemon.hearing.sound import open_sound
from earmark_daemon.hearing.windows import heard_stretches, heard_windows

CACHE = HERE.parents[1] / ".cache" / "fewshot"
Floats = npt.NDArray[np.float32]


def embeddings(clips: list[Clip], model: Path, processes: int = 2) -> Floats:
    """Embeddings ``[N, D]`` as the index stores them: float16, the mean over the windows.

    A silent clip has an embedding of zeros.
    """
    net, everything = Model(model), indexed()
    place = CACHE / f"embeddings-{net.info.digest[:16]}-{_name(everything)}.npy"
    if not place.exists():
        windows, counts = windows_of(everything, net.info.frontend, processes)
        found = np.concatenate(
            [net.run(windows[start : start + 256])[1] for start in range(0, len(windows), 256)]
        )
        result = np.zeros((len(everything), found.shape[1]), dtype=np.float32)
        np.add.at(result, np.repeat(np.arange(len(everything)), counts), found)
        np.save(place, (result / np.maximum(counts, 1)[:, None]).astype(np.float16))
    return np.asarray(np.load(place)[places_of(clips)], dtype=np.float32)


def places_of(clips: list[Clip]) -> npt.NDArray[np.int64]:
    """Where these clips stand in the index of the collection."""
    place = {clip.path: number for number, clip in enumerate(indexed())}
    return np.array([place[clip.path] for clip in clips], dtype=np.int64)


def windows_of(
    clips: list[Clip], spec: FrontendSpec, processes: int = 2
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """All windows one after the other, and how many each clip has."""
    everything = indexed()
    kind = hashlib.sha256(repr(spec).encode()).hexdigest()[:8]
    place = CACHE / f"windows-{_name(everything)}-{kind}.npz"
    if not place.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        orders = [(str(SOUNDS / clip.path), spec) for clip in everything]
        with get_context("spawn").Pool(processes) as pool:
            heard = pool.starmap(_hear, orders, chunksize=32)
        np.savez(place, windows=np.concatenate(heard), counts=[len(own) for own in heard])
    with np.load(place) as stored:
        windows, counts = stored["windows"], stored["counts"]
    starts, chosen = np.cumsum(counts) - counts, places_of(clips)
    rows = [np.arange(starts[place], starts[place] + counts[place]) for place in chosen]
    return windows[np.concatenate(rows)], counts[chosen]


def _hear(path: str, spec: FrontendSpec) -> npt.NDArray[np.uint8]:
    with open_sound(path) as sound:
        return np.asarray(heard_windows(heard_stretches(sound, spec), sound.info.sample_rate, spec))


def _name(clips: list[Clip]) -> str:
    return hashlib.sha256("\n".join(clip.path for clip in clips).encode()).hexdigest()[:8]
