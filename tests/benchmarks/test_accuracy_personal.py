"""Personal tags and instruments from few examples, on embeddings that are made up."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.accuracy import fewshot_page, instruments
from benchmarks.accuracy import kept as keeping
from benchmarks.accuracy.corpus import Clip
from benchmarks.accuracy.instruments import (
    COLLECTION,
    FEWEST_TESTED,
    head_accuracy,
    task,
    within,
)
from benchmarks.accuracy.kept import kept
from benchmarks.accuracy.personal import (
    FEWEST_TESTED as FEWEST_OF_TAG,
)
from benchmarks.accuracy.personal import (
    ROUNDS,
    TAGS,
    Unheard,
    average_precisions,
    chosen_by,
    found_and_right,
)

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.head import fit_head

EXAMPLES = 6
COMMON = EXAMPLES + FEWEST_OF_TAG
COUNT = 200


def _library(*, told_apart: bool) -> Unheard:
    """Two tags, one of them too rare; their sounds lie apart from all others, or do not."""
    random = np.random.default_rng(0)
    truth = np.zeros((COUNT, 2), dtype=np.bool_)
    truth[:COMMON, 0] = truth[COMMON : 2 * COMMON - 1, 1] = True
    embeddings = random.normal(size=(COUNT, 8))
    if told_apart:
        embeddings[:, :2] += 20.0 * truth
    return Unheard(embeddings.astype(np.float32), truth, TAGS[1][:2])


def _scores(data: Dataset, judged: np.ndarray) -> np.ndarray:
    return fit_head(data).logits(judged)


def test_a_tag_that_lies_apart_is_found_and_chance_is_not() -> None:
    found, rare = average_precisions(_library(told_apart=True), EXAMPLES, _scores, range(3))
    assert found > 0.99
    assert np.isnan(rare)
    guessed, _ = average_precisions(_library(told_apart=False), EXAMPLES, _scores, range(3))
    assert guessed < 0.5


def test_a_tag_that_lies_apart_is_given_where_it_belongs() -> None:
    found, right, f1 = found_and_right([_library(told_apart=True)], EXAMPLES, 3)
    assert min(found, right, f1) > 0.8
    found, right, f1 = found_and_right([_library(told_apart=False)], EXAMPLES, 3)
    assert max(right, f1) < 0.5


def test_what_is_chosen_is_labelled_and_never_judged() -> None:
    own, asked = _library(told_apart=True), []

    def first(data: Dataset, pool: np.ndarray, count: int) -> np.ndarray:
        asked.append((len(data.contents), len(pool)))
        return np.arange(count)

    found = chosen_by(own, first, range(2))
    assert found.shape == (2, ROUNDS + 1)
    (labelled, pool), (more, fewer) = asked[:2]
    assert more - labelled == pool - fewer > 0


def _clips(**counts: int) -> list[Clip]:
    return [
        Clip(f"{label}/{number}", "pack", label, str(number), "CC0-1.0")
        for label, count in counts.items()
        for number in range(count)
    ]


def test_instruments_are_told_apart_where_there_are_clips_enough() -> None:
    clips = _clips(bass=5 + FEWEST_TESTED, keys=40, kick=50, synth=3)
    place = {"bass": 0, "keys": 1, "kick": 2, "synth": 3}
    own = np.eye(4, dtype=np.float32)[[place[clip.label] for clip in clips]]
    few = task(clips, own, 10)
    assert few.labels == ("bass", "keys")
    assert head_accuracy(few, 5) == 1.0
    assert head_accuracy(few, 6) is None


def test_instruments_of_one_collection_are_those_of_its_folders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clips = [replace(clip, pack=COLLECTION) for clip in _clips(brass=30, strings=30)]
    clips += _clips(keys=40)
    folders = {"brass": ("horn", "tuba"), "strings": ("cello", "viola"), "keys": ("piano", "organ")}
    names = {
        clip.path: f"pack/{folders[clip.label][int(clip.group) % 3 == 0]}/{clip.group}.wav"
        for clip in clips
    }
    monkeypatch.setattr(instruments, "originals", lambda: names)
    own = within(clips, np.zeros((len(clips), 2), dtype=np.float32), 15)
    assert own.labels == ("cello", "horn")
    assert len(own.clips) == len(own.embeddings) == 40


def test_figures_are_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "CACHE", tmp_path / "cache")
    assert kept(("a", 1), lambda: [0.5]) == [0.5]
    assert kept(("a", 1), lambda: [0.7]) == [0.5]
    assert kept(("a", 2), lambda: [0.7]) == [0.7]


def test_the_page_says_what_was_measured_and_leaves_out_what_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fewshot_page, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(fewshot_page, "PLOT", tmp_path / "pictures" / "plot.svg")
    better = np.tile(np.linspace(0.5, 0.6, ROUNDS + 1), (3, 1))
    page = fewshot_page.Page(
        tags=TAGS[1][:2],
        tag_examples=(2, 10),
        personal={"head": [np.array([0.25, 0.75]), np.array([0.5, np.nan])]},
        examples=(10, 80),
        instruments={"net": [0.875, None]},
        active={"at random": np.full_like(better, 0.5), "doubtful": better},
        given={5: (0.25, 0.75, 0.375), 10: (0.5, 1.0, 0.6875)},
        left_out=[0.0, 0.9375],
    )
    fewshot_page.write(page)
    text = fewshot_page.PAGE.read_text(encoding="utf-8")
    assert "| head | .500 | .500 |" in text
    assert "10 (1 of the tags)" in text
    assert f"({TAGS[1][1].kind}, {TAGS[1][1].pack}) |  |" in text
    assert "| net | .875 |  |" in text
    assert "| of its sounds, get the tag | .250 | .500 |" in text
    assert "| F1 | .375 | .688 |" in text
    assert "ahead in 3 of them" in text
    assert "to\n94 %" in text
    assert fewshot_page.PLOT.read_text(encoding="utf-8").startswith("<?xml")
