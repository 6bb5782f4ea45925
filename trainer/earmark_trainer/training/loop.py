"""`train`: the one way from a data set to a calibrated model.

Deterministic for a seed on a CPU, and the same whether or not it was interrupted: every epoch's
randomness comes from the seed and the epoch's number. Owns the order of things; what a run is, and
what happens in an epoch, in a step, to a picture, is next door.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from earmark_trainer.training import checkpoint, metrics, sampling, workers
from earmark_trainer.training.epoch import pass_over
from earmark_trainer.training.judging import judge
from earmark_trainer.training.predicting import predict
from earmark_trainer.training.run import Build, Prepare, Run, begin
from earmark_trainer.training.step import Batch, task_loss
from earmark_trainer.training.types import (
    Floats,
    Phase,
    Progress,
    SpectrogramDataset,
    TrainConfig,
    TrainedModel,
    TrainingError,
)


def train(
    dataset: SpectrogramDataset,
    config: TrainConfig,
    build: Build,
    on_progress: Callable[[Progress], None] = lambda _: None,
    saved: Path | None = None,
    initial: Path | None = None,
    prepare: Prepare | None = None,
    watched: SpectrogramDataset | None = None,
) -> TrainedModel:
    """Train a network on a data set.

    Args:
        dataset: labelled clips; its copies are trained on, never validated on.
        config: how to train.
        build: makes the network.
        on_progress: told once an epoch; may raise to cancel, the checkpoint stays.
        saved: where to keep the checkpoint; if one of these settings is there, training goes on
            from it.
        initial: a model exported by `earmark_trainer.export` to start from (transfer).
        prepare: what is done to the network then, before the first step.
        watched: clips on which progress is scored where none are kept aside; they decide nothing.

    Raises:
        TrainingError: there is nothing to learn, or a file given does not fit.
    """
    if not len(dataset) or not dataset.labels:
        raise TrainingError("There are no labelled clips to learn from.")
    chosen, aside = sampling.split(dataset, config.validation_share, config.seed)
    if not len(chosen):
        raise TrainingError("No clips are left to learn from once some are kept aside.")
    training, validation = dataset.subset(chosen), dataset.subset(aside)
    run = begin(dataset, config, build, saved, initial, prepare)
    began, first = time.monotonic(), run.epoch
    while not _finished(run, config):
        loss = pass_over(run, training, config)
        validation_loss, score = _validate(run, validation, config, watched)
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


def _finished(run: Run, config: TrainConfig) -> bool:
    waited = run.epoch - run.best_epoch
    return run.epoch >= config.epochs or (
        config.patience > 0 and bool(run.best_state) and waited >= config.patience
    )


def _validate(
    run: Run,
    validation: SpectrogramDataset,
    config: TrainConfig,
    watched: SpectrogramDataset | None,
) -> tuple[float | None, float | None]:
    """Loss and score of the averaged weights; keeps them if they are the best so far."""
    if not len(validation):
        run.best_epoch, run.best_state = run.epoch, run.parts.averaged.network.state_dict()
        return _scored(run, watched, config) if watched is not None else (None, None)
    loss, score = _scored(run, validation, config)
    if score > run.best_score:
        run.best_score, run.best_epoch = score, run.epoch
        run.best_state = copy.deepcopy(run.parts.averaged.network.state_dict())
    return loss, score


def _scored(run: Run, validation: SpectrogramDataset, config: TrainConfig) -> tuple[float, float]:
    """Loss and score of the averaged weights."""
    logits = predict(run.parts.averaged.network, validation.clips, config)
    batch = Batch(
        torch.empty(0),
        torch.from_numpy(validation.targets),
        torch.from_numpy(validation.known),
        None,
    )
    loss = float(task_loss(torch.from_numpy(logits), batch, 0.0, exclusive=validation.exclusive))
    return loss, _score(logits, validation)


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


def _result(
    run: Run, dataset: SpectrogramDataset, validation: SpectrogramDataset, config: TrainConfig
) -> TrainedModel:
    network = run.parts.averaged.network
    network.load_state_dict(run.best_state)
    logits = np.zeros(validation.targets.shape, dtype=np.float32)
    if len(validation):
        logits = predict(network, validation.clips, config)
    said = judge(logits, validation, config.target_precision)
    return TrainedModel(
        state={name: value.cpu().numpy().copy() for name, value in network.state_dict().items()},
        config=config,
        labels=dataset.labels,
        exclusive=dataset.exclusive,
        tag_set=dataset.tag_set,
        frontend=dataset.frontend,
        temperature=said.temperature,
        thresholds=said.thresholds,
        metrics=said.metrics,
        input_shape=tuple(dataset.clips.shape[1:]),
        epochs=run.best_epoch,
    )
