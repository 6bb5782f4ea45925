"""MagnaTagATune: 25,863 clips of 29 seconds, 188 tags, in 16 folders named 0 to f.

`annotations_final.csv` is separated by tabs: ``clip_id``, one column for each tag, ``mp3_path``.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.papers.loaders.collection import (
    Collection,
    DataMissingError,
    Ints,
    numbered,
    split_by_group,
)
from benchmarks.papers.loaders.synonyms import merged, most_frequent

ANNOTATIONS = "annotations_final.csv"
WHERE = (
    "MagnaTagATune is published by the Music Informatics Research Group of City, University of "
    "London ('The MagnaTagATune Dataset'): annotations_final.csv and mp3.zip in three parts."
)
PARTS = (13, 1, 2)
"""Bengani et al.: all 16 folders are joined, shuffled and split 13:1:2."""

_SEGMENT = re.compile(r"-\d+-\d+\.mp3$")


def load(
    folder: Path,
    *,
    n_tags: int = 50,
    merge_synonyms: bool = False,
    by_song: bool = False,
    seed: int = 1,
) -> Collection:
    """The clips that are there, with the most frequent tags.

    Args:
        folder: holds the annotations and the folders 0 to f.
        n_tags: how many tags to keep.
        merge_synonyms: join tags that mean the same first, as the MagnaTagATune project did; clips
            that carry none of the kept tags are then left out, as it did.
        by_song: keep clips of one song on one side of the split; the papers did not.
        seed: of the shuffle.

    Raises:
        DataMissingError: the annotations or all of the audio are not there.
    """
    tags, paths, table = _annotations(folder)
    if merge_synonyms:
        tags, table = merged(tags, table)
    tags, table = most_frequent(tags, table, n_tags)
    if merge_synonyms:
        tagged = np.asarray(table.any(axis=1), dtype=np.bool_)
        paths = [path for path, keep in zip(paths, tagged, strict=True) if keep]
        table = table[tagged]
    there = np.array([(folder / path).is_file() for path in paths], dtype=np.bool_)
    if not there.any():
        raise DataMissingError(f"None of the clips of MagnaTagATune is in {folder}. {WHERE}")
    present = [path for path, is_there in zip(paths, there, strict=True) if is_there]
    groups = numbered([_SEGMENT.sub("", path) for path in present])
    units: Ints = groups if by_song else np.arange(len(present), dtype=np.int64)
    return Collection(
        name="MagnaTagATune",
        labels=tags,
        exclusive=False,
        paths=tuple(folder / path for path in present),
        targets=table[there].astype(np.float32),
        known=np.ones((len(present), len(tags)), dtype=np.bool_),
        groups=units,
        split=split_by_group(units, PARTS, seed),
        absent=tuple(path for path, is_there in zip(paths, there, strict=True) if not is_there),
    )


def _annotations(folder: Path) -> tuple[tuple[str, ...], list[str], npt.NDArray[np.bool_]]:
    file = folder / ANNOTATIONS
    if not file.is_file():
        raise DataMissingError(f"There is no {ANNOTATIONS} in {folder}. {WHERE}")
    with file.open(newline="", encoding="utf-8") as lines:
        rows = csv.reader(lines, delimiter="\t")
        header = next(rows, [])
        if header[:1] != ["clip_id"] or header[-1:] != ["mp3_path"]:
            raise DataMissingError(f"{file} is not MagnaTagATune's list of annotations. {WHERE}")
        entries = [row for row in rows if row]
    table = np.array([[value == "1" for value in row[1:-1]] for row in entries], dtype=np.bool_)
    return tuple(header[1:-1]), [row[-1] for row in entries], table
