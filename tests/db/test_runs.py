"""Up to which row two indexes that parted are the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from tests.db.sounds import tagged

from earmark_db.index import Index


def heard(path: Path, *names: str) -> str:
    """Hear some sounds in one run; returns its name."""
    with closing(Index.for_writing(path)) as index:
        for name in names:
            tagged(index, f"/pack/{name}.wav")
        return index.runs.newest()


def shared_rows(path: Path, run: str) -> int:
    with closing(Index.for_writing(path)) as index:
        return index.runs.shared_rows(run)


def test_two_that_parted_share_what_was_heard_before(tmp_path: Path) -> None:
    one, other = tmp_path / "one.sqlite", tmp_path / "other.sqlite"
    first = heard(one, "a", "b")
    with closing(sqlite3.connect(one)) as index, closing(sqlite3.connect(other)) as copy:
        index.backup(copy)
    assert shared_rows(other, first) == 2
    second, third = heard(one, "c", "d"), heard(other, "e")
    assert [shared_rows(one, run) for run in (first, second, third)] == [2, 4, 0]
    assert [shared_rows(other, run) for run in (first, second, third)] == [2, 0, 3]


def test_what_is_shared_stays_the_same_however_many_runs_follow(tmp_path: Path) -> None:
    one, other = tmp_path / "one.sqlite", tmp_path / "other.sqlite"
    first = heard(one, "a", "b")
    with closing(sqlite3.connect(one)) as index, closing(sqlite3.connect(other)) as copy:
        index.backup(copy)
    for name in "cde":
        heard(one, name)
        heard(other, name * 2)
    assert shared_rows(one, first) == shared_rows(other, first) == 2


def test_a_copy_taken_while_a_run_lasts_shares_no_more_than_it_has(tmp_path: Path) -> None:
    one, other = tmp_path / "one.sqlite", tmp_path / "other.sqlite"
    with closing(Index.for_writing(one)) as index:
        tagged(index, "/pack/a.wav")
        with closing(sqlite3.connect(one)) as source, closing(sqlite3.connect(other)) as copy:
            source.backup(copy)
        tagged(index, "/pack/b.wav")
        run = index.runs.newest()
    assert heard(other) == run
    assert heard(other, "c", "d") != run
    assert shared_rows(other, run) == 1


def test_a_run_that_hears_nothing_or_gives_up_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    run = heard(path, "a")
    assert heard(path) == run
    with closing(Index.for_writing(path)) as index:
        with suppress(ZeroDivisionError), index.transaction():
            tagged(index, "/pack/b.wav")
            raise ZeroDivisionError
        assert index.runs.newest() == run
        tagged(index, "/pack/c.wav")
        assert index.runs.newest() != run
        assert index.runs.shared_rows(run) == 1
