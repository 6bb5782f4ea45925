"""Watched folders as the index remembers them: an unmounted one is offline, never deleted."""

from __future__ import annotations

from dataclasses import dataclass

from earmark_db.paths import from_blob, to_blob
from earmark_db.store import Store


@dataclass(frozen=True)
class Root:
    """A watched folder as the index remembers it."""

    id: int
    path: str
    identity: str | None
    online: bool


class Roots:
    """The table of watched folders."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, path: str) -> int:
        """The id of the folder ``path``, which is added where it is new."""
        with self._store.transaction() as connection:
            connection.execute(
                "insert into roots(path) values (?) on conflict(path) do nothing", [to_blob(path)]
            )
            row = connection.execute(
                "select id from roots where path = ?", [to_blob(path)]
            ).fetchone()
            return int(row[0])

    def remove(self, path: str) -> None:
        """Forget the folder; its files stay known and keep their labels, but are not searched."""
        with self._store.transaction() as connection:
            connection.execute(
                "delete from words where rowid in (select files.id from files"
                " join roots on roots.id = files.root_id where roots.path = ?)",
                [to_blob(path)],
            )
            connection.execute(
                "update files set state = 'gone' where root_id ="
                " (select id from roots where path = ?)",
                [to_blob(path)],
            )
            connection.execute(
                "delete from work where file_id in (select id from files where state = 'gone')"
            )
            connection.execute("delete from roots where path = ?", [to_blob(path)])

    def all(self) -> list[Root]:
        """Every folder, in the order in which they were added."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "select id, path, identity, online from roots order by id"
            ).fetchall()
        return [Root(row[0], from_blob(row[1]), row[2], bool(row[3])) for row in rows]

    def set_online(self, root_id: int, *, online: bool) -> None:
        """Record whether the folder can be reached; once it can, what waits for it is due."""
        with self._store.transaction() as connection:
            connection.execute("update roots set online = ? where id = ?", [online, root_id])
            if online:
                connection.execute(
                    "update work set due = 0 where due > 0"
                    " and file_id in (select id from files where root_id = ?)",
                    [root_id],
                )

    def is_online(self, root_id: int | None) -> bool:
        """Whether the folder can be reached; True where the file lies in none that is watched."""
        with self._store.reading() as connection:
            row = connection.execute("select online from roots where id = ?", [root_id]).fetchone()
        return row is None or bool(row[0])

    def set_identity(self, root_id: int, identity: str) -> None:
        """Record what the folder was on disk when it was last seen in full."""
        with self._store.transaction() as connection:
            connection.execute("update roots set identity = ? where id = ?", [identity, root_id])
