"""Bengani et al. (2019): every row of tables 1 to 4, and the sizes that the paper prints."""

import pytest
import torch
from tests.trainer.architectures.tracing import parameters, traced

from earmark_trainer.architectures.bengani import Mel1d, Mel2d, Raw1d
from earmark_trainer.architectures.ensemble import COMBINATIONS, Combiner, Ensemble

MIB = 2**20

TABLE_1 = {
    "conv1": (256, 589),
    "pool1": (256, 294),
    "conv2": (256, 291),
    "norm1": (256, 291),
    "pool2": (256, 145),
    "conv3": (384, 142),
    "pool3": (384, 71),
    "norm2": (384, 71),
}

TABLE_2 = {
    "tall1": (128, 128, 592),
    "wide1": (128, 128, 592),
    "pool1": (128, 32, 148),
    "tall2": (256, 32, 148),
    "wide2": (256, 32, 148),
    "pool2": (256, 8, 37),
    "tall3": (256, 8, 37),
    "wide3": (256, 8, 37),
    "pool3": (256, 4, 18),
    "tall4": (512, 2, 18),
    "wide4": (512, 2, 16),
    "pool4": (512, 1, 8),
}

TABLE_3 = {
    "conv1": (64, 465_596),
    "pool1": (64, 29_099),
    "conv2": (128, 29_097),
    "conv3": (128, 29_095),
    "pool2": (128, 7_273),
    "conv4": (128, 7_271),
    "conv5": (128, 7_269),
    "pool3": (128, 1_817),
    "conv6": (256, 1_815),
    "conv7": (256, 1_813),
}


@pytest.mark.parametrize(
    ("net", "shape", "table"),
    [
        (Mel1d(50), (128, 592), TABLE_1),
        (Mel2d(50), (128, 592), TABLE_2),
        (Raw1d(50), (465_600,), TABLE_3),
    ],
    ids=["table 1", "table 2", "table 3"],
)
def test_every_printed_output_shape(net, shape, table):
    with torch.no_grad():
        shapes = traced(net, net.table, torch.zeros(1, *shape))
        logits, _ = net(torch.zeros(1, *shape))
    assert {name: shapes[name] for name in table} == table
    assert tuple(logits.shape) == (1, 50)


def test_kernels_of_the_tables():
    assert tuple(Mel1d(50).output.weight.shape) == (50, 384, 71)
    assert tuple(Mel2d(50).output.weight.shape) == (50, 512, 1, 8)
    raw = Raw1d(50)
    assert (raw.dense.out_features, raw.output.in_features) == (1024, 1024)


def test_combiner_is_table_4():
    sizes = [
        layer.out_features for layer in Combiner(3, 50).modules() if hasattr(layer, "out_features")
    ]
    assert sizes == [256, 512, 50]


def _weights(*terms: tuple[int, int]) -> int:
    """Weights and biases of layers given as (inputs of one unit, units)."""
    return sum((inputs + 1) * units for inputs, units in terms)


def test_parameter_counts_follow_from_the_tables():
    table_1 = _weights((128 * 4, 256), (4 * 256, 256), (4 * 256, 384), (71 * 384, 50))
    assert parameters(Mel1d(50)) == table_1 + 2 * (256 + 384)
    table_2 = _weights((3, 128), (3 * 128, 128), (3 * 128, 256), *[(3 * 256, 256)] * 3)
    table_2 += _weights((3 * 256, 512), (3 * 512, 512), (8 * 512, 50))
    assert parameters(Mel2d(50)) == table_2
    table_3 = _weights((5, 64), (3 * 64, 128), *[(3 * 128, 128)] * 3, (3 * 128, 256))
    table_3 += _weights((3 * 256, 256), (256, 1024), (1024, 50))
    assert parameters(Raw1d(50)) == table_3 + 2 * (128 + 128)
    assert parameters(Combiner(3, 50)) == _weights((150, 256), (256, 512), (512, 50))


def test_printed_sizes():
    """Float32 weights match the printed sizes, but for model 1, whose table gives less."""
    assert parameters(Combiner(3, 50)) * 4 / 1000 == pytest.approx(784, abs=1)
    assert parameters(Mel2d(50)) * 4 / MIB == pytest.approx(8.14, rel=0.01)
    assert parameters(Raw1d(50)) * 4 / MIB == pytest.approx(3.09, rel=0.04)
    assert parameters(Mel1d(50)) * 4 / MIB == pytest.approx(8.21, abs=0.01)
    unpooled_last_layer = parameters(Mel1d(50)) + (142 - 71) * 384 * 50
    assert unpooled_last_layer * 4 / MIB == pytest.approx(13.59, rel=0.02)


def test_the_seven_combinations_of_table_5():
    assert [len(chosen) for chosen in COMBINATIONS] == [1, 1, 1, 2, 2, 2, 3]
    assert len(set(COMBINATIONS)) == 7


@pytest.mark.parametrize("members", [c for c in COMBINATIONS if len(c) > 1], ids="+".join)
def test_every_ensemble_answers(members):
    net = Ensemble(4, samples=16_000 * 8, members=members).eval()
    with torch.no_grad():
        logits, embedding = net(torch.randn(2, 16_000 * 8))
    assert tuple(logits.shape) == (2, 4)
    assert tuple(embedding.shape) == (2, 512)
