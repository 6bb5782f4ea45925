"""Vibrary, the MagnaTagATune project and Pons et al.: layer by layer, as published."""

import pytest
import torch
from tests.trainer.architectures.tracing import parameters, traced

from earmark_trainer.architectures.layers import CosineTransform
from earmark_trainer.architectures.magnatagatune import VARIANTS, ShallowNet
from earmark_trainer.architectures.pons import EndToEnd, SpectrogramFrontEnd, WaveformFrontEnd
from earmark_trainer.architectures.vibrary import VggElu


@torch.no_grad()
def test_vgg_elu_layer_by_layer():
    net = VggElu(15)
    shapes = traced(net, net.features, torch.zeros(1, 96, 259))
    convolutions = [shapes[name] for name in ("0", "3", "7", "11")]
    assert convolutions == [(32, 94, 257), (32, 92, 255), (32, 44, 125), (32, 20, 60)]
    assert shapes["13"] == (32, 10, 30)
    assert net.dense.in_features == 32 * 10 * 30
    expected = 320 + 2 * 94 + 3 * (32 * 32 * 9 + 32) + (9600 + 1) * 128 + (128 + 1) * 15
    assert parameters(net) == expected


@torch.no_grad()
def test_the_selected_shallow_network_layer_by_layer():
    net = ShallowNet(50)
    shapes = traced(net, net.convolutions, torch.zeros(1, 120, 120))
    outputs = [shapes[str(4 * layer + 3)] for layer in range(3)]
    assert outputs == [(64, 20, 20), (128, 10, 10), (256, 10, 10)]
    convolutions = (100 + 1) * 64 + (100 * 64 + 1) * 128 + (100 * 128 + 1) * 256
    assert parameters(net) == convolutions + (10 * 10 * 256 + 1) * 1024 + 1025 * 50


@torch.no_grad()
@pytest.mark.parametrize("pools", VARIANTS.values(), ids=VARIANTS)
def test_every_shallow_variant_answers(pools):
    logits, _ = ShallowNet(3, 24, 24, pools=pools).eval()(torch.zeros(2, 24, 24))
    assert tuple(logits.shape) == (2, 3)


def test_cosine_transform_is_orthonormal():
    matrix = CosineTransform(12, 12).matrix
    torch.testing.assert_close(matrix @ matrix.T, torch.eye(12), atol=1e-6, rtol=0)
    flat = CosineTransform(12, 4)(torch.ones(1, 12, 1))[0, :, 0]
    torch.testing.assert_close(flat, torch.tensor([12**0.5, 0, 0, 0]), atol=1e-5, rtol=0)


def _kernels(layers: torch.nn.ModuleList) -> list[tuple[int, ...]]:
    weights = [layer.get_parameter("conv.weight") for layer in layers]
    return [tuple(weight.shape) for weight in weights]


@torch.no_grad()
def test_spectrogram_front_end_layer_by_layer():
    front = SpectrogramFrontEnd(96).eval()
    picture = torch.zeros(1, 96, 938)
    kernels = _kernels(front.timbre)
    assert kernels == [
        (16, 1, 86, 7),
        (32, 1, 86, 3),
        (64, 1, 86, 1),
        (16, 1, 38, 7),
        (32, 1, 38, 3),
        (64, 1, 38, 1),
    ]
    long_kernels = _kernels(front.temporal)
    assert long_kernels == [(16, 1, 165), (32, 1, 128), (64, 1, 64), (128, 1, 32)]
    assert tuple(front(picture).shape) == (1, 464, 938)


@torch.no_grad()
def test_waveform_front_end_layer_by_layer():
    front = WaveformFrontEnd().eval()
    convolutions = [layer for layer in front.layers if isinstance(layer, torch.nn.Conv1d)]
    assert [layer.out_channels for layer in convolutions] == [64, 64, 64, 128, 128, 128, 256]
    assert {layer.kernel_size for layer in convolutions} == {(3,)}
    assert [layer.stride for layer in convolutions] == [(3,), *[(1,)] * 6]
    assert tuple(front(torch.zeros(1, 240_000)).shape[:2]) == (1, 256)


@torch.no_grad()
@pytest.mark.parametrize(
    ("front", "shape"),
    [(SpectrogramFrontEnd(96), (96, 300)), (WaveformFrontEnd(), (60_000,))],
    ids=["spectrogram", "waveform"],
)
def test_the_back_end_is_shared_and_takes_any_length(front, shape):
    net = EndToEnd(front, 7).eval()
    steps = front.eval()(torch.zeros(1, *shape)).shape[2]
    shapes = traced(net, net.back, torch.zeros(1, *shape))
    assert shapes["first"] == shapes["second"] == (512, steps - 6)
    assert shapes["third"] == (512, (steps - 6) // 2)
    assert shapes["dense"] == (500,)
    assert shapes["output"] == (7,)
