"""YAMNet's ears beside ours: condensed by what was heard, and by nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from benchmarks.accuracy import ceiling, corpus
from benchmarks.accuracy.corpus import Clip
from benchmarks.accuracy.pictures import SYNTHESISED
from benchmarks.accuracy.widen import DIMENSIONS

COUNT, COPIES = 400, 2


@pytest.fixture
def every() -> list[Clip]:
    """Clips of two packs."""
    return [Clip(f"{n}.flac", f"pack {n % 2}", "keys", "", "") for n in range(COUNT)]


@pytest.fixture
def seen(every: list[Clip], monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What YAMNet said of them, of a copy of each, and of synthesised sounds after them."""
    random = np.random.default_rng(2)
    packs = np.repeat([clip.pack for clip in every], COPIES)
    seen = SimpleNamespace(
        copies=np.append(np.tile([False, True], COUNT), np.zeros(50, dtype=np.bool_)),
        packs=np.append(packs, [SYNTHESISED] * 50),
        teacher=random.normal(0.0, 1.0, (COPIES * COUNT + 50, 300)).astype(np.float16),
    )
    monkeypatch.setattr(ceiling, "pictures", lambda _: seen)
    monkeypatch.setattr(corpus, "indexed", lambda: every)
    monkeypatch.setattr(ceiling, "places_of", lambda some: np.array([every.index(c) for c in some]))
    return seen


def test_components_are_of_the_packs_that_were_heard(
    every: list[Clip], seen: SimpleNamespace
) -> None:
    asked = every[1:40:2]
    before = ceiling.by_yamnet(asked, {"pack 1"})
    unheard = seen.packs == "pack 1"
    unheard[: 80 * COPIES] = False
    seen.teacher[unheard | seen.copies | (seen.packs == SYNTHESISED)] = 9.0
    assert np.array_equal(ceiling.by_yamnet(asked, {"pack 1"}), before)
    seen.teacher[0] = 9.0
    assert not np.array_equal(ceiling.by_yamnet(asked, {"pack 1"}), before)
    assert before.shape == (20, DIMENSIONS)


@pytest.mark.usefixtures("seen")
def test_ears_side_by_side_weigh_the_same(
    every: list[Clip], monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(3)
    own = {name: random.normal(0.0, 5.0, (COUNT, 8)) for name in ("net", "builtin")}
    monkeypatch.setattr(ceiling, "wide_net", lambda _: "net")
    monkeypatch.setattr(ceiling, "BUILTIN", "builtin")
    monkeypatch.setattr(ceiling, "embeddings", lambda _, model: own[model])
    heard = ceiling.ears(every, {"pack 1"})
    both = heard["both"]
    assert both.shape == (COUNT, 8 + DIMENSIONS)
    assert np.linalg.norm(both[:, :8], axis=1) == pytest.approx(1.0)
    assert np.linalg.norm(both[:, 8:], axis=1) == pytest.approx(1.0, abs=1e-5)
    assert heard["the net"] is own["net"]
