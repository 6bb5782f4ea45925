"""Settings that are changed through requests, by several callers at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.daemon.audio_files import thump, write
from tests.waiting import until

from earmark_daemon.errors import EarmarkError
from earmark_daemon.service.daemon import Daemon


def off(daemon: Daemon) -> list[str]:
    return list(daemon.requests.call("settings", {})["tags"]["off"])


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
    for folder in folders:
        write(Path(folder) / "kick.wav")

    def heard_of() -> set[str]:
        records = daemon.index.lookup.below(os.path.realpath(tmp_path))
        return {os.path.dirname(record.path) for record in records}

    until(lambda: heard_of() >= wanted, "all that is watched is looked at")
    assert heard_of() == wanted
    assert daemon.parts.folders.alive


@pytest.mark.parametrize("how", ["for all", "for a folder"])
def test_what_waits_to_be_written_is_not_once_writing_is_off_and_is_once_it_is_on_again(
    daemon: Daemon, tmp_path: Path, how: str
) -> None:
    folder = tmp_path / "Samples"
    paths = [Path(write(folder / f"kick {n}.wav", thump(0.3 + n / 100))) for n in range(5)]
    before = {path: path.read_bytes() for path in paths}

    def switch(on: bool) -> None:
        if how == "for all":
            arguments = {"section": "writing", "name": "enabled", "value": on}
            daemon.requests.call("set", arguments)
        else:
            daemon.requests.call("watch", {"path": str(folder), "write_tags": on})

    with daemon.parts.stages.writing.resting():
        daemon.requests.call("watch", {"path": str(folder)})
        until(lambda: daemon.index.lookup.counts()["heard"] == len(paths), "all are heard")
        assert daemon.index.queue.waiting()["write"] == len(paths)
        switch(on=False)
    until(lambda: not daemon.index.queue.waiting()["write"], "nothing is to be written")
    with daemon.parts.stages.writing.resting():
        assert {path: path.read_bytes() for path in paths} == before
    switch(on=True)
    until(lambda: daemon.index.lookup.counts()["written"] == len(paths), "all are written")
    assert all(path.read_bytes() != before[path] for path in paths)


def test_tags_that_several_callers_switch_off_at_once(daemon: Daemon) -> None:
    tags = ["kick", "snare", "clap", "tom", "bass", "brass"]
    with ThreadPoolExecutor(len(tags)) as pool:
        switched = [
            pool.submit(daemon.requests.call, "switch_tag", {"tag": tag, "on": False})
            for tag in tags
        ]
        for each in switched:
            each.result()
    assert sorted(off(daemon)) == sorted(tags)


def test_a_tag_that_there_is_not_is_not_switched(daemon: Daemon) -> None:
    for on in (False, True):
        with pytest.raises(EarmarkError, match=r"no tag “clpa”.* Did you mean “clap”\?"):
            daemon.requests.call("switch_tag", {"tag": "clpa", "on": on})
    with pytest.raises(EarmarkError, match=r"tags list\.$"):
        daemon.requests.call("switch_tag", {"tag": "nothing like it", "on": False})
    assert off(daemon) == []


def test_a_tag_that_went_while_it_was_off_can_be_put_on_again(daemon: Daemon) -> None:
    daemon.places.settings.write_text('[tags]\noff = ["clap", "went"]\n')
    daemon.look()
    daemon.requests.call("switch_tag", {"tag": "went", "on": False})
    daemon.requests.call("switch_tag", {"tag": " Went", "on": True})
    assert off(daemon) == ["clap"]


def test_a_folder_with_a_pattern_that_cannot_be_read_is_refused_and_the_others_stay(
    daemon: Daemon, tmp_path: Path
) -> None:
    folder = os.path.realpath(tmp_path / "Samples")
    os.mkdir(folder)
    daemon.requests.call("watch", {"path": folder})
    before = daemon.places.settings.read_bytes()
    with pytest.raises(EarmarkError, match=r"“take.z-a..wav” cannot be read"):
        daemon.requests.call("watch", {"path": str(tmp_path), "exclude": ["take[z-a].wav"]})
    assert daemon.places.settings.read_bytes() == before
    path = write(Path(folder) / "kick.wav")
    until(lambda: daemon.index.lookup.by_path(path), "it goes on listening")


def test_a_folder_that_ends_with_a_slash_is_watched(daemon: Daemon, tmp_path: Path) -> None:
    path = write(Path(os.path.realpath(tmp_path)) / "Samples" / "kick.wav")
    daemon.places.settings.write_text(f"[[folder]]\npath = '{os.path.dirname(path)}/'\n")
    daemon.look()
    until(lambda: daemon.index.lookup.by_path(path), "the sound is found")
    assert daemon.parts.folders.alive
