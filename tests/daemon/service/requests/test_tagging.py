"""How the tagging of files ended, asked for while it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.audio_files import write
from tests.waiting import until

from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    made = Daemon(places(), watch=False)
    made.start()
    yield made
    made.close()


def result(daemon: Daemon, path: str) -> dict[str, Any]:
    """How the tagging of a file ended, once it has."""
    until(lambda: daemon.requests.call("results", {"paths": [path]})[0], "it has ended")
    (ended,) = daemon.requests.call("results", {"paths": [path]})
    assert isinstance(ended, dict)
    return ended


def test_what_was_refused_is_written_when_all_is_tried_again(
    daemon: Daemon, tmp_path: Path
) -> None:
    path = write(tmp_path / "kick.wav")
    os.link(path, tmp_path / "another name.wav")
    daemon.requests.call("tag", {"paths": [path]})
    assert "one of several names" in result(daemon, path)["reason"]
    os.unlink(tmp_path / "another name.wav")
    assert daemon.requests.call("retry", {}) == 1
    until(lambda: daemon.index.lookup.counts()["written"], "it is written")
    assert daemon.requests.call("retry", {}) == 0


def test_what_was_taken_back_is_not_written_when_all_is_tried_again(
    daemon: Daemon, tmp_path: Path
) -> None:
    path = write(tmp_path / "kick.wav")
    daemon.requests.call("tag", {"paths": [path]})
    assert result(daemon, path)["written"]
    daemon.requests.call("undo_files", {"paths": [path]})
    assert daemon.requests.call("retry", {}) == 0
    assert not daemon.index.queue.waiting()["write"]


def test_what_ends_while_it_is_asked_about_is_told_as_it_is(
    daemon: Daemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "kick.wav")
    holds, rest = daemon.index.queue.holds, ExitStack()

    def late(file_id: int) -> bool:
        rest.close()
        until(lambda: daemon.index.lookup.counts()["written"], "it is written")
        until(lambda: not daemon.index.queue.waiting()["write"], "nothing waits")
        return holds(file_id)

    try:
        rest.enter_context(daemon.parts.stages.writing.resting())
        daemon.requests.call("tag", {"paths": [path]})
        until(lambda: daemon.index.queue.waiting()["write"], "it waits to be written")
        monkeypatch.setattr(daemon.index.queue, "holds", late)
        (ended,) = daemon.requests.call("results", {"paths": [path]})
        assert ended["written"]
    finally:
        rest.close()


def test_what_is_no_sound_is_refused_and_not_kept(daemon: Daemon, tmp_path: Path) -> None:
    notes, broken = tmp_path / "notes.txt", tmp_path / "broken.wav"
    for path in (notes, broken):
        path.write_text("buy strings")
    daemon.requests.call("tag", {"paths": [str(notes), str(broken)]})
    for path in (notes, broken):
        refused = result(daemon, str(path))
        assert not refused["ok"]
        assert "no kind of sound file" in refused["reason"]
    problems = daemon.requests.call("problems", {})
    assert [file["path"] for file in problems["files"]] == [str(broken)]
