"""Sounds that sound like one, whether that is in the index or not."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.hearing.nearest import nearest
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers, explained
from earmark_daemon.service.models.lineup import Member
from earmark_daemon.service.stages.analysis import Analysis, analyse
from earmark_daemon.service.stages.stage import crashed
from earmark_daemon.service.wire import hit_data
from earmark_db.index import Index


class Similar:
    """Finds the nearest sounds by the embeddings of the built-in model."""

    def __init__(self, index: Index, reader: Index, path: Path, workers: Workers, base: Member):
        """Prepare.

        Args:
            index: knows what was heard.
            reader: finds files.
            path: where the index lies.
            workers: who does the heavy part.
            base: the built-in model.
        """
        self._index = index
        self._reader = reader
        self._path = path
        self._workers = workers
        self._base = base
        self._one_at_a_time = threading.Lock()

    def find(self, path: str, limit: int) -> list[dict[str, Any]]:
        """The sounds nearest to the file at ``path``, copies of it left out.

        Args:
            path: a sound; one that is not in the index is heard, and not added.
            limit: how many.

        Returns:
            For each what `search` gives, and ``"similarity"``, the cosine; the nearest first.

        Raises:
            EarmarkError: it cannot be heard, or is silent.
        """
        content, embedding = self._known(path) or self._heard(path)
        if not embedding:
            raise fail(
                "silent",
                "It is silent: there is nothing to compare.",
                "Choose a file with sound in it.",
                path,
            )
        with self._one_at_a_time:
            call = self._workers.submit(
                nearest, str(self._path), self._base.info.digest, embedding, limit + 1
            )
            with explained("similar-failed", "Comparing the sounds failed"):
                cosines = dict(call.result())
        hits = self._reader.search.of_contents(cosines, without=content)
        found = [
            {**hit_data(hits[each]), "similarity": round(cosine, 4)}
            for each, cosine in cosines.items()
            if each in hits
        ]
        return found[:limit]

    def _known(self, path: str) -> tuple[str, bytes] | None:
        """Content and embedding of a file in the index, as it was when it was heard."""
        record = self._index.lookup.by_path(path)
        if record is None or record.content is None:
            return None
        embedding = self._index.verdicts.embedding(record.content, self._base.info.digest)
        return None if embedding is None else (record.content, embedding)

    def _heard(self, path: str) -> tuple[str, bytes]:
        base = self._base
        asked = (analyse, [path], [None], str(base.path), (), base.info.digest)
        call = self._workers.submit(*asked)
        try:
            (found,) = call.result()
        except (WorkerDied, WorkerFailed) as error:
            raise EarmarkError(crashed(error), path) from error
        if isinstance(found, Problem):
            raise EarmarkError(found, path)
        assert isinstance(found, Analysis)
        return found.content, found.heard.first.embedding if found.heard else b""
