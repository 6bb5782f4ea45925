"""What can be taken back, asked for in pages, and what is said meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from earmark_daemon.service.daemon import Daemon, State
from earmark_daemon.service.requests import undoing
from earmark_daemon.taking_back import undoable
from earmark_db.journal import JournalState


def written(daemon: Daemon, path: str) -> None:
    entry = daemon.index.journal.intend(
        path, file_id=None, batch="go", digests=("a", "b"), terms=(), details={}, patch=b""
    )
    daemon.index.journal.settle(entry, JournalState.DONE)


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


def test_while_something_is_taken_back_the_daemon_says_that_it_works(daemon: Daemon) -> None:
    assert daemon.state is State.IDLE
    with daemon.undoing._sweeping():
        assert daemon.requests.call("status", {})["state"] == "working"
    assert daemon.state is State.IDLE
