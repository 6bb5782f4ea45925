"""Who may use the trainer: tenants and their tokens, of which only hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from earmark_trainer.problems import NotFoundError, Problem
from earmark_trainer.storage.database import Database
from earmark_trainer.storage.folders import Folders

TOKEN_PREFIX = "earmark_"


@dataclass(frozen=True)
class Tenant:
    """One user of the trainer: a random name for its folder, and the name that people gave."""

    id: str
    name: str


@dataclass(frozen=True)
class Erased:
    """What was kept of a tenant.

    Attributes:
        jobs: how many.
        bytes: that its spectrograms took.
    """

    jobs: int
    bytes: int


class Tenants:
    """The tenants of one trainer."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def pair(self, name: str) -> str:
        """A new token for the tenant of this name, who is created at need.

        The token has 256 random bits, so a plain hash of it is safe to keep.
        """
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        now = self._clock()
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO tenants (id, name, created_at) VALUES (?, ?, ?)",
                (secrets.token_hex(16), name, now),
            )
            connection.execute(
                "INSERT INTO tokens SELECT ?, id, ? FROM tenants WHERE name = ?",
                (_hash(token), now, name),
            )
        return token

    def unpair(self, name: str) -> None:
        """Make every token of this tenant worthless; jobs and spectrograms stay.

        Raises:
            NotFoundError: there is no tenant of this name.
        """
        with self._database.transaction() as connection:
            tenant = _named(connection, name)
            connection.execute("DELETE FROM tokens WHERE tenant = ?", (tenant,))

    def erase(self, name: str) -> Erased:
        """Forget a tenant with its tokens, jobs and spectrograms; `sweep` deletes the files.

        Raises:
            NotFoundError: there is no tenant of this name.
        """
        with self._database.transaction() as connection:
            tenant = _named(connection, name)
            jobs, size = connection.execute(
                "SELECT (SELECT count(*) FROM jobs WHERE tenant = ?1),"
                " (SELECT coalesce(sum(size), 0) FROM packs WHERE tenant = ?1)",
                (tenant,),
            ).fetchone()
            connection.execute("DELETE FROM tenants WHERE id = ?", (tenant,))
        self._database.fold_in()
        return Erased(jobs, size)

    def sweep(self, folders: Folders) -> None:
        """Delete the files of tenants that were erased; only while nothing trains for them.

        Raises:
            OSError: some of them cannot be deleted.
        """
        there = folders.of_tenants()  # before the rows, for a tenant has its row first
        rows = self._database.connection.execute("SELECT id FROM tenants")
        known = {row["id"] for row in rows}
        for folder in there:
            if folder.name not in known:
                shutil.rmtree(folder)

    def of_token(self, token: str) -> Tenant | None:
        """The tenant that this token was made for, or None."""
        row = self._database.connection.execute(
            "SELECT id, name FROM tokens JOIN tenants ON tenants.id = tokens.tenant WHERE hash = ?",
            (_hash(token),),
        ).fetchone()
        return None if row is None else Tenant(row["id"], row["name"])

    def any_token(self) -> bool:
        """Whether anybody is paired at all."""
        query = "SELECT EXISTS (SELECT 1 FROM tokens)"
        return bool(self._database.connection.execute(query).fetchone()[0])


def _named(connection: sqlite3.Connection, name: str) -> str:
    """The id of the tenant of this name.

    Raises:
        NotFoundError: there is none.
    """
    row = connection.execute("SELECT id FROM tenants WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise NotFoundError(
            Problem(
                "no-such-pairing",
                f"Nobody called {name!r} is paired.",
                "The name is not in the trainer's records.",
                "Check the name that `earmark-trainer pair` was given.",
            )
        )
    return str(row["id"])


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
