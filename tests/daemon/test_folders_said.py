"""What `earmark watch` says of a folder."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest
from tests.daemon.audio_files import write
from tests.waiting import until

from earmark_daemon.cli.folders import add, remove
from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon


def test_whoever_removes_a_folder_is_told_of_tags_that_stay_in_it_whether_anybody_watches_or_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    samples = tmp_path / "My samples"
    kick = write(samples / "kick.wav")
    add(samples)
    daemon = Daemon(places(), watch=False)
    daemon.start()
    try:
        daemon.requests.call("tag", {"paths": [kick]})
        until(lambda: daemon.index.lookup.counts()["written"], "it is written")
    finally:
        daemon.close()
    capsys.readouterr()
    remove(samples)
    command = f"earmark undo {shlex.quote(os.path.realpath(samples))}"
    assert f"Tags stay in 1 file. To take them out: {command}\n" in capsys.readouterr().out


def test_of_a_folder_without_tags_it_is_said_that_there_are_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Daemon(places(), watch=False).close()
    add(tmp_path)
    remove(tmp_path)
    assert "No tags of Earmark's are known to stand in its files." in capsys.readouterr().out
