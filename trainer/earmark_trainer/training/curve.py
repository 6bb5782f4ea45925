"""The learning curve: how well each label is told apart, the more examples are learnt from.

Training the network anew for each number of examples would take as long again as the training
itself for each point. So the trained network's embedding stays as it is, and only the last layer,
a logistic regression, is fitted anew to growing draws. That embedding has seen all examples, which
flatters the left end: read the curve for where it still climbs, not for what two examples give.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from earmark_trainer.training import metrics, sampling
from earmark_trainer.training.predicting import embed
from earmark_trainer.training.ridge import fit_ridge
from earmark_trainer.training.types import Floats, Ints, SpectrogramDataset, TrainConfig

EXAMPLES = (2, 5, 10, 20, 40, 80)
DRAWS = 3
PENALTY = 1.0
"""Of squared weights, for embeddings of spread 1; the loss is summed over clips."""

_MOST_ASIDE = 2_000
_SALT = 7_919


def learning_curve(
    network: nn.Module, dataset: SpectrogramDataset, config: TrainConfig
) -> dict[str, Any]:
    """Average precision on the clips that training kept aside, by number of examples.

    Args:
        network: trained, on the device of ``config``.
        dataset: what it was trained with.
        config: how; its seed and share give the same split again.

    Returns:
        ``{"examples": [2, 5, …], "labels": {label: [score or None, …]}, "draws": 3, "aside": n}``.
        A label has None where it has fewer examples to learn from, or none kept aside. No
        examples are listed where nothing was kept aside.
    """
    chosen, aside = sampling.split(dataset, config.validation_share, config.seed)
    random = np.random.default_rng((config.seed, _SALT))
    aside = np.sort(random.permutation(aside)[:_MOST_ASIDE])
    own = chosen[~dataset.copies[chosen]]
    counts = [n for n in EXAMPLES if (dataset.targets[own] >= 0.5).sum(axis=0).max(initial=0) >= n]
    if not len(aside):
        counts = []
    draws = {n: [_draw(dataset, own, n, random) for _ in range(DRAWS)] for n in counts}
    used = np.unique(np.concatenate([aside, *(one for some in draws.values() for one in some)]))
    vectors = _vectors(network, dataset, used, config) if counts else None
    labels: dict[str, list[float | None]] = {label: [] for label in dataset.labels}
    for count in counts:
        assert vectors is not None
        scores = [_scores(vectors, dataset, draw, aside) for draw in draws[count]]
        for column, label in enumerate(dataset.labels):
            enough = (dataset.targets[own, column] >= 0.5).sum() >= count
            labels[label].append(_mean(scores, column) if enough else None)
    return {"examples": counts, "labels": labels, "draws": DRAWS, "aside": len(aside)}


def _draw(dataset: SpectrogramDataset, own: Ints, count: int, random: np.random.Generator) -> Ints:
    """Clips such that each label brings ``count`` of its own, and as many are none of them."""
    order = random.permutation(own)
    targets = dataset.targets[order] >= 0.5
    drawn = [order[targets[:, column]][:count] for column in range(targets.shape[1])]
    return np.unique(np.concatenate([*drawn, order[~targets.any(axis=1)][:count]]))


def _vectors(
    network: nn.Module, dataset: SpectrogramDataset, used: Ints, config: TrainConfig
) -> Tensor:
    """Embeddings ``[N, D]`` of the used clips, centred and of spread 1; zeros elsewhere."""
    found = embed(network, dataset.subset(used).clips, config).astype(np.float64)
    found = (found - found.mean(axis=0)) / max(float(found.std()), 1e-9)
    vectors = np.zeros((len(dataset), found.shape[1]))
    vectors[used] = found
    return torch.from_numpy(vectors)


def _scores(
    vectors: Tensor, dataset: SpectrogramDataset, draw: Ints, aside: Ints
) -> list[float | None]:
    """Average precision of each label on the clips kept aside, by a head fitted to a draw."""
    own = dataset.subset(draw)
    weight, bias = fit_ridge(
        vectors[draw], own.targets, own.counted, PENALTY, exclusive=own.exclusive
    )
    logits = (vectors[aside] @ weight + bias).numpy()
    found: list[float | None] = []
    for column in range(logits.shape[1]):
        use = dataset.known[aside, column] | dataset.exclusive
        truth = dataset.targets[aside, column][use] >= 0.5
        value = metrics.pr_auc(_one_column(logits, column, dataset)[use], truth)
        found.append(None if np.isnan(value) else value)
    return found


def _one_column(logits: Floats, column: int, dataset: SpectrogramDataset) -> Floats:
    """What ranks clips by one label: the softmax's share, or the logit itself."""
    if not dataset.exclusive:
        return logits[:, column]
    exponent = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponent[:, column] / exponent.sum(axis=1))


def _mean(scores: list[list[float | None]], column: int) -> float | None:
    values = [value for draw in scores if (value := draw[column]) is not None]
    return float(np.mean(values)) if values else None
