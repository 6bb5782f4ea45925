from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.db.sounds import STAMP, tagged

from earmark_db.index import Index
from earmark_db.journal import JournalState
from earmark_db.labels import Label


def intend(index: Index, path: str, batch: str = "batch", file_id: int | None = None) -> int:
    return index.journal.intend(
        path,
        file_id=file_id,
        batch=batch,
        digests=("before", "after"),
        terms=("kick",),
        details={"temporary": "x"},
        patch=b"\0\1",
    )


def test_an_intent_stays_open_until_it_is_settled(index: Index) -> None:
    entry = intend(index, "/pack/a.wav")
    assert [item.id for item in index.journal.intended()] == [entry]
    assert index.journal.done() == []
    index.journal.settle(entry, JournalState.DONE)
    assert index.journal.intended() == []
    (done,) = index.journal.done()
    assert (done.path, done.terms, done.patch, done.details) == (
        "/pack/a.wav",
        ("kick",),
        b"\0\1",
        {"temporary": "x"},
    )


def test_done_writes_are_found_by_file_folder_and_time_newest_first(index: Index) -> None:
    for path in ("/pack/a.wav", "/pack/sub/b.wav", "/pack2/c.wav", "/pack/a.wav"):
        index.journal.settle(intend(index, path), JournalState.DONE)
    assert [e.path for e in index.journal.done(path="/pack/a.wav")] == ["/pack/a.wav"] * 2
    assert [e.path for e in index.journal.done(folder="/pack")] == [
        "/pack/a.wav",
        "/pack/sub/b.wav",
        "/pack/a.wav",
    ]
    newest = index.journal.done()[0]
    assert index.journal.done(since=newest.at + 1) == []
    assert newest in index.journal.done(since=newest.at)


@pytest.mark.parametrize(
    ("folder", "paths"),
    [
        ("/", {"/pack/a.wav", "/pack2/b.wav"}),
        ("/pack/", {"/pack/a.wav"}),
        ("C:\\pack", {"C:\\pack\\a.wav"}),
        ("C:\\pack\\", {"C:\\pack\\a.wav"}),
    ],
)
def test_a_folder_is_found_with_and_without_a_slash_at_its_end(
    index: Index, folder: str, paths: set[str]
) -> None:
    for path in ("/pack/a.wav", "/pack2/b.wav", "C:\\pack\\a.wav", "C:\\pack2\\b.wav"):
        index.journal.settle(intend(index, path), JournalState.DONE)
    assert {entry.path for entry in index.journal.done(folder=folder)} == paths


def test_files_that_can_be_taken_back_stand_by_their_last_write_newest_first(index: Index) -> None:
    paths = ("/pack/a.wav", "/pack/b.wav", "/pack/sub/c.wav", "/pack2/d.wav", "/pack/a.wav")
    for number, path in enumerate(paths):
        index.journal.settle(intend(index, path, f"batch {number}"), JournalState.DONE)
    intend(index, "/pack/never.wav")
    assert index.journal.paths() == [
        "/pack/a.wav",
        "/pack2/d.wav",
        "/pack/sub/c.wav",
        "/pack/b.wav",
    ]
    assert index.journal.paths(folder="/pack/sub") == ["/pack/sub/c.wav"]
    assert index.journal.paths(path="/pack/a.wav", batch="batch 0") == ["/pack/a.wav"]
    newest = index.journal.done()[0]
    assert index.journal.paths(since=newest.at + 1) == []


def test_the_last_batch_is_the_newest_of_those_writes_that_are_meant(index: Index) -> None:
    for path, batch in (("/pack/a.wav", "first"), ("/pack/b.wav", "second"), ("/c.wav", "second")):
        index.journal.settle(intend(index, path, batch), JournalState.DONE)
    assert index.journal.last_batch(path="/pack/a.wav") == "first"
    assert index.journal.last_batch(folder="/pack") == "second"
    assert index.journal.last_batch(folder="/others") is None
    newest = index.journal.done()[0]
    assert index.journal.last_batch(since=newest.at + 1) is None
    assert [e.path for e in index.journal.done(folder="/pack", batch="second")] == ["/pack/b.wav"]


def test_what_is_undone_is_not_undone_again(index: Index) -> None:
    entry = intend(index, "/pack/a.wav", batch="second")
    index.journal.settle(entry, JournalState.DONE)
    assert index.journal.last_batch() == "second"
    index.journal.settle(entry, JournalState.UNDONE)
    assert index.journal.done() == []
    assert index.journal.last_batch() is None


def written(index: Index, path: str) -> int:
    """A file that was written to once; the entry."""
    entry = intend(index, path, file_id=tagged(index, path, "kick"))
    index.journal.settle(entry, JournalState.DONE)
    return entry


def hide(index: Index, *names: Path, there: bool = True) -> None:
    """Files that were written to, each in a batch of its own, and are said to be gone now."""
    for path in names:
        if there:
            path.touch()
        file_id = tagged(index, str(path), "kick")
        index.journal.settle(intend(index, str(path), path.name, file_id), JournalState.DONE)
    index.files.gone(map(str, names))


def test_a_file_that_is_said_to_be_gone_and_lies_there_can_be_taken_back(
    index: Index, tmp_path: Path
) -> None:
    seen, hidden, deleted = (tmp_path / each for each in ("seen.wav", "hidden.wav", "deleted.wav"))
    written(index, str(seen))
    hide(index, hidden)
    hide(index, deleted, there=False)
    paths = [str(hidden), str(seen)]
    assert index.journal.paths() == index.journal.paths(folder=str(tmp_path)) == paths
    assert index.journal.paths(since=0.0) == paths
    assert index.journal.last_batch() == index.journal.last_batch(since=0.0) == "hidden.wav"
    assert index.journal.paths(batch="hidden.wav") == [str(hidden)]
    hidden.unlink()
    assert index.journal.paths() == [str(seen)]
    assert index.journal.last_batch() == "batch"
    hidden.mkdir()
    assert index.journal.paths() == [str(seen)]


def test_whether_files_lie_there_takes_one_look_at_each_folder_and_none_without_need(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        hide(index, *(tmp_path / folder / f"{number}.wav" for number in range(3)))
    looks: list[str] = []
    look = os.scandir

    def noted(folder: str) -> Any:
        looks.append(folder)
        return look(folder)

    monkeypatch.setattr(os, "scandir", noted)
    assert len(index.journal.paths()) == 6
    assert sorted(looks) == [str(tmp_path / folder) for folder in ("one", "two")]
    looks.clear()
    assert index.journal.last_batch() == "2.wav"
    assert looks == [str(tmp_path / "two")]
    looks.clear()
    written(index, str(tmp_path / "one" / "seen.wav"))
    assert index.journal.last_batch() == "batch"
    assert looks == []


def undoable(index: Index) -> dict[int, str]:
    return {entry.id: entry.path for entry in index.journal.done()}


def test_writes_follow_a_file_that_is_moved_and_no_other(index: Index) -> None:
    first = written(index, "/pack/a.wav")
    index.files.moved("/pack/a.wav", "/pack/b.wav", STAMP, None)
    second = written(index, "/pack/a.wav")
    assert undoable(index) == {first: "/pack/b.wav", second: "/pack/a.wav"}


def test_writes_to_a_file_that_is_forgotten_stay_where_it_lay(index: Index) -> None:
    forgotten = intend(index, "/pack/a.wav", file_id=None)
    index.journal.settle(forgotten, JournalState.DONE)
    entry = written(index, "/pack/a.wav")
    index.files.moved("/pack/a.wav", "/pack/b.wav", STAMP, None)
    assert undoable(index) == {forgotten: "/pack/a.wav", entry: "/pack/b.wav"}


def test_what_a_moved_file_has_replaced_cannot_be_taken_back(index: Index) -> None:
    first = written(index, "/pack/a.wav")
    written(index, "/pack/b.wav")
    index.files.moved("/pack/a.wav", "/pack/b.wav", STAMP, None)
    assert undoable(index) == {first: "/pack/b.wav"}


def test_writes_to_files_that_had_moved_before_are_found_by_a_newer_version(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    index = Index.for_writing(path)
    entry = written(index, "/pack/a.wav")
    index.close()
    connection = sqlite3.connect(path)
    connection.execute("update files set path = ?", [b"/sorted/a.wav"])
    connection.execute("delete from _sqlite_migrations where name = 'm010_followed'")
    connection.commit()
    connection.close()
    index = Index.for_writing(path)
    assert undoable(index) == {entry: "/sorted/a.wav"}
    index.close()


def test_labels_follow_the_audio_and_can_be_taken_back(index: Index) -> None:
    tagged(index, "/a/x.wav", content="same")
    index.labels.put("same", [Label("instrument", "kick", True), Label("instrument", "tom", False)])
    assert index.labels.of("same") == (
        Label("instrument", "kick", True),
        Label("instrument", "tom", False),
    )
    index.labels.put("same", [Label("instrument", "tom", True)])
    index.labels.drop("same", [Label("instrument", "kick", True)])
    assert index.labels.of("same") == (Label("instrument", "tom", True),)


def test_nothing_of_a_broken_transaction_stays(index: Index) -> None:
    def break_off() -> None:
        with index.transaction():
            intend(index, "/pack/a.wav")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert index.journal.intended() == []


def test_bytes_lead_back_through_older_writes_of_any_file_whatever_became_of_these(
    index: Index,
) -> None:
    def wrote(path: str, before: str, after: str) -> int:
        return index.journal.intend(
            path, file_id=None, batch="go", digests=(before, after), terms=(), details={}, patch=b""
        )

    first, second = wrote("/pack/a.wav", "new", "one"), wrote("/pack/b.wav", "one", "two")
    index.journal.settle(first, JournalState.UNDONE)
    back = wrote("/pack/b.wav", "two", "new")
    wrote("/pack/c.wav", "old", "other")
    assert [each.id for each in index.journal.leading_back("two")] == [second, first]
    assert [each.id for each in index.journal.leading_back("new")] == [back, second, first]
    assert index.journal.leading_back("unknown") == index.journal.leading_back("") == []
