"""What becomes of news from the watching room in the index."""

from __future__ import annotations

import pytest

from earmark_daemon.service.feed import Feed
from earmark_daemon.service.news import IndexSink
from earmark_daemon.settings import Folder
from earmark_daemon.watching.facts import Found, Identity, Stamp
from earmark_db.index import Index

OWN = Stamp(size=4, mtime_ns=1000, inode=7, device=30)
STICK = Stamp(size=4, mtime_ns=1000, inode=8, device=31)


@pytest.fixture
def sink(index: Index) -> IndexSink:
    """It was told of a folder with a file of its own, and with one on a stick."""
    made = IndexSink(index, Feed(), lambda: None, lambda problem: None)
    made.watch(Folder("/pack"))
    made.online("/pack", Identity(device=30, inode=2, disk=5))
    found = {"/pack/a.wav": OWN, "/pack/stick/b.wav": STICK}
    made.arrived([Found(path, stamp, 1000) for path, stamp in found.items()])
    return made


def test_files_have_the_new_number_of_their_disk(sink: IndexSink, index: Index) -> None:
    now = Identity(device=40, inode=2, disk=5)
    sink.online("/pack", now)
    assert index.lookup.stamp("/pack/a.wav") == OWN._replace(device=40)
    assert index.lookup.stamp("/pack/stick/b.wav") == STICK
    assert sink.watch(Folder("/pack")) == now


def test_where_it_may_be_another_disk_inode_numbers_mean_nothing_any_more(
    sink: IndexSink, index: Index
) -> None:
    sink.online("/pack", Identity(device=2**64 - 1, inode=2, disk=0))
    assert index.lookup.stamp("/pack/a.wav") == OWN._replace(device=2**64 - 1, inode=0)
