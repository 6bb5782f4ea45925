"""The index as one object: what the daemon holds while it runs."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType

from earmark_db.examples import Examples
from earmark_db.files import Files
from earmark_db.forgetting import Forgetting
from earmark_db.jobs import Jobs
from earmark_db.journal import Journal
from earmark_db.labels import Labels
from earmark_db.lookup import Lookup
from earmark_db.merges import Merges
from earmark_db.models import Models
from earmark_db.nesting import Nesting
from earmark_db.opening import open_reader, open_writer
from earmark_db.queries import OtherNames
from earmark_db.queue import Queue
from earmark_db.review import Review
from earmark_db.roots import Roots
from earmark_db.runs import Runs
from earmark_db.search import Search
from earmark_db.store import Store
from earmark_db.tags import Tags
from earmark_db.verdicts import Verdicts
from earmark_db.words import Words


class Index:
    """Files, queue, labels, journal and search over one connection."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path | None = None,
        other_names: OtherNames = MappingProxyType({}),
    ) -> None:
        self._store = Store(connection, path)
        self.roots = Roots(self._store)
        self.files = Files(self._store, Words(self._store))
        self.lookup = Lookup(self._store)
        self.queue = Queue(self._store)
        self.labels = Labels(self._store)
        self.examples = Examples(self._store)
        self.nesting = Nesting(self._store)
        self.merges = Merges(self._store, self.nesting)
        self.jobs = Jobs(self._store)
        self.verdicts = Verdicts(self._store)
        self.runs = Runs(self._store)
        self.models = Models(self._store)
        self.journal = Journal(self._store)
        self.search = Search(self._store, other_names)
        self.tags = Tags(self._store)
        self.review = Review(self._store)
        self.forgetting = Forgetting(self._store)

    @classmethod
    def for_writing(cls, path: Path) -> Index:
        """The one index that may write; see `earmark_db.opening.open_writer` for what it raises."""
        return cls(open_writer(path), path)

    @classmethod
    def for_reading(cls, path: Path, other_names: OtherNames = MappingProxyType({})) -> Index:
        """An index to look things up in; see `earmark_db.opening.open_reader`.

        Args:
            path: of its file.
            other_names: by which a search finds tags, too.
        """
        return cls(open_reader(path), other_names=other_names)

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Everything inside is committed together, or not at all."""
        return self._store.transaction()

    def check_place(self) -> None:
        """See that the index is where it was opened; see `earmark_db.store.Store.check_place`."""
        self._store.check_place()

    def close(self) -> None:
        """Close the connection."""
        self._store.close()
