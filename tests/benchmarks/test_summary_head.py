"""Tags that are read off the summaries of all layers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from benchmarks.accuracy.summaries import JOINED, summaries, values
from benchmarks.accuracy.summary_head import logits_of, read_off_summaries
from onnx import TensorProto, helper
from tests.trainer.made_up import CONFIG, LABELS, bands_dataset

from earmark_daemon.hearing.model import Model
from earmark_daemon.learning.solver import probabilities
from earmark_trainer.architectures.compact import compact
from earmark_trainer.export import export
from earmark_trainer.training.loop import train
from earmark_trainer.training.types import SpectrogramDataset

UNCALIBRATED = replace(CONFIG, validation_share=0.0)
FRONTEND = {"kind": "log-mel", "n_mels": 32, "hop_length": 2000}


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A net that was shown its labels turned round, so that its own head is wrong."""
    data = bands_dataset()
    wrong = replace(data, targets=np.roll(data.targets, 1, axis=1), frontend=FRONTEND)
    place = tmp_path_factory.mktemp("net") / "net.onnx"
    export(train(wrong, UNCALIBRATED, compact), compact, place, "made up")
    return place


@pytest.fixture(scope="module")
def headed(net: Path) -> Path:
    place = net.with_name("headed.onnx")
    read_off_summaries(net, place, bands_dataset())
    return place


def _right(net: Path, data: SpectrogramDataset) -> float:
    return float(
        (logits_of(net, np.asarray(data.clips)).argmax(1) == data.targets.argmax(1)).mean()
    )


def test_the_head_learns_what_the_labels_say_now(net: Path, headed: Path) -> None:
    data = bands_dataset()
    assert _right(net, data) < 0.2
    assert _right(headed, data) > 0.9


def test_all_else_stays_and_earmark_can_hear_by_it(net: Path, headed: Path) -> None:
    before, after = Model(net), Model(headed)
    clips = bands_dataset().clips[:20]
    np.testing.assert_allclose(before.run(clips)[1], after.run(clips)[1], atol=1e-5)
    np.testing.assert_allclose(after.run(clips)[0].sum(axis=1), 1.0, atol=1e-5)
    assert after.info.labels == LABELS
    assert after.info.digest != before.info.digest


def test_scores_are_those_of_a_linear_head_on_the_summaries(headed: Path) -> None:
    model = onnx.load(headed)
    stored = {weight.name: weight for weight in model.graph.initializer}
    weight, bias = (
        onnx.numpy_helper.to_array(stored[f"network.head.{kind}"]) for kind in ("weight", "bias")
    )
    seen, scores = values(model, [JOINED, "scores"], np.asarray(bands_dataset().clips))
    expected = probabilities(seen @ weight.T + bias, exclusive=True)
    np.testing.assert_allclose(scores, expected, atol=1e-4)


def test_summaries_are_added_once_and_say_how_it_sounds_wherever_it_lies(net: Path) -> None:
    model = onnx.load(net)
    names = summaries(model)
    count = len(model.graph.node)
    assert summaries(model) == names
    assert len(model.graph.node) == count
    clips = np.zeros((2, 32, 48), dtype=np.uint8)
    clips[0, 8:12, 8:16] = 255
    clips[1, 16:20, 24:32] = 255
    means = values(model, [names[2]], clips)[0]
    assert np.corrcoef(means[0], means[1])[0, 1] > 0.9


def test_what_is_no_compact_net_is_refused() -> None:
    nodes = [
        helper.make_node("Relu", ["clips"], ["heard"]),
        helper.make_node("Gemm", ["heard", "weight"], ["scores"]),
    ]
    shapes = {"clips": [1, 4], "weight": [4, 2], "scores": [1, 2]}
    clips, weight, scores = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    )
    graph = helper.make_graph(nodes, "other", [clips, weight], [scores])
    with pytest.raises(ValueError, match="no compact net"):
        summaries(helper.make_model(graph))
