"""Logistic regression with a ridge: the least of the summed cross entropy and squared weights."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from earmark_trainer.training.types import SpectrogramDataset

_ROUNDS = 100


def fit_ridge(inputs: Tensor, dataset: SpectrogramDataset, penalty: float) -> tuple[Tensor, Tensor]:
    """The weights ``[D, L]`` and the bias ``[L]``, which is free of the ridge.

    Found by L-BFGS (Liu and Nocedal 1989); the problem is convex, so there is one minimum.

    Args:
        inputs: float64 ``[N, D]``, one row for each clip of the data set.
        dataset: says what each clip is, and what its answer counts.
        penalty: half of it is what squared weights cost.
    """
    targets = torch.from_numpy(dataset.targets.astype("float64"))
    counted = torch.from_numpy(dataset.known * dataset.weights[:, None])
    weight = torch.zeros(inputs.shape[1], targets.shape[1], dtype=torch.float64)
    bias = torch.zeros(targets.shape[1], dtype=torch.float64)
    parts = [weight.requires_grad_(), bias.requires_grad_()]
    optimizer = torch.optim.LBFGS(parts, max_iter=_ROUNDS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        logits = inputs @ weight + bias
        if dataset.exclusive:
            loss = functional.cross_entropy(logits, targets, reduction="sum")
        else:
            each = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
            loss = (each * counted).sum()
        loss = loss + 0.5 * penalty * (weight**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return weight.detach(), bias.detach()
