"""Names count from the watched folders on, also where the index could not take that at once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.daemon.audio_files import write
from tests.waiting import until

from earmark_daemon.errors import EarmarkError
from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon
from earmark_daemon.settings import Folder
from earmark_daemon.settings_file import add_folder
from earmark_db.errors import IndexFault


@pytest.fixture
def outer(tmp_path: Path) -> str:
    """A folder whose name says something; a sound lies in it, in a folder that is watched."""
    outer = Path(os.path.realpath(tmp_path)) / "Snares"
    write(outer / "pack" / "a.wav")
    add_folder(places().settings, Folder(str(outer / "pack"), write_tags=False))
    return str(outer)


@contextmanager
def nothing_tagged_anew() -> Iterator[None]:
    """Inside, the index takes no sound that is to be tagged anew."""
    with closing(sqlite3.connect(places().index, isolation_level=None)) as index:
        index.execute(
            "create trigger refused before insert on work when new.step = 'retag'"
            " begin select raise(abort, 'refused'); end"
        )
        yield
        index.execute("drop trigger refused")


def hear(daemon: Daemon) -> None:
    """Wait until the sound is heard and nothing waits, then pause: what is queued stays."""
    until(lambda: daemon.index.lookup.counts()["heard"] == 1, "the sound is heard")
    until(lambda: not sum(daemon.index.queue.waiting().values()), "nothing waits")
    daemon.requests.call("pause", {})


def to_tag_anew(daemon: Daemon) -> int:
    return daemon.index.queue.waiting()["retag"]


def test_what_could_not_be_followed_at_once_is_followed_later(outer: str, daemon: Daemon) -> None:
    hear(daemon)
    with nothing_tagged_anew():
        add_folder(places().settings, Folder(outer, write_tags=False))
        with pytest.raises(EarmarkError):
            daemon.requests.call("reload", {})
    assert to_tag_anew(daemon) == 0
    daemon.look()
    assert to_tag_anew(daemon) == 1


def test_what_a_start_could_not_follow_the_next_one_follows(outer: str) -> None:
    with closing(Daemon(places())) as first:
        first.start()
        hear(first)
    add_folder(places().settings, Folder(outer, write_tags=False))
    with nothing_tagged_anew(), pytest.raises(IndexFault):
        Daemon(places()).start()
    with closing(Daemon(places())) as last:
        last.requests.call("pause", {})
        last.start()
        assert to_tag_anew(last) == 1
