"""Which folders are watched: those of the settings, whatever came between."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.daemon.audio_files import thump, write
from tests.waiting import until

from earmark_daemon.choosing import unwatch, watch
from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon
from earmark_db.records import FileState, Step


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """A folder with a sound, and one in it with another."""
    folder = Path(os.path.realpath(tmp_path)) / "Samples"
    write(folder / "kick.wav", thump(0.3))
    write(folder / "Drums" / "deep kick.wav", thump(0.4))
    return folder


@pytest.fixture
def daemon(samples: Path) -> Iterator[Daemon]:
    """It watches both folders, and has heard both sounds."""
    for folder in (samples, samples / "Drums"):
        watch(places().settings, str(folder))
    made = Daemon(places())
    made.start()
    until(lambda: heard(made) == {"kick.wav", "deep kick.wav"}, "both are heard")
    until(lambda: not sum(made.index.queue.waiting().values()), "all is done")
    yield made
    made.close()


def heard(daemon: Daemon) -> set[str]:
    """The names of the sounds that can be searched for."""
    records = daemon.index.lookup.below("/")
    return {os.path.basename(r.path) for r in records if r.state is FileState.HEARD}


def test_what_two_folders_share_stays_known_while_one_of_them_is_watched(
    daemon: Daemon, samples: Path
) -> None:
    inner, shared = str(samples / "Drums"), str(samples / "Drums" / "deep kick.wav")

    def lies_in(folder: str) -> bool:
        roots = {root.id: root.path for root in daemon.index.roots.all()}
        record = daemon.index.lookup.by_path(shared)
        return record is not None and roots.get(record.root_id or 0) == folder

    assert lies_in(inner)
    daemon.requests.call("unwatch", {"path": inner})
    until(lambda: heard(daemon) == {"kick.wav", "deep kick.wav"}, "the outer one takes it over")
    assert lies_in(str(samples))
    daemon.requests.call("watch", {"path": inner})
    daemon.requests.call("unwatch", {"path": str(samples)})
    until(lambda: heard(daemon) == {"deep kick.wav"}, "the inner one takes it over")
    assert lies_in(inner)


def test_a_folder_removed_while_nobody_ran_is_forgotten_at_the_next_start(
    daemon: Daemon, samples: Path
) -> None:
    daemon.close()
    unwatch(places().settings, str(samples))
    again = Daemon(places())
    again.start()
    try:
        until(lambda: heard(again) == {"deep kick.wav"}, "the other is watched still")
        assert [root.path for root in again.index.roots.all()] == [str(samples / "Drums")]
    finally:
        again.close()


def test_a_folder_added_while_the_index_cannot_be_written_is_watched_once_it_can(
    daemon: Daemon, tmp_path: Path
) -> None:
    late = write(Path(os.path.realpath(tmp_path)) / "More" / "late.wav", thump(0.5))
    daemon.index._store.connection.execute("pragma busy_timeout = 0")
    with closing(sqlite3.connect(places().index, isolation_level=None)) as other:
        other.execute("begin immediate")
        watch(places().settings, os.path.dirname(late))
        daemon.look()
        assert "trouble" in [event.kind for event in daemon.feed.since(0)[1]]
        other.execute("rollback")
    daemon.look()
    until(lambda: "late.wav" in heard(daemon), "it is heard")


def test_what_waits_to_be_written_is_tried_at_once_when_its_folder_is_back(
    daemon: Daemon, samples: Path
) -> None:
    record = daemon.index.lookup.by_path(str(samples / "kick.wav"))
    assert record is not None
    samples.rename(samples.with_name("unplugged"))
    daemon.requests.call("rescan", {})
    until(lambda: not any(root.online for root in daemon.index.roots.all()), "it is away")
    with daemon.parts.stages.writing.resting(), daemon.index.transaction():
        daemon.index.queue.add(Step.WRITE, [record.id])
        daemon.index.queue.later(Step.WRITE, record.id, 3600.0)
    until(lambda: daemon.parts.stages.writing._events.empty(), "the stage waits for an hour")
    samples.with_name("unplugged").rename(samples)
    daemon.requests.call("rescan", {})
    until(lambda: not daemon.index.queue.waiting()["write"], "it is written")


def test_names_count_from_another_folder_on_once_that_is_watched(
    daemon: Daemon, samples: Path
) -> None:
    with daemon.parts.stages.retagging.resting():
        daemon.requests.call("watch", {"path": str(samples.parent)})
        assert daemon.index.queue.waiting()["retag"] == 2


def test_names_above_what_is_watched_are_no_clue(daemon: Daemon, tmp_path: Path) -> None:
    pack = Path(os.path.realpath(tmp_path)) / "Snares" / "pack"
    pack.mkdir(parents=True)

    def clues() -> set[str]:
        return {clue.label for clue in daemon.parts.deciding.clues(str(pack / "a.wav"), {})}

    daemon.requests.call("watch", {"path": str(pack)})
    assert clues() == set()
    daemon.requests.call("watch", {"path": str(pack.parent)})
    assert clues() == {"snare"}


def test_what_lies_under_a_tag_teaches_that_too(daemon: Daemon, samples: Path) -> None:
    kick, deep = (
        str(samples / name) for name in ("kick.wav", os.path.join("Drums", "deep kick.wav"))
    )
    daemon.requests.call("label", {"paths": [kick], "add": ["boomy"]})
    daemon.requests.call("label", {"paths": [deep], "add": ["boomy deep"]})

    def examples() -> dict[str, int]:
        tags = daemon.requests.call("dataset_overview", {})["tags"]
        return {tag["tag"]: tag["yes"] for tag in tags}

    assert examples() == {"boomy": 1, "boomy deep": 1}
    under = {"tags": ["boomy deep"], "under": "boomy"}
    assert daemon.requests.call("nest_tags", under)["sounds"] == 1
    assert daemon.requests.call("nest_tags", under)["sounds"] == 0
    assert examples() == {"boomy": 2, "boomy deep": 1}
