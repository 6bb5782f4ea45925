"""One net that is the mean of several: model soups (Wortsman et al. 2022).

Nets that went on from the same one, each in its own way, lie in one valley. The mean of their
weights hears as well as all of them asked together, and costs what one of them costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from earmark_trainer.training.types import TrainedModel


def mean_of(models: Sequence[TrainedModel]) -> TrainedModel:
    """The first model with the mean of all weights and batch statistics.

    Raises:
        ValueError: there is none, or their weights differ in name or shape.
    """
    if not models:
        raise ValueError("there is no model to take the mean of")
    shapes = [{name: value.shape for name, value in model.state.items()} for model in models]
    if any(other != shapes[0] for other in shapes):
        raise ValueError("models of different networks have no mean")
    state = {
        name: np.asarray(np.mean([model.state[name] for model in models], axis=0), value.dtype)
        for name, value in models[0].state.items()
    }
    return replace(models[0], state=state)
