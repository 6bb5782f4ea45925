from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from tests.db.sounds import arrive

from earmark_daemon.hearing.nearest import nearest
from earmark_db.forgetting import KEPT_SECONDS
from earmark_db.index import Index
from earmark_db.records import Hearing, Verdict

DIMENSIONS = 16
RANDOM = np.random.default_rng(7)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = Index.for_writing(tmp_path / "index.sqlite")
    opened.models.set_backbone("base")
    yield opened
    opened.close()


def vector() -> np.ndarray:
    return RANDOM.normal(0.0, 1.0, DIMENSIONS).astype(np.float16)


def put(index: Index, name: str, embedding: bytes) -> int:
    (file_id,) = arrive(index, f"/pack/{name}.wav")
    index.files.heard(
        file_id, Hearing(name, 1.0, 44_100, 1, (Verdict("base", {}, embedding, ""),)), {}
    )
    with index.transaction() as connection:
        row = connection.execute("select id from contents where digest = ?", [name]).fetchone()
    return int(row[0])


def library(index: Index, count: int) -> dict[int, np.ndarray]:
    made = {n: vector() for n in range(count)}
    return {put(index, f"sound {n}", v.tobytes()): v for n, v in made.items()}


def ask(tmp_path: Path, wanted: np.ndarray, count: int = 5) -> list[tuple[int, float]]:
    return nearest(str(tmp_path / "index.sqlite"), "base", wanted.tobytes(), count)


def expected(vectors: dict[int, np.ndarray], wanted: np.ndarray) -> list[tuple[int, float]]:
    def cosine(v: np.ndarray) -> float:
        one, other = v.astype(np.float64), wanted.astype(np.float64)
        return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))

    return sorted(((n, cosine(v)) for n, v in vectors.items()), key=lambda item: -item[1])


def check(tmp_path: Path, vectors: dict[int, np.ndarray]) -> None:
    wanted = vector()
    found, right = ask(tmp_path, wanted), expected(vectors, wanted)[:5]
    assert [n for n, _ in found] == [n for n, _ in right]
    assert [c for _, c in found] == pytest.approx([c for _, c in right], abs=2e-3)


def put_more(index: Index, name: str, count: int) -> dict[int, np.ndarray]:
    more = [vector() for _ in range(count)]
    return {put(index, f"{name} {n}", each.tobytes()): each for n, each in enumerate(more)}


def back_up(path: Path, backup: Path) -> None:
    with closing(sqlite3.connect(path)) as index, closing(sqlite3.connect(backup)) as copy:
        index.backup(copy)


def bring_back(backup: Path, path: Path) -> None:
    """The backup in place of the index, as a person puts it there while nobody runs."""
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    shutil.copy(backup, path)


def copy_of(tmp_path: Path) -> Path:
    (copy,) = tmp_path.glob("embeddings-*.rows")
    return copy


def test_nothing_heard_gives_nothing(index: Index, tmp_path: Path) -> None:
    assert ask(tmp_path, vector()) == []
    put(index, "silence", b"")
    assert ask(tmp_path, vector()) == []


def test_the_nearest_by_cosine_are_found_and_new_ones_too(index: Index, tmp_path: Path) -> None:
    vectors = library(index, 50)
    check(tmp_path, vectors)
    size = copy_of(tmp_path).stat().st_size
    more = vector()
    vectors[put(index, "more", more.tobytes())] = more
    check(tmp_path, vectors)
    assert ask(tmp_path, more)[0][0] == max(vectors)
    assert copy_of(tmp_path).stat().st_size == size // 50 * 51


def test_what_was_heard_again_stands_once(index: Index, tmp_path: Path) -> None:
    vectors = library(index, 20)
    check(tmp_path, vectors)
    for number in (3, 19):
        put(index, f"sound {number}", list(vectors.values())[number].tobytes())
    check(tmp_path, vectors)
    found = [n for n, _ in ask(tmp_path, vector(), 100)]
    assert sorted(found) == sorted(vectors)


def test_of_what_was_removed_nothing_is_found_but_what_lies_beyond_it(
    index: Index, tmp_path: Path
) -> None:
    vectors = library(index, 50)
    wanted = vector()
    order = [number for number, _ in expected(vectors, wanted)]
    index.files.gone(f"/pack/sound {number - 1}.wav" for number in order[1:40])
    assert [number for number, _ in ask(tmp_path, wanted)] == [order[0], *order[40:44]]
    assert [number for number, _ in ask(tmp_path, wanted, 50)] == [order[0], *order[40:]]


def forget(index: Index, names: Iterable[str]) -> None:
    index.files.gone(f"/pack/{name}.wav" for name in names)
    for now in (1.0, 1.0 + KEPT_SECONDS):
        assert index.forgetting.some(0, 1_000, now) is None


@pytest.mark.parametrize("last", [300, 12])
def test_what_comes_once_others_were_forgotten_is_found(
    index: Index, tmp_path: Path, last: int
) -> None:
    """Some that were forgotten come back, in other rows than before."""
    vectors = library(index, 320)
    check(tmp_path, vectors)
    forget(index, (f"sound {number}" for number in range(320 - last, 319)))
    left = dict(list(vectors.items())[: 320 - last] + list(vectors.items())[319:])
    left |= put_more(index, "new", 3)
    back = list(vectors)[318]
    put(index, "sound 318", vectors[back].tobytes())
    left[back] = vectors[back]
    check(tmp_path, left)
    assert sorted(n for n, _ in ask(tmp_path, vector(), 400)) == sorted(left)


def test_a_copy_of_which_much_was_forgotten_gets_smaller(index: Index, tmp_path: Path) -> None:
    vectors = library(index, 100)
    check(tmp_path, vectors)
    size = copy_of(tmp_path).stat().st_size
    left = dict(list(vectors.items())[40:])
    forget(index, (f"sound {number}" for number in range(10)))
    check(tmp_path, dict(list(vectors.items())[10:]))
    assert copy_of(tmp_path).stat().st_size == size
    forget(index, (f"sound {number}" for number in range(10, 40)))
    check(tmp_path, left)
    assert copy_of(tmp_path).stat().st_size == size // 100 * 60


@pytest.mark.parametrize("harm", ["cut off", "rubbish", "gone"])
def test_a_damaged_copy_is_made_anew(index: Index, tmp_path: Path, harm: str) -> None:
    vectors = library(index, 30)
    check(tmp_path, vectors)
    copy = copy_of(tmp_path)
    data = copy.read_bytes()
    if harm == "gone":
        copy.unlink()
    else:
        copy.write_bytes(data[:-7] if harm == "cut off" else bytes(len(data)))
    check(tmp_path, vectors)
    assert copy.read_bytes() == data


def test_rows_that_an_older_index_does_not_have_are_cut_off(index: Index, tmp_path: Path) -> None:
    vectors = library(index, 30)
    check(tmp_path, vectors)
    with index.transaction() as connection:
        connection.execute("delete from verdicts where content_id > 20")
    other = vector()
    left = {n: v for n, v in vectors.items() if n <= 20}
    left[put(index, "other", other.tobytes())] = other
    check(tmp_path, left)


@pytest.mark.parametrize("asked_between", [False, True])
def test_other_sounds_in_the_rows_that_an_index_lost_are_seen(
    tmp_path: Path, asked_between: bool
) -> None:
    """As where a backup was brought back, and what came since was heard in another order."""
    path, backup = tmp_path / "index.sqlite", tmp_path / "backup"
    with closing(Index.for_writing(path)) as index:
        index.models.set_backbone("base")
        kept = library(index, 20)
        back_up(path, backup)
        lost = put_more(index, "lost", 15)
        check(tmp_path, kept | lost)
    for name, count in (("other", 20), ("third", 25)):
        bring_back(backup, path)
        with closing(Index.for_writing(path)) as index:
            if asked_between:
                check(tmp_path, kept)
            others = put_more(index, name, count)
            assert set(lost) < set(others)
            for _ in range(5):
                check(tmp_path, kept | others)


def test_what_is_in_a_backup_too_is_not_read_again(tmp_path: Path) -> None:
    path, backup = tmp_path / "index.sqlite", tmp_path / "backup"
    with closing(Index.for_writing(path)) as index:
        index.models.set_backbone("base")
        vectors = library(index, 20)
        back_up(path, backup)
        check(tmp_path, vectors | put_more(index, "lost", 5))
    size = copy_of(tmp_path).stat().st_size // 25
    with copy_of(tmp_path).open("r+b") as file:
        file.seek(size - 2 * DIMENSIONS)
        file.write(bytes(2 * DIMENSIONS))
    before = copy_of(tmp_path).read_bytes()
    bring_back(backup, path)
    for name, count in (("other", 25), ("more", 30)):
        with closing(Index.for_writing(path)) as index:
            put_more(index, name, 5)
            ask(tmp_path, vector())
        after = copy_of(tmp_path).read_bytes()
        assert len(after) == count * size
        assert after[: 20 * size] == before[: 20 * size]


def test_another_backbone_has_a_copy_of_its_own(index: Index, tmp_path: Path) -> None:
    vectors = library(index, 10)
    check(tmp_path, vectors)
    before = copy_of(tmp_path)
    index.models.set_backbone("newer")
    assert nearest(str(tmp_path / "index.sqlite"), "newer", vector().tobytes(), 5) == []
    assert copy_of(tmp_path) != before
