"""What names add, on made-up clips of which one knows what must come out."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.accuracy.corpus import LABELS
from benchmarks.accuracy.leaveout import Heard
from benchmarks.accuracy.names_rows import row
from benchmarks.accuracy.naming import Sounds, flat, folders_of, judged, nameless, names_alone

from earmark_daemon.tagging.evidence import fitted

FLUTES, GUITARS = LABELS.index("woodwind"), LABELS.index("guitar")


@pytest.fixture
def sounds() -> Sounds:
    """Two folders of one pack, 12 flutes and 12 guitars; the net is at a loss with a third."""
    labels = np.array([FLUTES] * 12 + [GUITARS] * 12)
    scores = np.full((24, len(LABELS)), 0.02)
    scores[np.arange(24), labels] = 0.7
    lost = np.arange(0, 24, 3)
    scores[lost, labels[lost]] = 0.2
    scores[lost, LABELS.index("keys")] = 0.5
    scores /= scores.sum(axis=1, keepdims=True)
    paths = [f"pack/a/flute {n}.wav" for n in range(12)]
    paths += [f"pack/b/guitar {n}.wav" for n in range(12)]
    heard = Heard(np.log(scores).astype(np.float32), labels, np.array(["pack"] * 24), labels * 0)
    return Sounds(heard, scores, paths, {0: fitted()})


def test_sound_alone_has_neither_names_nor_company(sounds: Sounds) -> None:
    blind = row("blind", sounds.heard, judged(sounds, [""] * 24))
    assert blind.right == pytest.approx(2 / 3)
    assert blind.low <= blind.recall <= blind.high


def test_company_mends_what_names_that_are_hidden_cannot(sounds: Sounds) -> None:
    paths = nameless(folders_of(sounds.paths))
    assert row("", sounds.heard, judged(sounds, paths)).right == 1.0
    alone = judged(sounds, paths, company=False)
    assert row("", sounds.heard, alone).right == pytest.approx(2 / 3)


def test_a_mixed_pack_is_no_company(sounds: Sounds) -> None:
    mixed = judged(sounds, nameless(sounds.heard.packs))
    assert row("", sounds.heard, mixed).right == pytest.approx(2 / 3)


def test_names_say_what_the_sound_does_not(sounds: Sounds) -> None:
    outcome = judged(sounds, names_alone(sounds), company=False)
    assert row("", sounds.heard, outcome).right == 1.0


def test_figures_are_of_the_clips_that_are_asked_for(sounds: Sounds) -> None:
    lost = np.arange(24) % 3 == 0
    some = row("", sounds.heard, judged(sounds, [""] * 24), lost)
    assert (some.recall, some.right, some.tagged) == (0.0, 0.0, 1.0)
    assert some.unnoticed == 1.0


def test_a_flat_pack_keeps_what_its_folders_said() -> None:
    assert flat("pack/Strings/Cello/C3.wav") == "pack/Strings Cello C3.wav"
