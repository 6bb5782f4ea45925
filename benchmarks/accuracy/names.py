"""What names and folders add, on packs left out: ``python -m benchmarks.accuracy.names [--fit]``.

Sound is judged by nets that never heard the pack, names by a rule fitted without the fold that
the pack is in. Writes `docs/NAMES.md`. ``--fit`` also fits the rule to all packs and writes it to
where Earmark reads it from.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy import names_page
from benchmarks.accuracy.figures import calibrated
from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.leaveout import Heard, left_out
from benchmarks.accuracy.names_rows import Row, row
from benchmarks.accuracy.naming import (
    Sounds,
    below_pack,
    flat,
    folders_of,
    in_folder_of,
    judged,
    makers_paths,
    nameless,
    names_alone,
    veiled,
)
from benchmarks.accuracy.pooling import balanced, fit
from benchmarks.accuracy.recipes import BUILTIN, RECIPES
from earmark_daemon.tagging.evidence import POOLING_FILE, Pooling
from earmark_daemon.tagging.names import evidence

MISLED_SHARE = 0.1


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="write the rule fitted to all packs")
    given = parser.parse_args()
    recipe = RECIPES[BUILTIN]
    heard = left_out(recipe, tuple(range(len(FOLDS))))
    sounds = prepare(heard, recipe.config.target_precision)
    names_page.write(list(report(sounds)))
    if given.fit:
        everything = np.ones(len(heard.labels), dtype=bool)
        precision = recipe.config.target_precision
        rule = fit_on(sounds.heard, sounds.scores, sounds.paths, everything, precision)
        POOLING_FILE.write_text(json.dumps(rule.to_dict(), indent=2) + "\n", encoding="utf-8")


def prepare(heard: Heard, precision: float) -> Sounds:
    """Calibrate, and fit the rule once for each fold that is left out."""
    scores = calibrated(heard)
    paths = makers_paths()
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
    names = [evidence(below_pack(paths[place])) for place in np.flatnonzero(use)]
    weights = balanced(heard.packs[use], heard.labels[use])
    return fit(scores[use], names, heard.labels[use], weights, precision)


def report(sounds: Sounds) -> Iterator[Row]:
    """A row for each way in which the clips may be named."""
    heard, paths = sounds.heard, sounds.paths
    blind = judged(sounds, [""] * len(paths))
    alone, below = names_alone(sounds), [below_pack(path) for path in paths]
    yield row("sound alone", heard, blind)
    yield row("in its pack, all names hidden", heard, judged(sounds, nameless(heard.packs)))
    in_pack = judged(sounds, veiled(paths, heard.packs))
    yield row("in its pack, under names that mean nothing", heard, in_pack)
    in_folders = judged(sounds, nameless(folders_of(paths)))
    yield row("in its folder, all names hidden", heard, in_folders)
    in_folders = judged(sounds, veiled(paths, folders_of(paths)))
    yield row("in its folder, under names that mean nothing", heard, in_folders)
    yield row("file name, by itself", heard, judged(sounds, alone, company=False))
    yield row("file name, in its pack", heard, judged(sounds, alone))
    yield row("file name and folders, by itself", heard, judged(sounds, below, company=False))
    yield row("file name and folders", heard, judged(sounds, below))
    yield row("and the pack's own name", heard, judged(sounds, paths))
    yield from _wrong_names(sounds)


def _wrong_names(sounds: Sounds) -> Iterator[Row]:
    """Names of other sounds of the collection, for all clips of a pack and for some."""
    heard, own = sounds.heard, [flat(path) for path in sounds.paths]
    random = np.random.default_rng(0)
    strangers = random.permutation(len(own))
    shuffled = [in_folder_of(own[i], own[s]) for i, s in enumerate(strangers)]
    yield row("all names shuffled", heard, judged(sounds, shuffled))
    believed = judged(sounds, shuffled, trusting=True)
    yield row("all names shuffled, and believed", heard, believed)
    misled = random.random(len(own)) < MISLED_SHARE
    misled &= heard.labels != heard.labels[strangers]
    some = [s if m else o for o, s, m in zip(own, shuffled, misled, strict=True)]
    outcome = judged(sounds, some)
    yield row("one name in ten misleading", heard, outcome)
    yield row("those that are misleading", heard, outcome, misled)


if __name__ == "__main__":
    main()
