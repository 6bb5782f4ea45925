"""The client's log-mel front end as a fixed layer, for ensembles that also hear the waveform.

Same numbers as the client computes from audio at 16 kHz with frames of 1,600 and hops of 800
samples. The frame is two hops, so framing is a reshape, and 1,600 = 40 × 40, so the Fourier
transform is two small matrix products (Cooley and Tukey 1965): neither needs an operator that
inference engines lack, and the layer weighs little.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

SAMPLE_RATE = 16_000
HOP = 800
FRAME = 1_600
N_MELS = 128
FMAX = 8_000.0
DB_RANGE = 80.0
_ROOT = 40
_SILENCE = 10.0 ** (-90.0 / 20.0)
_LINEAR_HZ = 200.0 / 3.0
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ
_LOG_STEP = math.log(6.4) / 27.0


class LogMel(nn.Module):
    """Waveform ``[batch, samples]`` to spectrogram ``[batch, 128, frames]``, numbers 0 to 255."""

    window: Tensor
    cosine: Tensor
    sine: Tensor
    twiddle_cosine: Tensor
    twiddle_sine: Tensor
    filters: Tensor

    def __init__(self, extra_frames: int = 0) -> None:
        super().__init__()
        self.extra_frames = extra_frames
        index = torch.arange(_ROOT, dtype=torch.float64)
        small = 2.0 * math.pi / _ROOT * torch.outer(index, index)
        large = 2.0 * math.pi / FRAME * torch.outer(index, index)
        window = torch.hann_window(FRAME, dtype=torch.float64)
        for name, tensor in (
            ("window", window),
            ("cosine", small.cos()),
            ("sine", small.sin()),
            ("twiddle_cosine", large.cos()),
            ("twiddle_sine", large.sin()),
            ("filters", mel_filters(window)),
        ):
            self.register_buffer(name, tensor.float(), persistent=False)

    def frames(self, samples: int) -> int:
        """Frames that come out for so many samples (a multiple of the hop)."""
        return samples // HOP + self.extra_frames

    def forward(self, x: Tensor) -> Tensor:
        """As the class says; a silent clip is all zeros."""
        blocks = x.reshape(x.shape[0], -1, HOP)
        before = nn.functional.pad(blocks, (0, 0, 1, 0))[:, :-1]
        mel = torch.matmul(self._power(torch.cat([before, blocks], dim=2)), self.filters)
        decibel = 10.0 * torch.log10(mel.clamp_min(1e-20))
        loudest = decibel.amax(dim=(1, 2), keepdim=True)
        scaled = ((decibel - loudest + DB_RANGE) * (255.0 / DB_RANGE)).round().clamp(0.0, 255.0)
        audible = (x.abs().amax(dim=1) >= _SILENCE).to(scaled.dtype)[:, None, None]
        picture = (scaled * audible).transpose(1, 2)
        return nn.functional.pad(picture, (0, self.extra_frames))

    def _power(self, frames: Tensor) -> Tensor:
        """``[batch, frames, 1600]`` to the power spectrum ``[batch, frames, 801]``."""
        grid = (frames * self.window).reshape(*frames.shape[:2], _ROOT, _ROOT)
        real, imaginary = torch.matmul(self.cosine, grid), -torch.matmul(self.sine, grid)
        turned_real = real * self.twiddle_cosine + imaginary * self.twiddle_sine
        turned_imaginary = imaginary * self.twiddle_cosine - real * self.twiddle_sine
        real = torch.matmul(turned_real, self.cosine) + torch.matmul(turned_imaginary, self.sine)
        imaginary = torch.matmul(turned_imaginary, self.cosine) - torch.matmul(
            turned_real, self.sine
        )
        power = real.square() + imaginary.square()
        return power.transpose(2, 3).flatten(2)[:, :, : FRAME // 2 + 1]


def mel_filters(window: Tensor) -> Tensor:
    """Slaney's triangular mel filters with unit area, as power densities, ``[801, 128]``."""
    top = _BREAK_MEL + math.log(FMAX / _BREAK_HZ) / _LOG_STEP
    mel = torch.linspace(0.0, top, N_MELS + 2, dtype=torch.float64)
    edges = torch.where(
        mel < _BREAK_MEL, mel * _LINEAR_HZ, _BREAK_HZ * torch.exp(_LOG_STEP * (mel - _BREAK_MEL))
    )
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bins = torch.arange(FRAME // 2 + 1, dtype=torch.float64) * (SAMPLE_RATE / FRAME)
    rising, falling = (bins - low) / (centre - low), (high - bins) / (high - centre)
    triangles = torch.minimum(rising, falling).clamp_min(0.0) * (2.0 / (high - low))
    return (triangles / (FRAME * window.square().sum())).T
