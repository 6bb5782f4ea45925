"""Made-up spectrograms that a net can tell apart within seconds."""

from __future__ import annotations

import numpy as np

from earmark_trainer.training.types import AugmentConfig, SpectrogramDataset, TrainConfig

LABELS = ("high", "low", "middle")
BANDS, FRAMES = 32, 48

CONFIG = TrainConfig(
    seed=3,
    epochs=4,
    batch_size=16,
    learning_rate=2e-3,
    validation_share=0.25,
    patience=0,
    ema=0.9,
    augment=AugmentConfig(time_shift=4, frequency_shift=1, time_mask=6, frequency_mask=3),
)


def bands_dataset(count: int = 180, *, exclusive: bool = True) -> SpectrogramDataset:
    """Noise with a loud band whose height is the label; twelve groups, four packs."""
    random = np.random.default_rng(5)
    clips = random.integers(0, 60, (count, BANDS, FRAMES)).astype(np.uint8)
    label = np.arange(count) % len(LABELS)
    start = np.array([22, 4, 13])[label]
    for clip, first in zip(clips, start, strict=True):
        at = int(first + random.integers(-1, 2))
        clip[at : at + 4, : int(random.integers(20, FRAMES))] += 150
    groups = np.arange(count) // len(LABELS) % 12
    return SpectrogramDataset(
        clips=clips,
        targets=np.eye(len(LABELS), dtype=np.float32)[label],
        known=np.ones((count, len(LABELS)), dtype=np.bool_),
        groups=groups.astype(np.int64),
        packs=(groups // 3).astype(np.int64),
        copies=np.zeros(count, dtype=np.bool_),
        labels=LABELS,
        exclusive=exclusive,
        tag_set="height",
        frontend={"kind": "log-mel", "n_mels": BANDS},
    )
