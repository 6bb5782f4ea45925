"""How well the map of sounds keeps together what is alike, beside principal components alone.

python -m benchmarks.accuracy.map 3000        # needs ../shared

Of the ten dots nearest to each sound the share that carries its label. The model was trained on
these packs, which flatters both alike.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.speed.running import SOUNDS
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.hearing.sound_map import lay_out
from earmark_daemon.service.stages.analysis import Analysis, analyse

_NEAREST = 10


def purity(spots: npt.NDArray[Any], labels: npt.NDArray[Any]) -> float:
    """Share of equal labels among the nearest of each, ``spots`` ``[n, dimensions]``."""
    squares = (spots**2).sum(axis=1)
    distances = squares[:, None] + squares - 2.0 * spots @ spots.T
    np.fill_diagonal(distances, np.inf)
    nearest = np.argpartition(distances, _NEAREST, axis=1)[:, :_NEAREST]
    return float((labels[nearest] == labels[:, None]).mean())


def main() -> None:
    """Print the shares and the time."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
    with open(SOUNDS / "index.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    random.Random(1).shuffle(rows)
    paths = [str(SOUNDS / row["path"]) for row in rows[:count]]
    found, labels = [], []
    for row, one in zip(rows, analyse(paths, [None] * len(paths), str(BUILTIN)), strict=False):
        if isinstance(one, Analysis) and one.heard and one.heard.first.embedding:
            found.append(
                np.frombuffer(one.heard.first.embedding, dtype=np.float16).astype(np.float32)
            )
            labels.append(row["label"])
    vectors = np.stack(found)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    began = time.process_time()
    spots = lay_out(vectors)
    seconds = time.process_time() - began
    centred = vectors - vectors.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    names = np.array(labels)
    print(f"{len(names):,} sounds laid out in {seconds:.1f} s of processor time")
    print(f"of the {_NEAREST} nearest dots the same label: {purity(spots, names):.2f}")
    print(f"by two principal components: {purity(centred @ axes[:2].T, names):.2f}")
    print(f"by the whole embedding: {purity(vectors, names):.2f}")


if __name__ == "__main__":
    main()
