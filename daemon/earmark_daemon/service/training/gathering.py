"""What people said of sounds, with what was heard in them: read from the index, in a worker.

Workers read the index themselves, so that no embedding passes through the daemon.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from earmark_daemon.index_faults import reading
from earmark_daemon.learning.dataset import Dataset, dataset_of
from earmark_daemon.learning.examples import Examples
from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.service.fellowship import beside_in, vector
from earmark_daemon.tagging.fellows import NEAREST, Beside, shares_of
from earmark_db.examples import Unlabelled
from earmark_db.index import Index

BACKGROUND = 1000
"""How many unlabelled sounds stand for the library."""


def gathered(
    index: str, examples: Examples, backbone: str, background: int = BACKGROUND
) -> Dataset:
    """What people said, with embeddings, and so many unlabelled sounds at most beside it."""
    with reading(Path(index)) as own:
        return _gathered(own, examples, backbone, background)[0]


def gathered_with_fellows(index: str, examples: Examples, backbone: str) -> Dataset:
    """The same, and who lies beside each sound in its folder."""
    with reading(Path(index)) as own:
        data, library = _gathered(own, examples, backbone, BACKGROUND)
        folders = {item.content: item.pack for item in examples.items}
        beside = _Folders(own, backbone)
        return replace(
            data,
            fellows=beside.of(data.contents, data.embeddings, [folders[c] for c in data.contents]),
            background_fellows=beside.of(
                [sound.content for sound in library],
                data.background,
                [os.path.dirname(sound.path) for sound in library],
            ),
        )


def grouped(index: str, examples: Examples, backbone: str) -> Examples:
    """The examples with near-copies in one group."""
    data = gathered(index, examples, backbone, background=0)
    names = [data.contents[group] for group in data.groups]
    return examples.grouped(dict(zip(data.contents, names, strict=True)))


def _gathered(
    index: Index, examples: Examples, backbone: str, background: int
) -> tuple[Dataset, list[Unlabelled]]:
    """The data set, and the unlabelled sounds that stand in it for the library."""
    contents = [item.content for item in examples.items]
    known = index.examples.embeddings(contents, backbone)
    library = index.examples.unlabelled(examples.tag_set, backbone, background)
    vectors = {content: vector(blob) for content, blob in known.items()}
    size = len(next(iter(vectors.values()))) if vectors else 0
    rows = np.zeros((0, size), dtype=np.float32)
    if library and vectors:
        rows = np.stack([vector(sound.embedding) for sound in library])
    return dataset_of(examples, vectors, rows), library if vectors else []


class _Folders:
    """The folders in which sounds lie, each read once."""

    def __init__(self, index: Index, backbone: str) -> None:
        self._index = index
        self._backbone = backbone
        self._known: dict[str, Beside] = {}

    def of(
        self, contents: Sequence[str], embeddings: npt.NDArray[np.float32], folders: Sequence[str]
    ) -> Fellows:
        """Who lies beside sounds of these folders; a sound without a folder lies alone."""
        which = np.zeros((len(contents), NEAREST), dtype=np.int64)
        shares = np.zeros((len(contents), NEAREST))
        places: dict[str, int] = {}
        found = [np.zeros((0, embeddings.shape[1]), dtype=np.float32)]
        for row, (content, folder) in enumerate(zip(contents, folders, strict=True)):
            near = self._in(folder).nearest(content, embeddings[row])
            for fellow in near:
                if fellow.content not in places:
                    places[fellow.content] = len(places)
                    found.append(fellow.embedding[None])
            which[row, : len(near)] = [places[fellow.content] for fellow in near]
            shares[row, : len(near)] = shares_of(len(near))
        return Fellows(np.concatenate(found), which, shares)

    def _in(self, folder: str) -> Beside:
        if folder not in self._known:
            self._known[folder] = (
                beside_in(self._index, folder, self._backbone) if folder else Beside()
            )
        return self._known[folder]
