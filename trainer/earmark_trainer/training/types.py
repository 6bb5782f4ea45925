"""The data that goes into and comes out of a training; plain, frozen, no behaviour.

Owns the shapes that callers code against. May not import torch.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_trainer.training.stored import StoredClips, rows_of

Bytes2D = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


LIBRARY_WEIGHT = 0.1
"""Of a sound that nobody has judged, beside one that somebody has: sounds are unlabelled for want
of time, not because they are none of the labels."""


class TrainingError(Exception):
    """A training cannot be done as asked; the message says why, for a person to read."""


@dataclass(frozen=True)
class SpectrogramDataset:
    """Labelled clips in memory.

    Attributes:
        clips: uint8 ``[N, n_mels, frames]``, or float32 ``[N, samples]`` for waveforms.
        targets: float32 ``[N, L]``, 0 to 1; each row sums to 1 if the tag set is exclusive.
        known: bool ``[N, L]``; where false, nothing is known of that label for that clip and
            its target is ignored. Ignored as a whole for exclusive tag sets.
        groups: int64 ``[N]``; clips of one group never stand on both sides of a split.
        packs: int64 ``[N]``; clips of one pack share a share of the sampling. Often the groups.
        copies: bool ``[N]``; true for augmented or synthesised clips, which are trained on but
            never validated on.
        labels: the L names, in the order of the columns.
        exclusive: exactly one label is true of a clip (softmax), or any number (sigmoid).
        tag_set: name of the tag set.
        frontend: the fields of the FrontendSpec that made the clips; carried into the model.
        teacher: float32 ``[N, D]``, what an extra regression head is to predict, or None.
        beside: bool ``[N]``; true for sounds that nobody has judged: each counts a little as none
            of the labels (`LIBRARY_WEIGHT`). None where there are none.
    """

    clips: Bytes2D | Floats | StoredClips
    targets: Floats
    known: Bools
    groups: Ints
    packs: Ints
    copies: Bools
    labels: tuple[str, ...]
    exclusive: bool
    tag_set: str
    frontend: dict[str, Any]
    teacher: Floats | None = None
    beside: Bools | None = None

    def __post_init__(self) -> None:
        count = len(self.clips)
        columns = (self.targets, self.known, self.groups, self.packs, self.copies)
        if any(len(column) != count for column in columns):
            raise TrainingError("The columns of the data set differ in length.")
        if self.targets.shape != (count, len(self.labels)) or self.known.shape != (
            self.targets.shape
        ):
            raise TrainingError("Targets do not have one column for each label.")

    def __len__(self) -> int:
        return len(self.clips)

    def subset(self, index: Ints | Bools) -> SpectrogramDataset:
        """The clips at these positions, in this order."""
        return replace(
            self,
            clips=rows_of(self.clips, index),
            targets=self.targets[index],
            known=self.known[index],
            groups=self.groups[index],
            packs=self.packs[index],
            copies=self.copies[index],
            teacher=None if self.teacher is None else self.teacher[index],
            beside=None if self.beside is None else self.beside[index],
        )

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """What each clip's answer counts, ``[N]``."""
        counted = np.ones(len(self))
        if self.beside is not None:
            counted[self.beside] = LIBRARY_WEIGHT
        return counted

    @property
    def counted(self) -> npt.NDArray[np.float64]:
        """What each answer counts, ``[N, L]``; 0 where it is not known."""
        return np.asarray(self.known * self.weights[:, None])


@dataclass(frozen=True)
class AugmentConfig:
    """How far spectrograms are bent while training; zeros turn a change off.

    Attributes:
        time_shift: frames, either way.
        frequency_shift: mel bands, either way.
        stretch: largest relative change of the time axis, such as 0.2.
        tilt: decibels (of the front end's range) from the lowest band to the highest.
        floor: largest share of the range by which quiet cells are cut off or raised.
        time_masks: number of masked stretches of time (SpecAugment, Park et al. 2019).
        time_mask: longest masked stretch, frames.
        frequency_masks: number of masked stretches of bands.
        frequency_mask: widest masked stretch, bands.
        mixup: alpha of the beta distribution (Zhang et al. 2018).
        mixup_share: share of the clips that are mixed.
        hybrid_share: share of the clips that are crossed with one of the same tags from another
            pack (`hybrids`).
        style_share: share of the clips that take the loudness of each band from such a one.
    """

    time_shift: int = 12
    frequency_shift: int = 3
    stretch: float = 0.2
    tilt: float = 14.0
    floor: float = 0.3
    time_masks: int = 2
    time_mask: int = 24
    frequency_masks: int = 2
    frequency_mask: int = 8
    mixup: float = 0.3
    mixup_share: float = 0.5
    hybrid_share: float = 0.0
    style_share: float = 0.0

    @property
    def crosses(self) -> bool:
        """Whether clips are crossed with others."""
        return self.hybrid_share > 0 or self.style_share > 0


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides how a model is trained; saved beside it.

    Attributes:
        architecture: name in the registry of architectures, for the record.
        seed: of initial weights, sampling, augmentation and split.
        epochs: most passes; early stopping may end them sooner.
        clips_per_epoch: clips drawn for one epoch; 0 means as many as are in training.
        batch_size: clips a step.
        learning_rate: the highest; warmed up linearly, then brought down along a cosine.
        warmup: share of all steps that the warm-up takes.
        weight_decay: AdamW's, on weight matrices alone.
        label_smoothing: share of the target spread over the other labels.
        class_balance: 0 draws clips as they come, 1 draws every label equally often.
        pack_balance: the same for the packs within a label.
        validation_share: share of the groups kept aside; 0 trains on everything.
        patience: epochs without a better validation score before training stops; 0 never stops.
        ema: decay of the running average of the weights for each step; 0 keeps the last weights.
        crop: frames from the start that are shown in the first three quarters of the epochs, which
            saves time; 0 shows whole clips always. For networks that take any number of frames.
        teacher_weight: weight of the regression to the teacher in the loss.
        target_precision: the precision that thresholds are chosen for.
        bfloat16: multiply in bfloat16, which about halves the time on processors that have it.
        device: ``"cpu"`` or ``"cuda"``.
        augment: how spectrograms are bent.
    """

    architecture: str = "compact"
    seed: int = 1
    epochs: int = 40
    clips_per_epoch: int = 0
    batch_size: int = 64
    learning_rate: float = 2e-3
    warmup: float = 0.05
    weight_decay: float = 0.02
    label_smoothing: float = 0.05
    class_balance: float = 0.75
    pack_balance: float = 0.5
    validation_share: float = 0.2
    patience: int = 10
    ema: float = 0.998
    crop: int = 0
    teacher_weight: float = 0.0
    target_precision: float = 0.8
    bfloat16: bool = False
    device: str = "cpu"
    augment: AugmentConfig = field(default_factory=AugmentConfig)

    def to_dict(self) -> dict[str, Any]:
        """The form in which it stands in checkpoints and model files."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> TrainConfig:
        """The configuration that `to_dict` gave."""
        return cls(**{**data, "augment": AugmentConfig(**data.get("augment", {}))})


GENTLE = AugmentConfig(
    time_shift=6,
    frequency_shift=2,
    stretch=0.1,
    tilt=8.0,
    floor=0.2,
    time_masks=1,
    frequency_masks=1,
    mixup_share=0.0,
)
"""For nets that hear already, or learn from audio that was treated: less is bent, nothing mixed."""


class Phase(StrEnum):
    """What a training is doing."""

    TRAINING = "training"
    CALIBRATING = "calibrating"


@dataclass(frozen=True)
class Progress:
    """How far a training is, told once an epoch and once more when only calibration is left.

    Attributes:
        phase: what is being done.
        epoch: epochs done.
        epochs: epochs planned.
        loss: mean training loss of the last epoch.
        validation_loss: loss on the groups kept aside, or None.
        score: mean recall (exclusive) or mean ROC AUC on the groups kept aside, or None.
        seconds_left: estimated from the epochs so far.
    """

    phase: Phase
    epoch: int
    epochs: int
    loss: float
    validation_loss: float | None
    score: float | None
    seconds_left: float


@dataclass(frozen=True)
class TrainedModel:
    """A trained model, ready to be exported.

    Attributes:
        state: the network's weights by name, as numpy arrays (the averaged ones).
        config: how it was trained.
        labels: names of the outputs.
        exclusive: softmax or sigmoid.
        tag_set: name of the tag set.
        frontend: fields of the FrontendSpec.
        temperature: what logits are divided by for calibrated scores.
        thresholds: for each label the score from which a tag is given.
        metrics: measured on the groups kept aside; empty if there were none.
        input_shape: of one clip, such as ``(64, 300)``.
        epochs: epochs done until the weights that were kept.
    """

    state: dict[str, npt.NDArray[Any]]
    config: TrainConfig
    labels: tuple[str, ...]
    exclusive: bool
    tag_set: str
    frontend: dict[str, Any]
    temperature: float
    thresholds: dict[str, float]
    metrics: dict[str, Any]
    input_shape: tuple[int, ...]
    epochs: int
