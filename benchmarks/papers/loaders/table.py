"""A set described by a CSV file, for tags of degrees: ``path``, then one column for each tag.

Values are 0 to 1; an empty cell is unknown. A column of zeros and ones is a classification tag, any
other a regression tag (Pons et al. have both). Paths are relative to the file.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from benchmarks.papers.loaders.collection import (
    Bools,
    Collection,
    DataMissingError,
    split_by_group,
)

PARTS = (8, 1, 1)


def load(file: Path, seed: int = 1) -> Collection:
    """The files that the table names and that are there.

    Raises:
        DataMissingError: there is no such table, or none of its files.
    """
    if not file.is_file():
        raise DataMissingError(f"There is no table {file}.")
    with file.open(newline="", encoding="utf-8") as lines:
        header, *rows = [row for row in csv.reader(lines) if row] or [[]]
    if header[:1] != ["path"] or len(header) < 2:
        raise DataMissingError(f"The first column of {file} must be 'path', the others tags.")
    there = [row for row in rows if (file.parent / row[0]).is_file()]
    if not there:
        raise DataMissingError(f"None of the files that {file} names is there.")
    values = np.array([[float(cell or "nan") for cell in row[1:]] for row in there])
    groups = np.arange(len(there), dtype=np.int64)
    return Collection(
        name=file.stem,
        labels=tuple(header[1:]),
        exclusive=False,
        paths=tuple(file.parent / row[0] for row in there),
        targets=np.nan_to_num(values).astype(np.float32),
        known=~np.isnan(values),
        groups=groups,
        split=split_by_group(groups, PARTS, seed),
        absent=tuple(row[0] for row in rows if not (file.parent / row[0]).is_file()),
    )


def regression_tags(collection: Collection) -> Bools:
    """Which columns hold degrees, not just yes and no; bool ``[L]``."""
    between = (collection.targets > 0.0) & (collection.targets < 1.0) & collection.known
    return np.asarray(between.any(axis=0), dtype=np.bool_)
