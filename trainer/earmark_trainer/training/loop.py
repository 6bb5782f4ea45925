"""`train`: the one way from a data set to a calibrated model.

Deterministic for a seed on a CPU, and the same whether or not it was interrupted: every epoch's
randomness comes from the seed and the epoch's number. Owns the order of things; what happens in
a step, to a picture, to a draw is next door.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from earmark_trainer.training import (
    augment,
    calibrate,
    checkpoint,
    metrics,
    sampling,
    transfer,
    workers,
)
from earmark_trainer.training.halves import in_portions, takes_halves
from earmark_trainer.training.step import Batch, Learner, Parts, step, task_loss
from earmark_trainer.training.stored import Clips
from earmark_trainer.training.types import (
    Floats,
    Ints,
    Phase,
    Progress,
    SpectrogramDataset,
    TrainConfig,
    TrainedModel,
    TrainingError,
)

Build = Callable[..., nn.Module]
"""Makes a network from the number of labels and the lengths of a clip's axes, such as
``compact(16, 64, 300)``; its forward gives logits and embedding."""

PREDICT_BATCH = 128
PREDICT_VALUES = PREDICT_BATCH * 64 * 300
"""Numbers shown at once when predicting; long inputs go in smaller batches."""
CROPPED_EPOCHS = 0.75
"""Share of the epochs in which clips are cropped, if at all."""


@dataclass
class _Run:
    """All that changes while training."""

    parts: Parts
    epoch: int = 0
    steps: int = 0
    best_score: float = -math.inf
    best_epoch: int = 0
    best_state: dict[str, Tensor] = field(default_factory=dict)

    def state(self) -> dict[str, Any]:
        return {
            "learner": self.parts.learner.state_dict(),
            "averaged": self.parts.averaged.state_dict(),
            "optimizer": self.parts.optimizer.state_dict(),
            "epoch": self.epoch,
            "steps": self.steps,
            "best_score": self.best_score,
            "best_epoch": self.best_epoch,
            "best_state": self.best_state,
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.parts.learner.load_state_dict(state["learner"])
        self.parts.averaged.load_state_dict(state["averaged"])
        self.parts.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.steps = state["epoch"], state["steps"]
        self.best_score, self.best_epoch = state["best_score"], state["best_epoch"]
        self.best_state = state["best_state"]


def train(
    dataset: SpectrogramDataset,
    config: TrainConfig,
    build: Build,
    on_progress: Callable[[Progress], None] = lambda _: None,
    saved: Path | None = None,
    initial: Path | None = None,
) -> TrainedModel:
    """Train a network on a data set.

    Args:
        dataset: labelled clips; its copies are trained on, never validated on.
        config: how to train.
        build: makes the network.
        on_progress: told once an epoch; may raise to cancel, the checkpoint stays.
        saved: where to keep the checkpoint; if one is there, training goes on from it.
        initial: a model exported by `earmark_trainer.export` to start from (transfer).

    Raises:
        TrainingError: there is nothing to learn, or a file given does not fit.
    """
    if not len(dataset) or not dataset.labels:
        raise TrainingError("There are no labelled clips to learn from.")
    chosen, aside = sampling.split(dataset, config.validation_share, config.seed)
    if not len(chosen):
        raise TrainingError("No clips are left to learn from once some are kept aside.")
    training, validation = dataset.subset(chosen), dataset.subset(aside)
    run = _start(dataset, config, build, saved, initial)
    began, first = time.monotonic(), run.epoch
    while not _finished(run, config):
        loss = _epoch(run, training, config)
        validation_loss, score = _validate(run, validation, config)
        if saved is not None and workers.number() == 0:
            checkpoint.save(saved, run.state(), config)
        left = (time.monotonic() - began) / (run.epoch - first) * (config.epochs - run.epoch)
        told = Progress(
            Phase.TRAINING, run.epoch, config.epochs, loss, validation_loss, score, left
        )
        on_progress(told)
        if _finished(run, config):
            on_progress(replace(told, phase=Phase.CALIBRATING, seconds_left=0.0))
    return _result(run, dataset, validation, config)


def _start(
    dataset: SpectrogramDataset,
    config: TrainConfig,
    build: Build,
    saved: Path | None,
    initial: Path | None,
) -> _Run:
    torch.manual_seed(config.seed)
    network = build(len(dataset.labels), *dataset.clips.shape[1:])
    if initial is not None:
        transfer.load_into(network, initial)
    with torch.no_grad():
        size = network.eval()(torch.from_numpy(dataset.clips[:1]))[1].shape[1]
    teacher = dataset.teacher if config.teacher_weight > 0 else None
    learner = Learner(network, size, 0 if teacher is None else teacher.shape[1]).to(config.device)
    matrices = [p for p in learner.parameters() if p.ndim > 1]
    vectors = [p for p in learner.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": config.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ],
        lr=config.learning_rate,
    )
    run = _Run(Parts(learner, copy.deepcopy(learner), optimizer))
    state = checkpoint.load(saved, config) if saved is not None else None
    if state is not None:
        run.restore(state)
    return run


def _finished(run: _Run, config: TrainConfig) -> bool:
    waited = run.epoch - run.best_epoch
    return run.epoch >= config.epochs or (
        config.patience > 0 and bool(run.best_state) and waited >= config.patience
    )


def _rate(done: int, total: int, config: TrainConfig) -> float:
    """Linear warm-up, then half a cosine down to a hundredth."""
    warm = max(1, round(config.warmup * total))
    if done < warm:
        return config.learning_rate * (done + 1) / warm
    along = (done - warm) / max(1, total - warm)
    return config.learning_rate * (0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * along)))


def _epoch(run: _Run, training: SpectrogramDataset, config: TrainConfig) -> float:
    """One pass; the mean loss."""
    weights = sampling.draw_weights(training, config.class_balance, config.pack_balance)
    count = config.clips_per_epoch or int((~training.copies).sum()) or len(training)
    picked = workers.share(sampling.draw(weights, count, config.seed, run.epoch))
    size = min(config.batch_size, len(picked))
    batches = [picked[at : at + size] for at in range(0, len(picked) - size + 1, size)]
    chance = run.epoch + workers.number() * 100_003
    torch.manual_seed(config.seed * 1_000_003 + chance)
    generator = torch.Generator().manual_seed(config.seed * 1_000_033 + chance)
    cropped = config.crop > 0 and run.epoch < CROPPED_EPOCHS * config.epochs
    crop = config.crop if cropped else None
    losses = []
    for index in batches:
        rate = _rate(run.steps, len(batches) * config.epochs, config)
        for group in run.parts.optimizer.param_groups:
            group["lr"] = rate
        batch = _batch(training, index, config, generator, crop)
        losses.append(step(run.parts, batch, config, run.steps, exclusive=training.exclusive))
        run.steps += 1
    run.epoch += 1
    workers.average_statistics(run.parts.learner)
    workers.average_statistics(run.parts.averaged)
    return float(np.mean(losses))


def _batch(
    data: SpectrogramDataset,
    index: Ints,
    config: TrainConfig,
    generator: torch.Generator,
    crop: int | None,
) -> Batch:
    device = config.device
    clips = torch.from_numpy(data.clips[index][..., :crop]).to(device)
    targets = torch.from_numpy(data.targets[index]).to(device)
    known = torch.from_numpy(data.known[index]).to(device)
    teacher = None
    if data.teacher is not None and config.teacher_weight > 0:
        teacher = torch.from_numpy(data.teacher[index]).to(device)
    if clips.ndim == 3:
        clips = augment.bend(clips, config.augment, generator)
    if bool(known.all()):
        mixture = augment.mixture(len(clips), config.augment, generator, clips.device)
        clips, targets = mixture.of(clips.float()), mixture.of(targets)
        teacher = None if teacher is None else mixture.of(teacher)
    return Batch(clips, targets, known, teacher)


def _validate(
    run: _Run, validation: SpectrogramDataset, config: TrainConfig
) -> tuple[float | None, float | None]:
    """Loss and score of the averaged weights; keeps them if they are the best so far."""
    if not len(validation):
        run.best_epoch, run.best_state = run.epoch, run.parts.averaged.network.state_dict()
        return None, None
    logits = predict(run.parts.averaged.network, validation.clips, config)
    batch = Batch(
        torch.empty(0),
        torch.from_numpy(validation.targets),
        torch.from_numpy(validation.known),
        None,
    )
    loss = float(task_loss(torch.from_numpy(logits), batch, 0.0, exclusive=validation.exclusive))
    score = _score(logits, validation)
    if score > run.best_score:
        run.best_score, run.best_epoch = score, run.epoch
        run.best_state = copy.deepcopy(run.parts.averaged.network.state_dict())
    return loss, score


def _score(logits: Floats, validation: SpectrogramDataset) -> float:
    if validation.exclusive:
        table = metrics.confusion(
            logits.argmax(1), validation.targets.argmax(1), len(validation.labels)
        )
        return metrics.mean_recall(table)
    report = metrics.summary(
        logits, validation.targets, validation.known, validation.labels, exclusive=False
    )
    return 0.0 if math.isnan(report["roc_auc"]) else float(report["roc_auc"])


def predict(network: nn.Module, clips: Clips, config: TrainConfig) -> Floats:
    """Logits ``[N, L]``, uncalibrated; clips are shown as the client shows them."""
    return _answers(network, clips, config, 0)


def embed(network: nn.Module, clips: Clips, config: TrainConfig) -> Floats:
    """Embeddings ``[N, D]``; clips are shown as the client shows them."""
    return _answers(network, clips, config, 1)


@torch.no_grad()
def _answers(network: nn.Module, clips: Clips, config: TrainConfig, part: int) -> Floats:
    network.eval()
    size = max(1, min(PREDICT_BATCH, PREDICT_VALUES // math.prod(clips.shape[1:])))
    blocks = (clips[at : at + size] for at in range(0, len(clips), size))
    return np.concatenate([_of_block(network, block, config.device, part) for block in blocks])


def _of_block(network: nn.Module, block: npt.NDArray[Any], device: str, part: int) -> Floats:
    portions = in_portions(block) if takes_halves(network) else [(np.arange(len(block)), block)]
    answers = [
        network(torch.from_numpy(shown).to(device))[part].float().cpu().numpy()
        for _, shown in portions
    ]
    order = np.argsort(np.concatenate([places for places, _ in portions]))
    return np.asarray(np.concatenate(answers)[order])


def _result(
    run: _Run, dataset: SpectrogramDataset, validation: SpectrogramDataset, config: TrainConfig
) -> TrainedModel:
    network = run.parts.averaged.network
    network.load_state_dict(run.best_state)
    temperature, report = 1.0, {}
    thresholds = dict.fromkeys(dataset.labels, calibrate.UNTESTED)
    if len(validation):
        logits = predict(network, validation.clips, config)
        truth = (validation.targets, validation.known)
        temperature = calibrate.temperature_of(logits, *truth, exclusive=dataset.exclusive)
        scores = calibrate.scores_of(logits, temperature, exclusive=dataset.exclusive)
        report = metrics.summary(scores, *truth, dataset.labels, exclusive=dataset.exclusive)
        thresholds = calibrate.thresholds_of(
            scores, *truth, dataset.labels, config.target_precision, exclusive=dataset.exclusive
        )
    return TrainedModel(
        state={name: value.cpu().numpy().copy() for name, value in network.state_dict().items()},
        config=config,
        labels=dataset.labels,
        exclusive=dataset.exclusive,
        tag_set=dataset.tag_set,
        frontend=dataset.frontend,
        temperature=temperature,
        thresholds=thresholds,
        metrics=report,
        input_shape=tuple(dataset.clips.shape[1:]),
        epochs=run.best_epoch,
    )
