"""IDMT-SMT-Audio-Effects: 55,044 notes and chords of guitar and bass through twelve effects.

The file names tell all: ``B11-28100-3311-00625.wav`` is instrument and playing style, then the
note, then effect group, effect (two digits) and setting, then a running number.
"""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.papers.loaders.collection import (
    Collection,
    DataMissingError,
    audio_below,
    exclusive_collection,
    numbered,
    split_by_group,
)

EFFECTS = {
    "11": "no effect",
    "12": "no effect, amplifier",
    "21": "feedback delay",
    "22": "slapback delay",
    "23": "reverb",
    "31": "chorus",
    "32": "flanger",
    "33": "phaser",
    "34": "tremolo",
    "35": "vibrato",
    "41": "distortion",
    "42": "overdrive",
}
WHERE = (
    "IDMT-SMT-Audio-Effects (Stein et al. 2010) is published by Fraunhofer IDMT, also on Zenodo, "
    "record 7544032: folders such as 'Gitarre monophon' with Samples and Lists inside."
)
PARTS = (7, 1, 2)
"""The paper says nothing of its split; notes are kept whole, with all of their effects."""

_NAME = re.compile(r"(?P<played>[BGP]\d\d-\d{5})-\d(?P<effect>\d\d)\d-\d{5}", re.ASCII)


def load(folder: Path, seed: int = 1) -> Collection:
    """Every sample whose name follows the scheme.

    Raises:
        DataMissingError: there is none.
    """
    files: list[tuple[Path, str]] = []
    played: list[str] = []
    for path in audio_below(folder):
        name = _NAME.fullmatch(path.stem)
        if name is None or name["effect"] not in EFFECTS:
            continue
        files.append((path, EFFECTS[name["effect"]]))
        played.append(name["played"])
    if not files:
        raise DataMissingError(f"There are no samples of IDMT-SMT in {folder}. {WHERE}")
    split = split_by_group(numbered(played), PARTS, seed)
    return exclusive_collection("IDMT-SMT-Audio-Effects", files, played, split)


def absent_effects(collection: Collection) -> tuple[str, ...]:
    """The effects of the twelve that no sample has; a part of the data set is then missing."""
    return tuple(effect for effect in EFFECTS.values() if effect not in collection.labels)
