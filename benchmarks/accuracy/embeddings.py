"""Embeddings of every clip of the collection, by any model file, kept in the cache.

Clips are heard as the daemon hears them, and their windows are kept, so that a further model costs
seconds.
"""

from __future__ import annotations

import hashlib
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.corpus import HERE, SOUNDS, Clip
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
    net = Model(model)
    place = CACHE / f"embeddings-{net.info.digest[:16]}-{_name(clips)}.npy"
    if place.exists():
        return np.asarray(np.load(place), dtype=np.float32)
    windows, counts = windows_of(clips, net.info.frontend, processes)
    found = np.concatenate(
        [net.run(windows[start : start + 256])[1] for start in range(0, len(windows), 256)]
    )
    result = np.zeros((len(clips), found.shape[1]), dtype=np.float32)
    owners = np.repeat(np.arange(len(clips)), counts)
    np.add.at(result, owners, found)
    result /= np.maximum(counts, 1)[:, None]
    np.save(place, result.astype(np.float16))
    return result.astype(np.float16).astype(np.float32)


def windows_of(
    clips: list[Clip], spec: FrontendSpec, processes: int = 2
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """All windows one after the other, and how many each clip has."""
    place = CACHE / f"windows-{_name(clips)}-{hashlib.sha256(repr(spec).encode()).hexdigest()[:8]}"
    place = place.with_suffix(".npz")
    if not place.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        orders = [(str(SOUNDS / clip.path), spec) for clip in clips]
        with get_context("spawn").Pool(processes) as pool:
            heard = pool.starmap(_hear, orders, chunksize=32)
        np.savez(place, windows=np.concatenate(heard), counts=[len(own) for own in heard])
    with np.load(place) as stored:
        return stored["windows"], stored["counts"]


def _hear(path: str, spec: FrontendSpec) -> npt.NDArray[np.uint8]:
    with open_sound(path) as sound:
        return np.asarray(heard_windows(heard_stretches(sound, spec), sound.info.sample_rate, spec))


def _name(clips: list[Clip]) -> str:
    return hashlib.sha256("\n".join(clip.path for clip in clips).encode()).hexdigest()[:8]
