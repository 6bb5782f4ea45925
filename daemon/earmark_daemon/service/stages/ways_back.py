"""Which writes lead a file back to what it was, under whatever name it is asked for.

The journal is asked for the file's paths, and else for its bytes: what was moved while nobody
watched, or copied whole, is as a write has left it, and the patch of that write fits it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import takewhile
from typing import Any

from earmark_daemon import writing
from earmark_daemon.containers.digest import file_digest
from earmark_daemon.containers.source import open_source
from earmark_daemon.errors import EarmarkError
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers
from earmark_daemon.service.stages.entries import details_of_adopted, details_of_copy
from earmark_daemon.service.stages.stage import seconds_for
from earmark_daemon.sharing import is_placeholder
from earmark_daemon.writing.record import ANYBODY
from earmark_db.index import Index
from earmark_db.journal import JournalEntry, JournalState
from earmark_db.records import FileRecord, Stamp


class WaysBack:
    """Finds the writes to take back; enters into the journal what leads a copy back."""

    def __init__(self, index: Index, workers: Workers, writer: str) -> None:
        """Prepare.

        Args:
            index: where the journal is.
            workers: who reads the files.
            writer: the id of this installation, see `writing.WriteOptions`.
        """
        self._writer = writer
        self._index = index
        self._workers = workers

    def of(
        self,
        path: str,
        since: float | None = None,
        batch: str | None = None,
        *,
        everybody: bool = True,
    ) -> list[JournalEntry]:
        """The writes to take back, the newest first; none where nothing is to be taken out.

        Those to the file that another was copied from stay as they are: the copy gets entries of
        its own. Where no write led to what a file carries, taking the entry back takes out what the
        file itself says is ours.

        Args:
            path: the file.
            since: only writes after this time, in seconds since the epoch.
            batch: only writes of this batch.
            everybody: whether words that no write of ours put there are meant of all installations:
                of those that are gone, too.
        """
        own = self._written_to(path, since, batch)
        found = self._index.journal.leading_back(self._digest(path, own))
        if since is not None or batch is not None:
            fits = _lying_at(path)
            mine = takewhile(lambda each: fits(each) and _chosen(each, since, batch), found)
            return list(mine) if found else own
        if found:
            return self._led_by(found, path, own)
        if own or not self.carrying([path], everybody=everybody):
            return own
        return self._adopted(path, self._whose(everybody=everybody))

    def carrying(self, paths: Sequence[str], *, everybody: bool = True) -> list[str]:
        """Those of these files that say themselves that words in them are an Earmark's."""
        read = partial(writing.read_metadata, writer=self._whose(everybody=everybody))
        calls = [(path, self._workers.submit(read, path)) for path in paths]
        carrying = []
        for path, call in calls:
            try:
                found = call.result()
            except (WorkerDied, WorkerFailed):
                continue
            if found.ours or found.refused:
                carrying.append(path)
        return carrying

    def records(self, path: str) -> list[FileRecord]:
        """What the index knows of a file under its names."""
        found = map(self._index.lookup.by_path, names_of(path))
        return [record for record in found if record is not None]

    def _whose(self, *, everybody: bool) -> str:
        return ANYBODY if everybody else self._writer

    def _written_to(self, path: str, since: float | None, batch: str | None) -> list[JournalEntry]:
        journal = self._index.journal
        entries = [
            entry
            for name in names_of(path)
            for entry in journal.done(path=name, since=since, batch=batch)
        ]
        return sorted(entries, key=lambda entry: entry.id, reverse=True)

    def _digest(self, path: str, own: Sequence[JournalEntry]) -> str:
        """The digest of a file; empty where its own newest write fits it, or nobody can tell."""
        try:
            seconds = seconds_for(os.stat(path).st_size)
            digest = self._workers.submit(_digest_of, path, seconds=seconds).result()
        except (OSError, WorkerDied, WorkerFailed, EarmarkError):
            return ""
        return "" if own and digest in (own[0].digest_after, own[0].digest_before) else digest

    def _led_by(
        self, found: Sequence[JournalEntry], path: str, own: Sequence[JournalEntry]
    ) -> list[JournalEntry]:
        """Writes that fit a file by its bytes, as writes to this file.

        What was written to a file that lay here before cannot be taken back here any more.
        """
        used = {entry.id for entry in found}
        is_here = _lying_at(path)
        with self._index.transaction():
            for entry in own:
                if entry.id not in used:
                    self._index.journal.settle(entry.id, JournalState.VOID)
            return [each if is_here(each) else self._copied(each, path) for each in found]

    def _copied(self, entry: JournalEntry, path: str) -> JournalEntry:
        """A new entry for a copy of the file that a write went into."""
        details = details_of_copy(entry, os.path.realpath(path))
        digests = entry.digest_before, entry.digest_after
        return self._entered(path, digests, entry.terms, details, writing.for_copy(entry.patch))

    def _adopted(self, path: str, writer: str) -> list[JournalEntry]:
        """An entry that says that a file carries words which no write of ours put there."""
        try:
            details = details_of_adopted(Stamp.of(os.stat(path)), writer)
        except OSError:
            return []
        with self._index.transaction():
            return [self._entered(path, ("", ""), (), details, b"")]

    def _entered(
        self,
        path: str,
        digests: tuple[str, str],
        terms: Sequence[str],
        details: Mapping[str, Any],
        patch: bytes,
    ) -> JournalEntry:
        journal = self._index.journal
        entry_id = journal.intend(
            path,
            file_id=next((record.id for record in self.records(path)), None),
            batch=_ADOPTED,
            digests=digests,
            terms=terms,
            details=details,
            patch=patch,
        )
        journal.settle(entry_id, JournalState.DONE)
        return next(entry for entry in journal.done(path=path) if entry.id == entry_id)


def names_of(path: str) -> list[str]:
    """The paths by which the journal may know a file or folder: as named, and links resolved."""
    return list(dict.fromkeys((path, os.path.realpath(path))))


def _lying_at(path: str) -> Callable[[JournalEntry], bool]:
    """Tells whether a write went into this very file, and is not taken back."""
    target = os.path.realpath(path)
    return lambda each: each.state is JournalState.DONE and os.path.realpath(each.path) == target


def _chosen(entry: JournalEntry, since: float | None, batch: str | None) -> bool:
    return (since is None or entry.at >= since) and batch in (None, entry.batch)


def untaken(entry: JournalEntry) -> JournalState:
    """The state of a write that could not be taken back; what was only entered for that is void."""
    return JournalState.VOID if entry.batch == _ADOPTED else JournalState.DONE


def _digest_of(path: str) -> str:
    """The digest of every byte of a file; empty where its content is not on this computer."""
    if is_placeholder(os.stat(path)):
        return ""
    with open_source(path) as source:
        return file_digest(source)


_ADOPTED = ""
"""The batch of entries that no write of ours made."""
