"""Every architecture exports, onnxruntime agrees, and the daemon hears a file with it."""

import pytest
from tests.benchmarks.papers.sounds import write
from tests.trainer.architectures.models import LABELS, exported

from earmark_daemon.hearing.listen import Heard, listen
from earmark_daemon.hearing.model import Model
from earmark_trainer.architectures.registry import ARCHITECTURES

SHORTEST = {
    "vgg-elu": 1.0,
    "mel-2d": 6.4,
    "mel-1d": 3.0,
    "raw-1d": 1.0,
    "ensemble": 6.0,
    "cnn14": 1.0,
    "cnn14-log1p": 1.0,
    "spectrogram-frontend": 2.0,
    "sample-level": 3.0,
}
"""Windows that keep these tests quick."""


@pytest.fixture(autouse=True)
def narrow_cnn14(monkeypatch):
    """CNN14 at full width is a file of 300 MB; its full width is tested for names and count."""
    monkeypatch.setattr("earmark_trainer.architectures.panns._WIDTHS", (16, 16, 32, 32, 64, 64))


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_daemon_hears_with_it(name, tmp_path):
    one = ARCHITECTURES[name]
    one = one.with_window(SHORTEST[name]) if name in SHORTEST else one
    model = Model(exported(one, tmp_path))
    sound = write(tmp_path / "sound.wav", 220.0, seconds=2.0, rate=44_100)
    (heard,) = listen([str(sound)], model)
    assert isinstance(heard, Heard)
    assert set(heard.first.scores) == set(LABELS)
    assert sum(heard.first.scores.values()) == pytest.approx(1.0, abs=1e-4)
    assert len(heard.first.embedding) > 0
    assert bool(heard.first.spectrogram) == (one.frontend["kind"] == "log-mel")
