"""What more packs would give, and what more sounds of the same packs: measured with fewer of them.

python -m benchmarks.accuracy.more_packs      # needs ../shared; half an hour or more on two cores

Short trainings of the built-in model's recipe, all of them as long, by what they may learn from:
all packs but those that are left out for judging, a half of them, a quarter; all packs with a half
of the takes of each; or all without treated copies, or without synthesised sounds. Judged as ever,
on the packs of the fold.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.accuracy.figures import figures
from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.leaveout import heard_of, judged
from benchmarks.accuracy.pictures import SYNTHESISED, Pictures, pictures
from benchmarks.accuracy.recipes import BUILTIN, RECIPES, dataset
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_trainer.architectures.compact import compact
from earmark_trainer.export import restored
from earmark_trainer.training.loop import train
from earmark_trainer.training.predicting import predict

EPOCHS = 16
TRIES = 10_000


@dataclass(frozen=True)
class Portion:
    """How much of what there is may be learnt from; shares of 0 to 1."""

    packs: float = 1.0
    takes: float = 1.0
    copies: bool = True
    synthesised: bool = True

    def __str__(self) -> str:
        without = [] if self.copies else [", no treated copies"]
        without += [] if self.synthesised else [", no synthesised sounds"]
        shares = f"{self.packs:.0%} of the packs, {self.takes:.0%} of the takes of each"
        return shares + "".join(without)


PORTIONS = (
    Portion(),
    Portion(packs=0.5),
    Portion(packs=0.25),
    Portion(takes=0.5),
    Portion(copies=False),
    Portion(synthesised=False),
)


def in_portion(found: Pictures, fold: int, portion: Portion) -> npt.NDArray[np.bool_]:
    """Which pictures are left to learn from, ``[N]``; synthesised ones always are.

    Every label keeps a pack: packs are drawn until that is so.

    Raises:
        ValueError: no such portion keeps every label.
    """
    random = np.random.default_rng(fold)
    made = found.packs == SYNTHESISED
    open_to = ~np.isin(found.packs, FOLDS[fold]) & ~made & (found.labels >= 0)
    packs, pack = np.unique(found.packs[open_to], return_inverse=True)
    labels, label = np.unique(found.labels[open_to], return_inverse=True)
    carries = np.zeros((len(packs), len(labels)), dtype=np.bool_)
    carries[pack, label] = True
    count = max(1, round(len(packs) * portion.packs))
    for _ in range(TRIES):
        chosen = random.choice(len(packs), count, replace=False)
        if carries[chosen].any(axis=0).all():
            left = open_to & np.isin(found.packs, packs[chosen])
            return np.asarray((left & _takes(found, random, portion.takes)) | made)
    raise ValueError(f"{portion}: no draw keeps every label")


def _takes(found: Pictures, random: np.random.Generator, share: float) -> npt.NDArray[np.bool_]:
    """A share of the clips of each pack and label, at least one, each with all its copies."""
    first = ~found.copies | (found.packs == SYNTHESISED)
    clip = np.cumsum(first) - 1
    cell = np.char.add(found.packs, found.labels.astype(np.str_))[first]
    use = np.zeros(len(cell), dtype=np.bool_)
    for one in np.unique(cell):
        own = np.flatnonzero(cell == one)
        use[random.choice(own, max(1, round(len(own) * share)), replace=False)] = True
    return np.asarray(use[clip])


def _logits(portion: Portion, fold: int) -> npt.NDArray[np.float32]:
    """What a net that learnt from the portion says of the fold's clips."""
    torch.set_num_threads(1)
    found = pictures(FrontendSpec())
    recipe = replace(
        RECIPES[BUILTIN].unfinished, copies=portion.copies, synthesised=portion.synthesised
    )
    config = replace(recipe.config, epochs=EPOCHS)
    left = found.only(in_portion(found, fold, portion))
    began = f"{portion}, fold {fold}: {int((~left.copies).sum())} clips"
    print(began, file=sys.stderr, flush=True)
    model = train(dataset(left, recipe, FOLDS[fold]), config, compact)
    return predict(restored(model, compact), found.clips[judged(found, fold)], config)


def main() -> None:
    """Print mean recall for each portion."""
    found = pictures(FrontendSpec())
    folds = range(len(FOLDS))
    jobs = [(portion, fold) for portion in PORTIONS for fold in folds]
    with get_context("spawn").Pool(2) as pool:
        logits = pool.starmap(_logits, jobs, chunksize=1)
    for place, portion in enumerate(PORTIONS):
        own = logits[place * len(FOLDS) :][: len(FOLDS)]
        report = figures(heard_of(found, folds, own))
        low, high = report["mean_recall_interval"]
        packs = [
            len(np.unique(found.packs[in_portion(found, fold, portion)])) - 1 for fold in folds
        ]
        print(
            f"{portion} ({np.mean(packs):.1f} packs): mean recall {report['mean_recall']:.3f} "
            f"({low:.2f} to {high:.2f}), mean PR AUC {report['pr_auc']:.3f}"
        )


if __name__ == "__main__":
    main()
