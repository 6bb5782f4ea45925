"""How far a head of few examples gets with other ears: ``python -m benchmarks.accuracy.ceiling``.

Nine instruments, as in `together`, by the net that has not heard the packs; by YAMNet, which has
heard AudioSet; by both side by side; and by the built-in model, which was taught these very labels.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy import corpus
from benchmarks.accuracy.beside import fellows_of
from benchmarks.accuracy.corpus import Clip
from benchmarks.accuracy.elsewhere import figure
from benchmarks.accuracy.embeddings import embeddings, places_of
from benchmarks.accuracy.fewshot import wide_net
from benchmarks.accuracy.folds import NINE, OTHERS
from benchmarks.accuracy.instruments import EXAMPLES
from benchmarks.accuracy.pictures import SYNTHESISED, pictures
from benchmarks.accuracy.together import accuracies, both
from benchmarks.accuracy.together_page import WAYS
from benchmarks.accuracy.widen import DIMENSIONS, condensed
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.modelfile import BUILTIN

Array = npt.NDArray[Any]


def ears(clips: list[Clip], unheard: Collection[str]) -> dict[str, Array]:
    """Embeddings of these clips, ``[N, D]``, by the name of who heard them.

    Args:
        clips: of the packs that were left out.
        unheard: these packs.
    """
    own, yamnet = embeddings(clips, wide_net(unheard)), by_yamnet(clips, unheard)
    return {
        "the net": own,
        "YAMNet": yamnet,
        "both": np.concatenate([_of_one_length(own), _of_one_length(yamnet)], axis=1),
        "the built-in model, taught them": embeddings(clips, BUILTIN),
    }


def by_yamnet(clips: list[Clip], unheard: Collection[str]) -> Array:
    """YAMNet's embedding, condensed as ours is by what the net has heard: ``[N, DIMENSIONS]``."""
    seen = pictures(FrontendSpec())
    originals = ~seen.copies & (seen.packs != SYNTHESISED)
    every = seen.teacher[originals].astype(np.float32)
    heard = [number for number, c in enumerate(corpus.indexed()) if c.pack not in unheard]
    project, offset = condensed([every[heard]], DIMENSIONS)
    return np.asarray(every[places_of(clips)] @ project + offset, dtype=np.float32)


def _of_one_length(rows: Array) -> Array:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def main() -> None:
    """Print a table for each half of the packs, a row as soon as it is there."""
    for packs in (NINE, OTHERS):
        clips = [clip for clip in corpus.clips() if clip.pack in packs]
        columns = " | ".join(f"{count} of each" for count in EXAMPLES)
        print(f"\n| {len(packs)} packs, by | | {columns} |\n|{'---|' * (len(EXAMPLES) + 2)}")
        for name, heard in ears(clips, packs).items():
            for way, own in zip(WAYS, both(clips, heard, fellows_of(clips, heard)), strict=True):
                row = " | ".join(map(figure, accuracies(own)))
                print(f"| {name} | {way} | {row} |", flush=True)


if __name__ == "__main__":
    main()
