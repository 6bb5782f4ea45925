"""What it adds to have heard far more sounds: ``python -m benchmarks.accuracy.heard_more``.

YAMNet has heard AudioSet's two million. Tuned to the packs that are not left out (`large.py`), it
is asked by itself, and together with the nets of the built-in recipe. It may not be shipped; it
shows what a net could reach that had heard more than the packs that are at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.accuracy.corpus import LABELS
from benchmarks.accuracy.figures import calibrated, figures
from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.large import Large
from benchmarks.accuracy.leaveout import Heard, heard_of, judged, left_out
from benchmarks.accuracy.nets import kept_at, train_without
from benchmarks.accuracy.pictures import pictures
from benchmarks.accuracy.recipes import BUILTIN, LARGE, RECIPES, dataset
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.learning.solver import probabilities
from earmark_trainer.training.predicting import predict

_UNFOLDED_BY = 256
_LEAST = 1e-9


def main() -> None:
    """Print the figures of each, and of both together."""
    folds = tuple(range(len(FOLDS)))
    built_in = left_out(RECIPES[BUILTIN], folds)
    with get_context("spawn").Pool(2) as pool:
        logits = pool.map(_tuned, folds, chunksize=1)
    tuned = heard_of(pictures(FrontendSpec()), folds, logits)
    rows: Mapping[str, Heard] = {
        "the built-in recipe": built_in,
        "YAMNet, tuned": tuned,
        "both together": replace(built_in, logits=together(built_in.logits, tuned.logits)),
    }
    for name, heard in rows.items():
        report = figures(heard)
        low, high = report["mean_recall_interval"]
        print(
            f"{name}: mean recall {report['mean_recall']:.3f} ({low:.2f} to {high:.2f}), "
            f"log loss {log_loss(heard):.3f}, mean PR AUC {report['pr_auc']:.3f}"
        )


def together(
    one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Logits ``[N, L]`` of the mean of what two nets say."""
    said = [probabilities(logits, exclusive=True) for logits in (one, other)]
    return np.asarray(np.log((said[0] + said[1]) / 2.0), dtype=np.float32)


def log_loss(heard: Heard) -> float:
    """Mean of minus the logarithm of what the right tag was given, each tag counted alike."""
    said = calibrated(heard)[np.arange(len(heard.labels)), heard.labels]
    surprise = -np.log(said + _LEAST)
    own = [surprise[heard.labels == label] for label in range(len(LABELS))]
    return float(np.mean([values.mean() for values in own if len(values)]))


def _tuned(fold: int) -> npt.NDArray[np.float32]:
    """What the large net says of a fold's clips, tuned to all other packs."""
    packs = FOLDS[fold]
    place = kept_at(LARGE, packs, "npy")
    if place.exists():
        return np.asarray(np.load(place), dtype=np.float32)
    found = pictures(FrontendSpec())
    clips = dataset(found, LARGE, packs).clips
    chosen = np.random.default_rng(0).permutation(len(clips))[:_UNFOLDED_BY]
    some = torch.from_numpy(clips[chosen][:, :, : LARGE.config.crop])

    def build(labels: int, *_: int) -> Large:
        net = Large(labels)
        net.eval().unfold(some)
        return net

    model = train_without(LARGE, packs, f"large net, fold {fold}", build=build)
    net = Large(len(LABELS))
    net.load_state_dict({name: torch.from_numpy(value) for name, value in model.state.items()})
    logits = predict(net, found.clips[judged(found, fold)], LARGE.config)
    np.save(place, logits)
    return logits


if __name__ == "__main__":
    main()
