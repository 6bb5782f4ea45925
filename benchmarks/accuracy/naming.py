"""Clips of packs left out, judged as the daemon would under any names one likes to give them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.corpus import LABELS, clips, originals
from benchmarks.accuracy.figures import THRESHOLD
from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.leaveout import Heard
from earmark_daemon.tagging.company import in_company
from earmark_daemon.tagging.evidence import Pooling, combine, disagreement, thresholds_with
from earmark_daemon.tagging.families import families_of
from earmark_daemon.tagging.folders import Folders, Witness
from earmark_daemon.tagging.names import evidence


@dataclass(frozen=True)
class Sounds:
    """What is judged, a row a clip.

    Attributes:
        heard: what nets said that never heard the pack.
        scores: the same, calibrated by the other folds.
        paths: as the makers of the packs named them, from the pack's folder on.
        rules: fold to the rule that was fitted to the other folds.
    """

    heard: Heard
    scores: npt.NDArray[np.float64]
    paths: list[str]
    rules: dict[int, Pooling]


@dataclass(frozen=True)
class Outcome:
    """What names and sound said together, a row a clip.

    Attributes:
        best: the label with the highest score.
        score: that score.
        given: whether it reached its threshold, so that the tag is given.
        disagreed: whether names alone and sound alone would each have given another.
    """

    best: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    given: npt.NDArray[np.bool_]
    disagreed: npt.NDArray[np.bool_]


def judged(
    sounds: Sounds, paths: list[str], *, trusting: bool = False, company: bool = True
) -> Outcome:
    """Judge the clips under these names as the daemon does once it has heard each folder.

    Args:
        sounds: the clips.
        paths: what they are called; an empty one hides name and folder.
        trusting: never doubt a folder's names.
        company: whether a folder's other sounds count.
    """
    rows: dict[int, tuple[int, float, bool, bool]] = {}
    for fold, rule in sounds.rules.items():
        places = np.flatnonzero(sounds.heard.folds == fold).tolist()
        for folder, some in _by_folder(places, paths):
            files = {place: _witness(sounds, place, paths[place]) for place in some}
            folders = Folders(rule)
            folders.remember(folder, [file for file in files.values() if file.path])
            view = folders.view(folder)
            believed = trusting or view.believed
            for place, file in files.items():
                kind = view.kind_of(file.path) if company else None
                rows[place] = _judged(file, kind, believed, rule)
    best, score, given, disagreed = zip(*(rows[place] for place in sorted(rows)), strict=True)
    return Outcome(np.array(best), np.array(score), np.array(given), np.array(disagreed))


def _by_folder(places: list[int], paths: list[str]) -> Iterator[tuple[str, Iterator[int]]]:
    def folder_of(place: int) -> str:
        return os.path.dirname(paths[place])

    return groupby(sorted(places, key=folder_of), key=folder_of)


def _witness(sounds: Sounds, place: int, path: str) -> Witness:
    content = hashlib.sha256(sounds.paths[place].encode()).hexdigest()
    scores = dict(zip(LABELS, sounds.scores[place].tolist(), strict=True))
    return Witness(path, content, scores, evidence(path))


def _judged(
    file: Witness, kind: str | None, believed: bool, rule: Pooling
) -> tuple[int, float, bool, bool]:
    counted = file.clues if believed else ()
    pooled = in_company(combine(file.scores, counted, rule), kind)
    best = max(pooled, key=lambda label: pooled[label])
    thresholds = dict.fromkeys(LABELS, THRESHOLD)
    lowest = thresholds_with(thresholds, counted, rule)[best]
    doubted = disagreement(file.scores, file.clues, thresholds, rule) is not None
    return LABELS.index(best), pooled[best], pooled[best] >= lowest, doubted


def makers_paths() -> list[str]:
    """The makers' paths in the order of `left_out`'s answers."""
    original = originals()
    found = clips()
    return [original[clip.path] for packs in FOLDS for clip in found if clip.pack in packs]


def below_pack(path: str) -> str:
    """The path without the pack's own folder."""
    return path.partition("/")[2]


def names_alone(sounds: Sounds) -> list[str]:
    """File names in one folder a pack, whose name says nothing."""
    folders = nameless(sounds.heard.packs)
    return [
        os.path.join(os.path.dirname(folder), os.path.basename(path))
        for folder, path in zip(folders, sounds.paths, strict=True)
    ]


def folders_of(paths: list[str]) -> npt.NDArray[np.str_]:
    """The folder that each file lies in."""
    return np.array([os.path.dirname(path) for path in paths])


def nameless(folders: npt.NDArray[np.str_]) -> list[str]:
    """Files without a name, in folders whose names say nothing."""
    return [f"{number}/-" for number in np.unique(folders, return_inverse=True)[1].tolist()]


def veiled(paths: list[str], folders: npt.NDArray[np.str_]) -> list[str]:
    """Files in nameless folders, whose names keep their words apart and mean nothing."""
    codes: dict[str, str] = {}
    names = []
    for path in paths:
        words = families_of(path)[:1]
        told = [codes.setdefault(word, _code(len(codes))) for family in words for word in family]
        names.append("_".join(told))
    return [
        os.path.join(os.path.dirname(own), name or "-")
        for own, name in zip(nameless(folders), names, strict=True)
    ]


def _code(number: int) -> str:
    """A word of no language."""
    return "zq" + "".join("bdfghjklmn"[int(digit)] for digit in str(number))


def flat(path: str) -> str:
    """A pack without folders, whose file names say what the folders said."""
    pack, _, below = path.partition("/")
    return f"{pack}/{below.replace('/', ' ')}"


def in_folder_of(path: str, name: str) -> str:
    """A path with the file name of another."""
    return f"{os.path.dirname(path)}/{os.path.basename(name)}"
