"""Spectrograms and waveforms of a collection, computed once, in parallel, and kept on disk.

One array a collection and front end. A run that was stopped goes on where it stopped; a clip that
cannot be decoded is noted and left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.papers.loaders.collection import Collection
from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.sound import open_sound
from earmark_daemon.hearing.waveform import Shown, heard_window, window_shape

OnProgress = Callable[[int, int], None]

_FLUSH_EVERY = 256


class _State(IntEnum):
    TODO = 0
    DONE = 1
    UNREADABLE = 2


@dataclass(frozen=True)
class Cached:
    """What a collection sounds like.

    Attributes:
        clips: ``[N * windows, ...]`` on disk; a clip's windows follow one another.
        readable: bool ``[N]``; false where a file could not be decoded.
        windows: windows for each clip.
    """

    clips: Shown
    readable: npt.NDArray[np.bool_]
    windows: int


def heard(
    collection: Collection,
    spec: FrontendSpec,
    folder: Path,
    *,
    windows: int = 1,
    workers: int = 2,
    on_progress: OnProgress = lambda _done, _all: None,
) -> Cached:
    """Compute what is not yet kept and return all of it.

    Args:
        collection: the clips.
        spec: the front end.
        folder: where arrays are kept.
        windows: windows for each clip, spread evenly over its length.
        workers: clips decoded at once.
        on_progress: told clips done and clips in all.
    """
    store = folder / _key(collection, spec, windows)
    store.mkdir(parents=True, exist_ok=True)
    shape = (len(collection) * windows, *window_shape(spec))
    clips = _array(store / "clips.npy", shape, np.uint8 if spec.kind == "log-mel" else np.float32)
    states = _array(store / "states.npy", (len(collection),), np.uint8)
    todo = np.flatnonzero(states == _State.TODO)
    with ThreadPoolExecutor(workers) as pool:
        jobs = (
            (int(row), pool.submit(_windows, collection.paths[row], spec, windows)) for row in todo
        )
        for done, (row, job) in enumerate(_ahead(jobs, 4 * workers), start=1):
            try:
                clips[row * windows : (row + 1) * windows] = job.result()
                states[row] = _State.DONE
            except (EarmarkError, OSError):
                states[row] = _State.UNREADABLE
            if done % _FLUSH_EVERY == 0:
                clips.flush()
                states.flush()
            on_progress(len(collection) - len(todo) + done, len(collection))
    clips.flush()
    states.flush()
    return Cached(clips, np.asarray(states) == _State.DONE, windows)


def _windows(path: Path, spec: FrontendSpec, windows: int) -> Shown:
    with open_sound(str(path)) as sound:
        audio, rate = sound.read(0, sound.info.samples), sound.info.sample_rate
    slack = max(0, len(audio) - round(spec.window_seconds * rate))
    starts = np.rint(np.linspace(0, slack, windows)).astype(np.int64)
    return np.stack([heard_window(audio[start:], rate, spec) for start in starts])


def _ahead(jobs: Iterator[Any], count: int) -> Iterator[Any]:
    """The same jobs, with so many of them begun before the first is asked for its result."""
    begun: list[Any] = []
    for job in jobs:
        begun.append(job)
        if len(begun) >= count:
            yield begun.pop(0)
    yield from begun


def _array(file: Path, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Any:
    mode = "r+" if file.exists() else "w+"
    return np.lib.format.open_memmap(file, mode=mode, dtype=dtype, shape=shape)


def _key(collection: Collection, spec: FrontendSpec, windows: int) -> str:
    facts = json.dumps(
        [spec.to_dict(), windows, [str(path) for path in collection.paths]], sort_keys=True
    )
    return f"{collection.name}-{hashlib.sha256(facts.encode()).hexdigest()[:16]}"
