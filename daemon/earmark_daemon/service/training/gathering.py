"""What people said of sounds, with what was heard in them: read from the index, in a worker.

Workers read the index themselves, so that no embedding passes through the daemon.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.learning.dataset import Dataset, dataset_of
from earmark_daemon.learning.examples import Examples
from earmark_db.errors import IndexFault
from earmark_db.index import Index

T = TypeVar("T")

BACKGROUND = 2000
"""How many unlabelled sounds stand for the library."""


def gathered(
    index: str, examples: Examples, backbone: str, background: int = BACKGROUND
) -> Dataset:
    """What people said, with embeddings, and so many unlabelled sounds at most beside it."""

    def read(own: Index) -> tuple[dict[str, bytes], list[bytes]]:
        contents = [item.content for item in examples.items]
        return (
            own.examples.embeddings(contents, backbone),
            own.examples.background(examples.tag_set, backbone, background),
        )

    known, beside = reading(index, read)
    vectors = {content: vector(blob) for content, blob in known.items()}
    size = len(next(iter(vectors.values()))) if vectors else 0
    library = np.zeros((0, size), dtype=np.float32)
    if beside and vectors:
        library = np.stack([vector(blob) for blob in beside])
    return dataset_of(examples, vectors, library)


def reading(path: str, what: Callable[[Index], T]) -> T:
    """What is read from the index at this path, by a connection of its own.

    Raises:
        EarmarkError: the index cannot be read.
    """
    try:
        index = Index.for_reading(Path(path))
        try:
            return what(index)
        finally:
            index.close()
    except IndexFault as fault:
        raise EarmarkError(Problem(fault.code, fault.message, fault.advice)) from fault


def vector(blob: bytes) -> npt.NDArray[np.float32]:
    """An embedding ``[D]`` as it is stored, as numbers."""
    return np.frombuffer(blob, dtype=np.float16).astype(np.float32)


def grouped(index: str, examples: Examples, backbone: str) -> Examples:
    """The examples with near-copies in one group."""
    data = gathered(index, examples, backbone, background=0)
    names = [data.contents[group] for group in data.groups]
    return examples.grouped(dict(zip(data.contents, names, strict=True)))
