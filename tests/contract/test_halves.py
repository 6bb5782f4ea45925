"""A sound that ends in the first half of its window is shown that half, by client and trainer."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.trainer.architectures.models import LABELS, untrained

from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.model import Model
from earmark_trainer.architectures.compact import compact
from earmark_trainer.architectures.registry import architecture
from earmark_trainer.export import export
from earmark_trainer.training.predicting import predict
from earmark_trainer.training.types import TrainConfig

SPEC = FrontendSpec()


def _clips() -> np.ndarray:
    """Ten windows; those at even places end in their first half."""
    clips = np.random.default_rng(3).integers(0, 256, (10, SPEC.n_mels, SPEC.frames))
    clips[::2, :, SPEC.frames // 2 :] = 0
    return clips.astype(np.uint8)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    path = tmp_path_factory.mktemp("halves") / "compact.onnx"
    export(untrained(architecture("compact")), compact, path, "untrained")
    return Model(path)


def test_short_and_long_sounds_keep_their_places(model: Model) -> None:
    clips = _clips()
    half = SPEC.frames // 2
    scores, embeddings = model.run(clips)
    for place, clip in enumerate(clips):
        shown = clip[:, :half] if place % 2 == 0 else clip
        alone = model._session.run(["scores", "embedding"], {"spectrogram": shown[None]})
        np.testing.assert_allclose(scores[place], alone[0][0], atol=1e-5)
        np.testing.assert_allclose(embeddings[place], alone[1][0], rtol=1e-3, atol=1e-4)


def test_the_trainer_judges_by_what_the_client_will_hear(model: Model) -> None:
    trained = untrained(architecture("compact"))
    network = compact(len(LABELS), *trained.input_shape)
    network.load_state_dict({key: torch.from_numpy(w) for key, w in trained.state.items()})
    logits = predict(network, _clips(), TrainConfig()).astype(np.float64)
    wanted = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.run(_clips())[0], wanted, atol=1e-4)


def test_half_a_window_changes_what_is_heard(model: Model) -> None:
    clips = _clips()[::2]
    whole = model._session.run(["scores"], {"spectrogram": clips})[0]
    assert np.abs(whole - model.run(clips)[0]).max() > 1e-6


def test_a_network_of_one_length_sees_whole_windows(tmp_path: Path) -> None:
    one = architecture("vgg-elu")
    export(untrained(one), one.build, tmp_path / "vgg.onnx", "untrained")
    model = Model(tmp_path / "vgg.onnx")
    clip = np.zeros((2, *one.shape), dtype=np.uint8)
    clip[:, :, :40] = 200
    assert model.run(clip)[0].shape == (2, len(LABELS))
