"""The exported file keeps the contract, and a graph that computes otherwise is refused."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from tests.trainer.made_up import BANDS, CONFIG, FRAMES, LABELS, bands_dataset

from earmark_trainer import export as module
from earmark_trainer.architectures.compact import compact
from earmark_trainer.export import METADATA_KEY, export
from earmark_trainer.training import calibrate
from earmark_trainer.training.loop import train
from earmark_trainer.training.predicting import predict
from earmark_trainer.training.types import TrainedModel, TrainingError


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    return train(bands_dataset(90), CONFIG, compact)


@pytest.fixture
def exported(trained: TrainedModel, tmp_path: Path) -> Path:
    path = tmp_path / "model.onnx"
    export(trained, compact, path, "made up", {"packs": ["one", "two"]})
    return path


def _session(path: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("batch", [1, 3, 7])
def test_it_computes_calibrated_scores_of_8_bit_clips(
    trained: TrainedModel, exported: Path, batch: int
) -> None:
    clips = bands_dataset(90).clips[:batch]
    scores, embedding = _session(exported).run(["scores", "embedding"], {"spectrogram": clips})
    network = compact(len(LABELS), BANDS, FRAMES)
    network.load_state_dict({name: torch.from_numpy(w) for name, w in trained.state.items()})
    wanted = calibrate.scores_of(
        predict(network, clips, CONFIG), trained.temperature, exclusive=True
    )
    np.testing.assert_allclose(scores, wanted, atol=1e-4)
    np.testing.assert_allclose(scores.sum(axis=1), 1.0, atol=1e-5)
    assert embedding.shape == (batch, 192)
    assert embedding.dtype == np.float32


def test_its_metadata_say_everything(trained: TrainedModel, exported: Path) -> None:
    (entry,) = onnx.load(exported).metadata_props
    assert entry.key == METADATA_KEY
    said = json.loads(entry.value)
    assert set(said) == {
        "format",
        "name",
        "tag_set",
        "labels",
        "exclusive",
        "thresholds",
        "frontend",
        "metrics",
        "training",
        "digest",
    }
    assert said["labels"] == list(LABELS)
    assert said["thresholds"] == trained.thresholds
    assert said["training"]["packs"] == ["one", "two"]
    assert said["training"]["seed"] == CONFIG.seed


def test_a_figure_that_nothing_could_be_counted_for_is_null_in_its_metadata(
    trained: TrainedModel, tmp_path: Path
) -> None:
    by_label = {"high": {"clips": 2, "roc_auc": float("nan")}}
    odd = replace(trained, metrics={"roc_auc": float("nan"), "labels": by_label})
    export(odd, compact, tmp_path / "model.onnx", "made up", {"worst": float("-inf")})
    text = onnx.load(tmp_path / "model.onnx").metadata_props[0].value
    said = json.loads(text, parse_constant=pytest.fail)
    assert said["metrics"] == {"roc_auc": None, "labels": {"high": {"clips": 2, "roc_auc": None}}}
    assert said["training"]["worst"] is None


def test_its_digest_is_of_the_file_with_zeros_in_its_place(exported: Path) -> None:
    data = exported.read_bytes()
    digest = json.loads(onnx.load(exported).metadata_props[0].value)["digest"]
    blank = data.replace(digest.encode(), b"0" * 64)
    assert hashlib.sha256(blank).hexdigest() == digest
    assert hashlib.sha256(blank + b"x").hexdigest() != digest


def test_the_same_training_gives_the_same_file(trained: TrainedModel, tmp_path: Path) -> None:
    digests = {export(trained, compact, tmp_path / f"{n}.onnx", "made up") for n in range(2)}
    assert len(digests) == 1


def test_it_tells_nothing_of_the_machine_it_was_made_on(exported: Path) -> None:
    data = exported.read_bytes()
    assert str(Path(module.__file__).parent).encode() not in data
    assert b"site-packages" not in data


def test_a_graph_that_computes_otherwise_is_refused(
    trained: TrainedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = module._to_onnx

    def crooked(served: module._Served, model: TrainedModel) -> onnx.ModelProto:
        graph = honest(served, model)
        for weight in graph.graph.initializer:
            if weight.name.endswith("head.bias"):
                values = onnx.numpy_helper.to_array(weight) + np.array([1, 0, 0], dtype=np.float32)
                weight.CopyFrom(onnx.numpy_helper.from_array(values, weight.name))
        return graph

    monkeypatch.setattr(module, "_to_onnx", crooked)
    with pytest.raises(TrainingError, match="does not compute"):
        export(trained, compact, tmp_path / "model.onnx", "made up")
    assert not list(tmp_path.iterdir())


EXPORTS = """
import sys
from pathlib import Path
from tests.trainer.architectures.models import untrained
from earmark_trainer.architectures.compact import compact
from earmark_trainer.architectures.registry import architecture
from earmark_trainer.export import export
export(untrained(architecture("compact")), compact, Path(sys.argv[1]), "made up")
"""


def test_nobody_is_told_of_an_export(tmp_path: Path) -> None:
    """onnxruntime has its makers told of each start, unless `CI` or the like is set."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    subprocess.run(
        [sys.executable, "-c", EXPORTS, str(tmp_path / "model.onnx")],
        env={**kept, "HOME": str(home)},
        cwd=Path(__file__).parents[2],
        check=True,
        timeout=240,
    )
    assert (tmp_path / "model.onnx").exists()
    assert not list(home.rglob("*onnxruntime*"))
