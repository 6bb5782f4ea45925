"""Made-up embeddings: a cloud for each tag, as far apart as one likes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from earmark_daemon.learning.dataset import Dataset

DIMENSIONS = 16


def clouds(
    counts: dict[str, int],
    *,
    apart: float = 3.0,
    exclusive: bool = False,
    background: int = 200,
    seed: int = 0,
) -> Dataset:
    """So many sounds of each tag; the background has nothing to do with any."""
    random = np.random.default_rng(seed)
    labels = tuple(counts)
    centres = random.normal(0.0, apart, (len(labels), DIMENSIONS))
    which = np.repeat(np.arange(len(labels)), list(counts.values()))
    noise = random.normal(0.0, 1.0, (len(which), DIMENSIONS))
    return Dataset(
        contents=tuple(f"sound {number}" for number in range(len(which))),
        embeddings=(centres[which] + noise).astype(np.float32),
        targets=np.eye(len(labels), dtype=np.float32)[which],
        known=np.ones((len(which), len(labels)), dtype=np.bool_),
        groups=np.arange(len(which)),
        labels=labels,
        tag_set="own",
        exclusive=exclusive,
        background=wild(background, random),
    )


def wild(count: int, random: np.random.Generator) -> npt.NDArray[np.float32]:
    """Sounds of all kinds."""
    return random.normal(0.0, 3.0, (count, DIMENSIONS)).astype(np.float32)
