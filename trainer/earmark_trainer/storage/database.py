"""The one connection to the trainer's SQLite database, and the reserve for a full disk.

Used from one thread alone (the server's event loop; a command line tool has its own). When the
disk is full, what happened must still be written down: a small file, the ballast, is given up
to make that room, and put back when there is space again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from earmark_trainer.limits import MIB
from earmark_trainer.problems import Problem, UnusableError, disk_full
from earmark_trainer.storage.migrations import MIGRATIONS, migrate

BALLAST_BYTES = 2 * MIB
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}


class Database:
    """SQLite in WAL mode; every change is a transaction that is on the disk when it ends."""

    def __init__(self, folder: Path) -> None:
        """Open or create the database in an existing folder.

        Raises:
            UnusableError: the database was written by a newer version.
            NoSpaceError: the disk is full.
        """
        self._ballast = folder / "ballast"
        with _full_disk_explained():
            self.connection = sqlite3.connect(
                folder / "trainer.sqlite", isolation_level=None, timeout=30.0
            )
            self.connection.row_factory = sqlite3.Row
            for pragma in _PRAGMAS:
                self.connection.execute(f"PRAGMA {pragma}")
            self._check_version()
            migrate(self.connection)
        self.restore_ballast()

    def close(self) -> None:
        """Close the connection; the write-ahead log is folded in."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All statements within take effect together, or none.

        Raises:
            NoSpaceError: the disk is full; nothing was changed.
        """
        with _full_disk_explained():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")

    def fold_in(self) -> None:
        """Fold the write-ahead log in, so that what was deleted stands in no file any more."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def drop_ballast(self) -> None:
        """Give up the reserve, so that the next few transactions find space."""
        self._ballast.unlink(missing_ok=True)

    def restore_ballast(self) -> bool:
        """Put the reserve back; whether it is there now."""
        if self._ballast.exists():
            return True
        new = self._ballast.with_suffix(".new")
        try:
            with new.open("wb") as file:
                file.write(os.urandom(BALLAST_BYTES))
            new.replace(self._ballast)
        except OSError:
            new.unlink(missing_ok=True)
            return False
        return True

    def _check_version(self) -> None:
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise UnusableError(
                Problem(
                    "newer-database",
                    "The trainer's database cannot be opened.",
                    "It was written by a newer version of earmark-trainer.",
                    "Install the newer version again, or choose another folder with --data.",
                )
            )


@contextmanager
def _full_disk_explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in _FULL:
            raise disk_full("the trainer's records") from error
        raise
