"""How the tagging of files ended, asked for while it ends."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.daemon.audio_files import write
from tests.waiting import until

from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon


def test_what_ends_while_it_is_asked_about_is_told_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "kick.wav")
    daemon = Daemon(places(), watch=False)
    daemon.start()
    holds, rest = daemon.index.queue.holds, ExitStack()

    def late(file_id: int) -> bool:
        rest.close()
        until(lambda: daemon.index.lookup.counts()["written"], "it is written")
        until(lambda: not daemon.index.queue.waiting()["write"], "nothing waits")
        return holds(file_id)

    try:
        rest.enter_context(daemon._writing.resting())
        daemon.requests.call("tag", {"paths": [path]})
        until(lambda: daemon.index.queue.waiting()["write"], "it waits to be written")
        monkeypatch.setattr(daemon.index.queue, "holds", late)
        (result,) = daemon.requests.call("results", {"paths": [path]})
        assert result["written"]
    finally:
        rest.close()
        daemon.close()
