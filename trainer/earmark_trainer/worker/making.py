"""The way from a data set to a model: which of the two trainings it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from earmark_trainer.architectures.registry import architecture
from earmark_trainer.export import restored
from earmark_trainer.training import transfer
from earmark_trainer.training.loop import train
from earmark_trainer.training.run import Build
from earmark_trainer.training.tune import tune
from earmark_trainer.training.types import Progress, SpectrogramDataset, TrainConfig, TrainedModel

_TUNED = "compact"


@dataclass(frozen=True)
class Made:
    """A model, and what else came of its training.

    Attributes:
        model: ready to be exported.
        build: makes its network.
        heard: the network by which the learning curve is drawn, on the device of the training.
    """

    model: TrainedModel
    build: Build
    heard: nn.Module


def make(
    dataset: SpectrogramDataset,
    config: TrainConfig,
    initial: Path | None,
    on_progress: Callable[[Progress], None],
    saved: Path,
) -> Made:
    """Tune what hears already by all its layers, or train the architecture of the configuration.

    Raises:
        TrainingError: there is nothing to learn, or a file given does not fit.
    """
    by_all_layers = initial is not None and transfer.embedding_size(initial) is not None
    if initial is not None and by_all_layers and config.architecture == _TUNED:
        tuned = tune(dataset, config, initial, on_progress, saved)
        return Made(tuned.model, tuned.build, tuned.untuned)
    build = architecture(config.architecture).build
    model = train(dataset, config, build, on_progress, saved, initial)
    return Made(model, build, restored(model, build).to(config.device))
