"""One transaction at a time over one connection; here alone SQLite's errors become words."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from earmark_db.errors import IndexFault, damaged


class Store:
    """A connection, its lock, and transactions that nest into the outermost one.

    Args:
        connection: to the index.
        path: where its file is, to see whether it stays there; None where that does not matter.

    Attributes:
        connection: to the index.
        run: a name for as long as it is open, unlike that of any other time.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None = None) -> None:
        self.connection = connection
        self._path = path
        self._file = None if path is None else _file_at(path)
        self.run = secrets.token_hex(8)
        self._lock = threading.RLock()
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside is committed together, or not at all.

        Raises:
            IndexFault: the disk is full, the index is read-only, locked, damaged or not in its
                place any more. Nothing was written then.
        """
        with self._lock:
            if self._depth:
                yield self.connection
                return
            self.check_place()
            self._depth = 1
            try:
                self.connection.execute("begin immediate")
                yield self.connection
                self.connection.execute("commit")
            except sqlite3.Error as error:
                self._roll_back()
                raise as_fault(error) from error
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._depth = 0

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, held by one thread at a time.

        Raises:
            IndexFault: the index cannot be read.
        """
        with self._lock:
            try:
                yield self.connection
            except sqlite3.Error as error:
                raise as_fault(error) from error

    def check_place(self) -> None:
        """See that the index is where it was opened: SQLite goes on in a file without a name.

        Raises:
            IndexFault: it is not, so whatever is written would be lost.
        """
        if self._path is not None and _file_at(self._path) != self._file:
            raise IndexFault(
                "index-fault",
                f"The index {self._path} was taken away or replaced while Earmark runs.",
                "Put the same file back, and Earmark goes on by itself; or go on with what is"
                " there now: earmark stop, then earmark start",
            )

    def close(self) -> None:
        """Close the connection; the store is not usable any more."""
        with self._lock:
            self.connection.close()

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("rollback")


def _file_at(path: Path) -> tuple[int, int] | None:
    """Device and inode of the file at a path; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def as_fault(error: sqlite3.Error) -> IndexFault:
    """What SQLite says, and what a person can do about it."""
    text = str(error)
    if "full" in text:
        return IndexFault(
            "disk-full",
            "The disk that holds the index is full.",
            "Free some space; Earmark goes on by itself.",
        )
    if "readonly" in text:
        return IndexFault(
            "index-read-only",
            "The index cannot be written: it is read-only.",
            "Make its folder writable; Earmark goes on by itself.",
        )
    if "malformed" in text or "not a database" in text:
        return damaged("The index", text)
    return IndexFault(
        "index-fault", f"The index cannot be used right now ({text}).", "Earmark will try again."
    )
