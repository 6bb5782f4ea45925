"""A person's word where no daemon runs: the command itself waits until it stands in the file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.audio_files import write
from tests.waiting import until

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
