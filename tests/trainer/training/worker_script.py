"""One worker of `test_workers`; run as a process of its own."""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import distributed, nn

from earmark_trainer.training.loop import train
from earmark_trainer.training.types import AugmentConfig, SpectrogramDataset, TrainConfig
from earmark_trainer.training.workers import average_statistics


class Small(nn.Module):
    """A network without batch statistics, which do depend on how batches are cut."""

    def __init__(self, n_labels: int, n_mels: int, frames: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(n_mels * frames, 8)
        self.output = nn.Linear(8, n_labels)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        embedding = torch.tanh(self.hidden(x.float().flatten(1) / 255))
        return self.output(embedding), embedding


def main(out: Path, meeting: Path, number: int, workers: int, batch: int) -> None:
    if workers > 1:
        distributed.init_process_group(
            "gloo", init_method=f"file://{meeting}", rank=number, world_size=workers
        )
    random = np.random.default_rng(2)
    numbers = np.arange(32, dtype=np.int64)
    data = SpectrogramDataset(
        clips=random.integers(0, 256, (32, 4, 6)).astype(np.uint8),
        targets=np.eye(2, dtype=np.float32)[numbers % 2],
        known=np.ones((32, 2), dtype=np.bool_),
        groups=numbers,
        packs=np.zeros(32, dtype=np.int64),
        copies=np.zeros(32, dtype=np.bool_),
        labels=("a", "b"),
        exclusive=True,
        tag_set="test",
        frontend={},
    )
    still = AugmentConfig(0, 0, 0.0, 0.0, 0.0, 0, 0, 0, 0, 0.0, 0.0)
    config = TrainConfig(
        epochs=3, batch_size=batch, validation_share=0.0, label_smoothing=0.0, augment=still
    )
    model = train(data, config, Small)
    flat = np.concatenate([weights.ravel() for weights in model.state.values()])
    np.save(out / f"weights-{workers}-{number}.npy", flat)
    norm = nn.BatchNorm1d(1)
    norm.get_buffer("running_mean").fill_(float(number))
    average_statistics(norm)
    np.save(out / f"mean-{workers}-{number}.npy", norm.get_buffer("running_mean").numpy())
    if workers > 1:
        distributed.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *(int(value) for value in sys.argv[3:6]))
