"""Requests to take back what was written into files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from earmark_daemon.errors import fail
from earmark_daemon.service.choices import Choices
from earmark_daemon.service.stages.undoing import Undoing
from earmark_daemon.service.stages.ways_back import names_of
from earmark_db.index import Index
from earmark_db.records import Stamp

MOST_PATHS = 50_000


class UndoRequests:
    """What can be taken back, and the order to do it; see `earmark_daemon.taking_back`."""

    def __init__(self, index: Index, choices: Choices, undoing: Undoing) -> None:
        self._index = index
        self._choices = choices
        self._undoing = undoing

    def undoable(
        self,
        path: str | None = None,
        since: float | None = None,
        *,
        everything: bool = False,
        last: bool = False,
        offset: int = 0,
    ) -> dict[str, Any]:
        """Files that tags can be taken out of; of several choices all must hold.

        Beside those that were written to, these are others that carry words of Earmark's, where
        neither a time nor a batch is chosen: copies, and all files once the index was lost.

        Args:
            path: a file, or a folder with all below it.
            since: only writes after this time, in seconds since the epoch.
            everything: all that was ever written; nothing else can be chosen beside it.
            last: the newest batch, of those writes that the others choose.
            offset: so many of the first are left out.

        Returns:
            ``"paths"``, `MOST_PATHS` of them at most, the one that was written last first;
            ``"total"``, how many there are in all; and ``"batch"``, the newest one or None.
        """
        chosen = path is not None or since is not None or last
        if chosen == everything:
            raise fail("bad-request", "Say what to take back.", "All, or a file, folder or time.")
        paths, batch = self._written(path, since, last=last)
        if since is None and not last:
            paths += self._carrying(path, known=bool(paths))
        page = paths[max(0, offset) :][:MOST_PATHS]
        return {"paths": page, "total": len(paths), "batch": batch}

    def carrying(self, files: Sequence[str], path: str) -> list[str]:
        """Those of some files that carry words of ours and are not known well enough to tell.

        `undoable` has those that are known. The others have to be looked into, so of very many only
        some are asked for at a time.

        Args:
            files: paths of sounds in a folder.
            path: the folder as it was named.
        """
        known = self._index.lookup.heard_as(files)
        unknown = [each for each in files if known.get(each) != _stamp(each)]
        return self._undoing.carrying(self._to_take_from(unknown, path))

    def keep_out(self, path: str | None = None) -> int:
        """Have nothing written into what is still to be tagged, until it is asked for by name.

        Whoever takes back all that is written somewhere asks for this first, or the rest would be
        written right afterwards.

        Args:
            path: a file, or a folder with all below it; None for all.

        Returns:
            How many files these are.
        """
        return self._undoing.keep_out(path, self._choices.now.writes_into)

    def undo_files(
        self,
        paths: Sequence[str],
        since: float | None = None,
        batch: str | None = None,
        *,
        everything: bool = False,
    ) -> list[dict[str, Any]]:
        """Take back what was written into files, one after the other, each the newest write first.

        Args:
            paths: the files; links lead to the same writes as the files themselves.
            since: only writes after this time, in seconds since the epoch.
            batch: only writes of this batch.
            everything: whether the files were not named. Of those that this Earmark has not written
                to, its own words alone are taken out then, and not those of another one.

        Returns:
            For each file ``{"path", "outcome", "reason"}``.
        """
        return self._undoing.undo(paths, since, batch, everybody=not everything)

    def _written(
        self, path: str | None, since: float | None, *, last: bool
    ) -> tuple[list[str], str | None]:
        """Files of the writes chosen, or of the newest batch of these; and that batch."""
        if path is None:
            return self._among([{}], since, last=last)
        names = names_of(path)
        found = self._among([{"path": name} for name in names], since, last=last)
        return found if found[0] else self._among([{"folder": n} for n in names], since, last=last)

    def _among(
        self, choices: Sequence[Mapping[str, str]], since: float | None, *, last: bool
    ) -> tuple[list[str], str | None]:
        journal = self._index.journal
        batch = None
        if last:
            batches = [journal.last_batch(**which, since=since) for which in choices]
            batch = max((each for each in batches if each is not None), default=None)
            if batch is None:
                return [], None
        found = [journal.paths(**which, since=since, batch=batch) for which in choices]
        return list(chain.from_iterable(found)), batch

    def _carrying(self, path: str | None, *, known: bool) -> list[str]:
        """Files that carry words of ours though the journal knows of no write to them.

        What is only to be searched is left alone unless it is named; a file that is named is looked
        into, whatever the index says.
        """
        lookup, settings = self._index.lookup, self._choices.now
        if path is None:
            hidden = filter(settings.folder_of, lookup.hidden_carrying())
            carrying = [*lookup.carrying(), *hidden]
            return [each for each in carrying if not settings.only_searches(each)]
        found = [each for name in names_of(path) for each in lookup.carrying(name)]
        carrying = self._to_take_from(found, path)
        if not (known or carrying) and os.path.isfile(path):
            return self._undoing.carrying([path])
        return carrying

    def _to_take_from(self, files: Sequence[str], path: str) -> list[str]:
        """Those of some files that are not only to be searched, unless that is what was named."""
        settings, names = self._choices.now, names_of(path)
        named = settings.folder_of(os.path.join(path, ""))
        if named is not None and not named.write_tags:
            return list(files)
        return [each for each in files if each in names or not settings.only_searches(each)]


def _stamp(path: str) -> Stamp | None:
    try:
        return Stamp.of(os.stat(path))
    except OSError:
        return None
