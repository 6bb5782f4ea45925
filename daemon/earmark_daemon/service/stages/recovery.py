"""What a crash left of writes and of undoing: found out at the next start, and cleaned up."""

from __future__ import annotations

import os

from earmark_daemon import writing
from earmark_daemon.containers.digest import file_digest
from earmark_daemon.containers.source import open_source
from earmark_daemon.errors import EarmarkError
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.stages.entries import content_of, prepared_of
from earmark_daemon.service.stages.strays import Strays
from earmark_daemon.service.stages.undoing import record_taken_back
from earmark_daemon.service.stages.ways_back import untaken
from earmark_db.index import Index
from earmark_db.journal import JournalEntry, JournalState
from earmark_db.records import Stamp, Step


def recover_written(index: Index, feed: Feed, strays: Strays) -> None:
    """Find out which intended writes happened before a crash, and clean up after the others.

    All stay in the queue, for the tags may have changed since: what stands in a file already is not
    written again.
    """
    settle_intended(index, feed)
    strays.suspect(index.queue.folders(Step.WRITE))
    strays.sweep()


def settle_intended(index: Index, feed: Feed) -> None:
    """Find out which intended writes happened; one whose file is not there now may have."""
    for entry in index.journal.intended():
        try:
            intent = prepared_of(entry)
            outcome = writing.recover(intent)
            happened = outcome is writing.Recovered.COMMITTED
            stamp = Stamp.of(os.stat(intent.target)) if happened else None
        except OSError:
            continue
        void = outcome is writing.Recovered.NOT_DONE
        with index.transaction():
            index.journal.settle(entry.id, JournalState.VOID if void else JournalState.DONE)
            if happened and entry.file_id is not None:
                index.files.set_written(entry.file_id, stamp, written=bool(entry.terms))
        feed.tell("recovered", path=entry.path, written=happened)


def recover_undone(index: Index, strays: Strays) -> None:
    """Find out which writes had been taken back before a crash, and clean up after the others.

    What was taken back stays out.
    """
    for entry in index.journal.being_undone():
        strays.suspect_beside(entry.path)
        stamp = _restored(entry)
        with index.transaction():
            state = JournalState.UNDONE if stamp else untaken(entry)
            index.journal.settle(entry.id, state)
            if stamp and entry.file_id is not None:
                record = index.lookup.by_id(entry.file_id)
                heard = record is not None and record.content == content_of(entry)
                carries = any(older.terms for older in index.journal.done(path=entry.path))
                rows = {entry.file_id: stamp if heard else None}
                record_taken_back(index, rows, carries=carries)
    strays.sweep()


def _restored(entry: JournalEntry) -> Stamp | None:
    """The stamp of a file that is as it was before a write; None where it is not, or not there."""
    try:
        stamp = Stamp.of(os.stat(entry.path))
        with open_source(entry.path) as source:
            return stamp if file_digest(source) == entry.digest_before else None
    except (OSError, EarmarkError):
        return None
