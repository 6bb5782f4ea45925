"""Nets that lack packs: trained stage by stage, kept, and not trained twice."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.accuracy import nets
from benchmarks.accuracy.corpus import LABELS
from benchmarks.accuracy.nets import kept_at, net_without, train_on_everything
from benchmarks.accuracy.pictures import DROPPED, Pictures
from benchmarks.accuracy.recipes import Recipe
from benchmarks.accuracy.summary_head import logits_of
from benchmarks.accuracy.teacher import EMBEDDING_SIZE
from tests.trainer import made_up

from earmark_trainer.architectures.compact import compact
from earmark_trainer.export import export

COUNT, BANDS, FRAMES = 256, 64, 48
OTHERS, STRANGE = ("one", "two", "three"), "strange"
FIRST_STRANGE = 12
"""Labels from this one on are those of the strange pack alone."""
CONFIG = replace(made_up.CONFIG, epochs=3, batch_size=32, validation_share=0.0)
RECIPE = Recipe(
    CONFIG,
    finishes=(replace(CONFIG, epochs=1, seed=1), replace(CONFIG, epochs=1, seed=2)),
    summary_head=True,
)


def _made_up() -> Pictures:
    """Noise with a loud band whose height is the label; one pack holds what no other has."""
    random = np.random.default_rng(9)
    clips = random.integers(0, 40, (COUNT, BANDS, FRAMES)).astype(np.uint8)
    labels = np.arange(COUNT) % len(LABELS)
    packs = np.array(OTHERS)[np.arange(COUNT) // len(LABELS) % len(OTHERS)]
    for clip, label in zip(clips, labels, strict=True):
        clip[4 * label : 4 * label + 4] += 180
    return Pictures(
        clips=clips,
        teacher=np.zeros((COUNT, EMBEDDING_SIZE), dtype=np.float16),
        labels=np.where(np.arange(COUNT) < COUNT - 2, labels, DROPPED),
        packs=np.where(labels < FIRST_STRANGE, packs, STRANGE),
        groups=np.array([f"take {number}" for number in range(COUNT)]),
        copies=np.zeros(COUNT, dtype=np.bool_),
    )


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where nets are kept that learn from made-up pictures."""
    monkeypatch.setattr(nets, "CACHE", tmp_path)
    monkeypatch.setattr(nets, "START", ("three",))
    monkeypatch.setattr(nets, "pictures", lambda _: _made_up())
    return tmp_path


def _kept(cache: Path) -> dict[str, int]:
    """Every file that is kept, and when it was written."""
    return {place.name: place.stat().st_mtime_ns for place in cache.iterdir()}


def _said(net: Path) -> np.ndarray:
    """The number of the label that a net gives to each picture."""
    return np.asarray(logits_of(net, _made_up().clips).argmax(axis=1))


def test_each_stage_is_kept_and_never_heard_the_packs(cache: Path) -> None:
    before = RECIPE.before
    assert before is not None
    stages = (RECIPE, before, RECIPE.unfinished)
    net = net_without(RECIPE, (STRANGE,))
    assert net == kept_at(RECIPE, (STRANGE,), "onnx")
    kept = _kept(cache)
    assert set(kept) == {kept_at(stage, (STRANGE,), "onnx").name for stage in stages}
    known = _made_up().packs != STRANGE
    for stage in stages:
        said = _said(kept_at(stage, (STRANGE,), "onnx"))
        assert (said < FIRST_STRANGE).all(), "it has heard what was left out"
        assert (said == _made_up().labels)[known].mean() > 0.9

    assert net_without(RECIPE, [STRANGE]) == net
    assert _kept(cache) == kept, "nothing is trained twice"


def test_the_first_stage_of_another_recipe_is_the_same_net(cache: Path) -> None:
    assert RECIPE.before == replace(RECIPE, summary_head=False)
    assert RECIPE.unfinished.before is None
    net_without(RECIPE.unfinished, ("one",))
    kept = _kept(cache)
    net_without(replace(RECIPE, summary_head=False), ("one",))
    assert kept.items() <= _kept(cache).items()
    assert len(_kept(cache)) == 2


def test_the_last_training_goes_on_from_a_net_and_hears_all_packs(cache: Path) -> None:
    recipe = replace(RECIPE, last=replace(CONFIG, seed=5))
    model = train_on_everything(recipe, threads=1)
    assert kept_at(recipe.unfinished, ("three",), "onnx").exists()
    export(model, compact, cache / "all.onnx", "all")
    learnt = _made_up().labels != DROPPED
    assert (_said(cache / "all.onnx") == _made_up().labels)[learnt].mean() > 0.7
    assert len(list(cache.glob("checkpoint-*"))) == 3, "the longer training and two finishes"
