"""The large net is YAMNet, whatever else it learns."""

import numpy as np
import pytest
import torch
from benchmarks.accuracy import teacher

from earmark_daemon.hearing.frontend import FrontendSpec, spectrogram

pytest.importorskip("ai_edge_litert", reason="needs the extra “ear” (pip install '.[ear]')")
if not teacher.MODEL.exists():
    pytest.skip(f"needs YAMNet at {teacher.MODEL}", allow_module_level=True)

from benchmarks.accuracy.large import Large

LOG_MEL_TENSOR = 81
RATE = 16_000


@pytest.fixture(scope="module")
def large() -> Large:
    return Large(16).eval()


def _sound() -> np.ndarray:
    random = np.random.default_rng(6)
    time = np.arange(teacher.WINDOW) / RATE
    noise = 0.2 * random.standard_normal(teacher.WINDOW) * np.exp(-20 * time)
    return (0.5 * np.sin(2 * np.pi * 330 * time) * np.exp(-5 * time) + noise).astype(np.float32)


def _as_stored(sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What YAMNet's file makes of a sound: its log-mel spectrogram and its embedding."""
    net = teacher.interpreter()
    net.set_tensor(net.get_input_details()[0]["index"], sound)
    net.invoke()
    return net.get_tensor(LOG_MEL_TENSOR), net.get_tensor(teacher.EMBEDDING_TENSOR).reshape(-1)


@torch.no_grad()
def test_it_says_what_the_file_says(large: Large) -> None:
    log_mel, embedding = _as_stored(_sound())
    x = torch.from_numpy(log_mel)[None, None]
    for layer in large.body:
        x = layer(x)
    own = x.mean((2, 3)).numpy().reshape(-1)
    assert np.corrcoef(own, embedding)[0, 1] > 0.99, "the file reckons in 8 bits, or it were 1"


def test_it_is_shown_earmarks_spectrogram_as_its_own(large: Large) -> None:
    log_mel, _ = _as_stored(_sound())
    clip = spectrogram(_sound(), RATE, FrontendSpec())
    shown = large.shown(torch.from_numpy(clip[None]))[0, 0].numpy()
    tone = shown[:30].mean(axis=0).argmax(), log_mel[:47].mean(axis=0).argmax()
    assert abs(tone[0] - tone[1] - 3) <= 2, "as many bands lie below its lowest"
    assert shown.max() == pytest.approx(3.0, abs=0.7)
    assert shown.min() == pytest.approx(np.log(1e-3), abs=0.1)


@torch.no_grad()
def test_to_be_normalised_changes_no_answer() -> None:
    net = Large(16).eval()
    random = torch.Generator().manual_seed(7)
    clips = torch.randint(0, 256, (8, 64, 48), generator=random, dtype=torch.uint8)
    before = net(clips)[1]
    net.unfold(clips)
    torch.testing.assert_close(net(clips)[1], before, rtol=1e-3, atol=1e-3)
    assert float(net.state_dict()["body.4.norm.running_var"].std()) > 0
