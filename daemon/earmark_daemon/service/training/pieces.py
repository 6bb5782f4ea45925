"""What worker processes do for training on this machine, in pieces that take a second at most.

They read the index themselves, so that no embedding passes through the daemon.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.learning import words
from earmark_daemon.learning.copies import near_pairs
from earmark_daemon.learning.dataset import Dataset, dataset_of, load, save
from earmark_daemon.learning.evaluate import (
    CURVE,
    FEWEST,
    Answers,
    Judged,
    answers_of_fold,
    curve_at,
    judge,
    merged,
)
from earmark_daemon.learning.examples import Examples
from earmark_daemon.learning.folds import FOLDS
from earmark_daemon.learning.head import fit_head
from earmark_db.errors import IndexFault
from earmark_db.index import Index

T = TypeVar("T")

BACKGROUND = 2000
"""How many unlabelled sounds stand for the library."""

_SAME = 0.98
"""Cosine from which on two sounds that were labelled differently are shown to a person."""
_MOST_PAIRS = 20
_DATA = "dataset.npz"


@dataclass(frozen=True)
class Prepared:
    """What there is to learn from.

    Attributes:
        labels: the tags that can be learnt.
        left_out: tag to the reason why it cannot.
        curve: the points of the learning curve that can be measured.
    """

    labels: tuple[str, ...]
    left_out: dict[str, str]
    curve: tuple[int, ...]

    @property
    def steps(self) -> int:
        """How many pieces the work has: folds, points of the curve, and the model itself."""
        return FOLDS + len(self.curve) + 1


def prepare(index: str, examples: Examples, backbone: str, folder: str) -> Prepared:
    """Gather a data set and keep it in the job's folder.

    Raises:
        EarmarkError: there is not enough to learn anything from.
    """
    data = gathered(index, examples, backbone)
    distinct = data.distinct()
    left_out = {tag: words.too_few(n) for tag, n in distinct.items() if n < FEWEST}
    labels = tuple(tag for tag in data.labels if tag not in left_out)
    data = data.only(labels)
    if not labels or (data.exclusive and len(labels) < 2):
        raise _nothing_to_learn(left_out)
    if not data.exclusive and len(data.background) < FEWEST and data.targets.all(axis=0).any():
        raise fail(
            "nothing-beside",
            "There is nothing to tell these sounds from: no other sound has been heard.",
            "Label sounds that are something else, or let Earmark hear more of your library.",
        )
    save(data, Path(folder) / _DATA)
    most = max(distinct[label] for label in labels)
    return Prepared(labels, left_out, tuple(n for n in CURVE if n <= most * (FOLDS - 1) / FOLDS))


def answer(folder: str, fold: int) -> Answers:
    """What a head says of the sounds of one fold, which were kept from it."""
    return answers_of_fold(load(Path(folder) / _DATA), fold)


def curve(folder: str, examples: int) -> dict[str, float]:
    """One point of the learning curve."""
    return curve_at(load(Path(folder) / _DATA), examples)


@dataclass(frozen=True)
class About:
    """What the model file says beside what was learnt.

    Attributes:
        name: of the model.
        backbone: digest of the model whose embedding it reads.
        frontend: of that.
        made_with: version of Earmark.
    """

    name: str
    backbone: str
    frontend: Mapping[str, Any]
    made_with: str


def finish(
    folder: str,
    about: About,
    parts: Sequence[Answers],
    points: Mapping[str, Mapping[str, float]],
    target: str,
) -> dict[str, str]:
    """Judge, fit the head to everything and write it; tag to reason for those left out.

    Raises:
        EarmarkError: no tag is told apart better than by chance.
    """
    from earmark_daemon.learning.headfile import Description, write_head

    data = load(Path(folder) / _DATA)
    data, judged, left_out = _tellable(data, merged(list(parts)))
    head = fit_head(data).cooled(judged.temperature)
    curve_left = {
        n: {tag: score for tag, score in scores.items() if tag in data.labels}
        for n, scores in points.items()
    }
    metrics = {
        **judged.metrics,
        "learning_curve": curve_left,
        "most_wanted": words.most_wanted(judged.metrics, curve_left),
        "left_out": left_out,
    }
    training = {
        "architecture": "head",
        "examples": len(data.contents),
        "background": len(data.background),
        "validation": f"{FOLDS}-fold, near-copies together",
        "earmark": about.made_with,
    }
    said = Description(
        name=about.name,
        tag_set=data.tag_set,
        labels=data.labels,
        thresholds=judged.thresholds,
        backbone=about.backbone,
        frontend=about.frontend,
        metrics=metrics,
        training=training,
    )
    write_head(head, said, Path(target))
    return left_out


def _tellable(data: Dataset, answers: Answers) -> tuple[Dataset, Judged, dict[str, str]]:
    """Leave out tags that are no better than chance, until none is."""
    left_out: dict[str, str] = {}
    judged = judge(data, answers)
    while judged.untellable:
        left_out.update(dict.fromkeys(judged.untellable, words.UNTELLABLE))
        labels = tuple(tag for tag in data.labels if tag not in left_out)
        if not labels or (data.exclusive and len(labels) < 2):
            raise _nothing_to_learn(left_out)
        columns = [data.labels.index(label) for label in labels]
        data = data.only(labels)
        if data.exclusive:
            answers = merged([answers_of_fold(data, fold) for fold in range(FOLDS)])
        else:
            answers = Answers(answers.logits[:, columns], answers.background[:, columns])
        judged = judge(data, answers)
    return data, judged, left_out


def _nothing_to_learn(left_out: Mapping[str, str]) -> EarmarkError:
    reasons = "; ".join(f"“{tag}”: {why}" for tag, why in sorted(left_out.items()))
    return fail(
        "too-few-examples",
        f"There is no tag that could be learnt. {reasons}".strip(),
        "Label more sounds: earmark label FILE --add TAG, and see: earmark tags overview",
    )


def grouped(index: str, examples: Examples, backbone: str) -> Examples:
    """The examples with near-copies in one group."""
    data = gathered(index, examples, backbone, background=0)
    names = [data.contents[group] for group in data.groups]
    return examples.grouped(dict(zip(data.contents, names, strict=True)))


def overview(
    index: str, examples: Examples, backbone: str, paths: Mapping[str, str]
) -> dict[str, Any]:
    """What is there to learn from, in numbers and in words; see `Requests.dataset_overview`."""
    data = gathered(index, examples, backbone, background=0)
    counts, distinct = examples.counts(), data.distinct()
    tags = [
        {
            "tag": tag,
            "yes": count["yes"],
            "no": count["no"],
            "strength": words.strength(distinct[tag]),
            "enough": distinct[tag] >= FEWEST,
            "advice": words.advice(tag, distinct[tag]),
        }
        for tag, count in counts.items()
    ]
    warnings = [*_imbalance(counts), *_contradictions(data, paths), *_copies(data, paths)]
    return {
        "tag_set": examples.tag_set,
        "exclusive": examples.exclusive,
        "tags": tags,
        "warnings": warnings,
    }


def _imbalance(counts: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    text = words.imbalance(counts)
    return [{"kind": "imbalance", "text": text, "paths": []}] if text else []


def _contradictions(data: Dataset, paths: Mapping[str, str]) -> list[dict[str, Any]]:
    found = []
    for one, other in near_pairs(data.embeddings, _SAME):
        tag = _contradicted(data, one, other)
        pair = [paths.get(data.contents[row], "") for row in (one, other)]
        if tag is None or not all(pair):
            continue
        names = (os.path.basename(pair[0]), os.path.basename(pair[1]))
        text = words.contradiction(names, tag)
        found.append({"kind": "contradiction", "text": text, "paths": pair})
        if len(found) == _MOST_PAIRS:
            break
    return found


def _contradicted(data: Dataset, one: int, other: int) -> str | None:
    """The tag of which one thing was said of one sound, and the contrary of the other."""
    both = data.known[one] & data.known[other] & (data.targets[one] != data.targets[other])
    columns = np.flatnonzero(both)
    return data.labels[columns[0]] if len(columns) else None


def _copies(data: Dataset, paths: Mapping[str, str]) -> list[dict[str, Any]]:
    """One warning for each tag in which near-copies stand for more than they are."""
    found = []
    for column, tag in enumerate(data.labels):
        rows = np.flatnonzero(data.targets[:, column] > 0)
        groups, sizes = np.unique(data.groups[rows], return_counts=True)
        extra = int(len(rows) - len(groups))
        if extra == 0:
            continue
        alike = rows[np.isin(data.groups[rows], groups[sizes > 1])]
        of = [paths[data.contents[row]] for row in alike if data.contents[row] in paths]
        text = words.near_copies(tag, len(rows), extra)
        found.append({"kind": "near-duplicates", "text": text, "paths": of[:_MOST_PAIRS]})
    return found


def gathered(
    index: str, examples: Examples, backbone: str, background: int = BACKGROUND
) -> Dataset:
    """What people said, with embeddings, and so many unlabelled sounds at most beside it."""

    def read(own: Index) -> tuple[dict[str, bytes], list[bytes]]:
        contents = [item.content for item in examples.items]
        return (
            own.examples.embeddings(contents, backbone),
            own.examples.background(examples.tag_set, backbone, background),
        )

    known, beside = reading(index, read)
    vectors = {content: vector(blob) for content, blob in known.items()}
    size = len(next(iter(vectors.values()))) if vectors else 0
    library = np.zeros((0, size), dtype=np.float32)
    if beside and vectors:
        library = np.stack([vector(blob) for blob in beside])
    return dataset_of(examples, vectors, library)


def reading(path: str, what: Callable[[Index], T]) -> T:
    """What is read from the index at this path, by a connection of its own."""
    try:
        index = Index.for_reading(Path(path))
        try:
            return what(index)
        finally:
            index.close()
    except IndexFault as fault:
        raise EarmarkError(Problem(fault.code, fault.message, fault.advice)) from fault


def vector(blob: bytes) -> npt.NDArray[np.float32]:
    """An embedding as it is stored, as numbers."""
    return np.frombuffer(blob, dtype=np.float16).astype(np.float32)
