"""What people said of sounds, with what was heard in them: read from the index, in a worker.

Workers read the index themselves, so that no embedding passes through the daemon.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from earmark_daemon.index_faults import reading
from earmark_daemon.learning.dataset import Dataset, dataset_of
from earmark_daemon.learning.examples import Examples

BACKGROUND = 2000
"""How many unlabelled sounds stand for the library."""


def gathered(
    index: str, examples: Examples, backbone: str, background: int = BACKGROUND
) -> Dataset:
    """What people said, with embeddings, and so many unlabelled sounds at most beside it."""
    contents = [item.content for item in examples.items]
    with reading(Path(index)) as own:
        known = own.examples.embeddings(contents, backbone)
        beside = own.examples.background(examples.tag_set, backbone, background)
    vectors = {content: vector(blob) for content, blob in known.items()}
    size = len(next(iter(vectors.values()))) if vectors else 0
    library = np.zeros((0, size), dtype=np.float32)
    if beside and vectors:
        library = np.stack([vector(blob) for blob in beside])
    return dataset_of(examples, vectors, library)


def vector(blob: bytes) -> npt.NDArray[np.float32]:
    """An embedding ``[D]`` as it is stored, as numbers."""
    return np.frombuffer(blob, dtype=np.float16).astype(np.float32)


def grouped(index: str, examples: Examples, backbone: str) -> Examples:
    """The examples with near-copies in one group."""
    data = gathered(index, examples, backbone, background=0)
    names = [data.contents[group] for group in data.groups]
    return examples.grouped(dict(zip(data.contents, names, strict=True)))
