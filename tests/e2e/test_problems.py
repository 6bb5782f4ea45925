"""Very many files with a problem: told in pages, and all of them named."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
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
        rest = living.client.call("problems", after=paths[-2])
        (last,) = rest["files"]
        assert (last["path"], last["reason"]) == (paths[-1], "It cannot be read.")
        assert rest["total"] is None
        told = json.loads(earmark("doctor", "--json", check=False).stdout)
        assert [file["path"] for file in told["files"]] == paths
    finally:
        living.end()


@pytest.mark.parametrize("how", [[], ["--json"]])
def test_what_is_wrong_is_listed_though_nobody_can_answer(how: list[str]) -> None:
    where = places()
    where.data.mkdir(parents=True)
    where.index.write_bytes(b"no index" * 1000)
    where.settings.parent.mkdir(parents=True, exist_ok=True)
    where.settings.write_text("no settings")
    done = earmark("doctor", *how, check=False)
    assert done.returncode == 1
    assert f"The index {where.index} is damaged" in done.stdout
    assert f"The settings file {where.settings}" in done.stdout
    assert "your labels and what undo knows lie in it" in done.stdout
    if how:
        assert not all(check["ok"] for check in json.loads(done.stdout)["checks"])
