"""A training on this machine in pieces that take seconds at most, each done in a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.learning import words
from earmark_daemon.learning.dataset import Dataset, load, save
from earmark_daemon.learning.evaluate import CURVE, Answers, answers_of_fold, curve_at, merged
from earmark_daemon.learning.examples import Examples
from earmark_daemon.learning.folds import FOLDS
from earmark_daemon.learning.head import fit_head
from earmark_daemon.learning.judging import FEWEST, Judged, judge
from earmark_daemon.service.training.gathering import gathered_with_fellows
from earmark_daemon.tag_names import MOST

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
    data = gathered_with_fellows(index, examples, backbone)
    distinct = data.distinct()
    left_out = {tag: words.too_few(n) for tag, n in distinct.items() if n < FEWEST}
    enough = {tag: n for tag, n in distinct.items() if tag not in left_out}
    left_out |= words.no_place(enough, MOST)
    labels = tuple(tag for tag in data.labels if tag not in left_out)
    data = data.only(labels)
    if not labels or (data.exclusive and len(labels) < 2):
        raise _nothing_to_learn(left_out)
    everywhere = ((data.targets > 0) | ~data.known).all(axis=0)
    if not data.exclusive and len(data.background) < FEWEST and everywhere.any():
        raise words.nothing_beside()
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
    head = fit_head(data).calibrated(judged.temperature, judged.shift)
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
    reasons = [f"“{tag}”: {why}." for tag, why in sorted(left_out.items())]
    return fail(
        "too-few-examples",
        " ".join(("There is no tag that could be learnt.", *reasons)),
        "Label more sounds: earmark label FILE --add TAG, and see: earmark tags overview",
    )
