"""Every architecture has a front end that the client knows, and the printed input shape."""

import pytest

from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_trainer.architectures.registry import ARCHITECTURES, architecture


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_front_end_is_one_that_the_client_knows(name):
    one = architecture(name)
    spec = FrontendSpec.from_dict(dict(one.frontend))
    assert set(spec.to_dict()) == set(one.frontend)
    expected = (spec.n_mels, spec.frames) if spec.kind == "log-mel" else (spec.frames,)
    assert one.shape == expected


def test_printed_input_shapes():
    assert architecture("vgg-elu").shape == (96, 259)
    assert architecture("mel-1d").shape == architecture("mel-2d").shape == (128, 592)
    assert architecture("raw-1d").shape == architecture("ensemble").shape == (465_600,)
    assert architecture("shallow-mel").shape == (120, 120)
    assert architecture("cnn14").shape == (64, 1000)
    assert architecture("sample-level").shape == (15 * 16_000,)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="mel-1d"):
        architecture("mel-3d")


def test_a_window_too_short_is_refused():
    with pytest.raises(ValueError, match="too short"):
        architecture("mel-1d").with_window(0.5).build(3)
