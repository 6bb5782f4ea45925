"""What there is to learn from, read from a real index: sounds, and who lies beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.db.sounds import arrive

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.dataset import Dataset, load
from earmark_daemon.learning.examples import Said, examples_of
from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.service.training import pieces
from earmark_daemon.service.training.gathering import gathered, gathered_with_fellows
from earmark_daemon.tagging.fellows import shares_of
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.records import Hearing, Verdict

SOUNDS = {
    "/Pack/a.wav": 0,
    "/Pack/near a.wav": 40,
    "/Pack/nearer a.wav": 20,
    "/Pack/far.wav": 180,
    "/Pack/Deeper/not beside.wav": 340,
    "/Other/b.wav": 90,
    "/Other/near b.wav": 130,
    "/Third/c.wav": 270,
}
LABELLED = ("/Pack/a.wav", "/Other/b.wav", "/Third/c.wav")


def towards(degrees: float) -> np.ndarray:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], np.float16)


def hear(index: Index, path: str) -> None:
    (file_id,) = arrive(index, path)
    embedding = towards(SOUNDS[path]).tobytes()
    heard = Hearing(path, 0.5, 44_100, 1, (Verdict("base", {"kick": 1.0}, embedding, "f"),))
    index.files.heard(file_id, heard, {})


@pytest.fixture
def library(index: Index) -> Index:
    """Sounds by the names of their paths, which are their contents too."""
    for path in SOUNDS:
        hear(index, path)
    for word in said():
        index.labels.put(word.content, [Label("own", word.tag, True)])
    return index


def said() -> list[Said]:
    """The labelled sounds, each another tag, and each known to lie where it lies."""
    return [
        Said(path, tag, True, str(Path(path).parent))
        for path, tag in zip(LABELLED, ("one", "two", "three"), strict=True)
    ]


def beside(fellows: Fellows | None, row: int) -> list[tuple[str, Any]]:
    """The paths of who lies beside a sound, the nearest first, and what each counts."""
    assert fellows is not None
    names = {towards(degrees).tobytes(): path for path, degrees in SOUNDS.items()}
    return [
        (names[fellows.embeddings[which].astype(np.float16).tobytes()], share)
        for which, share in zip(fellows.which[row], fellows.shares[row], strict=True)
        if share
    ]


def test_fellows_are_those_of_the_same_folder_that_are_alike(
    library: Index, tmp_path: Path
) -> None:
    path = str(tmp_path / "index.sqlite")
    data = gathered_with_fellows(path, examples_of(said(), "own", exclusive=False), "base")
    row = {content: number for number, content in enumerate(data.contents)}
    first, second = shares_of(2)
    assert beside(data.fellows, row["/Pack/a.wav"]) == [
        ("/Pack/nearer a.wav", pytest.approx(first)),
        ("/Pack/near a.wav", pytest.approx(second)),
    ]
    assert beside(data.fellows, row["/Other/b.wav"]) == [
        ("/Other/near b.wav", pytest.approx(first))
    ]
    assert beside(data.fellows, row["/Third/c.wav"]) == []


def test_sounds_of_the_library_have_fellows_too(library: Index, tmp_path: Path) -> None:
    path = str(tmp_path / "index.sqlite")
    data = gathered_with_fellows(path, examples_of(said(), "own", exclusive=False), "base")
    found = [[name for name, _ in beside(data.background_fellows, row)] for row in range(5)]
    assert sorted(map(sorted, found)) == [
        [],
        [],
        ["/Other/b.wav"],
        ["/Pack/a.wav", "/Pack/near a.wav"],
        ["/Pack/a.wav", "/Pack/nearer a.wav"],
    ]


def test_what_a_training_here_learns_from_has_them(library: Index, tmp_path: Path) -> None:
    path, tags = str(tmp_path / "index.sqlite"), ("one", "two")
    told = [Said(p, tags[n % 2], True, str(Path(p).parent)) for n, p in enumerate(list(SOUNDS)[:7])]
    pieces.prepare(path, examples_of(told, "own", exclusive=True), "base", str(tmp_path))
    data: Dataset = load(next(tmp_path.glob("*.npz")))
    assert data.fellows is not None
    assert data.fellows.shares.any()


@pytest.mark.parametrize("others", [(), ("/Third/c.wav",)])
def test_a_tag_that_each_sound_carries_is_not_learnt_without_a_library(
    index: Index, tmp_path: Path, others: tuple[str, ...]
) -> None:
    """Of the other sound nobody has said whether it carries the tag."""
    paths = [path for path in SOUNDS if path.startswith("/Pack")]
    for path in (*paths, *others):
        hear(index, path)
    told = [Said(path, "one", True, "/Pack") for path in paths]
    told += [Said(path, "two", False, "/Third") for path in others]
    examples = examples_of(told, "own", exclusive=False)
    for path in (*paths, *others):
        index.labels.put(path, [Label("own", "one", True)])
    with pytest.raises(EarmarkError, match="nothing to tell these sounds from"):
        pieces.prepare(str(tmp_path / "index.sqlite"), examples, "base", str(tmp_path))


def test_of_too_many_tags_those_with_the_fewest_sounds_are_left_out(
    library: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, paths = str(tmp_path / "index.sqlite"), list(SOUNDS)
    counts = {"few": 3, "some": 4, "many": 5, "x" * 65: 6}
    told = [Said(p, tag, True, "/Pack") for tag, n in counts.items() for p in paths[:n]]
    examples = examples_of(told, "own", exclusive=False)
    monkeypatch.setattr(pieces, "MOST", 2)
    ready = pieces.prepare(path, examples, "base", str(tmp_path))
    assert ready.labels == ("many", "some")
    assert "2 tags at most" in ready.left_out["few"]
    assert "65 letters" in ready.left_out["x" * 65]
    assert load(next(tmp_path.glob("*.npz"))).labels == ready.labels


def test_without_them_each_sound_is_by_itself(library: Index, tmp_path: Path) -> None:
    path = str(tmp_path / "index.sqlite")
    data = gathered(path, examples_of(said(), "own", exclusive=False), "base")
    assert data.fellows is None
    assert sorted(data.contents) == sorted(LABELLED)
    assert len(data.background) == len(SOUNDS) - len(LABELLED)
