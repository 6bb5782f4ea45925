"""`tune`: from a network that hears already and some labelled clips to a calibrated model.

The network goes on learning from the clips, and its tags are read off all of its layers by how near
a sound lies to some of them. What the model says of itself, and from which score on it gives a tag,
comes from parts that were kept aside in turn; then all clips are learnt from. The parts also say
whether going on helped. Where it did not, the network stays as it was, and its tags are those that
the client would have found at home.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from earmark_trainer.architectures.all_layers import AllLayers, all_layers
from earmark_trainer.training import sampling, transfer
from earmark_trainer.training.judging import Judgement, judge_few
from earmark_trainer.training.loop import train
from earmark_trainer.training.predicting import embed
from earmark_trainer.training.readout import fit_linear, fit_nearness
from earmark_trainer.training.run import Build
from earmark_trainer.training.types import (
    GENTLE,
    Floats,
    Ints,
    Phase,
    Progress,
    SpectrogramDataset,
    TrainConfig,
    TrainedModel,
    TrainingError,
)

PARTS = 5
MOST_IN_TURN = 2_000
"""With more clips than this, one of the parts is kept aside, and no other."""

_RATE = 1.5e-4
"""Of learning, for batches of one clip; it grows with the root of their size."""

Tell = Callable[[Progress], None]


@dataclass(frozen=True)
class Tuned:
    """What came of it.

    Attributes:
        model: as `train` gives it.
        build: makes the model's network.
        untuned: the network that it went on from; it has heard none of the clips.
    """

    model: TrainedModel
    build: Build
    untuned: nn.Module


def tune(
    dataset: SpectrogramDataset,
    config: TrainConfig,
    initial: Path,
    on_progress: Tell = lambda _: None,
    saved: Path | None = None,
) -> Tuned:
    """Go on from the model ``initial``.

    Args:
        dataset: labelled clips, and such as nobody has judged.
        config: how to train; learning rate, bending and validation are settled here.
        initial: a model whose embedding is read off all its layers (`transfer.embedding_size`).
        on_progress: as of `train`; epochs are those of all trainings together.
        saved: as of `train`; each training keeps a file beside it.

    Raises:
        TrainingError: as of `train`.
    """
    if not len(dataset) or not dataset.labels:
        raise TrainingError("There are no labelled clips to learn from.")
    tuning = _Tuning(dataset, config, initial, on_progress, saved)
    untuned = tuning.untuned()
    went_on, stayed = tuning.in_turn(untuned)
    network, said = untuned, stayed
    if went_on.loss <= stayed.loss:
        network, said = tuning.trained(np.arange(len(dataset)), len(tuning.parts)), went_on
    on_progress(tuning.calibrating())
    epochs = 0 if network is untuned else config.epochs
    return Tuned(*tuning.result(network, said, epochs), untuned)


@dataclass(frozen=True)
class _Tuning:
    """What all trainings of one `tune` share."""

    dataset: SpectrogramDataset
    config: TrainConfig
    initial: Path
    on_progress: Tell
    saved: Path | None
    began: float = field(default_factory=time.monotonic)
    told: list[float] = field(default_factory=list)

    @cached_property
    def parts(self) -> list[Ints]:
        """Positions of the clips that are kept aside in turn."""
        parts = sampling.folds(self.dataset, PARTS, self.config.seed)
        parts = [part for part in parts if 0 < len(part) < len(self.dataset)]
        return parts[:1] if len(self.dataset) > MOST_IN_TURN else parts

    def in_turn(self, untuned: nn.Module) -> tuple[Judgement, Judgement]:
        """What is said of the clips kept aside, after going on without them and before."""
        data = self.dataset
        before = embed(untuned, data.clips, self.config)
        every, asked = np.arange(len(data), dtype=np.int64), [np.zeros(0, dtype=np.int64)]
        went_on, stayed = ([np.zeros((0, len(data.labels)), np.float32)] for _ in range(2))
        for number, part in enumerate(self.parts):
            learnt, aside = np.setdiff1d(every, part), part[~data.copies[part]]
            network = self.trained(learnt, number, aside)
            after = embed(network, data.clips, self.config)
            for said, vectors in ((went_on, after), (stayed, before)):
                head = fit_nearness(vectors[learnt], data.subset(learnt))
                said.append(_logits(head, vectors[aside]))
            asked.append(aside)
        judged = data.subset(np.concatenate(asked))
        first, second = (judge_few(np.concatenate(said), judged) for said in (went_on, stayed))
        return first, second

    def build(self, landmarks: int = 0) -> Build:
        """Makes the network, its tags read off linearly or by landmarks."""
        size = transfer.embedding_size(self.initial)
        if size is None:
            raise TrainingError(f"{self.initial.name} does not read its embedding off its layers.")
        return partial(all_layers, size=size, landmarks=landmarks)

    def untuned(self) -> nn.Module:
        """The network as it hears already; its head knows nothing."""
        torch.manual_seed(self.config.seed)
        network = self.build()(len(self.dataset.labels), *self.dataset.clips.shape[1:])
        transfer.load_into(network, self.initial)
        return network.to(self.config.device)

    def trained(self, chosen: Ints, number: int, aside: Ints | None = None) -> nn.Module:
        """The network of the training of that number, from the clips at these positions.

        Progress is scored on those ``aside`` that somebody has judged.

        It begins with the head that suits what it hears already: a head that knows nothing would
        first spoil that (Kumar et al. 2022).
        """
        data, config = self.dataset.subset(chosen), self.config
        config = replace(
            config,
            learning_rate=_RATE * config.batch_size**0.5,
            augment=GENTLE,
            validation_share=0.0,
            patience=0,
        )

        def tell(progress: Progress) -> None:
            if progress.phase is Phase.TRAINING:
                self.on_progress(self._of_all(progress, number))

        def prepare(network: nn.Module) -> None:
            assert isinstance(network, AllLayers)
            assert isinstance(network.head, nn.Linear)
            fit_linear(network.head, embed(network, data.clips, _on_cpu(config)), data)

        saved = self.saved and self.saved.with_name(f"{self.saved.stem}-{number}.pt")
        model = train(
            data, config, self.build(), tell, saved, self.initial, prepare, self._judged(aside)
        )
        network = self.build()(len(model.labels), *model.input_shape)
        network.load_state_dict({k: torch.from_numpy(v) for k, v in model.state.items()})
        return network.to(config.device)

    def _judged(self, aside: Ints | None) -> SpectrogramDataset | None:
        if aside is None:
            return None
        judged = aside[self.dataset.weights[aside] == 1.0]
        return self.dataset.subset(judged) if len(judged) else None

    def calibrating(self) -> Progress:
        """What is told when the trainings are over."""
        epochs = self.config.epochs * (len(self.parts) + 1)
        return Progress(Phase.CALIBRATING, epochs, epochs, 0.0, None, None, 0.0)

    def _of_all(self, progress: Progress, number: int) -> Progress:
        """How far all trainings are when that of this number is so far."""
        before, after = number * progress.epochs, (len(self.parts) - number) * progress.epochs
        epoch, epochs = before + progress.epoch, before + progress.epochs + after
        self.told.append(time.monotonic())
        left = (self.told[-1] - self.began) / len(self.told) * (epochs - epoch)
        return replace(progress, epoch=epoch, epochs=epochs, seconds_left=left)

    def result(
        self, network: nn.Module, said: Judgement, epochs: int
    ) -> tuple[TrainedModel, Build]:
        """The network with a head that knows all clips, and what makes one of its form."""
        data = self.dataset
        head = fit_nearness(embed(network, data.clips, self.config), data)
        head.bias += said.shift * said.temperature
        build = self.build(len(head.landmarks))
        own_head = {f"head.{name}": value for name, value in head.state_dict().items()}
        state = {**_body(network), **own_head}
        model = TrainedModel(
            state={name: value.cpu().numpy().copy() for name, value in state.items()},
            config=self.config,
            labels=data.labels,
            exclusive=data.exclusive,
            tag_set=data.tag_set,
            frontend=data.frontend,
            temperature=said.temperature,
            thresholds=said.thresholds,
            metrics=said.metrics,
            input_shape=tuple(data.clips.shape[1:]),
            epochs=epochs,
        )
        return model, build


def _on_cpu(config: TrainConfig) -> TrainConfig:
    return replace(config, device="cpu")


def _body(network: nn.Module) -> dict[str, torch.Tensor]:
    """All but the head."""
    return {
        name: value for name, value in network.state_dict().items() if not name.startswith("head.")
    }


@torch.no_grad()
def _logits(head: nn.Module, embeddings: Floats) -> Floats:
    return np.asarray(head(torch.from_numpy(embeddings)).numpy())
