"""What `status` and `doctor` say of a daemon that runs and not well."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.db.sounds import tagged
from tests.waiting import until
from typer.testing import CliRunner

from earmark_daemon.cli.app import app
from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.service import checkup
from earmark_daemon.service.daemon import Daemon
from earmark_daemon.watching.problems import WATCH_LIMIT
from earmark_db.records import Arrival, Stamp, Step


def say(*words: str) -> tuple[int, str]:
    """Exit code and output of a command."""
    done = CliRunner().invoke(app, words)
    return done.exit_code, done.output


def test_why_a_folder_that_is_there_is_held_to_be_away(daemon: Daemon, tmp_path: Path) -> None:
    folder = Path(os.path.realpath(tmp_path)) / "Samples"
    (folder / "another disk's").mkdir(parents=True)
    root = daemon.index.roots.add(str(folder))
    daemon.index.roots.set_identity(root, "1:2:3")
    known = Arrival(str(folder / "kick.wav"), Stamp(size=4, mtime_ns=1, inode=5, device=1), root)
    daemon.index.files.arrived([known])
    daemon.requests.call("watch", {"path": str(folder)})
    until(lambda: daemon.requests.call("folders", {})[0]["why"], "another disk is in its place")
    assert "Another disk is in the place" in say("status")[1]
    code, told = say("doctor")
    assert code == 1
    assert f"BAD  {folder}: Another disk is in the place" in told


def test_no_word_is_taken_while_the_index_is_not_in_its_place(
    daemon: Daemon, tmp_path: Path
) -> None:
    daemon.places.index.rename(tmp_path / "aside")
    with pytest.raises(EarmarkError, match="taken away or replaced"):
        daemon.requests.call("nest_tags", {"tags": ["kick"], "under": "drums"})
    assert daemon.requests.call("status", {})["state"] == "trouble"
    code, told = say("doctor")
    assert code == 1
    assert f"BAD  The index {daemon.places.index} was taken away" in told
    for _ in range(2):
        daemon.look()
    (tmp_path / "aside").rename(daemon.places.index)
    for _ in range(2):
        daemon.look()
    events = [event.data for event in daemon.feed.since(0)[1] if "reason" in event.data]
    assert [(each["state"], bool(each["reason"])) for each in events] == [
        ("trouble", True),
        ("idle", False),
    ]


def test_what_has_no_tag_or_cannot_be_written_yet_is_counted_apart(
    daemon: Daemon, tmp_path: Path
) -> None:
    kick = tagged(daemon.index, str(tmp_path / "kick.wav"), "kick")
    tagged(daemon.index, str(tmp_path / "what.wav"))
    daemon.condition.pause(True)
    with daemon.index.transaction():
        daemon.index.queue.add(Step.WRITE, [kick])
    told = say("status")[1]
    assert "1 sounds are tagged, 0 of them in their files; 0 wait to be heard, 1 to be" in told
    assert "1 sound without a tag: earmark search is:untagged" in told
    assert "tried again" not in told
    daemon.index.queue.later(Step.WRITE, kick, 1000.0)
    told = say("status")[1]
    assert "0 wait to be heard, 0 to be written." in told
    assert "1 file could not be written yet, and will be tried again: earmark doctor" in told
    assert "Heard, and without a tag: 1 sound. See: earmark search is:untagged" in say("doctor")[1]


def test_doctor_says_what_troubles_the_daemon(daemon: Daemon) -> None:
    assert say("doctor")[0] == 0
    daemon.condition.set_trouble(
        Problem("disk-full", "The disk that holds the index is full.", "Free it.")
    )
    code, told = say("doctor")
    assert code == 1
    assert "BAD  The disk that holds the index is full. Free it." in told


def test_a_daemon_whose_socket_was_removed_is_found_again(daemon: Daemon) -> None:
    os.unlink(daemon.places.socket)
    assert say("status")[0] == 1
    daemon.look()
    until(lambda: say("status")[0] == 0, "it answers again")


def test_how_to_have_more_folders_watched_is_said_by_all_in_one_way(
    daemon: Daemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "max_user_watches"
    monkeypatch.setattr(checkup, "_INOTIFY_LIMIT", limit)
    for text, is_few in (("8192\n", True), ("1048576\n", False)):
        limit.write_text(text)
        assert (WATCH_LIMIT.advice in say("doctor")[1]) == is_few
