"""Eight tags as a musician might have them, on packs that the net has never heard.

Machine of origin, articulation, playing style: read off the paths that the makers gave their files.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.corpus import SOUNDS, Clip
from benchmarks.accuracy.folds import FOLDS
from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.evaluate import answers_of_fold, merged
from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.learning.folds import FOLDS as GROUPS
from earmark_daemon.learning.head import fit_head
from earmark_daemon.learning.judging import Judged, judge
from earmark_trainer.training.metrics import pr_auc

Array = npt.NDArray[Any]
Scorer = Callable[[Dataset, Array], Array]
"""From what was labelled, and embeddings to judge, to scores ``[N, L]``."""


@dataclass(frozen=True)
class Personal:
    """One tag: the sounds of a pack whose original path holds a word."""

    tag: str
    kind: str
    pack: str
    word: str


TAGS: dict[int, tuple[Personal, ...]] = {
    1: (
        Personal("LinnDrum LM-2", "machine", "oramics-pd", "/LM-2/"),
        Personal("CR-78", "machine", "oramics-pd", "/CR-78/"),
        Personal("trill", "articulation", "philharmonia", "-trill"),
        Personal("harmonics", "articulation", "philharmonia", "harmonics"),
    ),
    2: (
        Personal("808", "machine", "libre-sample-pack", "/808/"),
        Personal("bowed bass", "playing style", "dsmolken-double-bass", "/arco/"),
        Personal("held tuba", "articulation", "war-tuba", "_sus_"),
        Personal("soft sax", "playing style", "weresax", "_p_"),
    ),
}
"""By fold: the tags whose packs that fold leaves out."""

FEWEST_TESTED = 5


@dataclass(frozen=True)
class Unheard:
    """The clips that a fold's net has never heard.

    Attributes:
        embeddings: ``[N, D]``.
        truth: which clip carries which tag, bool ``[N, L]``.
        tags: in the order of the columns.
        fellows: who is heard together with each; None where each is heard by itself.
    """

    embeddings: npt.NDArray[np.float32]
    truth: npt.NDArray[np.bool_]
    tags: tuple[Personal, ...]
    fellows: Fellows | None = None


def unheard(clips: list[Clip], embeddings: npt.NDArray[np.float32], fold: int) -> Unheard:
    """The fold's clips and which of its tags they carry."""
    with (SOUNDS / "index.csv").open(newline="", encoding="utf-8") as file:
        originals = {row["path"]: row["original"] for row in csv.DictReader(file)}
    rows = [row for row, clip in enumerate(clips) if clip.pack in FOLDS[fold]]
    truth = [
        [clips[r].pack == tag.pack and tag.word in originals[clips[r].path] for tag in TAGS[fold]]
        for r in rows
    ]
    return Unheard(embeddings[rows], np.array(truth, dtype=np.bool_), TAGS[fold])


def labelled(own: Unheard, chosen: Array, background: Array) -> Dataset:
    """The data set of somebody who labelled these clips, with others lying unlabelled beside."""
    count = len(chosen)
    return Dataset(
        contents=tuple(str(number) for number in chosen),
        embeddings=own.embeddings[chosen],
        targets=own.truth[chosen].astype(np.float32),
        known=np.ones((count, own.truth.shape[1]), dtype=np.bool_),
        groups=np.arange(count),
        labels=tuple(tag.tag for tag in own.tags),
        tag_set="own",
        exclusive=False,
        background=own.embeddings[background],
        fellows=own.fellows and own.fellows.rows(chosen),
        background_fellows=own.fellows and own.fellows.rows(background),
    )


def average_precisions(
    own: Unheard, examples: int, scorer: Scorer, seeds: Iterable[int] = range(10)
) -> npt.NDArray[np.float64]:
    """Average precision of each tag ``[L]``, the mean over draws of so many examples.

    What is not drawn is halved: each half is judged while the other lies unlabelled in the library.
    A tag that has too few sounds for that is NaN, and the others' examples stand beside as many of
    its own as can be spared.
    """
    most = own.truth.sum(axis=0) - FEWEST_TESTED
    found: list[list[float]] = []
    for seed in seeds:
        random = np.random.default_rng(seed)
        chosen = np.concatenate(
            [
                random.permutation(np.flatnonzero(column))[: min(examples, spared)]
                for column, spared in zip(own.truth.T, most, strict=True)
            ]
        )
        rest = random.permutation(np.setdiff1d(np.arange(len(own.truth)), chosen))
        halves = np.array_split(rest, 2)
        for judged, background in (halves, halves[::-1]):
            scores = scorer(labelled(own, chosen, background), own.embeddings[judged])
            found.append([pr_auc(s, t) for s, t in zip(scores.T, own.truth[judged].T, strict=True)])
    means = np.nanmean(np.array(found), axis=0)
    return np.where(most >= examples, means, np.nan)


Chooser = Callable[[Dataset, Array, int], Array]
"""From what is labelled and the embeddings of the rest: numbers of those to label next."""
FIRST, STEP, ROUNDS = 3, 8, 4


def chosen_by(
    own: Unheard, chooser: Chooser, seeds: Iterable[int] = range(10)
) -> npt.NDArray[np.float64]:
    """Mean average precision ``[seeds, ROUNDS + 1]``, first with `FIRST` examples a tag, then after
    each round in which `STEP` sounds were labelled that the chooser named.

    Half of the clips are there to be chosen from, the other half judges.
    """
    found: list[list[float]] = []
    for seed in seeds:
        random = np.random.default_rng(seed)
        chosen = np.concatenate(
            [random.permutation(np.flatnonzero(column))[:FIRST] for column in own.truth.T]
        )
        rest = random.permutation(np.setdiff1d(np.arange(len(own.truth)), chosen))
        judged, pool = np.array_split(rest, 2)
        found.append([])
        for turn in range(ROUNDS + 1):
            data = labelled(own, chosen, pool)
            scores = fit_head(data).logits(own.embeddings[judged])
            precisions = [pr_auc(s, t) for s, t in zip(scores.T, own.truth[judged].T, strict=True)]
            found[-1].append(float(np.nanmean(precisions)))
            if turn < ROUNDS:
                named = chooser(data, own.embeddings[pool], STEP)
                chosen = np.concatenate([chosen, pool[named]])
                pool = np.delete(pool, named)
    return np.array(found)


def left_out_share(
    wide: list[Unheard], *, real: bool, seeds: int = 10, examples: int = 10
) -> float:
    """How often a tag of ten examples is left out as untellable.

    Args:
        wide: the clips.
        real: the personal tags; else tags that were given to sounds by chance.
        seeds: how many draws.
        examples: of each tag.
    """
    told = []
    for own in wide:
        for seed in range(seeds):
            random = np.random.default_rng(seed)
            truth = own.truth if real else np.array([random.permutation(c) for c in own.truth.T]).T
            chosen, rest = _divided(truth, examples, random)
            data = labelled(replace(own, truth=truth), chosen, rest)
            told.append(len(_judged(data).untellable) / len(data.labels))
    return float(np.mean(told))


def found_and_right(
    wide: list[Unheard], examples: int, seeds: int = 10
) -> tuple[float, float, float]:
    """Of each tag's sounds the share that gets it, of those that get it the share that is right,
    and the mean F1, at the thresholds that Earmark chooses: means over tags and draws.

    Half of what is not labelled lies in the library, the other half is judged.
    """
    figures = []
    for own in wide:
        for seed in range(seeds):
            chosen, rest = _divided(own.truth, examples, np.random.default_rng(seed))
            judged, background = np.array_split(rest, 2)
            data = labelled(own, chosen, background)
            said = _judged(data)
            head = fit_head(data).calibrated(said.temperature, said.shift)
            thresholds = np.array([said.thresholds[label] for label in data.labels])
            beside = own.fellows and own.fellows.rows(judged)
            given = head.scores(own.embeddings[judged], beside) >= thresholds
            truth = own.truth[judged]
            enough = truth.any(axis=0) & (own.truth.sum(axis=0) >= examples + FEWEST_TESTED)
            hits, there = (given & truth).sum(axis=0)[enough], truth.sum(axis=0)[enough]
            all_given = given.sum(axis=0)[enough]
            right = np.where(all_given > 0, hits / np.maximum(all_given, 1), np.nan)
            figures += list(
                np.stack([hits / there, right, 2.0 * hits / (all_given + there)], axis=1)
            )
    found, right, f1 = np.nanmean(figures, axis=0)
    return float(found), float(right), float(f1)


def _divided(truth: Array, examples: int, random: np.random.Generator) -> tuple[Array, Array]:
    """Numbers of so many sounds of each tag, and of all others in a random order."""
    chosen = np.unique(
        np.concatenate([random.permutation(np.flatnonzero(c))[:examples] for c in truth.T])
    )
    return chosen, random.permutation(np.setdiff1d(np.arange(len(truth)), chosen))


def _judged(data: Dataset) -> Judged:
    return judge(data, merged([answers_of_fold(data, fold) for fold in range(GROUPS)]))
