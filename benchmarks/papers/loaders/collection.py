"""A labelled set of audio files, whatever data set it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

AUDIO_SUFFIXES = frozenset({".wav", ".mp3", ".ogg", ".flac", ".au", ".aif", ".aiff"})


class DataMissingError(Exception):
    """A data set is not there, or not whole; the message says what is missing and where it is."""


class Split(IntEnum):
    """What a clip is for."""

    TRAIN = 0
    VALIDATE = 1
    TEST = 2


@dataclass(frozen=True)
class Collection:
    """Audio files and what is known of them.

    Attributes:
        name: of the data set.
        labels: the L tags, in the order of the columns.
        exclusive: whether exactly one tag is true of a clip.
        paths: the N files; all of them exist.
        targets: float32 ``[N, L]``, 0 to 1.
        known: bool ``[N, L]``; where false, nobody said anything about that tag.
        groups: int64 ``[N]``; clips of one group belong together (song, note, folder).
        split: int64 ``[N]``, `Split` values.
        absent: files that the data set names but that are not there.
    """

    name: str
    labels: tuple[str, ...]
    exclusive: bool
    paths: tuple[Path, ...]
    targets: Floats
    known: Bools
    groups: Ints
    split: Ints
    absent: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.paths)

    def rows(self, *splits: Split) -> Ints:
        """Positions of the clips that are for any of these."""
        return np.flatnonzero(np.isin(self.split, splits)).astype(np.int64)

    def subset(self, rows: npt.NDArray[np.int64]) -> Collection:
        """The clips at these positions, in this order."""
        return replace(
            self,
            paths=tuple(self.paths[row] for row in rows),
            targets=self.targets[rows],
            known=self.known[rows],
            groups=self.groups[rows],
            split=self.split[rows],
        )


def exclusive_collection(
    name: str,
    files: Sequence[tuple[Path, str]],
    groups: Sequence[str],
    split: Ints,
    absent: tuple[str, ...] = (),
) -> Collection:
    """A collection with one label for each file; labels are sorted."""
    labels = tuple(sorted({label for _, label in files}))
    column = {label: number for number, label in enumerate(labels)}
    targets = np.zeros((len(files), len(labels)), dtype=np.float32)
    targets[np.arange(len(files)), [column[label] for _, label in files]] = 1.0
    return Collection(
        name=name,
        labels=labels,
        exclusive=True,
        paths=tuple(path for path, _ in files),
        targets=targets,
        known=np.ones(targets.shape, dtype=np.bool_),
        groups=numbered(groups),
        split=split,
        absent=absent,
    )


def numbered(names: Sequence[str]) -> Ints:
    """Each distinct name as a number."""
    _, numbers = np.unique(np.array(names), return_inverse=True)
    return numbers.ravel().astype(np.int64)


def split_by_group(groups: Ints, parts: tuple[int, int, int], seed: int) -> Ints:
    """Shuffle the groups and deal them out to train, validate and test in this proportion."""
    distinct, group = np.unique(groups, return_inverse=True)
    places = np.random.default_rng(seed).permutation(len(distinct))
    bounds = np.cumsum(parts)[:2] * len(distinct) / sum(parts)
    side = np.searchsorted(np.round(bounds), places, side="right")
    return side[group.ravel()].astype(np.int64)


def audio_below(folder: Path) -> Iterable[Path]:
    """Every audio file in a folder and its sub-folders, sorted."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES)
