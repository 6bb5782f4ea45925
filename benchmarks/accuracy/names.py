"""What names add, on packs left out: ``python -m benchmarks.accuracy.names [--fit] [RECIPE]``.

Sound is judged by nets that never heard the pack, names by a rule fitted without the fold that
the pack is in. The labels of the collection come from folder names, so figures with folders are
circular to that degree: "file name alone" is the honest one where a pack sorts its sounds into
folders. ``--fit`` fits the rule to all packs and writes it to where Earmark reads it from.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.corpus import LABELS, SOUNDS, clips
from benchmarks.accuracy.figures import THRESHOLD, calibrated
from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.leaveout import Heard, left_out
from benchmarks.accuracy.pooling import balanced, fit
from benchmarks.accuracy.recipes import BUILTIN, RECIPES
from earmark_daemon.tagging.company import in_company
from earmark_daemon.tagging.evidence import (
    POOLING_FILE,
    Pooling,
    combine,
    disagrees,
    thresholds_with,
)
from earmark_daemon.tagging.folders import Folders, Witness
from earmark_daemon.tagging.names import evidence
from earmark_trainer.training import metrics

MISLED_SHARE = 0.1


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


def main() -> None:
    """Print every figure beside the blind one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", nargs="?", choices=sorted(RECIPES), default=BUILTIN)
    parser.add_argument("--fit", action="store_true", help="write the rule fitted to all packs")
    given = parser.parse_args()
    recipe = RECIPES[given.recipe]
    heard = left_out(recipe, tuple(range(len(FOLDS))))
    sounds = prepare(heard, recipe.config.target_precision)
    for line in report(sounds):
        print(line)
    if given.fit:
        everything = np.ones(len(heard.labels), dtype=bool)
        precision = recipe.config.target_precision
        rule = fit_on(sounds.heard, sounds.scores, sounds.paths, everything, precision)
        POOLING_FILE.write_text(json.dumps(rule.to_dict(), indent=2) + "\n", encoding="utf-8")


def prepare(heard: Heard, precision: float) -> Sounds:
    """Calibrate, and fit the rule once for each fold that is left out."""
    scores = calibrated(heard)
    paths = _paths()
    rules = {}
    for fold in range(len(FOLDS)):
        others = heard.folds != fold
        rules[fold] = fit_on(heard, scores, paths, others, precision)
    return Sounds(heard, scores, paths, rules)


def fit_on(
    heard: Heard,
    scores: npt.NDArray[np.float64],
    paths: list[str],
    use: npt.NDArray[np.bool_],
    precision: float,
) -> Pooling:
    """The rule for these clips, as named below their pack's own folder."""
    names = [evidence(_below_pack(paths[place])) for place in np.flatnonzero(use)]
    weights = balanced(heard.packs[use], heard.labels[use])
    return fit(scores[use], names, heard.labels[use], weights, precision)


def report(sounds: Sounds) -> Iterator[str]:
    """A line for each way in which the clips may be named."""
    random = np.random.default_rng(0)
    flat = [_flat(path) for path in sounds.paths]
    strangers = random.permutation(len(flat))
    shuffled = [_in_folder_of(flat[i], flat[s]) for i, s in enumerate(strangers)]
    misled = random.random(len(flat)) < MISLED_SHARE
    misled &= sounds.heard.labels != sounds.heard.labels[strangers]
    misleading = [s if m else own for own, s, m in zip(flat, shuffled, misled, strict=True)]
    everything = np.ones(len(flat), dtype=bool)
    blind = judged(sounds, [""] * len(flat))
    yield _line("blind", sounds, blind, everything)
    in_packs = judged(sounds, _nameless(sounds.heard.packs.tolist()))
    yield _line("nameless, pack by pack", sounds, in_packs, everything)
    in_folders = judged(sounds, _nameless([os.path.dirname(path) for path in sounds.paths]))
    yield _line("nameless, in its folder", sounds, in_folders, everything)
    yield _line("file name alone", sounds, judged(sounds, _names_alone(sounds)), everything)
    below = judged(sounds, [_below_pack(path) for path in sounds.paths])
    yield _line("and folders in the pack", sounds, below, everything)
    yield _line("and the pack's folder", sounds, judged(sounds, sounds.paths), everything)
    yield _line("names shuffled", sounds, judged(sounds, shuffled), everything)
    unchecked = judged(sounds, shuffled, trusting=True)
    yield _line("the same, all believed", sounds, unchecked, everything)
    some = judged(sounds, misleading)
    yield _line("a tenth misleading", sounds, some, everything)
    yield _line("of these: the misled", sounds, some, misled)
    yield _line("the misled, blind", sounds, blind, misled)


def judged(sounds: Sounds, paths: list[str], *, trusting: bool = False) -> Outcome:
    """Judge the clips under these names as the daemon does once it has heard each folder.

    Args:
        sounds: the clips.
        paths: what they are called; the empty one hides name and folder.
        trusting: never doubt a folder's names.
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
                rows[place] = _judged(file, view.kind, believed, rule)
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
    doubted = disagrees(file.scores, file.clues, thresholds, rule)
    return LABELS.index(best), pooled[best], pooled[best] >= lowest, doubted


def _line(name: str, sounds: Sounds, outcome: Outcome, use: npt.NDArray[np.bool_]) -> str:
    labels, best = sounds.heard.labels[use], outcome.best[use]
    given, doubted = outcome.given[use], outcome.disagreed[use]
    right = best == labels
    recall = metrics.mean_recall(metrics.confusion(best, labels, len(LABELS)))
    return (
        f"{name:<24} mean recall {recall:.3f}, right {right.mean():.3f}, "
        f"calibration error {metrics.calibration_error(outcome.score[use], right):.3f}, "
        f"tagged {given.mean():.3f} and right {right[given].mean():.3f}, "
        f"to review {(doubted | ~given).mean():.3f}, "
        f"wrong and unnoticed {(given & ~right & ~doubted).mean():.3f}"
    )


def _paths() -> list[str]:
    """The makers' paths in the order of `left_out`'s answers."""
    with (SOUNDS / "index.csv").open(newline="", encoding="utf-8") as file:
        original = {row["path"]: row["original"] for row in csv.DictReader(file)}
    found = clips()
    return [original[clip.path] for packs in FOLDS for clip in found if clip.pack in packs]


def _below_pack(path: str) -> str:
    return path.partition("/")[2]


def _names_alone(sounds: Sounds) -> list[str]:
    """File names in one folder a pack, whose name says nothing."""
    folders = _nameless(sounds.heard.packs.tolist())
    return [
        os.path.join(os.path.dirname(folder), os.path.basename(path))
        for folder, path in zip(folders, sounds.paths, strict=True)
    ]


def _nameless(folders: list[str]) -> list[str]:
    """Files without a name, in folders whose names say nothing."""
    return [f"{number}/-" for number in np.unique(folders, return_inverse=True)[1].tolist()]


def _flat(path: str) -> str:
    """A pack without folders, whose file names say what the folders said."""
    pack, _, below = path.partition("/")
    return f"{pack}/{below.replace('/', ' ')}"


def _in_folder_of(path: str, name: str) -> str:
    return f"{os.path.dirname(path)}/{os.path.basename(name)}"


if __name__ == "__main__":
    main()
