"""The collection's index, its corrections, and how it is divided."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.accuracy import corpus, pictures
from benchmarks.accuracy.corpus import HERE, LABELS
from benchmarks.accuracy.folds import FOLDS, fold_of
from benchmarks.accuracy.pictures import DROPPED, Pictures
from benchmarks.accuracy.recipes import BUILTIN, RECIPES, dataset
from tests.shared import shared

from earmark_daemon.hearing.frontend import FrontendSpec

INDEX = """path,pack,licence,label,duration_s,original,group
one/kick/a.flac,one,CC0-1.0,kick,0.5,a.wav,a
one/snare/b.flac,one,CC0-1.0,snare,0.5,b.wav,b
"""


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    (tmp_path / "index.csv").write_text(INDEX, encoding="utf-8")
    return tmp_path


def _corrections(folder: Path, *rows: str) -> Path:
    path = folder / "corrections.csv"
    path.write_text("\n".join(("path,action,reason", *rows)), encoding="utf-8")
    return path


def test_clips_are_corrected(sounds: Path) -> None:
    rows = ("one/kick/a.flac,relabel tom,it is one", "one/snare/b.flac,drop,silent")
    (clip,) = corpus.clips(sounds, _corrections(sounds, *rows))
    assert (clip.path, clip.label) == ("one/kick/a.flac", "tom")


@pytest.mark.parametrize("row", ["nowhere.flac,drop,x", "one/kick/a.flac,paint,x"])
def test_a_correction_that_fits_nothing_is_refused(sounds: Path, row: str) -> None:
    with pytest.raises(ValueError, match=r"corrections\.csv"):
        corpus.clips(sounds, _corrections(sounds, row))


def test_every_pack_stands_in_one_fold_and_on_the_card() -> None:
    divided = [pack for packs in FOLDS for pack in packs]
    with (HERE / "packs.csv").open(newline="", encoding="utf-8") as file:
        told = [row["pack"] for row in csv.DictReader(file)]
    assert sorted(divided) == sorted(told)
    assert fold_of(FOLDS[2][0]) == 2


def test_the_collection_fits_corrections_and_folds() -> None:
    found = corpus.clips(shared("sounds"))
    assert {clip.label for clip in found} == set(LABELS)
    assert {clip.pack for clip in found} == {pack for packs in FOLDS for pack in packs}
    audio = corpus.read(found[0], shared("sounds"))
    assert audio.dtype == np.float32
    assert audio.ndim == 1


def _pictures(labels: list[int]) -> Pictures:
    count = len(labels)
    names = np.array([f"pack {number}" for number in range(count)])
    return Pictures(
        clips=np.zeros((count, 4, 6), dtype=np.uint8),
        teacher=np.zeros((count, 2), dtype=np.float16),
        labels=np.array(labels),
        packs=names,
        groups=names,
        copies=np.zeros(count, dtype=np.bool_),
    )


def test_what_no_label_fits_is_not_learnt_from() -> None:
    learnt = dataset(_pictures([0, DROPPED, 1]), RECIPES[BUILTIN], frozenset({"pack 2"}))
    assert len(learnt) == 1
    assert learnt.targets.argmax(axis=1).tolist() == [0]


def test_a_correction_changes_labels_and_keeps_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = corpus.indexed(shared("sounds"))
    monkeypatch.setattr(pictures, "CACHE", tmp_path)
    place = pictures.place_of(FrontendSpec())
    np.savez(place, **vars(_pictures([0])))
    corrected = [replace(found[0], label=LABELS[-1]), *found[2:]]
    monkeypatch.setattr(corpus, "clips", lambda: corrected)
    assert pictures.place_of(FrontendSpec()) == place
    labels = pictures.pictures(FrontendSpec()).labels
    assert labels[0] == len(LABELS) - 1
    dropped = np.flatnonzero(labels == DROPPED)
    assert len(dropped) > 1
    assert len(np.unique(np.diff(dropped))) == 1
