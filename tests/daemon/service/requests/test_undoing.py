"""What can be taken back, asked for in pages, and what is said meanwhile."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.audio_files import thump, write
from tests.db.sounds import tagged
from tests.waiting import until

from earmark_daemon import writing
from earmark_daemon.service.daemon import Daemon
from earmark_daemon.service.requests import undoing
from earmark_daemon.taking_back import undoable
from earmark_db.journal import JournalState
from earmark_db.records import Stamp, Step


def written(daemon: Daemon, path: str) -> None:
    entry = daemon.index.journal.intend(
        path, file_id=None, batch="go", digests=("a", "b"), terms=(), details={}, patch=b""
    )
    daemon.index.journal.settle(entry, JournalState.DONE)


def carry(path: Path) -> Path:
    """A sound that carries words of ours, though no journal knows of it."""
    prepared = writing.prepare(write(path), ("kick",))
    assert isinstance(prepared, writing.Prepared)
    writing.commit(prepared)
    return path


@pytest.mark.parametrize(
    "which", [{"everything": True}, {"path": "/pack"}, {"last": True}, {"since": 1.0}]
)
def test_more_files_than_one_answer_holds_are_found_all(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch, which: dict[str, Any]
) -> None:
    monkeypatch.setattr(undoing, "MOST_PATHS", 2)
    paths = [f"/pack/{number}.wav" for number in range(5)]
    for path in paths:
        written(daemon, path)

    def call(method: str, **arguments: Any) -> Any:
        answer = daemon.requests.call(method, arguments)
        assert len(answer["paths"]) <= 2
        return answer

    assert undoable(call, **which).paths == paths[::-1]


def test_what_lies_below_a_link_to_a_folder_is_found_where_it_lies(
    daemon: Daemon, tmp_path: Path
) -> None:
    real = tmp_path / "real" / "a.wav"
    real.parent.mkdir()
    link = tmp_path / "link"
    link.symlink_to(real.parent)
    written(daemon, str(real))
    written(daemon, "/elsewhere.wav")
    for path in (link, link / "a.wav"):
        for last in (False, True):
            found = daemon.requests.call("undoable", {"path": str(path), "last": last})
            assert (found["paths"], found["total"]) == ([str(real)], 1)


@pytest.mark.parametrize("chosen", [{"batch": "other"}, {"since": 1.0}])
def test_where_time_or_batch_is_chosen_other_words_of_ours_stay(
    daemon: Daemon, tmp_path: Path, chosen: dict[str, Any]
) -> None:
    path = carry(tmp_path / "a.wav")
    before = path.read_bytes()
    (told,) = daemon.requests.call("undo_files", {"paths": [str(path)], **chosen})
    assert told["outcome"] == "nothing-to-do"
    assert path.read_bytes() == before


def test_only_files_that_are_not_known_are_looked_into(
    daemon: Daemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = tmp_path / "Searched"
    paths = [tmp_path / "known.wav", tmp_path / "changed.wav", tmp_path / "new.wav"]
    for path in [*paths, searched / "a.wav"]:
        carry(path)
    plain = write(tmp_path / "plain.wav")
    daemon.requests.call("pause", {})
    daemon.requests.call("watch", {"path": str(searched), "write_tags": False})
    for path in paths[:2]:
        file_id = tagged(daemon.index, str(path))
        daemon.index.files.set_stamp(file_id, Stamp.of(path.stat()))
    os.utime(paths[1], (1, 1))
    looked = list[str]()
    look = daemon.parts.undoing.carrying

    def noted(files: Sequence[str]) -> list[str]:
        looked.extend(files)
        return look(files)

    monkeypatch.setattr(daemon.parts.undoing, "carrying", noted)

    def carrying(folder: Path) -> list[str]:
        files = [*map(str, paths), plain, str(searched / "a.wav")]
        return daemon.requests.call("carrying", {"files": files, "path": str(folder)})

    assert carrying(tmp_path) == [str(path) for path in paths[1:]]
    assert looked == [*map(str, paths[1:]), plain]
    assert str(searched / "a.wav") in carrying(searched)


def test_what_is_still_to_be_tagged_where_all_is_taken_back_is_not_written(
    daemon: Daemon, tmp_path: Path
) -> None:
    call, lookup = daemon.requests.call, daemon.index.lookup
    watched, other = tmp_path / "Samples", tmp_path / "Searched"
    paths = [watched / "a.wav", watched / "b.wav", other / "c.wav", tmp_path / "Samples2" / "d.wav"]
    other.mkdir()
    call("watch", {"path": str(other), "write_tags": False})
    call("pause", {})
    call("tag", {"paths": [write(path, thump(0.2)) for path in paths]})
    before = [path.read_bytes() for path in paths]
    assert call("keep_out", {"path": str(watched)}) == 2
    assert call("keep_out", {"path": str(other)}) == 0
    call("resume", {})
    until(lambda: None not in call("results", {"paths": list(map(str, paths))}), "all are tagged")
    assert [path.read_bytes() == old for path, old in zip(paths, before, strict=True)] == [
        True,
        True,
        True,
        False,
    ]
    assert all(lookup.by_path(str(path)).tags for path in paths)
    assert "before it was its turn" in lookup.by_path(str(paths[0])).write_reason.message
    call("tag", {"paths": [str(paths[0])]})
    until(lambda: paths[0].read_bytes() != before[0], "what is asked for by name is tagged")


def test_what_earmark_listens_to_no_more_is_taken_back_with_all_the_rest(
    daemon: Daemon, tmp_path: Path
) -> None:
    call, lookup = daemon.requests.call, daemon.index.lookup
    hidden, removed = tmp_path / "Hidden" / "a.wav", tmp_path / "Removed" / "b.wav"
    paths = [str(hidden), str(removed)]
    before = [Path(write(path, thump(0.2))).read_bytes() for path in (hidden, removed)]
    for path in (hidden, removed):
        call("watch", {"path": str(path.parent), "exclude": ["copy.wav"]})
    call("tag", {"paths": paths})
    until(lambda: lookup.counts()["written"] == 2, "both are written")
    copies = [carry(path.with_name("copy.wav")) for path in (hidden, removed)]
    for copy in map(str, copies):
        daemon.index.files.set_written(tagged(daemon.index, copy), None, written=True)
        daemon.index.files.gone([copy])
    call("watch", {"path": str(hidden.parent), "exclude": ["*.wav"]})
    call("unwatch", {"path": str(removed.parent)})
    until(lambda: lookup.counts()["gone"] == 4, "they are found no more")
    found = call("undoable", {"everything": True})["paths"]
    assert sorted(found) == sorted([*paths, str(copies[0])])
    told = call("undo_files", {"paths": found, "everything": True})
    assert {each["outcome"] for each in told} <= {"restored", "marks-removed"}
    assert [hidden.read_bytes(), removed.read_bytes()] == before
    assert writing.read_metadata(str(copies[0])).ours == ()
    assert call("undoable", {"everything": True})["paths"] == []


def test_what_waits_to_be_written_again_is_known_to_carry_its_words_still(
    daemon: Daemon,
) -> None:
    tagged(daemon.index, "/a/x.wav")
    record = daemon.index.lookup.by_path("/a/x.wav")
    daemon.index.files.set_written(record.id, None, written=True)
    daemon.requests.call("pause", {})
    daemon.index.queue.add(Step.WRITE, [record.id])
    assert daemon.requests.call("keep_out", {}) == 1
    assert daemon.index.queue.waiting()["write"] == 0
    assert daemon.index.lookup.carrying() == ["/a/x.wav"]


def test_while_something_is_taken_back_the_daemon_says_that_it_works(daemon: Daemon) -> None:
    assert daemon.requests.call("status", {})["state"] == "idle"
    with daemon.parts.undoing._sweeping():
        assert daemon.requests.call("status", {})["state"] == "working"
    assert daemon.requests.call("status", {})["state"] == "idle"


def test_words_of_another_earmark_go_from_a_file_that_is_named_and_stay_where_all_is_meant(
    daemon: Daemon, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.wav")
    theirs = writing.prepare(path, ("dark",), writing.WriteOptions(writer="another"))
    assert isinstance(theirs, writing.Prepared)
    writing.commit(theirs)
    (left,) = daemon.requests.call("undo_files", {"paths": [path], "everything": True})
    assert left["outcome"] == "nothing-to-do"
    assert writing.read_metadata(path).ours == ("dark",)
    (taken,) = daemon.requests.call("undo_files", {"paths": [path]})
    assert taken["outcome"] == "marks-removed"
    assert writing.read_metadata(path).ours == ()
