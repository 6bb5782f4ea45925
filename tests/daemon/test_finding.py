"""What `earmark search` prints of more sounds than one answer can hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from tests.db.conftest import index
from tests.db.sounds import tagged

from earmark_daemon import api
from earmark_daemon.cli.finding import search
from earmark_daemon.places import places
from earmark_daemon.service.requests.server import Server
from earmark_daemon.service.wire import hit_data
from earmark_db.index import Index

__all__ = ["index"]

MANY = 2_300
LARGEST = 2 << 20


@pytest.fixture
def paths(index: Index) -> list[str]:
    """The newest first; too many, and too long, for one answer."""
    paths = [f"/{n}/{'long' * 250}.wav" for n in range(MANY)]
    with index.transaction():
        for path in paths:
            tagged(index, path, content="one")
    return paths[::-1]


@pytest.fixture
def server(index: Index, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Answers searches, where an answer may not be large."""

    def answer(method: str, arguments: Mapping[str, Any]) -> Any:
        assert method == "search"
        query, limit, offset = (arguments.get(name, 0) for name in ("query", "limit", "offset"))
        hits = [hit_data(hit) for hit in index.search.find(query, limit, offset)]
        total = index.search.count(query) if arguments.get("count", True) else None
        return {"hits": hits, "total": total, "more": False, "why": None}

    monkeypatch.setattr(api, "LARGEST_MESSAGE", LARGEST)
    places().make()
    running = Server(places().socket, places().key, answer)
    yield running
    running.close()


def found(capsys: pytest.CaptureFixture[str], limit: int) -> list[str]:
    search([], limit=limit, json=True)
    return [json.loads(line)["path"] for line in capsys.readouterr().out.splitlines()]


@pytest.mark.usefixtures("server")
def test_as_many_are_printed_as_are_asked_for(
    paths: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert len("".join(paths)) > LARGEST
    for limit in (1, 1_000, 1_500, MANY, 200_000):
        assert found(capsys, limit) == paths[:limit]


def test_without_a_daemon_more_may_be_asked_for_than_an_index_can_count(
    capsys: pytest.CaptureFixture[str],
) -> None:
    places().index.parent.mkdir(parents=True)
    with closing(Index.for_writing(places().index)) as index:
        tagged(index, "/kick.wav")
    assert found(capsys, 1 << 63) == ["/kick.wav"]
