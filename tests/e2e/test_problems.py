"""Very many files with a problem: told in pages, and all of them named."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from tests.e2e.living import LivingDaemon, earmark

from earmark_daemon.places import places
from earmark_db.index import Index
from earmark_db.records import Arrival, Reason, Stamp


def fail_all(paths: list[str]) -> None:
    """Have the index hold these files as ones that could not be heard."""
    with closing(Index.for_writing(places().index)) as index, index.transaction():
        for file_id in index.files.arrived(Arrival(p, Stamp(1, 2, 3, 4), None) for p in paths):
            index.files.failed(file_id, Reason("unreadable", "It cannot be read."))


def test_each_is_named_though_no_answer_holds_them_all(tmp_path: Path) -> None:
    living = LivingDaemon(tmp_path / "Samples")
    living.places.data.mkdir(exist_ok=True)
    paths = [f"/pack/{number:04}.wav" for number in range(2345)]
    fail_all(paths)
    living.start()
    try:
        page = living.client.call("problems")
        assert [file["path"] for file in page["files"]] == paths[:1000]
        assert page["total"] == len(paths)
        (last,) = living.client.call("problems", limit=1, offset=2344)["files"]
        assert (last["path"], last["reason"]) == (paths[-1], "It cannot be read.")
        told = json.loads(earmark("doctor", "--json", check=False).stdout)
        assert [file["path"] for file in told["files"]] == paths
    finally:
        living.end()
