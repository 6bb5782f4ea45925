"""From an order and its spectrograms to the data set and the settings of a training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from earmark_trainer.jobs.orders import Example, Order
from earmark_trainer.storage.spectrograms import Place
from earmark_trainer.training.types import SpectrogramDataset, TrainConfig, TrainingError
from earmark_trainer.worker.blobs import load_clips

_MOST_CLIPS_A_STEP = 64
_FEWEST_CLIPS_A_STEP = 8
_STEPS_AN_EPOCH = 8


def load_dataset(order: Order, places: Mapping[str, Place]) -> SpectrogramDataset:
    """The labelled clips of an order.

    Raises:
        ValueError: a spectrogram is damaged.
        OSError: one cannot be read.
    """
    examples = order.examples
    targets = np.zeros((len(examples), len(order.labels)), np.float32)
    known = np.ones(targets.shape, np.bool_)
    column = {label: index for index, label in enumerate(order.labels)}
    for row, example in enumerate(examples):
        targets[row, [column[label] for label in example.labels]] = 1.0
        known[row, [column[label] for label in example.unknown]] = False
    groups = _numbered([example.group or f"\0{row}" for row, example in enumerate(examples)])
    return SpectrogramDataset(
        clips=load_clips([e.spectrogram for e in examples], places, order.frontend.shape),
        targets=targets,
        known=known,
        groups=groups,
        packs=_packs(examples, groups),
        copies=np.array([example.augmented for example in examples], np.bool_),
        labels=order.labels,
        exclusive=order.exclusive,
        tag_set=order.tag_set,
        frontend=order.frontend.model_dump(),
        beside=np.array([example.library for example in examples], np.bool_),
    )


def clips_a_step(clips: int) -> int:
    """How many clips a step is made from, of so many in all: small sets get small steps."""
    return min(max(clips // _STEPS_AN_EPOCH, _FEWEST_CLIPS_A_STEP), _MOST_CLIPS_A_STEP)


def configure(order: Order, *, cuda: bool) -> TrainConfig:
    """How to train for an order: small data sets get small steps, so that there are enough."""
    usual = TrainConfig()
    return TrainConfig(
        architecture=order.architecture,
        seed=order.seed,
        epochs=order.epochs or usual.epochs,
        batch_size=clips_a_step(len(order.examples)),
        bfloat16=cuda,
        device="cuda" if cuda else "cpu",
    )


def check_fit(build: Callable[..., nn.Module], dataset: SpectrogramDataset) -> None:
    """Make sure that a network can hear clips of this shape at all.

    Raises:
        TrainingError: it cannot.
    """
    shape = dataset.clips.shape[1:]
    try:
        with torch.no_grad():
            network = build(len(dataset.labels), *shape).eval()
            network(torch.from_numpy(dataset.clips[:1]))
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        raise TrainingError(
            f"This architecture cannot hear windows of the shape {shape}: {error}."
        ) from error


def _packs(examples: Sequence[Example], groups: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    if not any(example.pack for example in examples):
        return groups
    return _numbered([example.pack for example in examples])


def _numbered(names: Sequence[str]) -> npt.NDArray[np.int64]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)
