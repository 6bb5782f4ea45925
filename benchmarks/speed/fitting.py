"""Seconds to fit a head and to divide sounds into folds, how large its file is, how quick it is.

python -m benchmarks.speed.fitting

The embeddings are the built-in model's of real one-shots; where more are labelled than there are,
they come again with a little noise. Times are of one thread's processor.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnxruntime

from benchmarks.accuracy.corpus import clips
from benchmarks.accuracy.embeddings import Floats, embeddings
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.learning.folds import folds_of
from earmark_daemon.learning.head import fit_head
from earmark_daemon.learning.headfile import Description, write_head
from earmark_daemon.tagging.fellows import NEAREST, shares_of

T = TypeVar("T")
TAGS = 8
BESIDE = 1000
MANY = 10_000
ASKED = 20_000
_TRIES = 5
_NOISE = 0.1


def library() -> tuple[Floats, tuple[str, ...], list[str]]:
    """Embeddings of real one-shots, the tags that most of them carry, and which each carries."""
    known = clips()
    common = Counter(clip.label for clip in known).most_common(TAGS)
    return embeddings(known, BUILTIN), tuple(tag for tag, _ in common), [c.label for c in known]


def together(vectors: Floats, sounds: int) -> Fellows:
    """For so many sounds as many fellows as there may be, drawn from these by chance."""
    which = np.random.default_rng(1).integers(0, len(vectors), (sounds, NEAREST))
    return Fellows(vectors, which, np.tile(shares_of(NEAREST), (sounds, 1)))


def labelled(each: int, *, exclusive: bool) -> Dataset:
    """So many sounds of each tag, others beside."""
    vectors, tags, carried = library()
    random = np.random.default_rng(0)
    which = np.array([tags.index(tag) if tag in tags else -1 for tag in carried])
    chosen = np.concatenate([random.choice(np.flatnonzero(which == t), each) for t in range(TAGS)])
    again = np.setdiff1d(np.arange(len(chosen)), np.unique(chosen, return_index=True)[1])
    taken = vectors[chosen]
    taken[again] += random.normal(0.0, _NOISE, (len(again), vectors.shape[1])).astype(np.float32)
    rest = np.setdiff1d(np.arange(len(vectors)), chosen)
    return Dataset(
        contents=tuple(map(str, range(len(chosen)))),
        embeddings=taken,
        targets=np.eye(TAGS, dtype=np.float32)[which[chosen]],
        known=np.ones((len(chosen), TAGS), dtype=np.bool_),
        groups=np.arange(len(chosen)),
        labels=tags,
        tag_set="own",
        exclusive=exclusive,
        background=vectors[random.permutation(rest)[:BESIDE]],
        fellows=together(vectors, len(chosen)),
        background_fellows=together(vectors, BESIDE),
    )


def quickest(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of processor time, and what came of it."""
    seconds = []
    for _ in range(_TRIES):
        began = time.process_time()
        result = work()
        seconds.append(time.process_time() - began)
    return min(seconds), result


def rate_and_size(data: Dataset) -> tuple[float, int]:
    """Sounds a second that the file of a head answers for, and its bytes."""
    vectors, _, _ = library()
    asked = vectors[np.arange(ASKED) % len(vectors)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "head.onnx"
        said = Description("own", "own", data.labels, {}, "0" * 64, {}, {}, {})
        write_head(fit_head(data), said, file)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(file, options)
        seconds, _ = quickest(lambda: session.run(["scores"], {"embedding": asked}))
        return ASKED / seconds, file.stat().st_size


def main() -> None:
    """Print the figures."""
    for each in (10, 80, MANY // TAGS):
        for exclusive in (False, True):
            data = labelled(each, exclusive=exclusive)
            seconds, _ = quickest(partial(fit_head, data))
            alone = replace(data, fellows=None, background_fellows=None)
            by_itself, _ = quickest(partial(fit_head, alone))
            dividing, _ = quickest(partial(folds_of, data))
            rate, size = rate_and_size(data)
            kind = "one of" if exclusive else "any of"
            print(
                f"{kind} {TAGS} tags, {TAGS * each:>6,} sounds, {len(data.background)} beside: "
                f"{seconds * 1e3:6.0f} ms, each by itself {by_itself * 1e3:6.0f} ms; "
                f"divided in {dividing * 1e3:6.1f} ms; "
                f"{size / 1e3:5.0f} kB, {rate:7,.0f} sounds/s"
            )


if __name__ == "__main__":
    main()
