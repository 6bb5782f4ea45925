"""GTZAN: 1,000 excerpts of 30 seconds, ten genres, with the fault-filtered split.

The data set repeats excerpts, artists and mistakes (Sturm 2013). Kereliuk, Sturm and Larsen (2015)
published lists without them: 443 for training, 197 for validation, 290 for testing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.papers.loaders.collection import (
    Collection,
    DataMissingError,
    Split,
    audio_below,
    exclusive_collection,
)

LISTS = {
    Split.TRAIN: "train_filtered.txt",
    Split.VALIDATE: "valid_filtered.txt",
    Split.TEST: "test_filtered.txt",
}
WHERE = (
    "GTZAN (Tzanetakis and Cook 2002) was published on marsyas.info as genres.tar.gz. "
    "The fault-filtered lists are in the folder gtzan of Kereliuk's dnn-mgr project on GitHub."
)


def load(folder: Path) -> Collection:
    """The excerpts that the lists name and that are there, WAV or AU.

    Raises:
        DataMissingError: a list, or all of the audio, is not there.
    """
    found = {f"{path.parent.name}/{path.stem}": path for path in audio_below(folder)}
    files: list[tuple[Path, str]] = []
    sides: list[Split] = []
    absent: list[str] = []
    for side, name in LISTS.items():
        for line in _list(folder, name):
            genre, _, file = line.rpartition("/")
            path = found.get(f"{genre}/{file.rpartition('.')[0]}")
            if path is None:
                absent.append(line)
                continue
            files.append((path, genre))
            sides.append(side)
    if not files:
        raise DataMissingError(f"None of the excerpts of GTZAN is in {folder}. {WHERE}")
    return exclusive_collection(
        "GTZAN",
        files,
        [str(path) for path, _ in files],
        np.array(sides, dtype=np.int64),
        tuple(absent),
    )


def _list(folder: Path, name: str) -> list[str]:
    places = sorted(folder.rglob(name))
    if not places:
        raise DataMissingError(f"There is no {name} in {folder}. {WHERE}")
    lines = places[0].read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip()]
