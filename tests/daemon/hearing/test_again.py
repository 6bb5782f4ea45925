"""What is heard from the store is what is heard from the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.daemon.audio_files import thump, write
from tests.made_models import BASE, DIMENSIONS, described, head_of, loudness_model, save

from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.again import Answers, Stored, hear_again
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.listen import Heard, listen
from earmark_daemon.hearing.model import load
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.hearing.spectra import frontend_identity, unpack

MODEL = load(str(BUILTIN))
OTHER = FrontendSpec(n_mels=32, window_seconds=1.5)


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    """A one-shot, silence, something long, and something very long."""
    lengths = {"short": 0.3, "long": 8.0, "longest": 40.0}
    made = [write(tmp_path / f"{name}.wav", thump(s)) for name, s in lengths.items()]
    silence = write(tmp_path / "silence.wav", np.zeros((4410, 1), dtype=np.float32))
    return [made[0], silence, *made[1:]]


def head(tmp_path: Path) -> str:
    random = np.random.default_rng(2)
    weights = random.normal(0.0, 1.0, (DIMENSIONS, 2))
    save(head_of(weights, [0.0, 0.1]), tmp_path / "head.onnx", described(["one", "two"]))
    return str(tmp_path / "head.onnx")


def whole(tmp_path: Path, spec: FrontendSpec) -> str:
    path = tmp_path / f"whole {spec.n_mels}.onnx"
    loudness_model(path, ["dense", "loud"], frontend=spec.to_dict())
    return str(path)


def heard(paths: list[str], *others: str) -> list[Heard]:
    answers = listen(paths, MODEL, [load(other) for other in others])
    assert all(isinstance(answer, Heard) for answer in answers)
    return [answer for answer in answers if isinstance(answer, Heard)]


def test_other_models_change_nothing_in_what_the_first_hears(
    paths: list[str], tmp_path: Path
) -> None:
    alone = heard(paths)
    together = heard(paths, head(tmp_path), whole(tmp_path, OTHER))
    for one, other in zip(alone, together, strict=True):
        assert (one.first.scores, one.first.embedding, one.facts) == (
            other.first.scores,
            other.first.embedding,
            other.facts,
        )
        assert len(other.verdicts[1:]) == 2


@pytest.mark.parametrize("spec", [BASE.frontend, OTHER], ids=["same front end", "another"])
def test_stored_and_fresh_sounds_get_the_same_words(
    paths: list[str], tmp_path: Path, spec: FrontendSpec
) -> None:
    others = (head(tmp_path), whole(tmp_path, spec))
    fresh = heard(paths, *others)
    stored = [
        Stored(
            others,
            one.first.embedding,
            {others[1]: one.verdicts[2].spectrogram or one.first.spectrogram},
        )
        for one in fresh
    ]
    for one, answer in zip(fresh, hear_again(stored, str(BUILTIN)), strict=True):
        assert isinstance(answer, Answers)
        assert not answer.unfit
        for before, now in zip(one.verdicts[1:], answer.verdicts, strict=True):
            assert now.model == before.model
            assert now.scores == pytest.approx(before.scores, abs=1e-5)
    assert [bool(one.first.scores) for one in fresh] == [True, False, True, True]
    assert len({tuple(one.verdicts[1].scores.values()) for one in fresh}) > 2


def test_windows_of_another_front_end_come_along_to_be_stored(
    paths: list[str], tmp_path: Path
) -> None:
    (one,) = heard(paths[:1], whole(tmp_path, OTHER))
    (verdict,) = one.verdicts[1:]
    assert verdict.frontend == frontend_identity(OTHER)
    assert unpack(verdict.spectrogram).shape == (1, 32, 96)
    (same,) = heard(paths[:1], whole(tmp_path, BASE.frontend))
    assert same.verdicts[1].spectrogram == b""


def test_a_new_built_in_model_is_followed_by_its_heads(paths: list[str], tmp_path: Path) -> None:
    path = head(tmp_path)
    (fresh,) = heard(paths[2:3], path)
    stored = Stored((str(BUILTIN), path), b"", {str(BUILTIN): fresh.first.spectrogram})
    (answer,) = hear_again([stored], str(BUILTIN))
    assert isinstance(answer, Answers)
    first, second = answer.verdicts
    assert first.embedding == fresh.first.embedding
    assert first.scores == pytest.approx(fresh.first.scores, abs=1e-5)
    assert second.scores == pytest.approx(fresh.verdicts[1].scores, abs=1e-5)


def test_nothing_is_asked_of_another_built_in_model_or_of_none(
    paths: list[str], tmp_path: Path
) -> None:
    (fresh,) = heard(paths[:1], head(tmp_path))
    other, away = whole(tmp_path, BASE.frontend), str(tmp_path / "away.onnx")
    for base, why in ((other, "replaced"), (away, "cannot be loaded")):
        stored = Stored((base,), b"", {base: fresh.first.spectrogram})
        with pytest.raises(EarmarkError, match=why):
            hear_again([stored], base, BASE.digest)


def test_damaged_windows_and_models_cost_no_other_sound(paths: list[str], tmp_path: Path) -> None:
    path = whole(tmp_path, OTHER)
    (fresh,) = heard(paths[:1], path)
    good = Stored((path,), b"", {path: fresh.verdicts[1].spectrogram})
    bad = Stored((path,), b"", {path: b"rubbish"})
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"rubbish")
    none = Stored((str(broken),), fresh.first.embedding)
    answers = hear_again([bad, good, none], str(BUILTIN))
    assert all(isinstance(answer, Answers) for answer in answers)
    counts = [(len(a.verdicts), list(a.unfit)) for a in answers if isinstance(a, Answers)]
    assert counts == [(0, []), (1, []), (0, [str(broken)])]
