"""Bengani, Vadivel and Arul Jothi (2019): the three models of tables 1 to 3, in the tables' order.

Each row of a table is one entry of `table`; activations are entries of their own. Inputs are
standardised clip by clip. The sigmoid of the last row belongs to the loss and to the export.
"""

from __future__ import annotations

from collections import OrderedDict

from torch import Tensor, nn

from earmark_trainer.architectures.layers import Answer, Standardise, length_after


def _rows(**rows: nn.Module) -> nn.Sequential:
    return nn.Sequential(OrderedDict(rows))


class Mel1d(nn.Module):
    """Model 1, table 1: convolutions along time over all 128 bands at once."""

    def __init__(self, n_labels: int, n_mels: int = 128, frames: int = 592) -> None:
        super().__init__()
        self.scale = Standardise()
        self.table = _rows(
            conv1=nn.Conv1d(n_mels, 256, 4),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool1d(2),
            conv2=nn.Conv1d(256, 256, 4),
            relu2=nn.ReLU(),
            norm1=nn.BatchNorm1d(256),
            pool2=nn.MaxPool1d(2),
            conv3=nn.Conv1d(256, 384, 4),
            relu3=nn.ReLU(),
            pool3=nn.MaxPool1d(2),
            norm2=nn.BatchNorm1d(384),
        )
        self.output = nn.Conv1d(384, n_labels, length_after(frames, *[(4, 1), (2, 2)] * 3))

    def forward(self, x: Tensor) -> Answer:
        """Spectrogram ``[batch, 128, frames]`` to logits and an embedding of 384."""
        maps = self.table(self.scale(x))
        return self.output(maps).flatten(1), maps.mean(dim=2)


class Mel2d(nn.Module):
    """Model 2, table 2: pairs of 3×1 and 1×3 convolutions."""

    def __init__(self, n_labels: int, n_mels: int = 128, frames: int = 592) -> None:
        super().__init__()
        self.scale = Standardise()
        self.table = nn.Sequential()
        channels = 1
        for number, (filters, pool) in enumerate([(128, 4), (256, 4), (256, 2)], start=1):
            self._pair(number, channels, filters, pool, padded=True)
            channels = filters
        self._pair(4, channels, 512, 2, padded=False)
        steps = [(4, 4), (4, 4), (2, 2), (3, 1), (2, 2)]
        left = (length_after(n_mels, *steps), length_after(frames, *steps))
        self.output = nn.Conv2d(512, n_labels, left)

    def _pair(self, number: int, channels: int, filters: int, pool: int, *, padded: bool) -> None:
        pad = int(padded)
        for name, module in (
            ("tall", nn.Conv2d(channels, filters, (3, 1), padding=(pad, 0))),
            ("relu_tall", nn.ReLU()),
            ("wide", nn.Conv2d(filters, filters, (1, 3), padding=(0, pad))),
            ("relu_wide", nn.ReLU()),
            ("pool", nn.MaxPool2d(pool)),
        ):
            self.table.add_module(f"{name}{number}", module)

    def forward(self, x: Tensor) -> Answer:
        """Spectrogram ``[batch, 128, frames]`` to logits and an embedding of 512."""
        maps = self.table(self.scale(x).unsqueeze(1))
        return self.output(maps).flatten(1), maps.mean(dim=(2, 3))


class Raw1d(nn.Module):
    """Model 3, table 3: convolutions on the samples themselves."""

    def __init__(self, n_labels: int) -> None:
        super().__init__()
        self.scale = Standardise()
        self.table = _rows(
            conv1=nn.Conv1d(1, 64, 5),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool1d(16),
            conv2=nn.Conv1d(64, 128, 3),
            relu2=nn.ReLU(),
            conv3=nn.Conv1d(128, 128, 3),
            relu3=nn.ReLU(),
            pool2=nn.MaxPool1d(4),
            norm1=nn.BatchNorm1d(128),
            dropout1=nn.Dropout(0.2),
            conv4=nn.Conv1d(128, 128, 3),
            relu4=nn.ReLU(),
            conv5=nn.Conv1d(128, 128, 3),
            relu5=nn.ReLU(),
            pool3=nn.MaxPool1d(4),
            norm2=nn.BatchNorm1d(128),
            dropout2=nn.Dropout(0.2),
            conv6=nn.Conv1d(128, 256, 3),
            relu6=nn.ReLU(),
            conv7=nn.Conv1d(256, 256, 3),
            relu7=nn.ReLU(),
        )
        self.dense = nn.Linear(256, 1024)
        self.activation = nn.ReLU()
        self.output = nn.Linear(1024, n_labels)

    def forward(self, x: Tensor) -> Answer:
        """Waveform ``[batch, samples]`` to logits and an embedding of 1,024."""
        maps = self.table(self.scale(x).unsqueeze(1))
        embedding = self.activation(self.dense(maps.amax(dim=2)))
        return self.output(embedding), embedding
