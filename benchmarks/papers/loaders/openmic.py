"""OpenMIC-2018: 20,000 excerpts of ten seconds, 20 instruments, most labels unknown.

`openmic-2018.npz` holds ``Y_true`` (probability that the instrument is heard), ``Y_mask`` (whether
anyone was asked) and ``sample_key``; audio lies in `audio/000/000046_3840.ogg`.
"""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.papers.loaders.collection import Collection, DataMissingError, Split, numbered

ARRAYS = "openmic-2018.npz"
CLASSES = "class-map.json"
PARTITIONS = {
    Split.TRAIN: "partitions/split01_train.csv",
    Split.TEST: "partitions/split01_test.csv",
}
WHERE = (
    "OpenMIC-2018 (Humphrey, Durand and McFee) is published on Zenodo, record 1432913, "
    "as openmic-2018-v1.0.0.tgz."
)


def load(folder: Path) -> Collection:
    """The clips that are there, in the published split of three quarters to one.

    Raises:
        DataMissingError: a file of the data set, or all of the audio, is not there.
    """
    for name in (ARRAYS, CLASSES, *PARTITIONS.values()):
        if not (folder / name).is_file():
            raise DataMissingError(f"There is no {name} in {folder}. {WHERE}")
    split = {
        key: side
        for side, name in PARTITIONS.items()
        for key in (folder / name).read_text().split()
    }
    with np.load(folder / ARRAYS) as arrays:
        heard, asked = arrays["Y_true"], arrays["Y_mask"]
    keys = _sample_keys(folder / ARRAYS)
    audio = {key: folder / "audio" / key[:3] / f"{key}.ogg" for key in keys}
    there = [at for at, key in enumerate(keys) if key in split and audio[key].is_file()]
    if not there:
        raise DataMissingError(f"None of the excerpts of OpenMIC-2018 is in {folder}. {WHERE}")
    columns: dict[str, int] = json.loads((folder / CLASSES).read_text(encoding="utf-8"))
    order = sorted(columns, key=columns.__getitem__)
    present = [keys[at] for at in there]
    return Collection(
        name="OpenMIC-2018",
        labels=tuple(order),
        exclusive=False,
        paths=tuple(audio[key] for key in present),
        targets=(heard[there] >= 0.5).astype(np.float32),
        known=asked[there].astype(np.bool_),
        groups=numbered([key.split("_")[0] for key in present]),
        split=np.array([split[key] for key in present], dtype=np.int64),
        absent=tuple(key for key in keys if key in split and not audio[key].is_file()),
    )


class _StringsOnly(pickle.Unpickler):
    """Reads the pickled list of keys and nothing else that a pickle could do."""

    def find_class(self, module: str, name: str) -> Any:
        if name in ("_reconstruct", "ndarray", "dtype") and module.split(".")[0] == "numpy":
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not part of a list of names")


def _sample_keys(file: Path) -> list[str]:
    """The published file keeps its keys as a pickled array of strings, or as plain ones."""
    with zipfile.ZipFile(file) as archive, archive.open("sample_key.npy") as member:
        version = np.lib.format.read_magic(member)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        _, _, dtype = read_header(member)
        if not dtype.hasobject:
            return [str(key) for key in np.frombuffer(member.read(), dtype=dtype)]
        try:
            return [str(key) for key in _StringsOnly(member).load()]
        except pickle.UnpicklingError as error:
            raise DataMissingError(f"{file} is not OpenMIC-2018's ({error}). {WHERE}") from error
