"""Tags of one's own heard alone and together: who is beside whom, and the page that says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.accuracy import together, together_page
from benchmarks.accuracy.beside import fellows_of, folders_of, head_alone, head_beside
from benchmarks.accuracy.corpus import Clip
from benchmarks.accuracy.instruments import EXAMPLES, Task
from benchmarks.accuracy.together import FOLDERS, in_other_packs
from benchmarks.accuracy.together_page import PRINTED_ROW, Found, write
from tests.daemon.learning.clouds import clouds

from earmark_daemon.tagging.fellows import NEAREST, shares_of

PACKS, SOUNDS = 4, 60


@pytest.fixture
def collection() -> tuple[list[Clip], np.ndarray]:
    """Packs of two kinds of sounds, each pack with its own way to record them."""
    random = np.random.default_rng(4)
    kinds, ways = random.normal(0.0, 1.0, (2, 24)), random.normal(0.0, 0.6, (PACKS, 2, 24))
    clips, rows = [], []
    for number in range(PACKS * SOUNDS):
        pack, kind = number % PACKS, number // PACKS % 2
        name = f"pack {pack}"
        clips.append(Clip(f"{name}/{number}.flac", name, ("keys", "bass")[kind], "", ""))
        rows.append(kinds[kind] + ways[pack, kind] + random.normal(0.0, 1.0, 24))
    return clips, np.array(rows, dtype=np.float32)


def test_fellows_are_of_the_same_folder_and_never_the_clip_itself(
    collection: tuple[list[Clip], np.ndarray],
) -> None:
    clips, rows = collection
    fellows = fellows_of(clips, rows)
    for row, clip in enumerate(clips):
        some = fellows.which[row][fellows.shares[row] > 0]
        assert row not in some
        assert {clips[other].pack for other in some} <= {clip.pack}
        assert fellows.shares[row][: len(some)] == pytest.approx(shares_of(len(some)))
    assert (fellows.shares > 0).sum(axis=1).max() == NEAREST


@pytest.mark.parametrize("sorted_by_pack", [True, False])
def test_made_up_folders_hold_so_many(
    collection: tuple[list[Clip], np.ndarray], sorted_by_pack: bool
) -> None:
    clips, _ = collection
    folders = folders_of(clips, 7, sorted_by_pack=sorted_by_pack)
    names, counts = np.unique(folders, return_counts=True)
    assert counts.max() == 7
    assert counts.sum() == len(clips)
    packs = [{c.pack for c, f in zip(clips, folders, strict=True) if f == name} for name in names]
    assert all(len(own) == 1 for own in packs) == sorted_by_pack


def test_scores_are_of_numbered_clips(collection: tuple[list[Clip], np.ndarray]) -> None:
    _, rows = collection
    data = clouds({"a": 6, "b": 6}, background=12)
    numbers = np.arange(48, dtype=np.float32)[:, None]
    data = replace(data, embeddings=numbers[:12], background=numbers[12:24])
    alone = head_alone(rows)(data, numbers[24:])
    beside = head_beside(rows, fellows_of(collection[0], rows))(data, numbers[24:])
    assert alone.shape == beside.shape == (24, 2)
    assert np.abs(alone - beside).max() > 1e-3


def test_in_other_packs_none_of_a_labelled_pack_is_asked(
    collection: tuple[list[Clip], np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    clips, rows = collection
    asked: list[set[str]] = []

    def look(own: Task, learnt: np.ndarray, tested: np.ndarray) -> float:
        packs = [{own.clips[row].pack for row in some} for some in (learnt, tested)]
        assert not packs[0] & packs[1]
        assert {own.clips[row].label for row in learnt} == {"keys", "bass"}
        asked.append({own.clips[row].label for row in tested})
        return 0.5

    monkeypatch.setattr(together, "head_on", look)
    assert in_other_packs(Task(clips, rows, ("bass", "keys")), 5, seed=1) == 0.5
    assert asked == [{"bass"}, {"keys"}]


def test_the_page_and_its_plot_say_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = len(EXAMPLES)
    some, more = [0.5 + 0.1 * n for n in range(count)], [0.55 + 0.1 * n for n in range(count)]
    folders = dict.fromkeys(FOLDERS, some)
    given = [(0.1, 0.2, 0.3), (0.4, 0.5, 0.6)]
    scratch = [0.4] * count
    found = Found(
        unheard=[some, more, scratch],
        others=[more, some, scratch],
        elsewhere=[some, more],
        collection=[some, more],
        folders=folders,
        tags=[[0.7] * 3] * 2,
        given=given,
    )
    monkeypatch.setattr(together_page, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(together_page, "PLOT", tmp_path / "plot.svg")
    text = write(found)
    assert (tmp_path / "page.md").read_text() == text
    assert "| together | .550 | .650 | .750 | .850 |" in text
    assert "| alone | .550 | .650 | .750 | .850 |" in text
    assert f"| {PRINTED_ROW} | .770 | .839 | .891 | .927 |" in text
    assert "| together | .400 | .500 | .600 |" in text
    assert all(f"| {name} |" in text for name in FOLDERS)
    assert "<svg" in (tmp_path / "plot.svg").read_text()
