"""Logistic regression with a ridge: the least of the summed cross entropy and squared weights."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from earmark_trainer.training.metrics import Array

_ROUNDS = 100


def fit_ridge(
    inputs: Tensor, targets: Array, counted: Array, penalty: float, *, exclusive: bool
) -> tuple[Tensor, Tensor]:
    """The weights ``[D, L]`` and the bias ``[L]``, which is free of the ridge.

    Found by L-BFGS (Liu and Nocedal 1989); the problem is convex, so there is one minimum.

    Args:
        inputs: float64 ``[N, D]``.
        targets: 0 to 1, ``[N, L]``.
        counted: what each answer counts, ``[N, L]``; not asked for where they exclude one another.
        penalty: half of it is what squared weights cost.
        exclusive: one label a row (softmax), or any number (sigmoid).
    """
    truth = torch.from_numpy(targets.astype(np.float64))
    weights = torch.from_numpy(counted)
    weight = torch.zeros(inputs.shape[1], truth.shape[1], dtype=torch.float64)
    bias = torch.zeros(truth.shape[1], dtype=torch.float64)
    parts = [weight.requires_grad_(), bias.requires_grad_()]
    optimizer = torch.optim.LBFGS(parts, max_iter=_ROUNDS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        logits = inputs @ weight + bias
        if exclusive:
            loss = functional.cross_entropy(logits, truth, reduction="sum")
        else:
            each = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
            loss = (each * weights).sum()
        loss = loss + 0.5 * penalty * (weight**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return weight.detach(), bias.detach()
