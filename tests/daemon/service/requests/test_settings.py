"""Settings that are changed through requests, by several callers at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    made = Daemon(places())
    made.start()
    yield made
    made.close()


def test_folders_that_several_callers_add_and_remove_at_once(
    daemon: Daemon, tmp_path: Path
) -> None:
    folders = [os.path.realpath(tmp_path / f"Samples {number}") for number in range(12)]
    for folder in folders:
        os.mkdir(folder)
    going = folders[6:]
    for folder in going:
        daemon.requests.call("watch", {"path": folder})
    changes = [("watch", folder) for folder in folders[:6]] + [("unwatch", f) for f in going]
    with ThreadPoolExecutor(len(changes)) as pool:
        list(pool.map(lambda change: daemon.requests.call(change[0], {"path": change[1]}), changes))
    wanted = set(folders[:6])
    assert {folder["path"] for folder in daemon.requests.call("folders", {})} == wanted
    assert {root.path for root in daemon.index.roots.all()} == wanted
    assert {root.path for root in daemon._folders._coordinator.status()} == wanted
    assert daemon._folders.alive


def test_tags_that_several_callers_switch_off_at_once(daemon: Daemon) -> None:
    tags = ["kick", "snare", "clap", "tom", "bass", "brass"]
    with ThreadPoolExecutor(len(tags)) as pool:
        switched = [
            pool.submit(daemon.requests.call, "switch_tag", {"tag": tag, "on": False})
            for tag in tags
        ]
        for each in switched:
            each.result()
    assert sorted(daemon.settings.tags.off) == sorted(tags)
