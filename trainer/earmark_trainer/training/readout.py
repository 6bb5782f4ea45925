"""How tags are read off an embedding: fitted in a moment, while the network stays as it is.

`fit_nearness` is kernel logistic regression on landmarks, some of the clips themselves, which span
the fit as in the Nyström method (Williams and Seeger 2001). The client fits the same at home
(`learning/head.py` there, where the settings were measured).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from earmark_trainer.architectures.all_layers import Nearness, nearness
from earmark_trainer.training.ridge import fit_ridge
from earmark_trainer.training.types import Floats, Ints, SpectrogramDataset

LANDMARKS = 512
"""At most; they bound the file and the time."""
_UNLABELLED = 256
"""So many of them at most are sounds that nobody has judged."""
_KERNEL_PENALTY = 0.01
_LINEAR_PENALTY = 10.0
_LEAST_DISTANCE = 0.02
"""The median squared distance is taken for this at least, where all sounds are nearly the same."""
_RIDGE = 1e-6
"""Added to the kernel's diagonal, so that landmarks may be the same sound twice."""


def fit_linear(head: nn.Linear, embeddings: Floats, dataset: SpectrogramDataset) -> None:
    """Set a linear head to what logistic regression on ``[N, D]`` gives."""
    weight, bias = _fit(torch.from_numpy(embeddings).double(), dataset, _LINEAR_PENALTY)
    with torch.no_grad():
        head.weight.copy_(weight.T)
        head.bias.copy_(bias)


def fit_nearness(embeddings: Floats, dataset: SpectrogramDataset) -> Nearness:
    """A head that knows some of these clips, ``[N, D]``, as landmarks."""
    near = functional.normalize(torch.from_numpy(embeddings).double())
    landmarks = near[torch.from_numpy(_landmarks(dataset))]
    gamma = _gamma(landmarks)
    kernel = nearness(landmarks, landmarks, gamma)
    lower = torch.linalg.cholesky(kernel + _RIDGE * torch.eye(len(landmarks)))
    root = torch.linalg.inv(lower).T / _KERNEL_PENALTY**0.5
    found, bias = _fit(nearness(near, landmarks, gamma) @ root, dataset, 1.0)
    head = Nearness(len(landmarks), near.shape[1], found.shape[1])
    head.landmarks.copy_(landmarks)
    head.gamma.fill_(gamma)
    head.weights.copy_(root @ found)
    head.bias.copy_(bias)
    return head


def _fit(inputs: Tensor, dataset: SpectrogramDataset, penalty: float) -> tuple[Tensor, Tensor]:
    return fit_ridge(inputs, dataset.targets, dataset.counted, penalty, exclusive=dataset.exclusive)


def _landmarks(dataset: SpectrogramDataset) -> Ints:
    """Places of judged clips, each label's in turn, then of some that nobody has judged."""
    order = np.random.default_rng(0).permutation(len(dataset)).astype(np.int64)
    beside = np.zeros(len(dataset), np.bool_) if dataset.beside is None else dataset.beside
    judged, library = order[~beside[order]], order[beside[order]]
    carried = dataset.targets[judged] >= 0.5
    carried = np.hstack([carried, ~carried.any(axis=1, keepdims=True)])
    turn = np.where(carried, carried.cumsum(axis=0), len(order) + 1).min(axis=1)
    in_turn = judged[np.argsort(turn, kind="stable")]
    return np.concatenate([in_turn, library[:_UNLABELLED]])[:LANDMARKS]


def _gamma(landmarks: Tensor) -> float:
    """Such that nearness is 1/e at the landmarks' median distance (Garreau et al. 2017)."""
    rows, columns = torch.triu_indices(len(landmarks), len(landmarks), 1)
    squared = 2.0 * (1.0 - (landmarks @ landmarks.T)[rows, columns])
    median = float(np.median(squared.numpy())) if len(squared) else _LEAST_DISTANCE
    return 1.0 / max(median, _LEAST_DISTANCE)
