"""The architectures by name: what each is, what it hears, how its paper trained it.

Front ends are plain dictionaries with the fields of the client's front-end specification, because
the trainer stands alone; they travel into every model file as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from torch import nn

from earmark_trainer.architectures.bengani import Mel1d, Mel2d, Raw1d
from earmark_trainer.architectures.compact import Compact
from earmark_trainer.architectures.ensemble import Ensemble
from earmark_trainer.architectures.magnatagatune import ShallowNet
from earmark_trainer.architectures.panns import CEILING_DB, FLOOR_DB, Cnn14
from earmark_trainer.architectures.pons import EndToEnd, SpectrogramFrontEnd, WaveformFrontEnd
from earmark_trainer.architectures.vibrary import VggElu

FrontEnd = Mapping[str, Any]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Optimiser:
    """How the paper trained it; where it is silent, how its published program did.

    Attributes:
        learning_rate: Adam's step size.
        batch_size: clips a step.
        label_smoothing: share of each label that is spread over the others.
    """

    learning_rate: float = 1e-3
    batch_size: int = 32
    label_smoothing: float = 0.0


@dataclass(frozen=True)
class Architecture:
    """One network: a published one, or our own.

    Attributes:
        name: as in ``earmark train --architecture NAME``.
        source: the publication.
        frontend: fields of the client's front-end specification.
        make: builds the network from the number of labels and the shape of one input.
        loss: what the paper trained with; an exclusive tag set wants ``"softmax"`` in any case.
        optimiser: see `Optimiser`.
    """

    name: str
    source: str
    frontend: FrontEnd
    make: Callable[[int, Shape], nn.Module]
    loss: Literal["softmax", "sigmoid"] = "sigmoid"
    optimiser: Optimiser = Optimiser()

    @property
    def shape(self) -> Shape:
        """Of one input: ``(n_mels, frames)`` or ``(samples,)``."""
        samples = self.frontend["window_seconds"] * self.frontend["sample_rate"]
        if self.frontend["kind"] == "waveform":
            return (round(samples),)
        return (self.frontend["n_mels"], round(samples / self.frontend["hop_length"]))

    def build(self, n_labels: int, *shape: int) -> nn.Module:
        """A new network, for inputs of its own shape unless another is given.

        Its ``forward`` takes ``[batch, *shape]`` and gives ``(logits, embedding)``.

        Raises:
            ValueError: the window is too short for this architecture.
        """
        return self.make(n_labels, shape or self.shape)

    def with_window(self, seconds: float) -> Architecture:
        """The same network for windows of another length; one-shots want shorter ones."""
        frontend = MappingProxyType({**self.frontend, "window_seconds": seconds})
        return replace(self, frontend=frontend)


def _log_mel(
    sample_rate: int,
    n_fft: int,
    hop_length: int,
    n_mels: int,
    band: tuple[float, float],
    seconds: float,
    db_range: float = 80.0,
) -> FrontEnd:
    return MappingProxyType(
        {
            "kind": "log-mel",
            "sample_rate": sample_rate,
            "n_fft": n_fft,
            "hop_length": hop_length,
            "n_mels": n_mels,
            "fmin": band[0],
            "fmax": band[1],
            "window_seconds": seconds,
            "db_range": db_range,
            "resample": False,
        }
    )


def _waveform(sample_rate: int, seconds: float) -> FrontEnd:
    fields = _log_mel(sample_rate, 1, 1, 1, (0.0, sample_rate / 2), seconds)
    return MappingProxyType({**fields, "kind": "waveform", "resample": True})


_VIBRARY = "Vibrary: a consumer-trainable music tagging utility, AES 2019"
_MAGNATAGATUNE = "Audio auto-tagging on MagnaTagATune, 2017"
_BENGANI = "Bengani, Vadivel and Arul Jothi, Efficient Music Auto-Tagging, 2019"
_PANNS = "OpenMIC-2018 project on PANNs (Kong et al. 2020)"
_PONS = "Pons et al., End-to-end learning for music audio tagging at scale, 2017"

_BENGANI_MEL = _log_mel(16_000, 1_600, 800, 128, (0.0, 8_000.0), 29.6)
_MAGNATAGATUNE_MEL = _log_mel(2_108, 2_048, 512, 120, (0.0, 1_054.0), 29.12)
_PANNS_MEL = _log_mel(32_000, 1_024, 320, 64, (50.0, 14_000.0), 10.0, CEILING_DB - FLOOR_DB)

_ALL = (
    Architecture(
        "compact",
        "Earmark's own, for one-shots",
        _log_mel(32_000, 1_024, 320, 64, (30.0, 15_500.0), 3.0),
        lambda labels, shape: Compact(labels, *shape),
        "softmax",
    ),
    Architecture(
        "vgg-elu",
        _VIBRARY,
        _log_mel(44_100, 2_048, 512, 96, (0.0, 22_050.0), 3.007),
        lambda labels, shape: VggElu(labels, *shape),
        "softmax",
        Optimiser(batch_size=20, label_smoothing=0.01),
    ),
    Architecture(
        "shallow-mel",
        _MAGNATAGATUNE,
        _MAGNATAGATUNE_MEL,
        lambda labels, shape: ShallowNet(labels, shape[0], shape[1], "mel"),
        optimiser=Optimiser(batch_size=700),
    ),
    Architecture(
        "shallow-mfcc",
        _MAGNATAGATUNE,
        _MAGNATAGATUNE_MEL,
        lambda labels, shape: ShallowNet(labels, shape[0], shape[1], "mfcc"),
        optimiser=Optimiser(batch_size=700),
    ),
    Architecture("mel-1d", _BENGANI, _BENGANI_MEL, lambda labels, shape: Mel1d(labels, *shape)),
    Architecture("mel-2d", _BENGANI, _BENGANI_MEL, lambda labels, shape: Mel2d(labels, *shape)),
    Architecture("raw-1d", _BENGANI, _waveform(16_000, 29.1), lambda labels, _: Raw1d(labels)),
    Architecture(
        "ensemble",
        _BENGANI,
        _waveform(16_000, 29.1),
        lambda labels, shape: Ensemble(labels, shape[0]),
    ),
    Architecture(
        "cnn14",
        _PANNS,
        _PANNS_MEL,
        lambda labels, shape: Cnn14(labels, shape[0]),
        optimiser=Optimiser(learning_rate=1e-4),
    ),
    Architecture(
        "cnn14-log1p",
        _PANNS,
        _PANNS_MEL,
        lambda labels, shape: Cnn14(labels, shape[0], features="log1p"),
        optimiser=Optimiser(learning_rate=1e-4),
    ),
    Architecture(
        "spectrogram-frontend",
        _PONS,
        _log_mel(16_000, 512, 256, 96, (0.0, 8_000.0), 15.0),
        lambda labels, shape: EndToEnd(SpectrogramFrontEnd(shape[0]), labels),
    ),
    Architecture(
        "sample-level",
        _PONS,
        _waveform(16_000, 15.0),
        lambda labels, _: EndToEnd(WaveformFrontEnd(), labels),
    ),
)

ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType({one.name: one for one in _ALL})


def architecture(name: str) -> Architecture:
    """The architecture of that name.

    Raises:
        ValueError: there is none; the message lists those that are.
    """
    if name not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise ValueError(f"There is no architecture {name!r}. There are: {known}.")
    return ARCHITECTURES[name]
