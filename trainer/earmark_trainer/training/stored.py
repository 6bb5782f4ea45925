"""Clips that need not fit in memory: rows of an array on disk, read when asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.int64] | npt.NDArray[np.bool_]


class StoredClips:
    """Some rows of a memory-mapped array ``[N, ...]``; indexing reads, `rows` does not."""

    def __init__(self, array: npt.NDArray[Any], rows: Index | None = None) -> None:
        every = np.arange(len(array), dtype=np.int64)
        self._array = array
        self._rows = every if rows is None else every[rows]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the rows, as an array has it."""
        return (len(self._rows), *self._array.shape[1:])

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: slice | Index) -> npt.NDArray[Any]:
        return np.asarray(self._array[self._rows[index]])

    def rows(self, index: Index) -> StoredClips:
        """These rows of the rows, still on disk."""
        return StoredClips(self._array, self._rows[index])


def rows_of(clips: Any, index: Index) -> Any:
    """The clips at these positions; those on disk stay there."""
    return clips.rows(index) if isinstance(clips, StoredClips) else clips[index]


Clips = npt.NDArray[Any] | StoredClips
"""Clips in memory or on disk."""
