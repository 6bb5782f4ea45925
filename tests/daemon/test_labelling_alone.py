"""A person's word where no daemon runs: the command itself waits until it stands in the file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.audio_files import write
from tests.waiting import until

from earmark_daemon.cli import labelling
from earmark_daemon.cli.tagging import make_known, wait_for
from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon


class Alone:
    """The daemon of a command, and what it was asked."""

    def __init__(self, daemon: Daemon) -> None:
        self.daemon = daemon
        self.methods: list[str] = []

    def call(self, method: str, **arguments: Any) -> Any:
        self.methods.append(method)
        return self.daemon.requests.call(method, arguments)


@pytest.fixture
def alone() -> Iterator[Alone]:
    daemon = Daemon(places(), watch=False)
    daemon.start()
    yield Alone(daemon)
    daemon.close()


def test_a_command_that_says_a_word_waits_until_it_is_written(alone: Alone, tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav")
    assert make_known(alone, [path], quiet=True) == []
    with alone.daemon.parts.stages.writing.resting():
        alone.call("label", paths=[path], add=["cowbell"])
        alone.methods.clear()
        waiting = threading.Thread(target=wait_for, args=(alone, [path]), kwargs={"quiet": True})
        waiting.start()
        until(lambda: "changes" in alone.methods, "it waits")
    waiting.join()
    assert alone.call("results", paths=[path])[0]["written"]
    assert alone.call("show", path=path)["tags"][0]["tag"] == "cowbell"


def test_who_labels_what_tags_were_taken_back_out_of_is_told_that_nothing_is_written(
    alone: Alone,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = [write(tmp_path / name) for name in ("a.wav", "b.wav", "c.wav")]
    make_known(alone, paths, quiet=True)
    wait_for(alone, paths, quiet=True)
    alone.call("undo_files", paths=paths[:2])
    monkeypatch.setattr(labelling, "daemon_or_own", lambda: nullcontext(alone))

    def last_line(*files: str) -> str:
        labelling.label([Path(file) for file in files], add=["dusty"])
        return capsys.readouterr().out.splitlines()[-1]

    assert last_line(*paths).startswith("Nothing is written into 2 of these files, for tags were")
    assert last_line(*paths[1:]).startswith("Nothing is written into 1 of these files, for tags")
    assert last_line(paths[0]).startswith("Nothing is written into this file, for tags were taken")
    assert last_line(paths[0]).endswith("To write tags again: earmark tag FILE")
    assert last_line(paths[2]).endswith(paths[2])
    assert [each["written"] for each in alone.call("results", paths=paths)] == [False, False, True]
    alone.call("tag", paths=[paths[0]])
    wait_for(alone, paths[:1], quiet=True)
    assert last_line(paths[0]).endswith(paths[0])
