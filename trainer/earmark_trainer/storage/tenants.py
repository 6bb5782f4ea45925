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
_ID_OF_NAME = "(SELECT id FROM tenants WHERE name = ?)"


@dataclass(frozen=True)
class Tenant:
    """One user of the trainer: a random name for its folder, and the name that people gave."""

    id: str
    name: str


@dataclass(frozen=True)
class Pairing:
    """A name that was paired, and what is kept of it.

    Attributes:
        name: that people gave.
        since: when the oldest of its tokens was made, seconds since 1970; None where all of them
            were revoked.
        jobs: how many are kept.
        bytes: that its spectrograms take.
    """

    name: str
    since: float | None
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

    def all(self) -> list[Pairing]:
        """Every name that was paired and not erased, by name."""
        return _pairings(self._database.connection)

    def unpair(self, name: str) -> Pairing:
        """Make every token of this tenant worthless; jobs and spectrograms stay.

        Returns:
            What it was until now.

        Raises:
            NotFoundError: there is no tenant of this name.
        """
        with self._database.transaction() as connection:
            before = _named(connection, name)
            connection.execute(f"DELETE FROM tokens WHERE tenant = {_ID_OF_NAME}", (name,))
        return before

    def erase(self, name: str) -> Pairing:
        """Forget a tenant with its tokens, jobs and spectrograms; `sweep` deletes the files.

        Returns:
            What it was until now.

        Raises:
            NotFoundError: there is no tenant of this name.
        """
        with self._database.transaction() as connection:
            before = _named(connection, name)
            connection.execute("DELETE FROM tenants WHERE name = ?", (name,))
        self._database.fold_in()
        return before

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


def _pairings(connection: sqlite3.Connection) -> list[Pairing]:
    rows = connection.execute(
        "SELECT name, (SELECT min(created_at) FROM tokens WHERE tenant = tenants.id),"
        " (SELECT count(*) FROM jobs WHERE tenant = tenants.id),"
        " (SELECT coalesce(sum(size), 0) FROM packs WHERE tenant = tenants.id)"
        " FROM tenants ORDER BY name"
    )
    return [Pairing(*row) for row in rows]


def _named(connection: sqlite3.Connection, name: str) -> Pairing:
    """The pairing of this name.

    Raises:
        NotFoundError: there is none; the names that there are are told.
    """
    there = {pairing.name: pairing for pairing in _pairings(connection)}
    if name in there:
        return there[name]
    names = ", ".join(f"“{known}”" for known in there)
    raise NotFoundError(
        Problem(
            "no-such-pairing",
            f"Nobody called “{name}” is paired.",
            f"This trainer knows {names}." if names else "Nobody is paired with this trainer.",
            "Check the name with `earmark-trainer paired`, and the folder if you use --data.",
        )
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
